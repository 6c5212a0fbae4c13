"""What other parts of the shop hold that the books must agree with."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from orders.banking.models import BankEntry
from orders.books.models import Entry, LedgerAccount, Posting
from orders.invoicing.models import Invoice
from orders.money import ZERO
from orders.payments.models import Payment, Refund
from orders.payments.states import PaymentState, RefundState
from orders.sales.models import Order
from orders.sales.states import PaymentStatus, Status
from orders.stock.models import Level, Movement, Reservation

MOST_NAMED = 20
"""So many of one kind are named; one more line says how many there are."""


def cross_checks() -> Iterator[str]:
    """Name, by number only, whatever does not agree with the books."""
    for what, numbers in (
        ("paid, but not in the books", _paid_but_owing()),
        ("paid in the books, but not by its state", _owing_nothing_but_unpaid()),
        ("to be refunded, but nothing is owed back", _owed_nothing_but_due()),
        ("invoice with another sum in the books", _invoices()),
        ("more credited than invoiced", _over_credited()),
        ("payment that is not in the books", _payments()),
        ("refund that is not in the books", _refunds()),
        ("stock that is not the sum of its movements", _levels()),
        ("promises that are not the sum of the baskets", _promises()),
    ):
        yield from _named(what, numbers)
    yield from _unmatched()


def _named(what: str, numbers: "QuerySet[Any, Any]") -> Iterator[str]:
    found = [str(each) for each in numbers[: MOST_NAMED + 1]]
    yield from (f"{what}: {number}" for number in found[:MOST_NAMED])
    if len(found) > MOST_NAMED:
        yield f"{what}: {numbers.count()} in all"


def _sum(rows: "QuerySet[Any]", by: str, column: str) -> Coalesce:
    """Sum a column over the rows of one group, in a question beneath another."""
    summed = rows.order_by().values(by).annotate(sum_asked_for=Sum(column))
    return Coalesce(Subquery(summed.values("sum_asked_for")[:1]), ZERO)


def _orders() -> "QuerySet[Any, Any]":
    """Give the orders with what their buyers have yet to pay, and what is owed back to them."""
    posted = Posting.objects.filter(entry__order=OuterRef("pk"))
    moves = posted.on(LedgerAccount.RECEIVABLE).exclude(entry__kind=Entry.Kind.INVOICE)
    return Order.objects.order_by("pk").annotate(
        left=F("total") + _sum(moves, "entry__order", "amount"),
        owed=_sum(posted.on(LedgerAccount.OWED), "entry__order", "amount"),
    )


def _paid_but_owing() -> "QuerySet[Any, Any]":
    paid = _orders().filter(payment_status=PaymentStatus.PAID, left__gt=0)
    return paid.values_list("number", flat=True)


def _owing_nothing_but_unpaid() -> "QuerySet[Any, Any]":
    unpaid = _orders().filter(payment_status=PaymentStatus.UNPAID, total__gt=0, left__lte=0)
    return unpaid.exclude(status=Status.CANCELLED).values_list("number", flat=True)


def _owed_nothing_but_due() -> "QuerySet[Any, Any]":
    due = Q(payment_status=PaymentStatus.REFUND_DUE, owed__gte=0)
    done = Q(payment_status=PaymentStatus.REFUNDED, owed__lt=0)
    return _orders().filter(due | done, total__gt=0).values_list("number", flat=True)


def _invoices() -> "QuerySet[Any, Any]":
    """Find invoices and credit notes that the buyer owes otherwise by the books, or not at all."""
    posted = Posting.objects.on(LedgerAccount.RECEIVABLE).filter(
        entry__kind__in=(Entry.Kind.INVOICE, Entry.Kind.CREDIT_NOTE), entry__source=OuterRef("pk")
    )
    wrong = Invoice.objects.annotate(posted=_sum(posted, "entry__source", "amount"))
    return wrong.exclude(posted=F("total")).order_by("number").values_list("number", flat=True)


def _over_credited() -> "QuerySet[Any, Any]":
    notes = Invoice.objects.filter(corrects=OuterRef("pk"))
    invoices = Invoice.objects.invoices().annotate(credited=_sum(notes, "corrects", "total"))
    over = invoices.filter(total__lt=-F("credited"))
    return over.order_by("number").values_list("number", flat=True)


def _payments() -> "QuerySet[Any, Any]":
    """Find payments that count as paid and did not move their sum in the books."""
    posted = Posting.objects.filter(
        entry__kind__in=(Entry.Kind.PAYMENT, Entry.Kind.MATCH),
        entry__source=OuterRef("pk"),
        amount__gt=0,
    )
    paid = Payment.objects.filter(state=PaymentState.PAID)
    wrong = paid.annotate(posted=_sum(posted, "entry__source", "amount"))
    return wrong.exclude(posted=F("amount")).order_by("pk").values_list("pk", flat=True)


def _refunds() -> "QuerySet[Any, Any]":
    posted = Posting.objects.filter(
        entry__kind=Entry.Kind.REFUND, entry__source=OuterRef("pk"), amount__gt=0
    )
    done = Refund.objects.filter(state=RefundState.DONE)
    wrong = done.annotate(posted=_sum(posted, "entry__source", "amount"))
    return wrong.exclude(posted=F("amount")).order_by("pk").values_list("pk", flat=True)


def _levels() -> "QuerySet[Any, Any]":
    moved = Movement.objects.filter(level=OuterRef("pk"))
    levels = Level.objects.annotate(moved=_pieces(moved, "change"))
    return levels.exclude(moved=F("on_hand")).order_by("pk").values_list("variant__sku", flat=True)


def _promises() -> "QuerySet[Any, Any]":
    held = Reservation.objects.filter(level=OuterRef("pk"))
    levels = Level.objects.annotate(held=_pieces(held, "quantity"))
    return levels.exclude(held=F("reserved")).order_by("pk").values_list("variant__sku", flat=True)


def _pieces(rows: "QuerySet[Any]", column: str) -> Coalesce:
    summed = rows.order_by().values("level").annotate(sum_asked_for=Sum(column))
    return Coalesce(Subquery(summed.values("sum_asked_for")[:1]), 0)


def _unmatched() -> Iterator[str]:
    """Compare what waits on the work list with what the books hold as not matched."""
    waiting = BankEntry.objects.waiting().filter(currency="EUR")
    came = waiting.filter(is_credit=True).aggregate(sum=Sum("amount"))["sum"] or ZERO
    went = waiting.filter(is_credit=False).aggregate(sum=Sum("amount"))["sum"] or ZERO
    booked: Decimal = -Posting.objects.on(LedgerAccount.UNKNOWN).balance()
    if booked != came - went:
        yield f"not matched: {booked} in the books, {came - went} on the work list"
