"""A simulated clock: what the books and an open order hold is there so long, and no longer."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from customers.models import Customer
from orders.invoicing.models import BUYER as INVOICED
from orders.invoicing.models import Invoice
from orders.invoicing.operations import issue
from orders.sales.models import BUYER, CONTACT, Order
from orders.sales.operations import move
from orders.sales.states import WAYS, PaymentStatus, State, Status, Step
from privacy.erase import erase
from privacy.registry import (
    Declaration,
    Ground,
    registry,
)
from privacy.subject import subject_of
from privacy.sweep import sweep
from privacy.terms import AfterFinancialYear, Term
from tests import vectors
from tests.conftest import NOON
from tests.privacy.days import DAY, begin_of, end_of, local
from tests.privacy.lives import finish, member, order_of

pytestmark = pytest.mark.django_db

ANNA, CELIA = "anna@example.fi", "celia@example.fi"


def books(ends_in: int) -> dict[Any, Declaration]:
    """Declare the vouchers as a company does whose financial year ends in another month."""
    return {model: _books_of(registry[model], ends_in) for model in (Order, Invoice)}


def _books_of(vouchers: Declaration, ends_in: int) -> Declaration:
    def ending(term: Term | None) -> Any:
        if isinstance(term, AfterFinancialYear):
            return replace(term, last_month=ends_in)
        return term

    changed = {
        keep: replace(
            keep,
            period=ending(keep.period),
            held_while=tuple(replace(hold, term=ending(hold.term)) for hold in keep.held_while),
        )
        for keep in vouchers.by_keep()
    }
    data = {name: replace(datum, keep=changed[datum.keep]) for name, datum in vouchers.data.items()}
    return replace(vouchers, data=data)


def keep_books(month: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the shop's financial year end with a month."""
    for model, declaration in books(month).items():
        monkeypatch.setitem(registry, model, declaration)


@pytest.mark.parametrize("row", vectors.rows("retention"), ids=vectors.name)
def test_the_books_name_the_buyer_to_the_day_that_published_examples_give(
    row: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether or not somebody asks for an erasure, as Anna does and Celia does not."""
    keep_books(date.fromisoformat(row["financial_year_end"]).month, monkeypatch)
    last = date.fromisoformat(row["keep_vouchers_until"])
    placed = local(date.fromisoformat(row["voucher_date"]), time(23, 59))
    asking = member(ANNA)
    orders = [bought_by(card, at=placed) for card in (asking, member(CELIA))]
    receipt = erase(subject_of(cards=[asking.pk]), at=placed + timedelta(days=30))
    assert {kept["until"] for kept in receipt.kept} == {last.isoformat()}

    sweep(at=end_of(last))
    for order in orders:
        order.refresh_from_db()
        assert [getattr(order, name) for name in BUYER[:2]] == ["Anna", "Virtanen"]
        assert {getattr(order, name) for name in CONTACT} == {""}

    sweep(at=begin_of(last + DAY))
    for order in orders:
        order.refresh_from_db()
        assert {getattr(order, name) for name in BUYER} == {""}


@pytest.mark.parametrize("row", vectors.rows("retention"), ids=vectors.name)
def test_once_there_is_an_invoice_it_alone_names_the_buyer_to_that_day(
    row: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether or not somebody asks for an erasure, as Anna does and Celia does not."""
    keep_books(date.fromisoformat(row["financial_year_end"]).month, monkeypatch)
    last = date.fromisoformat(row["keep_vouchers_until"])
    issued = local(date.fromisoformat(row["voucher_date"]), time(23, 59))
    asking = member(ANNA)
    orders = [bought_by(card, at=issued) for card in (asking, member(CELIA))]
    invoices = [issue(order=order, tax_point=issued.date(), at=issued) for order in orders]
    receipt = erase(subject_of(cards=[asking.pk]), at=issued + timedelta(days=30))
    kept = {(each["what"].rpartition(".")[0], each["until"]) for each in receipt.kept}
    assert kept == {("orders.Invoice", last.isoformat())}

    sweep(at=end_of(last))
    for order, invoice in zip(orders, invoices, strict=True):
        order.refresh_from_db()
        invoice.refresh_from_db()
        assert {getattr(order, name) for name in (*BUYER, *CONTACT)} == {""}
        assert (invoice.buyer_name, invoice.city) == ("Anna Virtanen", "Helsinki")

    sweep(at=begin_of(last + DAY))
    for order, invoice in zip(orders, invoices, strict=True):
        invoice.refresh_from_db()
        assert {getattr(invoice, name) for name in INVOICED} == {""}
        assert invoice.total == order.total


def bought_by(card: Customer, *, at: datetime) -> Order:
    """Let somebody buy, pay and get the thing, all at one moment."""
    return finish(order_of(card, card.email, at=at), at=at)


# --- Every state of an order ---------------------------------------------------------------


def states() -> dict[State, list[Step]]:
    """Find a way to each state that an order can be in."""
    ways = {State(Status.PLACED, PaymentStatus.UNPAID): list[Step]()}
    for _each in Step:
        for step, table in WAYS.items():
            for before, after in table.items():
                if before in ways:
                    ways.setdefault(after, [*ways[before], step])
    return ways


@pytest.mark.parametrize(
    ("state", "steps"),
    [pytest.param(*each, id=f"{each[0].status}-{each[0].payment}") for each in states().items()],
)
def test_of_an_order_that_is_not_done_the_contact_data_stay(
    state: State, steps: list[Step]
) -> None:
    card = member(ANNA)
    order = order_of(card, ANNA, at=NOON)
    for step in steps:
        order = move(order=order, step=step, at=NOON)
    assert order.state == state
    delivered = state == State(Status.DELIVERED, PaymentStatus.PAID)
    cancelled = state == State(Status.CANCELLED, PaymentStatus.UNPAID)
    refunded = state == State(Status.CANCELLED, PaymentStatus.REFUNDED)
    late = NOON + timedelta(days=300)

    receipt = erase(subject_of(cards=[card.pk]), at=late)

    order.refresh_from_db()
    grounds = {kept["ground"] for kept in receipt.kept if kept["what"] == "orders.Order.email"}
    assert grounds == (set() if delivered or cancelled or refunded else {Ground.CONTRACT})
    assert order.email == (ANNA if grounds else "")
    assert order.last_name == ("" if cancelled else "Virtanen")
    sweep(at=late + timedelta(days=300))
    order.refresh_from_db()
    assert order.email == (ANNA if grounds else "")


def test_pr_05_the_books_let_go_on_the_day_and_once() -> None:
    order = finish(order_of(None, ANNA, at=NOON), at=NOON)

    sweep(at=NOON.replace(year=2032))
    order.refresh_from_db()
    assert (order.email, order.last_name, order.total) == ("", "Virtanen", order.total)
    assert sweep(at=begin_of(date(2033, 1, 1)))["orders.Order.last_name"] == 1
    assert sweep(at=begin_of(date(2033, 1, 1))) == {}
    assert sweep(at=NOON.replace(year=2036)) == {}


def test_pr_07_a_guest_buys_without_an_account_and_is_forgotten_in_time() -> None:
    order = finish(order_of(None, ANNA, at=NOON), at=NOON)
    last = date(2027, 2, 21)  # ninety days

    sweep(at=end_of(last))
    order.refresh_from_db()
    assert (order.customer, order.email) == (None, ANNA)
    sweep(at=begin_of(last + DAY))
    order.refresh_from_db()
    assert {getattr(order, name) for name in CONTACT} == {""}
