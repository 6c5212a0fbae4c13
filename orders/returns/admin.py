"""The desk of withdrawals: a queue by the day until which money must have gone back."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from orders.returns.cases import still_out
from orders.returns.clock import last_day_to_refund
from orders.returns.following import NotThatWay, accept, answer, match
from orders.returns.models import ReturnCase, WithdrawalNotice
from orders.returns.receipt import what_of
from orders.returns.states import OPEN, NoticeState
from orders.returns.unanswered import acknowledge_by_hand
from orders.sales.models import Order, OrderLine
from privacy.admin_parts import (
    FoundByWhole,
    OldestFirst,
    OwnPages,
    ReadOnlyMixin,
    WaitingFilter,
    frame_of,
    looked_up,
    row_deeds,
)
from privacy.reading.logged import ReadLogged
from privacy.restriction.admin_parts import StoredOnly


class Deed(models.TextChoices):
    """What staff can do about a notice."""

    ACCEPT = "accept", pgettext_lazy("withdrawal", "Take it up")
    ANSWER = "answer", pgettext_lazy("withdrawal", "It was answered, nothing follows")
    MATCH = "match", pgettext_lazy("withdrawal", "It is of this order")
    ACKNOWLEDGE = "acknowledge", pgettext_lazy("withdrawal", "Send the acknowledgement")


class DeedForm(forms.Form):
    """One thing to do, and for a match the number of the order."""

    deed = forms.ChoiceField(choices=Deed)
    order_number = forms.CharField(
        label=gettext_lazy("order number"), max_length=20, required=False
    )

    order: Order | None = None

    def quantities(self, notice: WithdrawalNotice) -> dict[UUID, int] | None:
        """Read how many pieces of each line staff have named, where the notice names none."""
        if notice.pieces or notice.order is None:
            return None
        said = {
            line.pk: self.data.get(f"pieces_{line.pk}", "") for line in notice.order.lines.all()
        }
        return {key: int(typed) for key, typed in said.items() if typed.isdecimal()} or None

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("deed") == Deed.MATCH:
            number = "".join(said.get("order_number", "").split())
            self.order = Order.objects.filter(number=number).first()
            if self.order is None:
                self.add_error("order_number", _("There is no order with this number."))
        return said


class UnsettledFilter(WaitingFilter):
    """Notices from which something is still to follow."""

    words = gettext_lazy("Not settled yet")
    waits = Q(state__in=OPEN)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            *super().lookups(request, model_admin),
            ("decide", gettext_lazy("To decide")),
            ("receipt", gettext_lazy("No acknowledgement has left")),
        ]

    def queryset(
        self, request: HttpRequest, queryset: models.QuerySet[WithdrawalNotice]
    ) -> models.QuerySet[WithdrawalNotice]:
        if self.value() == "decide":
            return queryset.filter(state=NoticeState.TO_DECIDE)
        if self.value() == "receipt":
            return queryset & WithdrawalNotice.objects.without_receipt(timezone.now())
        return super().queryset(request, queryset)


@admin.register(WithdrawalNotice)
class WithdrawalNoticeAdmin(
    ReadLogged, ReadOnlyMixin, OwnPages, FoundByWhole, OldestFirst, StoredOnly
):
    """Notices are never edited; something follows from them."""

    came = "received_at"
    looked_after = Q(state__in=OPEN)
    list_display = ["received_at", "called_order", "state", "to_look_at", "refund_by", "receipt"]
    list_filter = [UnsettledFilter, "state", "way"]
    list_select_related = ["order"]
    search_fields = ["order__number__exact"]
    search_help_text = gettext_lazy("An order number or an e-mail address")
    show_full_result_count = False
    list_per_page = 50

    def get_urls(self) -> list[URLPattern]:
        return [*row_deeds(self, deed=self.deed_view), *super().get_urls()]

    @admin.display(description=pgettext_lazy("purchase", "order"))
    def called_order(self, notice: WithdrawalNotice) -> str:
        return notice.order.number if notice.order else "–"

    @admin.display(description=gettext_lazy("to look at"))
    def to_look_at(self, notice: WithdrawalNotice) -> str:
        return ", ".join(str(words) for words in notice.flag_words) or "–"

    @admin.display(description=gettext_lazy("acknowledgement left"), boolean=True)
    def receipt(self, notice: WithdrawalNotice) -> bool:
        return notice.receipt_left_at is not None

    @admin.display(description=gettext_lazy("refund by"))
    def refund_by(self, notice: WithdrawalNotice) -> date | str:
        return last_day_to_refund(notice.received_at) if notice.state in OPEN else "–"

    def numbered(self, typed: str) -> Q:
        return Q(order__in=Order.objects.filter(number=typed).values("pk"))

    def page_of(self, request: HttpRequest, notice: WithdrawalNotice, /) -> HttpResponse:
        """Show what a notice says, what is amiss with it, and what can be done."""
        return self._page(request, notice, DeedForm())

    def deed_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Do something about a notice, or tell why it cannot be done."""
        notice: WithdrawalNotice = looked_up(self, request, str(pk))
        if not request.user.has_perm("orders.change_withdrawalnotice"):
            raise PermissionDenied
        form = DeedForm(request.POST)
        if not form.is_valid():
            return self._page(request, notice, form)
        deed = Deed(form.cleaned_data["deed"])
        try:
            _do(deed, notice, form)
        except NotThatWay:
            messages.error(request, _("The notice has moved meanwhile. Look again."))
        else:
            self.log_change(request, notice, f"Withdrawal: {deed.value}.")
            messages.success(request, _("Noted."))
        return redirect("admin:orders_withdrawalnotice_change", notice.pk)

    def _page(self, request: HttpRequest, notice: WithdrawalNotice, form: DeedForm) -> HttpResponse:
        may = request.user.has_perm("orders.change_withdrawalnotice")
        day = timezone.localtime(notice.received_at).strftime("%d.%m.%Y")
        context = {
            **frame_of(self, request, _("Withdrawal of %(day)s") % {"day": day}),
            "notice": notice,
            "what": what_of(notice),
            "refund_by": last_day_to_refund(notice.received_at),
            "deeds": deeds_for(notice) if may else [],
            "may_match": may and notice.order is None and notice.state in OPEN,
            "to_name": _to_name(notice) if may else [],
            "case": ReturnCase.objects.filter(notice=notice).first(),
            "form": form,
        }
        return TemplateResponse(request, "admin/returns/notice.html", context)


def _to_name(notice: WithdrawalNotice) -> list[tuple[OrderLine, int]]:
    """List the lines of which staff say how many pieces come back, and how many could."""
    if notice.pieces or notice.order is None:
        return []
    left = still_out(notice.order)
    return [(line, left[line.pk]) for line in notice.order.lines.order_by("position")]


def deeds_for(notice: WithdrawalNotice) -> list[Deed]:
    """List what can be done about a notice by a button alone."""
    waits = notice.receipt_left_at is None and notice.email
    return [*_decisions(notice), *([Deed.ACKNOWLEDGE] if waits else [])]


def _decisions(notice: WithdrawalNotice) -> list[Deed]:
    match NoticeState(notice.state):
        case NoticeState.TO_DECIDE if notice.order is not None and not notice.order.is_cancelled:
            return [Deed.ACCEPT, Deed.ANSWER]
        case NoticeState.TO_DECIDE:
            return [Deed.ANSWER]
        case _:
            return []


def _do(deed: Deed, notice: WithdrawalNotice, form: DeedForm) -> None:
    """Do what was chosen.

    :raises NotThatWay: when the notice does not stand where this could be done.
    """
    at = timezone.now()
    if deed is Deed.MATCH and form.order is not None:
        match(notice=notice, order=form.order)
    elif deed is Deed.ACCEPT:
        accept(notice=notice, at=at, quantities=form.quantities(notice))
    elif deed is Deed.ACKNOWLEDGE:
        acknowledge_by_hand(notice=notice, at=at)
    else:
        answer(notice=notice, at=at)
