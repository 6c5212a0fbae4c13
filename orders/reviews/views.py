"""A buyer's own review of a product, and the page on which readers report one."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from customers.visitors import own_card
from orders.catalogue.models import Product
from orders.reviews import operations
from orders.reviews.forms import ReportForm, ReviewForm
from orders.reviews.models import Complained, Review, ReviewState
from orders.reviews.operations import NotBought, may_review
from privacy.csrf import same_origin_is_enough
from privacy.languages import readers_language
from privacy.limits import TOO_MANY, ask_to_wait, may_send_form

FORBIDDEN = 403
TYPED = ("rating", "title", "text", "is_named")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def review(request: HttpRequest, slug: str) -> HttpResponse:
    """Let a buyer review a product, or write the review anew."""
    card = own_card(request)
    product = get_object_or_404(Product.objects.published(timezone.now()), slug=slug)
    mine = Review.objects.of(card).filter(product=product).first()
    known = {name: getattr(mine, name) for name in TYPED} if mine else {}
    form = ReviewForm(request.POST or None, initial=known)
    context = {"product": product, "mine": mine, "form": form}
    if not may_review(card, product):
        return render(request, "orders/reviews/not_bought.html", context, status=FORBIDDEN)
    if not form.is_valid():
        return render(request, "orders/reviews/review.html", context)
    try:
        written = operations.review(
            card,
            product=product,
            **form.cleaned_data,
            language=readers_language(),
            at=timezone.now(),
        )
    except NotBought:
        return render(request, "orders/reviews/not_bought.html", context, status=FORBIDDEN)
    if written.state == ReviewState.SHOWN:
        messages.success(request, _("Thank you. Your points count now."))
    else:
        messages.success(request, _("Thank you. Your review is published once we have read it."))
    return redirect(product.get_absolute_url())


@require_POST
@login_required
@never_cache
def remove(request: HttpRequest, slug: str) -> HttpResponse:
    """Take one's own review back."""
    product = get_object_or_404(Product, slug=slug)
    if not operations.take_back(own_card(request), product=product):
        raise Http404
    messages.success(request, _("Your review was deleted."))
    return redirect(product.get_absolute_url())


@same_origin_is_enough
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def report(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let any reader tell that a review should not stand there; nothing is asked of the reader."""
    found = Review.objects.shown().filter(pk=key).select_related("product").first()
    if found is None:
        raise Http404
    form = ReportForm(request.POST or None)
    if not form.is_valid():
        return _report_page(request, found, form)
    now = timezone.now()
    if not may_send_form(request, at=now):
        return ask_to_wait(_report_page(request, found, form, status=TOO_MANY))
    operations.report(key=key, why=Complained(form.cleaned_data["why"]), at=now)
    messages.success(request, _("Thank you. We look at the review again."))
    return redirect(found.product.get_absolute_url())


def _report_page(
    request: HttpRequest, found: Review, form: ReportForm, *, status: int = 200
) -> HttpResponse:
    context = {"review": found, "form": form, "is_too_often": status == TOO_MANY}
    return render(request, "orders/reviews/report.html", context, status=status)
