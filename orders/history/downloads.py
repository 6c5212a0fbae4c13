"""Files that were bought, for whoever has the order's address, and for its buyer."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from customers.visitors import card_or_404
from orders.catalogue.models import Product
from orders.downloads.files import Download, can_be_fetched, downloads_of
from orders.downloads.operations import note_fetched
from orders.returns.cases import still_out
from orders.returns.standing import left_of
from orders.sales.models import Order, OrderQuerySet
from privacy.private_answers import stream_file


def bought(order: Order) -> list[Download]:
    """List the downloads of an order; what was withdrawn or is on its way back says so."""
    if not any(line.kind == Product.Kind.DIGITAL for line in order.lines.all()):
        return []
    notified, returned = left_of(order), still_out(order)
    left = {key: min(pieces, returned[key]) for key, pieces in notified.items()}
    return downloads_of(order, left)


@never_cache
@require_safe
def by_address(request: HttpRequest, secret: str, ware: UUID) -> HttpResponseBase:
    """Give a file to whoever has its order's unguessable address."""
    return _file(request, get_object_or_404(_orders(), secret=secret), ware)


@never_cache
@require_safe
@login_required
def own(request: HttpRequest, number: str, ware: UUID) -> HttpResponseBase:
    """Give a customer a file of one of their own orders, or of their company's."""
    mine = _orders().visible_to(card_or_404(request))
    return _file(request, get_object_or_404(mine, number=number), ware)


def _orders() -> OrderQuerySet:
    return Order.objects.prefetch_related("lines__variant", "withdrawals")


def _file(request: HttpRequest, order: Order, key: UUID) -> HttpResponseBase:
    """Stream a file, and note that it was fetched.

    :raises Http404: when it is none of the order's, or cannot be fetched now.
    """
    for download in bought(order):
        ware = next((each for each in download.wares if each.pk == key), None)
        if ware is None or not can_be_fetched(order, download):
            continue
        answer = stream_file(ware.file, name=ware.file_name, media_type=ware.media_type)
        if request.method == "GET":
            note_fetched(line=download.line, at=timezone.now())
        return answer
    raise Http404
