"""Whatever people have done: the preview tells what goes, and nobody else notices."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from axes.models import AccessFailureLog, AccessLog
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.models import Account, Acknowledgement, Company, Customer
from customers.sessions import SessionStore
from orders.basket.models import Basket
from orders.invoicing.operations import issue
from orders.sales.models import Order
from orders.sales.operations import NotPermitted, move
from orders.sales.states import Step
from privacy.breaches.affected import Seen, add_affected
from privacy.breaches.operations import open_breach
from privacy.copies.operations import replace_copy
from privacy.erase import erase, preview
from privacy.ledger import the_ledger
from privacy.outbox.operations import post
from privacy.provenance.models import Whence
from privacy.provenance.operations import note_provenance
from privacy.reading import models as reading
from privacy.reading.operations import note_readings
from privacy.registry import Basis, Purpose
from privacy.requests.answering import refuse
from privacy.requests.models import Request
from privacy.requests.operations import ask
from privacy.requests.states import Kind, Refusal
from privacy.restriction.models import Restriction
from privacy.restriction.operations import restrict
from privacy.subject import Subject, rows_of, subject_of
from privacy.sweep import sweep
from tests.conftest import NOON
from tests.factories import (
    BasketFactory,
    BasketLineFactory,
    CheckoutDraftFactory,
    CompanyFactory,
    CustomerFactory,
    MembershipFactory,
)
from tests.privacy.lives import (
    disclosure_of,
    finish,
    login_of,
    member,
    order_of,
    passed_on,
    served_once,
    whole_life,
)
from tests.privacy.snapshots import changed, snapshot, vanished

pytestmark = pytest.mark.django_db

HISTORIES = 10 * int(os.environ.get("ENDURE", "0")) or 12
ADDRESSES = ["anna@example.fi", "bea@example.fi", "celia@example.fi"]
GUEST = 2
"""Anna and Bea have an account each; whoever reads Celia's mail has none."""
CASCADES = {"procrastinate.ProcrastinateEvent", "orders.BasketLine"}
"""Parts of rows that go with them, and say nothing about anybody by themselves."""
WRITTEN = {
    "privacy.RecipientNotice",
    "privacy.Letter",
    "procrastinate.ProcrastinateJob",
    "procrastinate.ProcrastinateEvent",
}
"""What an erasure writes for those who received the data; it alters no such row."""


@contextmanager
def undone() -> Iterator[None]:
    """Leave the database as it was; an erasure inside takes it for the test's own frame."""
    try:
        with transaction.atomic():
            vars(connection.atomic_blocks[-1])["_from_testcase"] = True
            yield
            transaction.set_rollback(True)
    finally:
        the_ledger().path.unlink(missing_ok=True)


@dataclass
class Town:
    """A few people, and what they do there."""

    clerk: Account
    cards: list[Customer]
    companies: list[Company]
    orders: list[Order]

    def card_of(self, who: int) -> Customer | None:
        return self.cards[who] if who < len(self.cards) else None

    def person(self, who: int) -> Subject:
        card = self.card_of(who)
        return subject_of(cards=[card.pk]) if card else subject_of(emails=[ADDRESSES[who]])

    def last_of(self, who: int) -> Order | Customer:
        """Give the last order, or somebody's card while there is none."""
        return self.orders[-1] if self.orders else self.cards[who % len(self.cards)]

    def order(self, who: int, typed: str, at: datetime) -> None:
        self.orders.append(order_of(self.card_of(who), typed, at=at))

    def take_a_step(self, who: int, typed: str, at: datetime) -> None:
        """Let the last order go on, as far as it may."""
        for order in self.orders[-1:]:
            for step in list(Step)[: who + 1]:
                with suppress(NotPermitted):
                    move(order=order, step=step, at=max(at, order.placed_at))

    def write(self, who: int, typed: str, at: datetime) -> None:
        about = self.orders[-1].pk if self.orders else None
        post(to=typed, language="fi", kind="x", subject="x", text="x", at=at, about=about)

    def sign_in(self, who: int, typed: str, at: datetime) -> None:
        said = {"username": ADDRESSES[who], "ip_address": "192.0.2.7", "path_info": "/"}
        for log in (AccessLog, AccessFailureLog):
            row = log.objects.create(**said)
            log.objects.filter(pk=row.pk).update(attempt_time=at)

    def visit(self, who: int, typed: str, at: datetime) -> None:
        """Begin a session, signed in or with an address somewhere inside."""
        card, session = self.card_of(who), SessionStore()
        session["said"] = f"A letter went to {typed}."
        if card is not None:
            session = SessionStore()
            session[SESSION_KEY] = str(card.account_id)
        session.save()

    def fill_basket(self, who: int, typed: str, at: datetime) -> None:
        card = self.card_of(who)
        if card is not None and Basket.objects.filter(customer=card).exists():
            return
        basket = BasketFactory.create(customer=card, touched_at=at)
        BasketLineFactory.create(basket=basket)
        CheckoutDraftFactory.create(basket=basket, email=typed, delivery_method=None)

    def ask_for_copy(self, who: int, typed: str, at: datetime) -> None:
        card = self.card_of(who)
        if card is not None and card.account_id is not None:
            replace_copy(account_id=card.account_id, language="fi", at=at)

    def join(self, who: int, typed: str, at: datetime) -> None:
        card, company = self.card_of(who), self.companies[ADDRESSES.index(typed) % 2]
        if card is not None and not company.memberships.filter(customer=card).exists():
            MembershipFactory.create(company=company, customer=card)

    def be_imported(self, who: int, typed: str, at: datetime) -> None:
        CustomerFactory.create(account=None, email=typed)

    def be_noted(self, who: int, typed: str, at: datetime) -> None:
        """Let the clerk's log say something about the last order, or about a card."""
        about = self.last_of(who)
        LogEntry.objects.create(
            user=self.clerk,
            content_type=ContentType.objects.get_for_model(about),
            object_id=str(about.pk),
            object_repr=typed,
            action_flag=CHANGE,
            action_time=at,
        )

    def be_invoiced(self, who: int, typed: str, at: datetime) -> None:
        for order in self.orders[-1:]:
            issue(order=order, tax_point=order.placed_at.date(), at=max(at, order.placed_at))

    def ask(self, who: int, typed: str, at: datetime) -> None:
        card = self.card_of(who)
        if card is not None:
            account = login_of(card).pk
            ask(kind=Kind.OBJECTION, account_id=account, said=typed, language="fi", at=at)

    def be_answered(self, who: int, typed: str, at: datetime) -> None:
        for asked in Request.objects.open():
            refuse(asked, refusal=Refusal.UNFOUNDED, reason=typed, by=self.clerk, at=at)

    def be_restricted(self, who: int, typed: str, at: datetime) -> None:
        reason = list(Restriction.Reason)[ADDRESSES.index(typed)]
        restrict(self.person(who), reason=reason, at=at)

    def be_passed_on(self, who: int, typed: str, at: datetime) -> None:
        passed_on(self.last_of(who).pk, at=at)

    def be_disclosed(self, who: int, typed: str, at: datetime) -> None:
        """Let an authority ask about a card, or an address that somebody typed."""
        disclosure_of(self.cards[who % len(self.cards)], typed, at=at)

    def be_looked_at(self, who: int, typed: str, at: datetime) -> None:
        note_readings(
            staff=self.clerk,
            kind=reading.Kind.DETAIL,
            table="orders.Order",
            numbers=[self.last_of(who).pk],
            at=at,
            reason=typed,
        )

    def be_told_of_by_others(self, who: int, typed: str, at: datetime) -> None:
        note_provenance(
            rows={self.cards[who % len(self.cards)]: ["phone"]},
            source=Whence.THIRD_PARTY,
            party="Numeropalvelu Oy",
            basis=Basis.CONTRACT,
            purpose=Purpose.REGISTER,
            at=at,
            by=self.clerk,
        )

    def serve(self, who: int, typed: str, at: datetime) -> None:
        """Work here for a while, unless that has been so before."""
        account = login_of(self.cards[who % len(self.cards)])
        if not Acknowledgement.objects.filter(account=account).exists():
            served_once(account, clerk=self.clerk, at=at)

    def be_concerned(self, who: int, typed: str, at: datetime) -> None:
        breach = open_breach(noticed_at=at, what="Somebody else had the session.")
        add_affected(breach, {self.last_of(who).pk: Seen({"orders.Order"}, at, at)}, at=at)

    def sleep(self, who: int, typed: str, at: datetime) -> None:
        """Let a night pass."""
        sweep(at=at)


Act = Callable[[Town, int, str, datetime], None]
ACTS: list[Act] = [
    Town.order,
    Town.order,
    Town.take_a_step,
    Town.take_a_step,
    Town.write,
    Town.sign_in,
    Town.visit,
    Town.fill_basket,
    Town.ask_for_copy,
    Town.join,
    Town.be_imported,
    Town.be_noted,
    Town.be_invoiced,
    Town.ask,
    Town.be_answered,
    Town.be_restricted,
    Town.be_passed_on,
    Town.be_disclosed,
    Town.be_looked_at,
    Town.be_told_of_by_others,
    Town.serve,
    Town.be_concerned,
    Town.sleep,
]

HISTORY = st.lists(
    st.tuples(
        st.sampled_from(ACTS),
        st.integers(0, GUEST),  # who does it
        st.sampled_from(ADDRESSES),  # whose address is typed
        st.integers(0, 3000),  # days ago
    ),
    max_size=24,
)


def live(history: list[tuple[Act, int, str, int]], clerk: Account) -> Town:
    town = Town(
        clerk=clerk,
        cards=[member(address) for address in ADDRESSES[:GUEST]],
        companies=[CompanyFactory.create(), CompanyFactory.create()],
        orders=[],
    )
    for act, who, typed, days in sorted(history, key=lambda each: -each[3]):
        act(town, who, typed, NOON - timedelta(days=days))
    connection.check_constraints()  # what waits for a commit happens now, and not in the erasure
    return town


@given(history=HISTORY, who=st.integers(0, GUEST), days=st.integers(0, 4000))
@settings(
    max_examples=HISTORIES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@pytest.mark.endure
def test_the_preview_is_what_happens_and_others_are_untouched(
    bertil: Account, *, history: list[tuple[Act, int, str, int]], who: int, days: int
) -> None:
    with undone():
        town = live(history, bertil)
        person = town.person(who)
        at = NOON + timedelta(days=days)
        hers = {(d.label, key) for d, keys in rows_of(person).items() for key in keys}
        before = snapshot()
        told = preview(person, at=at)

        receipt = erase(person, at=at)
        after = snapshot()

        promised: Counter[str] = Counter()
        for item in told.goes_now:
            promised[item.column] += item.count
        assert vanished(before, after) == promised == Counter(receipt.removed)
        others = changed(before, after) - hers
        written = {each for each in others - before.keys() if each[0] in WRITTEN}
        assert {label for label, _key in others - written} <= CASCADES
        assert {(kept["what"], kept["count"], kept["until"]) for kept in receipt.kept} == {
            (item.column, item.count, item.until.isoformat() if item.until else None)
            for item in (*told.goes_later, *told.stays_by_law)
        }
        assert preview(person, at=at).goes_now == []


def test_everything_of_a_whole_life_is_counted(bertil: Account) -> None:
    card = whole_life("anna@example.fi", clerk=bertil)
    person = subject_of(cards=[card.pk])
    before, told = snapshot(), preview(person, at=NOON)

    erase(person, at=NOON)

    promised = Counter({item.column: 0 for item in told.goes_now})
    for item in told.goes_now:
        promised[item.column] += item.count
    assert vanished(before, snapshot()) == promised


def test_for_twelve_years_each_order_names_its_buyer_to_the_last_day() -> None:
    card = member("anna@example.fi")
    days = [
        date(year, month, day)
        for year in range(2026, 2032)
        for month, day in ((1, 1), (6, 30), (12, 31))
    ]
    orders = []
    for day in days:
        at = NOON.replace(year=day.year, month=day.month, day=day.day)
        orders.append((day, finish(order_of(card, "anna@example.fi", at=at), at=at)))
    began = NOON.replace(year=2032, month=1, day=20)
    erase(subject_of(cards=[card.pk]), at=began)

    for year in range(2032, 2039):
        for today in (date(year, 1, 1), date(year, 7, 1), date(year, 12, 31)):
            sweep(at=moment(max(today, began.date())))
            named = set(Order.objects.exclude(last_name="").values_list("pk", flat=True))
            assert named == {
                order.pk for day, order in orders if today <= date(day.year + 6, 12, 31)
            }, today
            assert not Order.objects.exclude(email="").exists()
    assert not Order.objects.exclude(last_name="").exists()


def moment(day: date) -> datetime:
    return NOON.replace(year=day.year, month=day.month, day=day.day)


def test_the_queries_of_an_erasure_do_not_grow_with_the_orders(
    django_assert_max_num_queries: Any,
) -> None:
    counts = []
    for address, many in (("anna@example.fi", 2), ("bea@example.fi", 40)):
        card = member(address)
        for _each in range(many):
            finish(order_of(card, address), at=NOON)
        with django_assert_max_num_queries(500) as asked:
            erase(subject_of(cards=[card.pk]), at=NOON)
        counts.append(len(asked.captured_queries))
    assert counts[0] == counts[1]
