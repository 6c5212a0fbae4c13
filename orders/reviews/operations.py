"""Review what one has got, take it back, report another's, and decide what is published.

What is decided is whether the words may stand in public, never whether they praise: points without
words are published at once, and words as soon as the shop has read them.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from customers.models import Customer
from orders.catalogue.models import Product
from orders.reviews.letters import write_refusal
from orders.reviews.models import Complained, Review, ReviewState
from orders.sales.models import OrderLine
from orders.sales.states import Status
from privacy.base import Gone
from privacy.locks import share_person


class NotBought(Exception):
    """The product has not been delivered to whoever wants to review it."""


class Decided(Exception):
    """The review has been changed, or decided, meanwhile."""


def may_review(card: Customer, product: Product) -> bool:
    """Tell whether a product has been delivered to somebody."""
    bought = OrderLine.objects.filter(order__customer=card, order__status=Status.DELIVERED)
    return bought.filter(variant__product=product).exists()


@transaction.atomic
def review(
    card: Customer,
    *,
    product: Product,
    rating: int,
    title: str,
    text: str,
    is_named: bool,
    language: str,
    at: datetime,
) -> Review:
    """Write a review, or write one's own anew.

    :raises Gone: when the card was erased in the meantime.
    :raises NotBought: when the product was not delivered to this person.
    """
    if not Customer.objects.select_for_update(no_key=True).filter(pk=card.pk).exists():
        raise Gone(Customer._meta.label)
    if not may_review(card, product):
        raise NotBought
    said = {
        "rating": rating,
        "title": title,
        "text": text,
        "is_named": is_named,
        "language": language,
        "written_at": at,
        "state": ReviewState.WAITING if title or text else ReviewState.SHOWN,
        "reason": "",
        "complained": "",
        "complained_at": None,
    }
    mine = Review.objects.of(card)
    written: Review = mine.update_or_create(customer=card, product=product, defaults=said)[0]
    return written


@transaction.atomic
def take_back(card: Customer, *, product: Product) -> bool:
    """Delete somebody's own review; give whether there was one."""
    removed, _each = Review.objects.of(card).filter(product=product).delete()
    return bool(removed)


@transaction.atomic
def report(*, key: UUID, why: Complained, at: datetime) -> bool:
    """Let staff look at a published review again; it stays until they have."""
    reported = Review.objects.shown().filter(pk=key)
    return bool(reported.update(complained=why, complained_at=at))


@transaction.atomic
def publish(written: Review) -> None:
    """Let everybody read a review; what was reported of it is done with.

    :raises Decided: when it has been written anew since it was read.
    """
    _decide(written, state=ReviewState.SHOWN, reason="")


@transaction.atomic
def refuse(written: Review, *, reason: str, at: datetime) -> None:
    """Do not publish a review, or not any more, and tell its writer why.

    :raises Decided: when it has been written anew since it was read.
    """
    email = written.customer.email
    if email:
        share_person(email)
    _decide(written, state=ReviewState.REFUSED, reason=reason)
    if email:
        write_refusal(written, reason=reason, to=email, at=at)


def _decide(written: Review, *, state: ReviewState, reason: str) -> None:
    """Decide about the very words that were read."""
    read = Review.objects.filter(pk=written.pk, written_at=written.written_at)
    decided = read.exclude(state=ReviewState.REFUSED)
    if not decided.update(state=state, reason=reason, complained="", complained_at=None):
        raise Decided
