"""From a quote to its order: a basket and a checkout of its own, at the quoted prices."""

from datetime import datetime

from django.db import transaction

from customers.models import Customer
from orders.basket.models import Basket, BasketLine
from orders.checkout.drafts import new_draft
from orders.checkout.models import CheckoutDraft, PurchaseRequest
from orders.quotes.models import Quote
from orders.quotes.operations import WAITS, QuoteIsOver, hold_to_accept
from privacy.base import Gone
from privacy.locks import share_person, unless_crossed


def begin(*, quote: Quote, language: str, at: datetime) -> CheckoutDraft:
    """Begin to accept a quote: its checkout, made once, beside the basket that is being filled.

    What it holds costs what was quoted. It is accepted when the order is placed, and not before.

    :raises QuoteIsOver: when it cannot be accepted, or not any more.
    :raises Gone: when the buyer was erased meanwhile.
    """
    return unless_crossed(lambda: _begin(quote, language, at))


@transaction.atomic
def _begin(quote: Quote, language: str, at: datetime) -> CheckoutDraft:
    share_person(quote.email)
    card = _hold_the_card(quote)
    held = hold_to_accept(quote, at=at)
    known = CheckoutDraft.objects.filter(basket__quote=held).first()
    if known is not None and PurchaseRequest.objects.filter(draft=known).exists():
        raise QuoteIsOver(WAITS)
    if known is not None:
        return known
    basket = Basket.objects.create(customer=card, is_set_aside=True, created_at=at, touched_at=at)
    BasketLine.objects.bulk_create(
        BasketLine(
            basket=basket,
            variant_id=line.variant_id,
            quantity=line.quantity,
            shown_price=line.price,
            added_at=at,
        )
        for line in held.lines.all()
        if line.variant_id is not None and line.price is not None
    )
    old, held.basket = held.basket_id, basket
    held.save(update_fields=["basket"])
    if old is not None:
        Basket.objects.filter(pk=old).delete()  # of a checkout whose time was over
    return _checkout(held, basket, card, language, at)


def _hold_the_card(quote: Quote) -> Customer | None:
    if quote.customer_id is None:
        return None
    card = Customer.objects.select_for_update(no_key=True).filter(pk=quote.customer_id).first()
    if card is None:
        raise Gone(Customer._meta.label)
    return card


def _checkout(
    quote: Quote, basket: Basket, card: Customer | None, language: str, at: datetime
) -> CheckoutDraft:
    """Fill in what is known: of a company what it has said of itself, of a guest the address."""
    draft = new_draft(card, quote.company)
    draft.basket, draft.email, draft.language = basket, quote.email, language
    draft.delivery_method = quote.delivery_method
    draft.created_at = draft.touched_at = at
    draft.save(force_insert=True)
    return draft
