"""Purchases that wait for an approver, for those of the company who may see them."""

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from customers.companies.views import membership_or_404
from customers.models import Membership
from orders.checkout.approvals import (
    BuyerHasLeft,
    DecidedAlready,
    NotApprover,
    approve,
    refuse,
    withdraw,
)
from orders.checkout.models import PurchaseRequest, PurchaseState
from orders.checkout.operations import (
    ConsentMissing,
    DraftNotComplete,
    EmptyBasket,
    SomethingChanged,
)
from orders.checkout.summary import Change, Summary, changes_between, seal, summarise
from orders.quotes.operations import QuoteIsOver
from orders.quotes.pricing import quote_of
from orders.stock.operations import OutOfStock
from privacy.free_words import WithoutIdentityCodes

ON_A_PAGE = 20
CONFLICT = 409


class RefusalForm(WithoutIdentityCodes):
    """Why a purchase is refused; its buyer reads it."""

    told_of = ("orders.PurchaseRequest.reason",)

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        help_text=gettext_lazy("The buyer reads this."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )


@dataclass(frozen=True)
class Standing:
    """What would be ordered now, beside what was asked for."""

    summary: Summary
    changes: list[Change]
    seen: str

    @property
    def can_be_ordered(self) -> bool:
        return self.summary.contents.can_be_ordered


def purchases_of(mine: Membership) -> "QuerySet[PurchaseRequest]":
    """Give the purchases that a member may see: all, or of a buyer the own ones."""
    theirs = PurchaseRequest.objects.filter(company=mine.company)
    return theirs if mine.approves else theirs.filter(customer=mine.customer)


@never_cache
@require_safe
@login_required
def purchases(request: HttpRequest, key: UUID) -> HttpResponse:
    """List what was asked for, the newest first."""
    mine = membership_or_404(request, key)
    newest = purchases_of(mine).select_related("customer").order_by("-asked_at", "-pk")
    page = Paginator(newest, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"mine": mine, "company": mine.company, "page_obj": page}
    return render(request, "orders/checkout/purchases.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def purchase(request: HttpRequest, key: UUID, purchase: UUID) -> HttpResponse:
    """Show one purchase with all that has changed since, and let it be decided."""
    mine = membership_or_404(request, key)
    asked = get_object_or_404(
        purchases_of(mine).select_related("customer", "draft__basket", "decided_by", "order"),
        pk=purchase,
    )
    step = request.POST.get("step", "")
    if request.method != "POST":
        return _page(request, mine, asked)
    try:
        if step == "approve":
            return _approve(request, mine, asked)
        if step == "refuse":
            return _refuse(request, mine, asked)
        if step == "withdraw":
            return _take_back(request, mine, asked)
    except DecidedAlready:
        messages.info(request, _("This was decided already."))
        return redirect("orders:purchase", key, purchase)
    except NotApprover:
        raise Http404 from None
    raise Http404


def _take_back(request: HttpRequest, mine: Membership, asked: PurchaseRequest) -> HttpResponse:
    """Take an own purchase back, and lead to where its products are now."""
    quote = quote_of(asked.draft.basket) if asked.draft is not None else None
    withdraw(by=mine, key=asked.pk, at=timezone.now())
    if quote is not None:
        messages.success(request, _("You took it back. The quote stands as before."))
        return redirect("orders:own-quote", quote.number)
    messages.success(request, _("You took it back. Its products are in your basket."))
    return redirect("orders:basket")


def _approve(request: HttpRequest, mine: Membership, asked: PurchaseRequest) -> HttpResponse:
    try:
        order = approve(by=mine, key=asked.pk, seen=request.POST.get("seen", ""), at=timezone.now())
    except BuyerHasLeft:
        messages.error(request, _("The buyer does not buy for the company any more."))
    except QuoteIsOver as refusal:
        messages.error(request, str(refusal.words))
    except (SomethingChanged, OutOfStock, EmptyBasket, DraftNotComplete, ConsentMissing):
        return _page(request, mine, asked, again=True, status=CONFLICT)
    else:
        messages.success(request, _("Order %(number)s was placed.") % {"number": order.number})
        return redirect("orders:own-order", order.number)
    return redirect("orders:purchase", asked.company_id, asked.pk)


def _refuse(request: HttpRequest, mine: Membership, asked: PurchaseRequest) -> HttpResponse:
    form = RefusalForm(request.POST)
    if not form.is_valid():
        return _page(request, mine, asked, form=form)
    refuse(by=mine, key=asked.pk, reason=form.cleaned_data["reason"], at=timezone.now())
    messages.success(request, _("The purchase was refused, and the buyer is told."))
    return redirect("orders:purchases", asked.company_id)


def _standing_of(asked: PurchaseRequest) -> Standing | None:
    """Reckon a purchase that waits anew; one that is decided is told as it was asked for."""
    draft = asked.draft
    if asked.state != PurchaseState.WAITING or draft is None or draft.basket is None:
        return None
    summary = summarise(draft, at=timezone.now())
    return Standing(summary, changes_between(asked.shown, summary.shown()), seal(draft, summary))


def _page(
    request: HttpRequest,
    mine: Membership,
    asked: PurchaseRequest,
    *,
    form: RefusalForm | None = None,
    again: bool = False,
    status: int = 200,
) -> HttpResponse:
    is_mine = asked.customer_id == mine.customer_id
    context = {
        "mine": mine,
        "company": mine.company,
        "asked": asked,
        "standing": _standing_of(asked),
        "is_mine": is_mine,
        "decides": mine.approves and not is_mine,
        "form": form or RefusalForm(),
        "again": again,
        "asked_lines": list(asked.shown.get("lines", {}).values()),
    }
    return render(request, "orders/checkout/purchase.html", context, status=status)
