"""A simulated clock: what has a last day is there on that day, and gone the next."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pgtrigger
import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.admin.models import LogEntry
from django.db import connection, models, transaction
from django.db.models import Exists, Func, Subquery
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.plugin import DjangoDbBlocker

from customers.models import (
    Account,
    Acknowledgement,
    Address,
    Company,
    Customer,
    FailureCount,
    Grant,
    GrantReview,
    Invitation,
    Membership,
    MembershipEvent,
    Session,
)
from orders.banking.models import BankEntry, BankFile
from orders.basket.models import Basket
from orders.bookings.models import Booking
from orders.bookings.states import BookingState
from orders.catalogue.agreements import Agreement, AgreementDocument
from orders.checkout.models import CheckoutDraft, PurchaseRequest
from orders.complaints.models import Complaint
from orders.complaints.states import ComplaintState
from orders.downloads.models import Fetched
from orders.former.models import FormerOrder
from orders.fulfilment.models import Parcel
from orders.invoicing.models import Invoice
from orders.offers.models import CouponUse
from orders.quotes.models import Quote
from orders.quotes.states import QuoteState
from orders.returns.models import WithdrawalNotice
from orders.returns.states import NoticeState
from orders.reviews.models import Review
from orders.sales.models import Order
from orders.sales.operations import move
from orders.sales.states import Step
from orders.subscriptions.models import Subscription
from orders.subscriptions.states import ServiceState
from orders.taste.models import Look
from orders.taxation.models import VatIdCheck
from orders.wishes.awaited import Awaited
from orders.wishes.models import Wish, WishList
from privacy.breaches.models import Affected, Breach
from privacy.breaches.operations import close_breach
from privacy.consents.models import AskedConsent, Consent
from privacy.copies.models import DataCopy
from privacy.disclosures.models import Disclosure
from privacy.egress.models import Transfer
from privacy.erase import held_rows, words_in
from privacy.intake.models import Intake
from privacy.outbox.models import Letter
from privacy.personal_data import SAME_AS_ITS_ROW
from privacy.provenance.models import Provenance, SourceNotice
from privacy.reading.models import Reading
from privacy.recipients.models import RecipientNotice
from privacy.registry import (
    By,
    Declaration,
    Ground,
    Hold,
    Keep,
    children_first,
    registry,
)
from privacy.requests.answering import refuse
from privacy.requests.models import Request
from privacy.requests.states import Refusal
from privacy.restriction.models import Restriction
from privacy.restriction.operations import lift, tell_of_lifting
from privacy.subject import rows_of, subject_of
from privacy.sweep import sweep
from soluto_shop.idle import see_who_is_idle
from tests.conftest import NOON
from tests.factories import ProcessorFactory, StaffFactory
from tests.privacy.days import (
    DAY,
    HOURS,
    SPECIAL_DAYS,
    begin_of,
    by_the_calendar,
    days_before,
    end_of,
    local,
)
from tests.privacy.lives import finish, order_of, whole_life

pytestmark = pytest.mark.django_db

ANNA, BERTIL = "anna@example.fi", "bertil@example.fi"


@dataclass(frozen=True)
class Lived:
    """Whose life it was, and what it left in which table."""

    card: UUID
    rows: dict[Declaration, list[Any]]


@pytest.fixture(scope="module", autouse=True)
def lived(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Lived]:
    """Let Anna live once, with Bertil at the desk: each test undoes what it did to her life."""
    with django_db_blocker.unblock(), transaction.atomic():
        bertil = StaffFactory.create(email=BERTIL, full_name="Bertil Ek")
        card = whole_life(ANNA, clerk=bertil)
        yield Lived(card.pk, rows_of(subject_of(cards=[card.pk])))
        transaction.set_rollback(True)


@pytest.fixture
def bertil() -> Account:
    """Bertil is at the desk."""
    return Account.objects.get(email=BERTIL)


@pytest.fixture
def card(lived: Lived) -> Customer:
    """Take the card of somebody with a row in every table that can hold one."""
    return Customer.objects.get(pk=lived.card)


# --- Every period of the registry ----------------------------------------------------------


def keeps() -> Iterator[Any]:
    for declaration in registry.values():
        for keep, names in declaration.by_keep().items():
            if keep is not SAME_AS_ITS_ROW:  # it has no last day of its own
                yield pytest.param(
                    declaration, keep, names, id=f"{declaration.label}-{'-'.join(names[:2])}"
                )


def without_a_ground(declaration: Declaration, clerk: Account) -> None:
    """Let nothing hold the rows of a life: neither a contract nor that they are in use."""
    settle_everything(clerk)
    if declaration.model in (BankEntry, Fetched, Order, Parcel):
        move(order=Order.objects.get(), step=Step.CANCEL, at=NOON)
    if declaration.model is Company:
        Membership.objects.all().delete()
    ProcrastinateJob._base_manager.update(status="failed")


def settle_everything(clerk: Account) -> None:
    """Let nothing wait for the staff: answered, lifted and closed at noon."""
    anna = subject_of(cards=Customer.objects.filter(email=ANNA).values_list("pk", flat=True))
    refuse(Request.objects.get(), refusal=Refusal.UNFOUNDED, reason="Ei.", by=clerk, at=NOON)
    tell_of_lifting(anna, to=ANNA, address="", language="fi", words="Oikein.", at=NOON - DAY)
    lift(anna, at=NOON)
    Breach.objects.update(risk=Breach.Risk.NONE, risk_reasons="Kukaan ei nähnyt mitään.")
    close_breach(Breach.objects.get(), at=NOON)
    WithdrawalNotice.objects.update(state=NoticeState.SETTLED, closed_at=NOON)
    Complaint.objects.update(state=ComplaintState.REFUSED, answer="Ei vikaa.", closed_at=NOON)
    Subscription.objects.update(
        state=ServiceState.ENDED, last_date=NOON.date(), notice_at=NOON, ended_at=NOON
    )
    Booking.objects.update(state=BookingState.CANCELLED, ended_at=NOON)


EARLIER: dict[type[models.Model], Callable[[datetime], dict[str, Any]]] = {
    Agreement: lambda at: {"valid_from": at},
    Grant: lambda at: {"begins_date": at},
    Consent: lambda at: {"at": at},
    Invitation: lambda at: {"created_at": at - DAY},
    Quote: lambda at: {"asked_at": at, "answered_at": at},
    RecipientNotice: lambda at: {"written_at": at},
    Request: lambda at: {"received_at": at, "due_date": at},
    Restriction: lambda at: {"began_at": at - DAY, "told_at": at - DAY},
    Transfer: lambda at: {"at": at},
}
"""What the database wants to lie no later than the clock of a row."""


def begin(keep: Keep, row: models.Model, at: datetime) -> None:
    """Let the clock of a row begin at a moment, wherever it stands, with the triggers asleep."""
    if isinstance(keep.since, str):
        set_clock(row, keep.since, at)
    elif isinstance(keep.since, Subquery):
        events = keep.since.query.model
        assert events is not None
        events._base_manager.update(**{str(keep.since.query.order_by[0]).lstrip("-"): at})
    else:
        assert isinstance(keep.since, Func)
        for each in keep.since.source_expressions:
            set_clock(row, str(getattr(each, "name", "")), at, only_if_it_runs=True)


def set_clock(row: models.Model, path: str, at: datetime, *, only_if_it_runs: bool = False) -> None:
    """Set the column at the end of a path, and before it what has to lie before it."""
    *way, column = path.split("__")
    for step in way:
        row = getattr(row, step)
    if only_if_it_runs and getattr(row, column) is None:
        return
    before = EARLIER.get(type(row))
    values = {**(before(at) if before else {}), column: at}
    assert type(row)._base_manager.filter(pk=row.pk).update(**values) == 1


def a_row(declaration: Declaration, lived: Lived) -> models.Model:
    """Find a row of a life in which the columns hold something."""
    if declaration.person[0][0] is By.NONE:
        return a_row_of_nobody(declaration.model)
    keys = lived.rows.get(declaration)
    if declaration.model is Company:
        keys = list(Company.objects.values_list("pk", flat=True))
    assert keys, f"nothing of {declaration.label} was planted: add it to whole_life()"
    found: models.Model = declaration.model._base_manager.get(pk=keys[0])
    return found


def a_row_of_nobody(model: type[models.Model]) -> models.Model:
    """Make a row by which nobody can be found, or give the one of a life."""
    if model is BankFile:
        return BankFile.objects.get()
    if model is Intake:
        return Intake.objects.get()
    if model is VatIdCheck:
        return VatIdCheck.objects.get()
    if model is RecipientNotice:
        kind = RecipientNotice.Kind.ERASED
        return RecipientNotice.objects.create(
            processor=ProcessorFactory.create(), kind=kind, reference="VIITE-1", written_at=NOON
        )
    assert model is FailureCount, f"{model.__name__} has nobody: say how a row of it comes to be"
    return FailureCount.objects.create(ip_address="192.0.2.7", window_began_at=NOON)


def words(declaration: Declaration, names: list[str], row: models.Model) -> set[str]:
    return set(words_in(declaration, names, [row.pk]).get(row.pk, []))


@pytest.mark.parametrize(("declaration", "keep", "names"), list(keeps()))
def test_each_column_is_there_on_its_last_day_and_gone_the_next(
    declaration: Declaration,
    keep: Keep,
    names: list[str],
    *,
    lived: Lived,
    bertil: Account,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = a_row(declaration, lived)
    without_a_ground(declaration, bertil)
    row.refresh_from_db()
    mine = declaration.model._base_manager.filter(pk=row.pk)
    was = words(declaration, names, row)
    assert was
    monkeypatch.setattr("privacy.sweep.children_first", lambda: [declaration])
    days = {*SPECIAL_DAYS, *(days_before(keep.period, day) for day in SPECIAL_DAYS)}

    for day in sorted(days):
        last = by_the_calendar(keep.period, day)
        with pgtrigger.ignore():
            for hour in HOURS:
                begin(keep, row, local(day, hour))
                gone = mine.values_list(
                    Exists(mine.filter(keep.lapsed(end_of(last)))),
                    Exists(mine.filter(keep.lapsed(begin_of(last + DAY)))),
                )
                assert list(gone) == [(False, True)], (day, hour)
        sweep(at=end_of(last))
        assert words(declaration, names, row) == was

    sweep(at=begin_of(last + DAY))
    assert words(declaration, names, row) == set()


def test_the_note_of_where_a_value_came_from_goes_with_its_row_and_no_sooner(
    card: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert card.phone
    notes = Provenance.objects.filter(row=card.pk, column="phone")
    monkeypatch.setattr("privacy.sweep.children_first", lambda: [registry[Provenance]])

    assert sweep(at=NOON.replace(year=2066)) == {}
    assert notes.exists()

    card.delete()
    connection.check_constraints()
    assert not notes.exists()


def test_what_is_in_use_stays_though_its_time_is_over(
    card: Customer, bertil: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, copy = Request.objects.get(), DataCopy.objects.get()
    refuse(asked, refusal=Refusal.UNFOUNDED, reason="Ei.", by=bertil, at=NOON)
    DataCopy.objects.update(account=None, request=asked)
    tables = [registry[Affected], registry[Request]]
    monkeypatch.setattr("privacy.sweep.children_first", lambda: tables)
    late = NOON.replace(year=2066)

    assert sweep(at=late) == {}
    assert Affected.objects.filter(about=card.pk).exists()

    copy.delete()
    Breach.objects.update(risk=Breach.Risk.NONE, risk_reasons="Kukaan ei nähnyt mitään.")
    close_breach(Breach.objects.get(), at=NOON)
    assert {"privacy.Affected.about", "privacy.Request.said"} <= set(sweep(at=late))
    assert not Affected.objects.exists()
    assert Request.objects.get().has_lost_its_asker


# --- Every ground that has an end ----------------------------------------------------------


def terms() -> Iterator[Any]:
    for declaration in registry.values():
        for keep, names in declaration.by_keep().items():
            for hold in keep.held_while:
                if hold.term is not None:
                    named = f"{declaration.label}-{names[0]}-{hold.ground}-{hold.since}"
                    yield pytest.param(declaration, keep, hold, id=named)


@pytest.mark.parametrize(("declaration", "keep", "hold"), list(terms()))
def test_each_ground_holds_to_its_last_day(
    declaration: Declaration, keep: Keep, hold: Hold, lived: Lived, card: Customer
) -> None:
    finish(Order.objects.get(), at=NOON)
    row = a_row(declaration, lived)
    if declaration.model is Order and hold.ground is Ground.LAW:
        # With an invoice, that is the voucher.
        row = finish(order_of(card, ANNA, at=NOON), at=NOON)
    if "informed_at" in str(hold.rows):
        with pgtrigger.ignore():  # nobody has told the buyer of the right to withdraw
            Order.objects.update(informed_at=None)
    if declaration.model is Quote:
        with pgtrigger.ignore():  # it can still be accepted
            Quote.objects.update(state=QuoteState.ANSWERED, closed_at=None)
    assert hold.term is not None
    alone = replace(keep, held_while=(hold,))

    for day in {*SPECIAL_DAYS, *(days_before(hold.term, day) for day in SPECIAL_DAYS)}:
        last = by_the_calendar(hold.term, day)
        for hour in HOURS:
            with pgtrigger.ignore():
                begin(replace(keep, since=hold.since), row, local(day, hour))
            [(found, until)] = held_rows(declaration, alone, [row.pk], end_of(last)).values()
            assert (found, until) == (hold, last)
            assert held_rows(declaration, alone, [row.pk], begin_of(last + DAY)) == {}


# --- Twelve years, night after night -------------------------------------------------------

LAST_DAYS: dict[type[models.Model], dict[str, date]] = {
    Session: {"account": date(2026, 11, 23)},
    Request: {"said": date(2026, 11, 23), "account": date(2026, 11, 23)},
    Transfer: {"reference": date(2026, 11, 23)},
    AccessAttempt: {"username": date(2026, 11, 24)},
    AskedConsent: {"email": date(2026, 11, 24)},
    FailureCount: {"ip_address": date(2026, 11, 24)},
    VatIdCheck: {"vat_id": date(2026, 12, 23)},
    CheckoutDraft: {"street": date(2026, 11, 25)},
    DataCopy: {"requested_at": date(2026, 11, 25)},
    EmailConfirmation: {"key": date(2026, 11, 26)},
    Letter: {"text": date(2026, 12, 7)},
    ProcrastinateJob: {"args": date(2026, 12, 23)},
    Restriction: {"reason": date(2026, 12, 23)},
    RecipientNotice: {"reference": date(2026, 12, 23)},
    Look: {"product": date(2027, 1, 22)},
    Basket: {"customer": date(2027, 1, 22)},
    WishList: {"name": date(2028, 11, 22)},
    Wish: {"name": date(2028, 11, 22)},
    Review: {"text": date(2029, 12, 23)},
    Awaited: {"variant": date(2026, 11, 23)},
    AccessLog: {"username": date(2027, 11, 23)},
    AccessFailureLog: {"username": date(2027, 11, 23)},
    LogEntry: {"object_repr": date(2028, 11, 22)},
    Reading: {"about": date(2028, 11, 22)},
    Affected: {"about": date(2028, 11, 22)},
    SourceNotice: {"done_at": date(2028, 11, 22)},
    Grant: {"role": date(2028, 11, 22)},
    MembershipEvent: {"kind": date(2028, 11, 22)},
    Invitation: {"email": date(2026, 11, 23)},
    GrantReview: {"at": date(2028, 11, 22)},
    Acknowledgement: {"at": date(2028, 11, 22)},
    Consent: {"account": date(2029, 11, 22)},
    Disclosure: {"about": date(2029, 11, 22), "about_email": date(2029, 11, 22)},
    # Three years unused, a letter in the night after, and a month to come back.
    Customer: {"phone": date(2029, 12, 23)},
    Provenance: {"party": date(2029, 12, 23)},
    Account: {"email": date(2029, 12, 23)},
    EmailAddress: {"email": date(2029, 12, 23)},
    Authenticator: {"user": date(2029, 12, 23)},
    Membership: {"role": date(2029, 12, 23)},
    Address: {"street": date(2029, 12, 23)},
    Company: {"name": date(2029, 12, 23)},
    Parcel: {"tracking_code": date(2027, 2, 21)},
    Fetched: {"first_at": date(2027, 2, 21), "times": date(2027, 2, 21)},
    PurchaseRequest: {"reason": date(2027, 2, 21)},
    BankEntry: {"payer_name": date(2027, 2, 21)},
    CouponUse: {"email": date(2027, 2, 21), "customer": date(2027, 2, 21)},
    BankFile: {"content": date(2026, 11, 30)},
    Intake: {"file": date(2026, 11, 30)},
    FormerOrder: {"lines": date(2029, 12, 23)},
    Agreement: {"party_name": date(2029, 11, 22), "document_name": date(2029, 11, 22)},
    AgreementDocument: {"file": date(2029, 11, 22)},
    Quote: {"message": date(2027, 2, 21), "email": date(2027, 2, 21)},
    Complaint: {"words": date(2027, 11, 23), "email": date(2027, 11, 23)},
    WithdrawalNotice: {"name": date(2027, 2, 21), "email": date(2027, 2, 21)},
    Order: {
        "email": date(2027, 2, 21),
        "last_name": date(2027, 2, 21),  # the invoice is the voucher
        "customer": date(2029, 12, 23),
    },
    Subscription: {"email": date(2027, 2, 21), "customer": date(2029, 12, 23)},
    Booking: {"email": date(2027, 2, 21), "customer": date(2029, 12, 23)},
    Invoice: {"buyer_name": date(2032, 12, 31)},
}
"""Of somebody who did everything on 23 November 2026 and never came back."""


def nights(days: set[date]) -> Iterator[date]:
    """Give the nights that matter; in the long run every night of twelve years."""
    first, last = date(2026, 11, 23), date(2038, 12, 31)
    for number in range((last - first).days):
        night = first + timedelta(days=number)
        if "ENDURE" in os.environ or night in days:
            yield night


def live_on_one_day(card: Customer, clerk: Account) -> dict[type[models.Model], list[Any]]:
    """Let somebody do everything at noon, so that every clock begins then; name the rows."""
    Customer.objects.update(created_at=NOON)
    finish(Order.objects.get(), at=NOON)
    person = subject_of(cards=[card.pk])
    rows = {each.model: keys for each, keys in rows_of(person).items()}
    settle_everything(clerk)
    ProcrastinateJob._base_manager.update(status="failed")
    for declaration in children_first():
        if declaration.person and declaration.person[0][0] is By.NONE:
            rows[declaration.model] = [a_row_of_nobody(declaration.model).pk]
        for keep in declaration.by_keep():
            if "warned_at" not in str(keep.since):
                with pgtrigger.ignore():
                    for row in declaration.model._base_manager.all():
                        begin(keep, row, NOON)
    return rows


@pytest.mark.endure
def test_for_twelve_years_each_column_goes_in_its_own_night(
    card: Customer, bertil: Account
) -> None:
    rows = live_on_one_day(card, bertil)
    last_days = {day for columns in LAST_DAYS.values() for day in columns.values()}
    warned = {date(2029, 11, 22), date(2029, 11, 23)}

    for night in nights({*last_days, *(day + DAY for day in last_days), *warned}):
        at = local(night, time(3, 17))
        see_who_is_idle(at=at)
        sweep(at=at)
        connection.check_constraints()  # what waits for a commit happens now
        for model, columns in LAST_DAYS.items():
            for column, last in columns.items():
                left = words_in(registry[model], [column], rows[model])
                assert any(left.values()) == (night <= last), (night, model, column)
    assert Account.objects.get() == bertil


def test_the_twelve_years_speak_of_every_table_that_a_clock_clears() -> None:
    assert set(LAST_DAYS) == {each.model for each in registry.values() if each.data}
