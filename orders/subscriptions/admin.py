"""The desk of running services: looked at, and ended for a customer who asks."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.sales.models import Order
from orders.subscriptions.ending import end, last_day
from orders.subscriptions.models import Subscription
from orders.subscriptions.states import RUNNING
from privacy.admin_parts import (
    FoundByWhole,
    OwnPages,
    ReadOnlyMixin,
    frame_of,
    looked_up,
    row_deeds,
)
from privacy.reading.logged import ReadLogged
from privacy.restriction.admin_parts import StoredOnly


@admin.register(Subscription)
class SubscriptionAdmin(ReadLogged, ReadOnlyMixin, OwnPages, FoundByWhole, StoredOnly):
    """Services are never edited; staff end one for whoever asks them to."""

    looked_after = Q(state__in=RUNNING)
    list_display = ["service", "period", "state", "first_date", "last_date"]
    list_display_links = ["service"]
    list_filter = ["state", "period"]
    list_select_related = ["bought_as"]
    search_fields = ["email__exact"]
    search_help_text = gettext_lazy("The number of an order, or an e-mail address")
    show_full_result_count = False
    list_per_page = 50

    def get_urls(self) -> list[URLPattern]:
        return [*row_deeds(self, end=self.end_view), *super().get_urls()]

    @admin.display(description=gettext_lazy("service"))
    def service(self, service: Subscription) -> str:
        return service.name

    def numbered(self, typed: str) -> Q:
        bought = Order.objects.filter(number=typed)
        return Q(pk__in=bought.values("service_periods__subscription"))

    def page_of(self, request: HttpRequest, service: Subscription, /) -> HttpResponse:
        """Show a service with its periods and their orders, and let it be ended."""
        context = {
            **frame_of(self, request, service.name),
            "service": service,
            "periods": list(service.periods.select_related("order").order_by("number")),
            "last": last_day(service, on=timezone.localdate()),
            "may_end": request.user.has_perm("orders.change_subscription"),
        }
        return TemplateResponse(request, "admin/subscriptions/service.html", context)

    def end_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """End a service for a customer, who gets the receipt by letter."""
        service: Subscription = looked_up(self, request, str(pk))
        if not request.user.has_perm("orders.change_subscription"):
            raise PermissionDenied
        end(service=service, at=timezone.now())
        self.log_change(request, service, "Service: ended.")
        messages.success(request, _("Noted."))
        return redirect("admin:orders_subscription_change", service.pk)
