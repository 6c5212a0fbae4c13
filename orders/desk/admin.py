"""The order desk: each order on one page, with the steps that are permitted now."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Account
from customers.visitors import account_of
from orders.checkout.refunding import NotUnderWay
from orders.complaints.admin_forms import TakenDownForm
from orders.complaints.models import Complaint
from orders.complaints.operations import take_down
from orders.desk.forms import StepForm, ToldForm
from orders.desk.money import Doing, RefundForm, do, money_of
from orders.desk.packing import packing_slips
from orders.desk.steps import PackedOtherwise, take, usual_step
from orders.downloads.files import downloads_of
from orders.payments.models import Refund
from orders.returns.cases import still_out
from orders.returns.information import How, NotThatDay, Why, note_told_later
from orders.returns.standing import standing_of
from orders.returns.unsent import to_send
from orders.sales.models import Order, OrderLine
from orders.sales.operations import NotPermitted
from orders.sales.states import PaymentStatus, Status, Step
from orders.sales.story import told
from orders.viitenumero import written
from privacy.admin_parts import ReadOnlyMixin, frame_of, looked_up, row_deeds, row_pages
from privacy.normal import normal_email
from privacy.private_answers import paper, unkept
from privacy.reading.logged import ReadLogged, show
from privacy.reading.models import Kind
from privacy.restriction.admin_parts import StoredOnly


class LateFilter(admin.SimpleListFilter):
    """Orders whose day of payment has passed."""

    title = _("past due")
    parameter_name = "late"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Unpaid and past due"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        if self.value() != "yes":
            return queryset
        return queryset.filter(
            payment_status=PaymentStatus.UNPAID, due_date__lt=timezone.localdate()
        ).exclude(status=Status.CANCELLED)


class RefundFilter(admin.SimpleListFilter):
    """Orders with a refund that staff must look at."""

    title = _("refunds")
    parameter_name = "refunds"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("stuck", _("A refund needs a look"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        if self.value() != "stuck":
            return queryset
        stuck = Refund.objects.stuck()
        return queryset.filter(pk__in=stuck.order_by().values("payment__order"))


class DeliveryFilter(admin.AllValuesFieldListFilter):
    """Orders by their delivery; services and downloads have none."""

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """Name what has no name: a link without words leads nobody."""
        for choice in super().choices(changelist):
            yield {**choice, "display": choice["display"] or _("nothing to deliver")}


@admin.register(Order)
class OrderAdmin(ReadLogged, ReadOnlyMixin, StoredOnly):
    """Orders are never edited; they take steps."""

    list_display = ["number", "placed_at", "buyer", "total", "status", "payment_status"]
    list_filter = [
        "status",
        "payment_status",
        LateFilter,
        RefundFilter,
        ("delivery_method", DeliveryFilter),
        "language",
    ]
    search_fields = ["number__exact"]
    search_help_text = _("An order number, a reference number, an e-mail address or a last name")
    date_hierarchy = "placed_at"
    show_full_result_count = False
    list_per_page = 50
    actions = ["print_slips"]
    looks = {"slip_view": Kind.PRINT}
    # Packing is what the orders are for: the print is written down, and nobody asks why.
    asks_reason = frozenset({Kind.EXPORT})

    def get_urls(self) -> list[URLPattern]:
        slip = path(
            "<uuid:pk>/packing-slip/",
            self.admin_site.admin_view(self.slip_view),
            name="orders_order_slip",
        )
        deeds = row_deeds(
            self, step=self.step_view, refund=self.refund_view, informed=self.informed_view
        )
        pages = row_pages(self, complaint=self.complaint_view)
        return [slip, *deeds, *pages, *super().get_urls()]

    def left_out(self) -> Q:
        """Leave out what is done; what its buyer still waits for is looked after as before."""
        return super().left_out() & ~Q(pk__in=Order.objects.open())

    @admin.display(description=_("buyer"))
    def buyer(self, order: Order) -> str:
        return order.company_name or f"{order.first_name} {order.last_name}".strip() or "–"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Order], search_term: str
    ) -> tuple[QuerySet[Order], bool]:
        """Find by whole numbers and addresses, each by its own index."""
        typed = search_term.strip()
        digits = typed.replace(" ", "")
        if "@" in typed:
            return queryset.filter(email=normal_email(typed)), False
        if digits.isdigit():
            by_number = queryset.filter(number=digits)
            return by_number | queryset.filter(reference=digits.lstrip("0")), False
        if typed:
            return queryset.filter(last_name__istartswith=typed), False
        return queryset, False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show an order, its timeline and the buttons of its permitted steps."""
        order: Order = looked_up(self, request, object_id)
        return TemplateResponse(
            request,
            "admin/orders/order.html",
            {**self._context(request, order), **(extra_context or {})},
        )

    def _context(self, request: HttpRequest, order: Order) -> dict[str, Any]:
        may_step = request.user.has_perm("orders.change_order")
        with_times = OrderLine.objects.select_related("booking__slot", "fetched", "variant")
        prefetch_related_objects([order], Prefetch("lines", with_times))
        packing = to_send([order])[order.pk]
        return {
            **frame_of(self, request, _("Order %(number)s") % {"number": order.number}),
            "order": order,
            "lines": told(order),
            "vat_rows": order.vat_rows.all(),
            "events": order.events.select_related("staff"),
            "parcels": order.parcels.all(),
            "reference": written(order.reference),
            "steps": order.steps if may_step else [],
            "usual_step": usual_step(order),
            "form": StepForm(),
            "downloads": downloads_of(order),
            "left_out": [each for each in packing if each.left_out],
            "pieces": sum(each.pieces for each in packing),
            "withdrawing": standing_of(order, at=timezone.now()),
            "told_form": ToldForm(),
            "may_take_down": request.user.has_perm("orders.change_complaint"),
            "may_tell": request.user.has_perm("orders.change_withdrawalnotice"),
            "money": money_of(order),
            "may_refund": request.user.has_perm("orders.change_refund"),
        }

    def step_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Take one step with an order, or tell why it cannot be taken."""
        if not request.user.has_perm("orders.change_order"):
            raise PermissionDenied
        order = self._order(request, pk)
        form = StepForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("That step is not known, or the tracking code is too long."))
        else:
            self._take(request, order, Step(form.cleaned_data["step"]), form.cleaned_data)
        return redirect("admin:orders_order_change", order.pk)

    def complaint_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Let staff write down a complaint that came by telephone or mail."""
        staff = request.user
        if not isinstance(staff, Account) or not staff.has_perm("orders.change_complaint"):
            raise PermissionDenied
        order = self._order(request, pk)
        said, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        form = TakenDownForm(said, files, order=order, left=still_out(order))
        if said is None or not form.is_valid():
            title = _("A complaint of order %(number)s") % {"number": order.number}
            context = {
                **frame_of(self, request, title),
                "order": order,
                "form": form,
            }
            status = 200 if said is None else 400
            return TemplateResponse(
                request, "admin/complaints/take_down.html", context, status=status
            )
        complaint = take_down(
            order=order,
            told=form.told(),
            way=Complaint.Way(form.cleaned_data["way"]),
            received_at=form.cleaned_data["received_at"],
            by=staff,
            at=timezone.now(),
        )
        self.log_change(request, order, "A complaint was written down.")
        messages.success(request, _("Written down as %(number)s.") % {"number": complaint.number})
        return redirect("admin:orders_complaint_change", complaint.pk)

    def informed_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Note that the buyer was told of the right of withdrawal later than is known."""
        if not request.user.has_perm("orders.change_withdrawalnotice"):
            raise PermissionDenied
        order = self._order(request, pk)
        form = ToldForm(request.POST)
        staff = account_of(request)
        if not form.is_valid():
            messages.error(request, _("Give the day, how, and why not before."))
            return redirect("admin:orders_order_change", order.pk)
        said = form.cleaned_data
        try:
            note_told_later(
                order=order,
                on=said["on"],
                how=How(said["how"]),
                why=Why(said["why"]),
                at=timezone.now(),
                by=staff,
            )
        except NotThatDay:
            messages.error(
                request,
                _("The day must lie after the one that is known, and not after today."),
            )
        else:
            self.log_change(request, order, "Told of the right of withdrawal.")
            messages.success(request, _("Noted. The time for withdrawing runs from that day."))
        return redirect("admin:orders_order_change", order.pk)

    def slip_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Give the packing slip of one order."""
        if not request.user.has_perm("orders.change_order"):
            raise PermissionDenied
        order = self._order(request, pk)
        return _slips([order], f"packing-slip-{order.number}.pdf")

    @admin.action(description=_("Print packing slips"), permissions=["pack"])
    def print_slips(self, request: HttpRequest, queryset: QuerySet[Order]) -> HttpResponse:
        """Give the packing slips of several orders, a page each."""
        orders = list(queryset.prefetch_related("lines").order_by("placed_at"))
        show(request, orders, kind=Kind.PRINT)
        return _slips(orders, "packing-slips.pdf")

    def has_pack_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("orders.change_order")

    def _order(self, request: HttpRequest, pk: str) -> Order:
        order: Order | None = self.get_object(request, str(pk))
        if order is None:
            raise Http404
        return order

    def _take(self, request: HttpRequest, order: Order, step: Step, said: dict[str, Any]) -> None:
        staff = account_of(request)
        try:
            take(
                order=order,
                step=step,
                tracking_code=said["tracking_code"],
                by=staff,
                pieces=said["pieces"],
            )
        except PackedOtherwise:
            messages.error(
                request,
                _("Something was withdrawn meanwhile. Print a new packing slip, and pack by it."),
            )
        except NotPermitted:
            messages.error(
                request,
                _("The order has moved meanwhile; this step is no longer possible. Look again."),
            )
        else:
            messages.success(request, _("Done: %(step)s.") % {"step": step.label})

    def refund_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Do something about money that goes back, or tell why it cannot be done."""
        if not request.user.has_perm("orders.change_refund"):
            raise PermissionDenied
        order = self._order(request, pk)
        form = RefundForm(request.POST)
        try:
            done = form.is_valid() and do(order=order, said=form.cleaned_data, at=timezone.now())
        except NotUnderWay:
            done = False
        if not done:
            messages.error(request, _("That is no longer possible. Look how it stands now."))
        else:
            doing = Doing(form.cleaned_data["doing"])
            self.log_change(request, order, f"Refund: {doing.value}.")
            messages.success(request, _("Done: %(step)s.") % {"step": doing.label})
        return redirect("admin:orders_order_change", order.pk)


def _slips(orders: list[Order], name: str) -> HttpResponse:
    return unkept(paper(packing_slips(orders, at=timezone.now()), name=name))
