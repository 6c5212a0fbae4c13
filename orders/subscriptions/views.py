"""Running services: a customer's own, and one by its signed address, where it can be ended."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from customers.visitors import card_of
from orders.subscriptions.ending import end, last_day
from orders.subscriptions.models import SALT, ServicePeriod, Subscription, SubscriptionQuerySet
from privacy.csrf import same_origin_is_enough
from privacy.private_answers import for_one_reader

SERVICES_ON_A_PAGE = 20


@never_cache
@require_safe
@login_required
def own(request: HttpRequest) -> HttpResponse:
    """List a customer's own services, and those of the customer's companies, the newest first."""
    card = card_of(request)
    mine = Subscription.objects.none()
    if card is not None:
        mine = _with_periods().visible_to(card).select_related("bought_as", "company", "customer")
    page = Paginator(mine.order_by("-started_at", "-pk"), SERVICES_ON_A_PAGE)
    context = {"page_obj": page.get_page(request.GET.get("page")), "card": card}
    return render(request, "orders/subscriptions/list.html", context)


@same_origin_is_enough
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def by_address(request: HttpRequest, key: str) -> HttpResponse:
    """Show a service to whoever has its signed address, and end it at the press of one button."""
    service = get_object_or_404(_with_periods(), pk=_behind(key))
    if request.method == "POST":
        ended = end(service=service, at=timezone.now())
        if ended.last_date is not None:
            day = date_format(ended.last_date, "SHORT_DATE_FORMAT")
            words = _("The service ends. Its last day is %(day)s. A receipt is on its way to you.")
            messages.success(request, words % {"day": day})
        return redirect("orders:service", key)
    context = {
        "service": service,
        "periods": list(service.periods.all()),
        "last": last_day(service, on=timezone.localdate()),
    }
    answer = render(request, "orders/subscriptions/service.html", context)
    return for_one_reader(answer)


def _with_periods() -> SubscriptionQuerySet:
    periods = ServicePeriod.objects.order_by("number")
    with_line = Subscription.objects.select_related("bought_as")
    return with_line.prefetch_related(Prefetch("periods", periods))


def _behind(key: str) -> UUID:
    try:
        return UUID(signing.loads(key, salt=SALT))
    except (signing.BadSignature, ValueError):
        raise Http404 from None
