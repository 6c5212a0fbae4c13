"""From the page of a quote on to its checkout, for whoever may accept it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from orders.basket.views import see_other
from orders.checkout.quoted import begin
from orders.checkout.views import CHECKOUT
from orders.quotes.models import Quote
from orders.quotes.operations import QuoteIsOver
from orders.quotes.visits import is_own, own_quote, quote_behind
from privacy.csrf import same_origin_is_enough
from privacy.languages import readers_language


@never_cache
@same_origin_is_enough
@require_POST
def by_address(request: HttpRequest, key: str) -> HttpResponse:
    """Lead whoever has a quote's address on to its checkout."""
    quote = quote_behind(key)
    if quote is None:
        raise Http404
    return _begin(request, quote, back=reverse("orders:quote", args=[key]))


@never_cache
@same_origin_is_enough
@require_POST
@login_required
def own(request: HttpRequest, number: str) -> HttpResponse:
    """Lead the member who asked for a quote on to its checkout."""
    quote = own_quote(request, number)
    if quote is None:
        raise Http404
    return _begin(request, quote, back=reverse("orders:own-quote", args=[number]))


def _begin(request: HttpRequest, quote: Quote, *, back: str) -> HttpResponse:
    if not is_own(request, quote):
        raise PermissionDenied
    language = readers_language()
    try:
        draft = begin(quote=quote, language=language, at=timezone.now())
    except QuoteIsOver as refusal:
        messages.warning(request, str(refusal.words))
        return see_other(back)
    request.session[CHECKOUT] = str(draft.pk)
    return see_other(reverse("orders:checkout-quote"))
