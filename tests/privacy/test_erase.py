"""Forgetting a person: what goes, what stays until when, and whom it must not touch."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from customers.models import Account, Company, Customer
from orders.sales.models import Order
from orders.sales.operations import move
from orders.sales.states import Step
from privacy.base import Gone
from privacy.erase import Item, Preview, erase, preview
from privacy.evidence import Erasure
from privacy.ledger import the_ledger
from privacy.outbox.models import Letter
from privacy.outbox.operations import post
from privacy.processors.models import Processor
from privacy.registry import Ground
from privacy.subject import Subject, subject_of
from privacy.sweep import sweep
from tests.conftest import NOON
from tests.factories import CompanyFactory, CustomerFactory, MembershipFactory
from tests.privacy.lives import finish, member, order_of

ANNA = "anna.virtanen@example.fi"
CELIA = "celia@example.fi"
YEAR = timedelta(days=366)

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> Customer:
    return member(ANNA)


@pytest.fixture
def celia() -> Customer:
    return member(CELIA, first_name="Celia", last_name="Lindström")


def by(card: Customer) -> Subject:
    return subject_of(cards=[card.pk])


def columns(items: list[Item]) -> set[str]:
    return {item.column for item in items}


def at_noon(year: int, month: int, day: int) -> datetime:
    return NOON.replace(year=year, month=month, day=day)


def test_what_nothing_holds_goes_at_once(anna: Customer) -> None:
    receipt = erase(by(anna), at=NOON)

    assert not Customer.objects.exists()
    assert not Account.objects.exists()
    assert receipt.removed["customers.Customer.email"] == 1
    assert receipt.kept == []


def test_an_open_order_keeps_what_it_needs_and_the_receipt_number(anna: Customer) -> None:
    order = order_of(anna, ANNA)

    receipt = erase(by(anna), at=NOON)

    order.refresh_from_db()
    assert (order.customer, order.email, order.first_name) == (None, ANNA, "Anna")
    assert order.erasure == receipt.pk
    assert {kept["ground"] for kept in receipt.kept} == {"contract", "law"}


def test_what_an_order_held_goes_in_the_night_after_the_time_to_withdraw(anna: Customer) -> None:
    order = order_of(anna, ANNA)
    erase(by(anna), at=NOON)
    finish(order, at=NOON)

    sweep(at=NOON + timedelta(days=14))
    order.refresh_from_db()
    assert order.email == ANNA

    sweep(at=NOON + timedelta(days=15))
    order.refresh_from_db()
    assert (order.email, order.phone, order.note) == ("", "", "")
    assert (order.first_name, order.street) == ("Anna", "Mannerheimintie 1")


def test_the_books_name_the_buyer_to_the_last_day_of_the_sixth_year(anna: Customer) -> None:
    order = finish(order_of(anna, ANNA), at=NOON)
    receipt = erase(by(anna), at=NOON + timedelta(days=20))

    until = {kept["until"] for kept in receipt.kept}
    assert until == {"2032-12-31"}

    sweep(at=at_noon(2032, 12, 31))
    order.refresh_from_db()
    assert order.last_name == "Virtanen"

    sweep(at=at_noon(2033, 1, 1))
    order.refresh_from_db()
    assert {getattr(order, name) for name in ("first_name", "last_name", "street", "city")} == {""}
    lapsed = Erasure.objects.get(kind=Erasure.Kind.LAPSED)
    assert lapsed.of == receipt
    assert lapsed.removed["orders.Order.last_name"] == 1


def test_an_order_cancelled_unpaid_has_no_voucher_and_goes_at_once(anna: Customer) -> None:
    order = order_of(anna, ANNA)
    move(order=order, step=Step.CANCEL, at=NOON)

    receipt = erase(by(anna), at=NOON)

    order.refresh_from_db()
    assert receipt.kept == []
    assert (order.email, order.last_name) == ("", "")


def test_money_owed_back_holds_a_cancelled_order(anna: Customer) -> None:
    order = order_of(anna, ANNA)
    move(order=order, step=Step.PAY, at=NOON)
    move(order=order, step=Step.CANCEL, at=NOON)

    erase(by(anna), at=NOON)

    order.refresh_from_db()
    assert order.email == ANNA


def test_a_guest_is_forgotten_by_the_address_alone() -> None:
    hers = finish(order_of(None, ANNA), at=NOON)
    others = finish(order_of(None, "muu.vieras@example.fi"), at=NOON)

    erase(subject_of(emails=[" ANNA.Virtanen@example.fi"]), at=NOON + timedelta(days=30))

    hers.refresh_from_db()
    others.refresh_from_db()
    assert hers.email == ""
    assert others.email == "muu.vieras@example.fi"


def test_nobody_means_nobody_and_not_every_guest() -> None:
    order = finish(order_of(None, ANNA), at=NOON)
    card = CustomerFactory.create(email="")

    receipt = erase(subject_of(emails=["", " "]), at=NOON + YEAR)

    order.refresh_from_db()
    assert order.email == ANNA
    assert Customer.objects.get() == card
    assert receipt.removed == {}


def test_an_address_that_another_member_typed_leaves_that_members_order_alone(
    anna: Customer, celia: Customer
) -> None:
    hers = finish(order_of(celia, ANNA), at=NOON)

    erase(by(anna), at=NOON + timedelta(days=30))

    hers.refresh_from_db()
    assert (hers.customer, hers.email) == (celia, ANNA)


def test_an_account_whose_address_was_never_confirmed_proves_nothing(anna: Customer) -> None:
    guest = finish(order_of(None, "celia@example.fi"), at=NOON)
    impostor = CustomerFactory.create(
        account=Account.objects.create_user("celia@example.fi", "x"), email="celia@example.fi"
    )

    erase(by(impostor), at=NOON + timedelta(days=30))

    guest.refresh_from_db()
    assert guest.email == "celia@example.fi"
    assert Customer.objects.get() == anna


def test_an_imported_card_under_the_proved_address_goes_too(anna: Customer) -> None:
    CustomerFactory.create(account=None, email=ANNA)
    kept = CustomerFactory.create(account=None, email="muu@example.fi")

    erase(by(anna), at=NOON)

    assert Customer.objects.get() == kept


def test_a_company_goes_with_its_last_member_only(anna: Customer, celia: Customer) -> None:
    shared, own = CompanyFactory.create(), CompanyFactory.create()
    MembershipFactory.create(company=shared, customer=anna)
    MembershipFactory.create(company=shared, customer=celia)
    MembershipFactory.create(company=own, customer=anna)

    erase(by(anna), at=NOON)
    assert Company.objects.get() == shared

    erase(by(celia), at=NOON)
    assert not Company.objects.exists()


def test_letters_that_wait_are_dropped_whatever_address_they_go_to(anna: Customer) -> None:
    order = order_of(anna, "lahja@example.fi")
    for to, about in ((ANNA, None), ("lahja@example.fi", order.pk), (CELIA, None)):
        post(to=to, language="fi", kind="x", subject="x", text="x", at=NOON, about=about)

    erase(by(anna), at=NOON)

    assert Letter.objects.get().to == CELIA


def test_the_answer_is_written_with_the_erasure_and_outlives_it(anna: Customer) -> None:
    def answer(receipt: Erasure, told: list[Processor]) -> None:
        post(
            to=ANNA,
            language="fi",
            kind="erased",
            subject=receipt.number,
            text="…",
            at=NOON,
            is_answer=True,
        )

    receipt = erase(by(anna), at=NOON, then=answer)
    erase(subject_of(emails=[ANNA]), at=NOON)

    assert Letter.objects.get().subject == receipt.number


def test_staff_are_not_erased_while_they_work_here(bertil: Account) -> None:
    receipt = erase(subject_of(accounts=[bertil.pk]), at=NOON)

    assert Account.objects.get() == bertil
    assert {kept["ground"] for kept in receipt.kept} == {"contract"}


def test_twice_is_as_good_as_once(anna: Customer) -> None:
    order = order_of(anna, ANNA)
    first = erase(by(anna), at=NOON)
    again = erase(subject_of(emails=[ANNA]), at=NOON)

    order.refresh_from_db()
    assert order.erasure == first.pk
    assert again.removed == {}
    assert [kept["what"] for kept in again.kept] == [
        kept["what"] for kept in first.kept if "Customer" not in kept["what"]
    ]


def test_the_preview_tells_three_lists_with_ground_and_day(anna: Customer) -> None:
    order_of(anna, ANNA)
    finish(order_of(anna, ANNA), at=NOON)

    told: Preview = preview(by(anna), at=NOON)

    assert "customers.Customer.phone" in columns(told.goes_now)
    emails = [item for item in told.goes_later if item.column == "orders.Order.email"]
    assert {(item.count, item.ground, item.until) for item in emails} == {
        (1, Ground.CONTRACT, None),
        (1, Ground.CONTRACT, date(2026, 12, 7)),
    }
    names = [item for item in told.stays_by_law if item.column == "orders.Order.last_name"]
    assert [(item.count, item.until) for item in names] == [(2, date(2032, 12, 31))]
    assert Customer.objects.filter(pk=anna.pk).exists()


def test_a_stale_order_does_not_write_back_what_was_released(anna: Customer) -> None:
    order = finish(order_of(anna, ANNA), at=NOON)
    stale = Order.objects.get(pk=order.pk)
    erase(by(anna), at=NOON + timedelta(days=30))
    stale.customer = None

    with pytest.raises(IntegrityError), transaction.atomic():
        stale.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        stale.save(update_fields=["email"])
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(released=[], email=ANNA)
    order.refresh_from_db()
    assert order.email == ""


def test_a_stale_card_and_account_do_not_come_back(anna: Customer) -> None:
    account = Account.objects.get()
    erase(by(anna), at=NOON)

    for stale, column in ((anna, "phone"), (account, "last_login")):
        for columns in (None, [column]):
            with pytest.raises(Gone), transaction.atomic():
                stale.save(update_fields=columns)
    assert not Customer.objects.exists()
    assert not Account.objects.exists()


def test_the_sweep_writes_nothing_twice(anna: Customer) -> None:
    finish(order_of(None, ANNA), at=NOON)
    later = NOON + timedelta(days=91)

    assert sweep(at=later)["orders.Order.email"] == 1
    assert sweep(at=later) == {}


def test_contact_data_go_unasked_after_their_time(anna: Customer) -> None:
    order = finish(order_of(anna, ANNA), at=NOON)

    sweep(at=NOON + timedelta(days=90))
    order.refresh_from_db()
    assert order.email == ANNA

    sweep(at=NOON + timedelta(days=91))
    order.refresh_from_db()
    assert (order.email, order.customer) == ("", anna)
    assert order.last_name == "Virtanen"


def test_an_account_goes_unasked_only_after_its_warning(anna: Customer) -> None:
    sweep(at=NOON + 10 * YEAR)
    assert Customer.objects.get() == anna

    Customer.objects.filter(pk=anna.pk).update(warned_at=NOON)
    sweep(at=NOON + timedelta(days=30))
    assert Customer.objects.get() == anna

    sweep(at=NOON + timedelta(days=31))
    assert not Customer.objects.exists()
    assert not Account.objects.exists()


def test_who_signs_in_after_the_warning_stays(anna: Customer) -> None:
    Customer.objects.filter(pk=anna.pk).update(warned_at=NOON)
    Account.objects.update(last_login=NOON + timedelta(days=1))

    sweep(at=NOON + timedelta(days=31))

    assert Customer.objects.get() == anna


def test_each_erasure_is_one_line_of_the_ledger(anna: Customer) -> None:
    receipt = erase(by(anna), at=NOON)

    [entry] = the_ledger().entries()
    assert (entry.n, entry.receipt, entry.seal) == (1, str(receipt.pk), receipt.seal)
    assert str(anna.pk) in entry.people
    assert ANNA not in the_ledger().path.read_text()


def test_the_receipt_names_nobody(anna: Customer) -> None:
    order_of(anna, ANNA)
    receipt = erase(by(anna), at=timezone.now())

    said = str(Erasure.objects.values().get(pk=receipt.pk))
    for word in (ANNA, "Anna", "Virtanen", str(anna.pk), str(anna.account_id)):
        assert word not in said
