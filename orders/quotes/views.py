"""Quotes, as those see them who ask: asked from the basket, read, and declined."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from customers.models import Company
from customers.visitors import card_of, company_of
from orders.basket.contents import Contents, contents_of
from orders.basket.visits import basket_of
from orders.quotes.forms import AskForm, DeclineForm
from orders.quotes.models import Quote
from orders.quotes.operations import NothingToQuote, NotThatWay, ask, decline
from orders.quotes.pricing import sums_of
from orders.quotes.visits import is_own, own_quote, quote_behind
from privacy.csrf import same_origin_is_enough
from privacy.languages import readers_language
from privacy.limits import TOO_MANY, ask_to_wait, may_send_form
from privacy.private_answers import for_one_reader

ON_A_PAGE = 20
OK, BAD_REQUEST = 200, 400


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_quote(request: HttpRequest) -> HttpResponse:
    """Ask for a quote for what lies in the basket."""
    at = timezone.now()
    basket = basket_of(request, at=at)
    contents = contents_of(basket, at=at)
    if basket is None or not contents.buyable:
        return redirect("orders:basket")
    card = card_of(request)
    companies = list(Company.objects.of(card)) if card is not None else []
    said = request.POST if request.method == "POST" else None
    form = AskForm(said, card=card, companies=companies, chosen=company_of(request))
    if not form.is_bound or not form.is_valid():
        status = BAD_REQUEST if form.is_bound else OK
        return _ask_page(request, form, contents, status)
    if not may_send_form(request, at=at):
        return _ask_page(request, form, contents, TOO_MANY)
    try:
        quote = ask(basket=basket, asked=form.asked(readers_language()), at=at)
    except NothingToQuote:
        messages.info(request, _("Appointments are booked by an order, without a quote."))
        return redirect("orders:basket")
    words = _("We have received your request %(number)s, and answer by e-mail.")
    messages.success(request, words % {"number": quote.number})
    return redirect("orders:basket") if card is None else redirect("orders:quotes")


def _ask_page(request: HttpRequest, form: AskForm, contents: Contents, status: int) -> HttpResponse:
    context = {
        "form": form,
        "contents": contents,
        "has_appointments": any(line.slot_id for line in contents.buyable),
        "is_too_often": status == TOO_MANY,
    }
    answer = render(request, "orders/quotes/ask.html", context, status=status)
    return ask_to_wait(answer) if status == TOO_MANY else answer


@never_cache
@require_safe
@login_required
def quotes(request: HttpRequest) -> HttpResponse:
    """List the quotes that a customer may see, the newest first."""
    card = card_of(request)
    mine = Quote.objects.none() if card is None else Quote.objects.visible_to(card)
    newest = mine.select_related("company").order_by("-asked_at", "-pk")
    page = Paginator(newest, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "orders/quotes/list.html", {"page_obj": page})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def own(request: HttpRequest, number: str) -> HttpResponse:
    """Show a quote to whoever asked for it, and to those who approve for the company."""
    quote = own_quote(request, number)
    if quote is None:
        raise Http404
    accepts = reverse("orders:own-quote-accept", args=[number])
    return _quote(request, quote, here=request.path, accepts=accepts)


@same_origin_is_enough
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def by_address(request: HttpRequest, key: str) -> HttpResponse:
    """Show a quote to whoever has the address of its letter, while that lives."""
    quote = quote_behind(key)
    if quote is None:
        raise Http404
    accepts = reverse("orders:quote-accept", args=[key])
    return _quote(request, quote, here=request.path, accepts=accepts)


def _quote(request: HttpRequest, quote: Quote, *, here: str, accepts: str) -> HttpResponse:
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        if not is_own(request, quote):
            raise PermissionDenied
        if form.is_valid():
            return _decline(request, quote, form.cleaned_data["reason"], here)
    today = timezone.localdate()
    lines = list(quote.lines.all())
    mine = is_own(request, quote)
    context = {
        "quote": quote,
        "lines": [line for line in lines if line.quantity or quote.answered_at is None],
        "left_out": [line for line in lines if not line.quantity],
        "sums": sums_of(quote, lines, on=today) if quote.answered_at else None,
        "stands": quote.stands_on(today),
        "is_mine": mine,
        "may_decline": mine and (quote.is_asked or quote.stands_on(today)),
        "form": form,
        "accepts": accepts,
        "own_address": reverse("orders:own-quote", args=[quote.number]),
        "is_over": quote.is_given and not quote.stands_on(today),
    }
    status = BAD_REQUEST if form.is_bound else OK
    answer = render(request, "orders/quotes/quote.html", context, status=status)
    return for_one_reader(answer)


def _decline(request: HttpRequest, quote: Quote, reason: str, here: str) -> HttpResponse:
    try:
        decline(quote=quote, reason=reason, at=timezone.now())
    except NotThatWay:
        messages.info(request, _("The quote has moved meanwhile. Look again."))
    else:
        messages.success(request, _("You have declined the quote. Thank you for telling us."))
    return redirect(here)
