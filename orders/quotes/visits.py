"""Which quote a visitor means, and who may decide about it."""

from uuid import UUID

from django.core import signing
from django.http import HttpRequest
from django.utils import timezone

from customers.visitors import card_of
from orders.quotes.models import SALT, Quote, QuoteQuerySet


def quote_behind(key: str) -> Quote | None:
    """Find the quote that a letter's address leads to, while the address lives."""
    try:
        pk = UUID(signing.loads(key, salt=SALT))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    found = _whole().filter(pk=pk).first()
    last = None if found is None else found.last_day_of_address
    return found if last is not None and timezone.localdate() <= last else None


def own_quote(request: HttpRequest, number: str) -> Quote | None:
    """Find one of the visitor's own quotes, or of a company for which the visitor approves."""
    card = card_of(request)
    if card is None:
        return None
    return _whole().visible_to(card).filter(number=number).first()


def is_own(request: HttpRequest, quote: Quote) -> bool:
    """Tell whether the visitor may accept or decline a quote.

    A guest's is whoever's who has its address; a member's needs the member signed in.
    """
    card = card_of(request)
    return quote.customer_id is None or (card is not None and card.pk == quote.customer_id)


def _whole() -> QuoteQuerySet:
    return Quote.objects.select_related("company", "delivery_method", "order")
