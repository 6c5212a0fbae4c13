"""What counting a file would do: asked before anything is written."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from django.db.models import Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders.banking.facts import Facts, Problem, Statement
from orders.banking.matching import facts_of, orders_of, reference_of, refund_of, why_not
from orders.banking.models import BankEntry
from orders.banking.operations import is_same, is_twin, keyed, put_aside
from orders.banking.states import EntryState, Why
from orders.books.models import Entry, LedgerAccount, Posting
from orders.money import ZERO
from orders.sales.models import Order


class Fate(StrEnum):
    """What becomes of an entry."""

    FULL = "full"
    PART = "part"
    OVER = "over"
    OWED = "owed"
    REFUND = "refund"
    OPEN = "open"
    KNOWN = "known"
    LISTED = "listed"

    @property
    def words(self) -> Promise:
        return _FATES[self]


_FATES: dict[Fate, Promise] = {
    Fate.FULL: _("Pays its order"),
    Fate.PART: _("Pays a part of its order"),
    Fate.OVER: _("Pays more than is to be paid; the rest is owed back"),
    Fate.OWED: _("Came for an order that is cancelled or paid: owed back"),
    Fate.REFUND: _("Settles a refund"),
    Fate.OPEN: _("Goes onto the work list"),
    Fate.KNOWN: _("Known already, does not count again"),
    Fate.LISTED: _("Is only listed"),
}


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One entry, and what would become of it."""

    facts: Facts
    fate: Fate
    why: Why | None = None
    order_number: str = ""


@dataclass(frozen=True, slots=True)
class Heap:
    """The entries that go one way."""

    fate: Fate
    count: int
    sum: Decimal


@dataclass(slots=True)
class Foresight:
    """What would become of a file."""

    entries: list[Foreseen]
    problems: list[Problem]

    @property
    def heaps(self) -> list[Heap]:
        """Count and sum the entries by what becomes of them."""
        count = Counter(each.fate for each in self.entries)
        return [
            Heap(
                fate,
                count[fate],
                sum((e.facts.amount for e in self.entries if e.fate is fate), start=ZERO),
            )
            for fate in Fate
            if count[fate]
        ]


def foresee(found: Statement) -> Foresight:
    """Tell what would become of each entry, with few questions whatever their number."""
    seer = _Seer(found)
    return Foresight([seer.see(facts, key) for facts, key in seer.entries], found.problems)


class _Seer:
    """Looks at entry after entry, and remembers what those before it have paid."""

    def __init__(self, found: Statement) -> None:
        self.entries = keyed(found)
        self.family = found.format.family
        keys = [key for _facts, key in self.entries]
        self.known = {each.key: each for each in BankEntry.objects.filter(key__in=keys)}
        self.seen: dict[str, Facts] = {}
        references = {reference_of(facts) for facts, _key in self.entries}
        self.orders = orders_of(references)
        self.rows = Order.objects.in_bulk(set(self.orders.values()))
        self.left = _left_to_pay(self.rows.values())
        others = BankEntry.objects.filter(reference__in=references - {""})
        self.told_otherwise = set(
            others.exclude(family=self.family).values_list("reference", "booked_date")
        )

    def see(self, facts: Facts, key: str) -> Foreseen:
        """Tell what would become of one entry."""
        known, before = self.known.get(key), self.seen.get(key)
        self.seen.setdefault(key, facts)
        if known is not None and is_same(known, facts):
            return Foreseen(facts, Fate.KNOWN)
        if before is not None and facts_of(before) == facts_of(facts):
            return Foreseen(facts, Fate.KNOWN)
        if known is not None or before is not None:
            return Foreseen(facts, Fate.OPEN, Why.SAME_NUMBER)
        aside = put_aside(facts)
        if aside is None and self._is_twin(facts):
            aside = EntryState.LISTED, Why.TWIN
        if aside is not None:
            fate = Fate.OPEN if aside[0] is EntryState.OPEN else Fate.LISTED
            return Foreseen(facts, fate, aside[1])
        return self._see_credit(facts) if facts.is_credit else _see_debit(facts)

    def _is_twin(self, facts: Facts) -> bool:
        told = (reference_of(facts), facts.booked) in self.told_otherwise
        return told and is_twin(facts, self.family)

    def _see_credit(self, facts: Facts) -> Foreseen:
        key = self.orders.get(reference_of(facts))
        if key is None:
            return Foreseen(facts, Fate.OPEN, why_not(facts))
        left = self.left[key]
        self.left[key] = left - facts.amount
        if left <= 0:
            fate = Fate.OWED
        elif left == facts.amount:
            fate = Fate.FULL
        else:
            fate = Fate.PART if facts.amount < left else Fate.OVER
        return Foreseen(facts, fate, order_number=self.rows[key].number)


def _see_debit(facts: Facts) -> Foreseen:
    refund = refund_of(facts)
    if refund is None:
        return Foreseen(facts, Fate.LISTED, Why.OUTGOING)
    return Foreseen(facts, Fate.REFUND, order_number=refund.payment.order.number)


def _left_to_pay(orders: Iterable[Order]) -> dict[UUID, Decimal]:
    """Tell what is to be paid of each order; of one that is off nothing is."""
    listed = list(orders)
    moves = dict(
        Posting.objects.on(LedgerAccount.RECEIVABLE)
        .filter(entry__order__in=listed)
        .exclude(entry__kind=Entry.Kind.INVOICE)
        .values_list("entry__order")
        .annotate(sum=Sum("amount"))
    )
    return {
        order.pk: ZERO if order.is_cancelled else order.total + moves.get(order.pk, ZERO)
        for order in listed
    }
