"""The desk of complaints about defects: a queue by age, a decision, and its making good."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_safe

from customers.models import Account
from customers.visitors import account_of
from orders.complaints.admin_forms import DecisionForm, DoneForm
from orders.complaints.deciding import NotThatWay, PiecesAreGone, accept, examine, refuse
from orders.complaints.models import Complaint
from orders.complaints.photos import shown
from orders.complaints.remedying import NotReducible, make_good
from orders.complaints.states import OPEN, ComplaintState, Remedy
from orders.complaints.term import presumption_of
from orders.sales.models import Order
from orders.stock.operations import OutOfStock
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
from privacy.reading.models import Kind
from privacy.restriction.admin_parts import StoredOnly


class Deed(models.TextChoices):
    """What staff can do about a complaint."""

    EXAMINE = "examine", pgettext_lazy("complaint", "Examine it")
    AGAIN = "again", pgettext_lazy("complaint", "Look at it once more")
    ACCEPT = "accept", pgettext_lazy("complaint", "Accept, and write to the buyer")
    REFUSE = "refuse", pgettext_lazy("complaint", "Refuse, and write to the buyer")
    MAKE_GOOD = "make_good", pgettext_lazy("complaint", "It is made good now")


_WITH_A_FORM = (Deed.ACCEPT, Deed.REFUSE, Deed.MAKE_GOOD)


class UnsettledFilter(WaitingFilter):
    """Complaints in which something is still to be decided or done."""

    words = gettext_lazy("Not settled yet")
    waits = Q(state__in=OPEN)


@admin.register(Complaint)
class ComplaintAdmin(ReadLogged, ReadOnlyMixin, OwnPages, FoundByWhole, OldestFirst, StoredOnly):
    """Complaints are never edited; they are decided, and made good."""

    came = "received_at"
    looked_after = Q(state__in=OPEN)
    list_display = ["number", "received_at", "age", "state", "wish", "remedy", "to_look_at"]
    list_filter = [UnsettledFilter, "state", "wish"]
    search_fields = ["number__exact"]
    search_help_text = gettext_lazy("The number of a complaint or an order, or an e-mail address")
    show_full_result_count = False
    looks = {"photo_view": Kind.FILE}
    list_per_page = 50

    def get_urls(self) -> list[URLPattern]:
        photo = path(
            "<uuid:pk>/photo/",
            require_safe(self.admin_site.admin_view(self.photo_view)),
            name="orders_complaint_photo",
        )
        return [photo, *row_deeds(self, deed=self.deed_view), *super().get_urls()]

    @admin.display(description=pgettext_lazy("complaint", "age in days"), ordering="received_at")
    def age(self, complaint: Complaint) -> int | str:
        if complaint.state not in OPEN:
            return "–"
        return (timezone.localdate() - timezone.localdate(complaint.received_at)).days

    @admin.display(description=gettext_lazy("to look at"))
    def to_look_at(self, complaint: Complaint) -> str:
        return ", ".join(str(words) for words in complaint.flag_words) or "–"

    def numbered(self, typed: str) -> Q:
        if "-" in typed:
            return Q(number=typed)
        return Q(order__in=Order.objects.filter(number=typed).values("pk"))

    def page_of(self, request: HttpRequest, complaint: Complaint, /) -> HttpResponse:
        """Show what a complaint says, what speaks for it, and what can be done."""
        return self._page(request, complaint)

    def deed_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Do something about a complaint, or tell why it cannot be done."""
        complaint: Complaint = looked_up(self, request, str(pk))
        deed = request.POST.get("deed", "")
        if not _may(request, deed, complaint):
            raise PermissionDenied
        deciding, doing = _forms(complaint, request, deed)
        form = doing if deed == Deed.MAKE_GOOD else deciding
        if deed in _WITH_A_FORM and not form.is_valid():
            return self._page(request, complaint, deciding=deciding, doing=doing)
        try:
            _do(deed, complaint, deciding, doing, account_of(request))
        except (NotThatWay, PiecesAreGone, NotReducible, OutOfStock) as refusal:
            messages.error(request, _WHY[type(refusal)])
            return self._page(request, complaint, deciding=deciding, doing=doing)
        self.log_change(request, complaint, f"Complaint: {deed}.")
        messages.success(request, _("Noted."))
        return redirect("admin:orders_complaint_change", complaint.pk)

    def photo_view(self, request: HttpRequest, pk: str) -> HttpResponseBase:
        """Show a picture of the defect."""
        return shown(looked_up(self, request, str(pk)), request.GET.get("place", "1"))

    def _page(
        self,
        request: HttpRequest,
        complaint: Complaint,
        *,
        deciding: DecisionForm | None = None,
        doing: DoneForm | None = None,
    ) -> HttpResponse:
        complaint.refresh_from_db()
        forms = _forms(complaint)
        context = {
            **frame_of(self, request, _("Complaint %(number)s") % {"number": complaint.number}),
            "complaint": complaint,
            "case": complaint.return_case,
            "lines": _lines(complaint),
            "steps": list(complaint.steps.select_related("staff").order_by("at", "pk")),
            "presumption": presumption_of(complaint),
            "deeds": [
                deed for deed in deeds_for(complaint) if _may(request, deed.value, complaint)
            ],
            "deciding": deciding or forms[0],
            "doing": doing or forms[1],
        }
        return TemplateResponse(request, "admin/complaints/complaint.html", context)


_WHY: dict[type[Exception], Any] = {
    NotThatWay: gettext_lazy("The complaint has moved meanwhile. Look again."),
    PiecesAreGone: gettext_lazy(
        "So many pieces are not with the buyer any more: they came back, or are coming back."
    ),
    NotReducible: gettext_lazy(
        "So much of the price is not left: it was credited before, or is not invoiced yet."
    ),
    OutOfStock: gettext_lazy("There is not that much in stock."),
}


def deeds_for(complaint: Complaint) -> list[Deed]:
    """List what can be done about a complaint now."""
    match ComplaintState(complaint.state):
        case ComplaintState.RECEIVED:
            return [Deed.EXAMINE]
        case ComplaintState.EXAMINING:
            return [Deed.ACCEPT, Deed.REFUSE]
        case ComplaintState.ACCEPTED if complaint.return_case_id:
            return []  # its return is settled on a page of its own, and closes it
        case ComplaintState.ACCEPTED:
            return [Deed.MAKE_GOOD, Deed.AGAIN]
        case ComplaintState.REFUSED if not complaint.released:
            return [Deed.AGAIN]
        case _:
            return []


def _may(request: HttpRequest, deed: str, complaint: Complaint) -> bool:
    """Tell whether somebody may do something; money goes back by whoever may refund."""
    is_money = deed == Deed.MAKE_GOOD and complaint.remedy == Remedy.REDUCTION
    rights = ["orders.change_complaint", *(["orders.change_refund"] if is_money else [])]
    return request.user.has_perms(rights)


def _lines(complaint: Complaint) -> list[Any]:
    return list(complaint.lines.select_related("order_line").order_by("order_line__position"))


def _forms(
    complaint: Complaint, request: HttpRequest | None = None, deed: str = ""
) -> tuple[DecisionForm, DoneForm]:
    said = request.POST if request is not None else None
    decides = said if deed in (Deed.ACCEPT, Deed.REFUSE) else None
    deciding = DecisionForm(
        decides, complaint=complaint, lines=_lines(complaint), refuses=deed == Deed.REFUSE
    )
    return deciding, DoneForm(said if deed == Deed.MAKE_GOOD else None, complaint=complaint)


def _do(
    deed: str, complaint: Complaint, deciding: DecisionForm, doing: DoneForm, by: Account | None
) -> None:
    """Do what was chosen.

    :raises NotThatWay: when the complaint does not stand where this could be done.
    """
    at = timezone.now()
    if deed in (Deed.EXAMINE, Deed.AGAIN):
        examine(complaint=complaint, at=at, by=by)
    elif deed == Deed.ACCEPT:
        accept(complaint=complaint, decision=deciding.decision(), at=at, by=by)
    elif deed == Deed.REFUSE:
        refuse(complaint=complaint, reasons=deciding.cleaned_data["answer"], at=at, by=by)
    elif deed == Deed.MAKE_GOOD:
        make_good(complaint=complaint, done=doing.done(), at=at, by=by)
    else:
        raise NotThatWay
