"""A customer's own agreements, and those of companies that the customer buys for."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from customers.visitors import card_of, card_or_404
from orders.agreements import operations
from orders.agreements.papers import last_of, stream
from orders.catalogue.agreements import Agreement, AgreementQuerySet
from privacy.base import Gone

ON_A_PAGE = 20
_REFUSALS: dict[type[Exception], object] = {
    Gone: gettext_lazy("The agreement is not there any more."),
    operations.NotOffered: gettext_lazy("The agreement does not wait for acceptance any more."),
    operations.NotAccepted: gettext_lazy(
        "Only the person, or an admin of the company, accepts an agreement."
    ),
    operations.AnotherDocument: gettext_lazy(
        "The document has changed since you opened the page. Read it first, please."
    ),
    operations.OfferOver: gettext_lazy(
        "The time for accepting the agreement is over. Write to us, and we lay it before you anew."
    ),
    operations.Overlaps: gettext_lazy(
        "Another agreement came into force meanwhile. Write to us, and we put it right."
    ),
    operations.GivesNothing: gettext_lazy(
        "The agreement would give no price any more. Write to us, and we put it right."
    ),
}


@never_cache
@require_safe
@login_required
def agreements(request: HttpRequest) -> HttpResponse:
    """List agreements, the newest first."""
    card = card_of(request)
    mine = Agreement.objects.none() if card is None else Agreement.objects.seen_by(card)
    page = Paginator(_in_words(mine).order_by("-created_at", "-pk"), ON_A_PAGE)
    context = {"page_obj": page.get_page(request.GET.get("page"))}
    return render(request, "orders/agreements/list.html", context)


@never_cache
@require_safe
@login_required
def agreement(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show what was agreed, or is to be, and to whoever it concerns its document."""
    card = card_or_404(request)
    found = get_object_or_404(_in_words(Agreement.objects.seen_by(card)), pk=key)
    is_in_hands = Agreement.objects.in_hands_of(card).filter(pk=key).exists()
    return render(request, "orders/agreements/agreement.html", _shown(found, reads=is_in_hands))


@never_cache
@require_safe
@login_required
def document(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Give the document to the person, or to an admin of the company."""
    card = card_or_404(request)
    found = get_object_or_404(Agreement.objects.in_hands_of(card), pk=key)
    return stream(last_of(found))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def accept(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask once more before an agreement is accepted, and accept it."""
    card = card_or_404(request)
    found = get_object_or_404(_in_words(Agreement.objects.in_hands_of(card)), pk=key)
    if not found.is_offered:
        return redirect("orders:agreement", key)
    if request.method != "POST":
        return render(request, "orders/agreements/accept.html", _shown(found, reads=True))
    seen = request.POST.get("seen", "")
    try:
        operations.accept(agreement=found, by=card, seen=seen, at=timezone.now())
    except tuple(_REFUSALS) as refusal:
        messages.error(request, str(_REFUSALS[type(refusal)]))
    else:
        messages.success(request, _("The agreement is accepted. A receipt is on its way to you."))
    return redirect("orders:agreement", key)


def _in_words(agreements: AgreementQuerySet) -> AgreementQuerySet:
    return agreements.select_related("company", "customer")


def _shown(agreement: Agreement, *, reads: bool) -> dict[str, object]:
    """Lay out an agreement; its document is shown to whoever reads it."""
    paper = last_of(agreement) if reads else None
    offered = agreement.offered_at
    return {
        "agreement": agreement,
        "party": agreement.party_name or operations.name_of_party(agreement),
        "paper": paper,
        "can_accept": reads and agreement.is_offered and paper is not None,
        "open_until": offered + operations.OPEN_FOR if offered and agreement.is_offered else None,
    }
