"""Find what a payment is for: by its reference number, or by the words of a refund."""

import re
from collections.abc import Iterable
from hashlib import sha256
from uuid import UUID

from orders.banking.facts import Facts
from orders.banking.states import Why
from orders.invoicing.models import Invoice
from orders.payments.models import Provider, Refund
from orders.payments.states import RefundState
from orders.sales.models import Order
from orders.viitenumero import NotAReference, normalise

_NUMBERS = re.compile(r"[0-9]{4,20}")
_MOST_NUMBERS = 10


def reference_of(facts: Facts) -> str:
    """Give the reference number of a payment in its normal form; nothing where it has none.

    Where a payer wrote it as the message, and nothing else there, it counts as well.
    """
    for said in (facts.reference, "" if facts.reference else facts.message):
        try:
            return normalise(said)
        except NotAReference:
            continue
    return ""


def orders_of(references: Iterable[str]) -> dict[str, UUID]:
    """Find the orders of some references, by their own or by that of their invoice."""
    wanted = {each for each in references if each}
    invoiced = Invoice.objects.filter(reference__in=wanted).values_list("reference", "order")
    own = Order.objects.filter(reference__in=wanted).values_list("reference", "pk")
    return dict([*invoiced, *own])


def why_not(facts: Facts) -> Why:
    """Tell why a payment that came finds no order."""
    if reference_of(facts):
        return Why.UNKNOWN_REFERENCE
    return Why.BAD_REFERENCE if facts.reference else Why.NO_REFERENCE


def refund_of(facts: Facts) -> Refund | None:
    """Find the refund that a payment of ours is: its sum, and an order's number in its words."""
    words = f"{facts.reference} {facts.message}"
    numbers = list(dict.fromkeys(_NUMBERS.findall(words)))[:_MOST_NUMBERS]
    if not numbers:
        return None
    ours = Order.objects.filter(number__in=numbers) | Order.objects.filter(reference__in=numbers)
    waiting = Refund.objects.filter(
        payment__order__in=ours.values("pk"),
        payment__provider=Provider.BANK,
        state__in=(RefundState.NEW, RefundState.PENDING),
        amount=facts.amount,
    )
    return waiting.select_related("payment__order").order_by("created_at", "pk").first()


def key_of(facts: Facts, place: int) -> str:
    """Name a payment for ever: by its account and the bank's number.

    Where the bank gives none, its facts do, and how many like it stood before it in the file.
    """
    if facts.number:
        return _digest(facts.account, facts.number, "reversal" if facts.is_reversal else "")
    return _digest(facts.account, *facts_of(facts), facts.reference, str(place))


def second_key_of(facts: Facts) -> str:
    """Name a payment whose number the bank has used before for something else."""
    return _digest(facts.account, facts.number, *facts_of(facts), reference_of(facts))


def facts_of(facts: Facts) -> tuple[str, str, str]:
    """Give what tells payments of an account apart when their number does not."""
    return facts.booked.isoformat(), str(facts.amount), "+" if facts.is_credit else "-"


def _digest(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()
