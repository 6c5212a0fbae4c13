"""The desk of returns: what has come, what it is worth, and the money that goes back."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from customers.models import Account
from customers.visitors import account_of
from orders.returns.cases import Found, NotNow, inspect, note_sending, receive, settle
from orders.returns.models import ReturnCase, ReturnLine
from orders.returns.states import CaseState, Loss, Outcome
from privacy.admin_parts import OwnPages, ReadOnlyMixin, frame_of, looked_up, row_deeds
from privacy.reading.logged import ReadLogged


class Step(models.TextChoices):
    """What staff can do about a return."""

    SENT = "sent", pgettext_lazy("return", "The buyer has shown the sending")
    RECEIVE = "receive", pgettext_lazy("return", "The goods came")
    INSPECT = "inspect", pgettext_lazy("return", "Note what came")
    SETTLE = "settle", pgettext_lazy("return", "Settle, and pay back")


class LineForm(forms.Form):
    """What was seen of one line."""

    outcome = forms.ChoiceField(label=gettext_lazy("outcome"), choices=Outcome)
    value_loss = forms.DecimalField(
        label=gettext_lazy("loss of value, €"),
        min_value=0,
        decimal_places=2,
        required=False,
        localize=True,
    )
    loss_reason = forms.ChoiceField(
        label=gettext_lazy("why"), choices=[("", "–"), *Loss.choices], required=False
    )

    def __init__(self, said: QueryDict | None = None, *, line: ReturnLine) -> None:
        super().__init__(said, prefix=str(line.pk))
        self.line = line

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        lost = said.get("value_loss") or Decimal(0)
        if lost > self.line.price:
            self.add_error("value_loss", _("No more can be lost than the price."))
        if lost and not said.get("loss_reason"):
            self.add_error("loss_reason", _("Say why value was lost."))
        return said

    def found(self) -> Found:
        """Give what was seen in the words of the operation."""
        said = self.cleaned_data
        lost = said["value_loss"] or Decimal(0)
        return Found(Outcome(said["outcome"]), lost, Loss(said["loss_reason"]) if lost else None)


class DueFilter(admin.SimpleListFilter):
    """Returns whose money has not gone back."""

    title = gettext_lazy("waiting")
    parameter_name = "waiting"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", gettext_lazy("Not settled yet"))]

    def queryset(
        self, request: HttpRequest, queryset: models.QuerySet[ReturnCase]
    ) -> models.QuerySet[ReturnCase]:
        return queryset.exclude(state=CaseState.SETTLED) if self.value() == "yes" else queryset


@admin.register(ReturnCase)
class ReturnCaseAdmin(ReadLogged, ReadOnlyMixin, OwnPages, admin.ModelAdmin[ReturnCase]):
    """Returns take steps, the most urgent first."""

    list_display = ["due_date", "called_order", "state", "waits"]
    list_filter = [DueFilter, "state"]
    list_select_related = ["order"]
    search_fields = ["order__number__exact"]
    show_full_result_count = False
    list_per_page = 50

    def get_urls(self) -> list[URLPattern]:
        return [*row_deeds(self, step=self.step_view), *super().get_urls()]

    @admin.display(description=pgettext_lazy("purchase", "order"))
    def called_order(self, case: ReturnCase) -> str:
        return case.order.number

    @admin.display(description=gettext_lazy("may wait for the goods"), boolean=True)
    def waits(self, case: ReturnCase) -> bool:
        return case.may_wait

    def page_of(self, request: HttpRequest, case: ReturnCase, /) -> HttpResponse:
        """Show a return, its lines and the steps that can be taken now."""
        return self._page(request, case, _forms(case))

    def step_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Take a step, or tell why it cannot be taken."""
        case: ReturnCase = looked_up(self, request, str(pk))
        if not request.user.has_perm("orders.change_returncase"):
            raise PermissionDenied
        step = request.POST.get("step", "")
        seen = _forms(case, request.POST)
        valid = [form.is_valid() for form in seen]  # each is asked, so that each tells its faults
        if step == Step.INSPECT and not all(valid):
            return self._page(request, case, seen)
        staff = account_of(request)
        try:
            _take(step, case, seen, staff)
        except NotNow:
            messages.error(request, _("The return has moved meanwhile. Look again."))
        else:
            self.log_change(request, case, f"Return: {step}.")
            messages.success(request, _("Noted."))
        return redirect("admin:orders_returncase_change", case.pk)

    def _page(self, request: HttpRequest, case: ReturnCase, seen: list[LineForm]) -> HttpResponse:
        may = request.user.has_perm("orders.change_returncase")
        title = _("Return of order %(number)s") % {"number": case.order.number}
        context = {
            **frame_of(self, request, title),
            "case": case,
            "forms": seen,
            "steps": steps_for(case) if may else [],
        }
        return TemplateResponse(request, "admin/returns/case.html", context)


def steps_for(case: ReturnCase) -> list[Step]:
    """List what can be done about a return now."""
    ways = {
        CaseState.ANNOUNCED: [Step.RECEIVE] if case.sent_at else [Step.SENT, Step.RECEIVE],
        CaseState.RECEIVED: [Step.INSPECT],
        CaseState.INSPECTED: [Step.SETTLE],
        CaseState.SETTLED: [],
    }
    return ways[CaseState(case.state)]


def _forms(case: ReturnCase, said: QueryDict | None = None) -> list[LineForm]:
    lines = case.lines.select_related("order_line").order_by("order_line__position")
    return [LineForm(said, line=line) for line in lines]


def _take(step: str, case: ReturnCase, seen: list[LineForm], staff: Account | None) -> None:
    """Take one step.

    :raises NotNow: when the return does not stand where it starts.
    """
    at = timezone.now()
    if step == Step.SENT:
        note_sending(case=case, at=at)
    elif step == Step.RECEIVE:
        receive(case=case, at=at)
    elif step == Step.INSPECT:
        found: dict[UUID, Found] = {form.line.pk: form.found() for form in seen}
        inspect(case=case, found=found, at=at)
    elif step == Step.SETTLE:
        settle(case=case, at=at, by=staff)
    else:
        raise NotNow
