"""The desk of purchases that wait for an approver of their company."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from customers.models import Membership
from orders.checkout.approvals import WAITS, DecidedAlready, cancel
from orders.checkout.models import PurchaseRequest, PurchaseState
from privacy.admin_parts import (
    CalledByUs,
    OldestFirst,
    OwnPages,
    ReadOnlyMixin,
    WaitingFilter,
    frame_of,
    looked_up,
    row_deeds,
)
from privacy.base import Gone
from privacy.free_words import WithoutIdentityCodes
from privacy.reading.logged import ReadLogged
from privacy.restriction.admin_parts import StoredOnly


class CancelForm(WithoutIdentityCodes):
    """Why the shop cancels a purchase; its buyer reads it."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        help_text=gettext_lazy("The buyer reads this."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class UndecidedFilter(WaitingFilter):
    """Purchases that nobody has decided about yet."""

    words = gettext_lazy("Waits for approval")
    waits = Q(state=PurchaseState.WAITING)


@admin.register(PurchaseRequest)
class PurchaseRequestAdmin(
    ReadLogged, ReadOnlyMixin, OwnPages, CalledByUs, OldestFirst, StoredOnly
):
    """Staff see what waits and for whom, and cancel what hangs; only the company approves."""

    came = "asked_at"
    looked_after = Q(state=PurchaseState.WAITING)
    list_display = ["asked_at", "age", "company_words", "buyer", "total_net", "state"]
    list_display_links = ["asked_at"]
    list_filter = [UndecidedFilter, "state"]
    list_select_related = ["company", "customer"]
    search_fields = ["company__business_id__exact", "customer__email__exact"]
    search_help_text = gettext_lazy("A whole business ID or e-mail address")
    show_full_result_count = False
    list_per_page = 50

    def get_urls(self) -> list[URLPattern]:
        return [*row_deeds(self, cancel=self.cancel_view), *super().get_urls()]

    @admin.display(
        description=pgettext_lazy("purchase request", "waits, days"), ordering="asked_at"
    )
    def age(self, asked: PurchaseRequest) -> int | str:
        if asked.state != PurchaseState.WAITING:
            return "–"
        return (timezone.localdate() - timezone.localdate(asked.asked_at)).days

    @admin.display(description=gettext_lazy("company"))
    def company_words(self, asked: PurchaseRequest) -> str:
        return asked.company.called

    @admin.display(description=gettext_lazy("buyer"))
    def buyer(self, asked: PurchaseRequest) -> str:
        return asked.customer.called

    def page_of(self, request: HttpRequest, asked: PurchaseRequest, /) -> HttpResponse:
        """Show a purchase with those who could decide about it, and let it be cancelled."""
        return self._page(request, asked, CancelForm())

    def cancel_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Cancel a purchase that hangs, or tell that it was decided meanwhile."""
        asked: PurchaseRequest = looked_up(self, request, str(pk))
        if not request.user.has_perm("orders.change_purchaserequest"):
            raise PermissionDenied
        form = CancelForm(request.POST)
        if not form.is_valid():
            return self._page(request, asked, form)
        try:
            cancel(asked=asked, reason=form.cleaned_data["reason"], at=timezone.now())
        except Gone:
            raise Http404 from None
        except DecidedAlready:
            messages.info(request, _("This was decided already."))
        else:
            self.log_change(request, asked, "Purchase: cancelled.")
            messages.success(request, _("Noted."))
        return redirect("admin:orders_purchaserequest_change", asked.pk)

    def _page(self, request: HttpRequest, asked: PurchaseRequest, form: CancelForm) -> HttpResponse:
        waits = asked.state == PurchaseState.WAITING
        members = Membership.objects.filter(company=asked.company_id)
        others = members.who_approve().exclude(customer=asked.customer_id)
        context = {
            **frame_of(self, request, _("Purchase to approve")),
            "asked": asked,
            "lines": list(asked.shown.get("lines", {}).values()),
            "approvers": others.count(),
            "has_left": not members.filter(customer=asked.customer_id).exists(),
            "ends_at": asked.asked_at + WAITS if waits else None,
            "may_cancel": waits and request.user.has_perm("orders.change_purchaserequest"),
            "form": form,
        }
        return TemplateResponse(request, "admin/checkout/purchase.html", context)
