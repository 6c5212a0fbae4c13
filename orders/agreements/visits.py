"""Whether a visitor has agreements, for the list of pages beside the account."""

from django.http import HttpRequest

from customers.visitors import card_of
from orders.catalogue.agreements import Agreement


def has_agreements(request: HttpRequest) -> bool:
    """Tell whether there is an agreement that the visitor may see."""
    card = card_of(request)
    return card is not None and Agreement.objects.seen_by(card).exists()
