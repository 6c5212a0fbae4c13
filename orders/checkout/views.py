"""From the basket to the order: what the buyer fills in, agrees to, and gets."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.forms import BooleanField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from customers.address_book.operations import AddressIsKnown, BookIsFull, add_address
from customers.models import Address, Company
from customers.typed import town_of
from customers.visitors import card_of
from orders.basket.contents import Contents
from orders.basket.models import Basket
from orders.basket.operations import accept_prices
from orders.basket.views import see_other
from orders.basket.visits import basket_of, forget_what_is_gone
from orders.catalogue.prose import blocks as prose
from orders.checkout.addresses import doubts_about, warnings_for
from orders.checkout.approvals import BuyerHasLeft, ask_for_approval
from orders.checkout.drafts import (
    billing_fields,
    company_fields,
    delivery_fields,
    draft_for,
    keep_draft,
)
from orders.checkout.forms import CheckoutForm, KeepForm
from orders.checkout.leaving import may_leave
from orders.checkout.limits import NeedsApproval, is_over, member_of
from orders.checkout.methods import payment_methods
from orders.checkout.models import ADDRESS, CheckoutDraft, PurchaseRequest, PurchaseState
from orders.checkout.operations import (
    ConsentMissing,
    DraftNotComplete,
    EmptyBasket,
    SomethingChanged,
    place_order,
    show_summary,
)
from orders.checkout.paying import may_be_paid
from orders.checkout.paying_views import leave_to_pay
from orders.checkout.summary import Summary, changes_between, contents_now, seal, summarise
from orders.checkout.taxing import words_for
from orders.checkout.told import purchase_of, told_before
from orders.money import ZERO
from orders.quotes.operations import QuoteIsOver
from orders.quotes.pricing import quote_of
from orders.sales.models import Order
from orders.stock.operations import OutOfStock
from orders.taxation.areas import HOME
from privacy.languages import readers_language

CHECKOUT = "checkout"
CONFLICT = 409
BAD_REQUEST = 400


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """Ask who buys, where to, how, and how it is paid."""
    at = timezone.now()
    return _checkout(request, basket_of(request, at=at), at=at)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def checkout_of_quote(request: HttpRequest) -> HttpResponse:
    """Ask the same of whoever accepts a quote, whose checkout the visit knows."""
    draft = _draft_of(request)
    if draft is None or quote_of(draft.basket) is None:
        return see_other(reverse("orders:basket"))
    return _checkout(request, draft.basket, at=timezone.now())


@dataclass(frozen=True)
class Place:
    """Where somebody orders: the page of the form, and the page of what is ordered."""

    here: str
    back: str
    is_quote: bool = False


def _place(basket: Basket | None) -> Place:
    quote = quote_of(basket)
    if quote is None:
        return Place(reverse("orders:checkout"), reverse("orders:basket"))
    address = quote.signed_address
    if quote.customer_id is not None:
        address = reverse("orders:own-quote", args=[quote.number])
    return Place(reverse("orders:checkout-quote"), address, is_quote=True)


def _checkout(request: HttpRequest, basket: Basket | None, *, at: datetime) -> HttpResponse:
    contents = contents_now(basket, at=at)
    if basket is None or not contents.can_be_ordered:
        return _cannot_be_ordered(request, basket)
    if not can_be_paid(at):
        return render(request, "orders/checkout/closed.html")
    draft = draft_for(request, basket)
    if "use_address" in request.POST or "use_company" in request.POST:
        return _fill_in(request, CheckoutForm(instance=draft, contents=contents, at=at), contents)
    if request.method != "POST":
        return _form_page(request, CheckoutForm(instance=draft, contents=contents, at=at), contents)
    form = CheckoutForm(request.POST, instance=draft, contents=contents, at=at)
    if not form.is_valid():
        return _form_page(request, form, contents, status=BAD_REQUEST)
    return _show(request, basket, form, at=at)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """Show all that the buyer agrees to, above the button that orders."""
    return _order(request) if request.method == "POST" else _look(request)


@never_cache
@require_safe
def town(request: HttpRequest) -> HttpResponse:
    """Give the form's field for the town, filled in from the postcode beside it."""
    elsewhere = "delivery_postcode" in request.GET
    name = "delivery_city" if elsewhere else "city"
    postcode = request.GET.get("delivery_postcode" if elsewhere else "postcode", "")
    typed = request.GET.get(name, "")[:30]
    country = request.GET.get("delivery_country" if elsewhere else "country", HOME)
    if country != HOME:
        postcode = ""
    elif not typed or doubts_about(postcode, typed):
        typed = town_of(postcode) or typed
    form = CheckoutForm(initial={name: typed}, contents=Contents(()), at=timezone.now())
    context = {"field": form[name], "doubts": doubts_about(postcode, typed)}
    return render(request, "orders/checkout/town.html", context)


def can_be_paid(at: datetime) -> bool:
    """Tell whether the shop has a way to be paid."""
    return bool(payment_methods(at=at))


def _show(
    request: HttpRequest, basket: Basket, form: CheckoutForm, *, at: datetime
) -> HttpResponse:
    """Keep what was filled in, hold the goods, and go on to the summary."""
    keep = KeepForm(request.POST)
    language = readers_language()
    try:
        draft = keep_draft(basket=basket, said=form.cleaned_data, language=language, at=at)
        show_summary(draft=draft, at=at)
    except (EmptyBasket, OutOfStock):
        return _cannot_be_ordered(request, basket)
    place = _place(basket)
    if not place.is_quote:
        accept_prices(basket=basket, at=at)
    if keep.is_valid() and keep.cleaned_data["keep_address"]:
        _put_into_book(request, draft, at=at)
    request.session[CHECKOUT] = str(draft.pk)
    return see_other(reverse("orders:checkout-confirm"))


def _cannot_be_ordered(request: HttpRequest, basket: Basket | None) -> HttpResponse:
    """Lead back to the basket, which says what is missing; of a quote say it here."""
    place = _place(basket)
    if place.is_quote:
        words = _("There is not enough of something just now. Write to us, and we see to it.")
        messages.warning(request, words)
    return see_other(place.back)


def _fill_in(request: HttpRequest, form: CheckoutForm, contents: Contents) -> HttpResponse:
    """Show the form with what the buyer has chosen in it: an address of the book, a company."""
    for name, field in form.fields.items():
        form.initial[name] = (
            name in request.POST if isinstance(field, BooleanField) else request.POST.get(name, "")
        )
    company = _own_company(request, request.POST.get("use_company", ""))
    if company is not None:
        form.initial.update(company_fields(company))
    address = _of_book(request, request.POST.get("address", ""))
    if address is not None and "use_address" in request.POST:
        elsewhere = request.POST["use_address"] == "delivery"
        form.initial.update(delivery_fields(address) if elsewhere else billing_fields(address))
    return _form_page(request, form, contents)


def _of_book(request: HttpRequest, key: str) -> Address | None:
    """Find an address of the buyer's own book; another's is as unknown as none at all."""
    return next((each for each in _book_of(request) if str(each.pk) == key), None)


def _own_company(request: HttpRequest, key: str) -> Company | None:
    """Find a company that the buyer buys for; another is as unknown as none at all."""
    return next((each for each in _companies_of(request) if str(each.pk) == key), None)


def _companies_of(request: HttpRequest) -> list[Company]:
    card = card_of(request)
    return list(Company.objects.of(card)) if card is not None else []


def _book_of(request: HttpRequest) -> list[Address]:
    card = card_of(request)
    return list(Address.objects.of(card).defaults_first()) if card is not None else []


def _put_into_book(request: HttpRequest, draft: CheckoutDraft, *, at: datetime) -> None:
    """Keep where the goods go for the next time; one that is there already is kept."""
    card = card_of(request)
    if card is None:
        return
    said = {name: getattr(draft, name) for name in ADDRESS}
    name = f"{draft.first_name} {draft.last_name}".strip()
    if draft.deliver_elsewhere:
        said = {name: getattr(draft, f"delivery_{name}") for name in ADDRESS}
        name = draft.delivery_name
    try:
        add_address(card, name=name, **said, at=at)
    except AddressIsKnown:
        return
    except BookIsFull:
        messages.warning(request, _("The address book is full, so the address was not kept."))


def _look(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    draft = _draft_of(request)
    if draft is None:
        return see_other(reverse("orders:basket"))
    if draft.order_secret:
        return see_other(reverse("orders:order", args=[draft.order_secret]))
    summary = summarise(draft, at=at)
    if not summary.contents.can_be_ordered:
        return _cannot_be_ordered(request, draft.basket)
    chosen = summary.delivery is not None or not summary.contents.has_goods
    if not chosen or summary.taxation is None or draft.payment_method not in payment_methods(at=at):
        return see_other(_place(draft.basket).here)
    changes = changes_between(draft.shown, summary.shown())
    return _summary_page(request, draft, summary, SomethingChanged(changes))


def _order(request: HttpRequest) -> HttpResponse:
    """Place the order; the form says only which checkout it is, and which page was seen."""
    at = timezone.now()
    draft = _draft_of(request)
    why_not = _why_not(request, draft, at)
    place = _place(draft.basket if draft is not None else None)
    if draft is None or why_not:
        messages.warning(request, why_not)
        return see_other(place.here)
    _follow_language(draft)
    try:
        order = place_order(
            draft_id=draft.pk,
            seen=request.POST.get("seen", ""),
            digital_consent="digital_consent" in request.POST,
            at=at,
        )
    except (EmptyBasket, OutOfStock, QuoteIsOver) as refusal:
        words = (
            refusal.words
            if isinstance(refusal, QuoteIsOver)
            else _("Others were quicker. Nothing was ordered yet.")
        )
        messages.warning(request, str(words))
        return see_other(place.back)
    except DraftNotComplete:
        return see_other(place.here)
    except (NeedsApproval, ConsentMissing, SomethingChanged) as refusal:
        return _not_yet(request, draft, refusal, at=at)
    forget_what_is_gone(request, ordered=draft.basket_id)
    if may_be_paid(order):
        return leave_to_pay(request, order)
    return see_other(order.get_absolute_url())


def _not_yet(
    request: HttpRequest,
    draft: CheckoutDraft,
    refusal: NeedsApproval | ConsentMissing | SomethingChanged,
    *,
    at: datetime,
) -> HttpResponse:
    """Ask whoever has to agree first: an approver, or the buyer once more."""
    if isinstance(refusal, NeedsApproval):
        return _ask_approver(request, draft, at=at)
    return _ask_again(request, draft, refusal, at=at)


def _ask_approver(request: HttpRequest, draft: CheckoutDraft, *, at: datetime) -> HttpResponse:
    """Lay the purchase before those who approve for the company."""
    try:
        asked = ask_for_approval(
            draft_id=draft.pk,
            seen=request.POST.get("seen", ""),
            digital_consent="digital_consent" in request.POST,
            at=at,
        )
    except (ConsentMissing, SomethingChanged) as refusal:
        return _ask_again(request, draft, refusal, at=at)
    except (BuyerHasLeft, DraftNotComplete, EmptyBasket):
        return see_other(_place(draft.basket).here)
    except QuoteIsOver as refusal:
        messages.warning(request, str(refusal.words))
        return see_other(_place(draft.basket).back)
    request.session.pop(CHECKOUT, None)
    messages.success(request, _("Your purchase waits for approval. We write to you."))
    return see_other(reverse("orders:purchase", args=[asked.company_id, asked.pk]))


def _why_not(request: HttpRequest, draft: CheckoutDraft | None, at: datetime) -> str:
    """Say why nothing can be ordered with what was sent; nothing when it can."""
    if draft is None or request.POST.get("checkout") != str(draft.pk):
        return _("This checkout is over. Nothing was ordered just now.")
    if not draft.order_secret and draft.payment_method not in payment_methods(at=at):
        return _("This payment method is not available now. Choose another.")
    return ""


def _draft_of(request: HttpRequest) -> CheckoutDraft | None:
    """Give the visit's own checkout, also one that has become an order already."""
    known = request.session.get(CHECKOUT)
    if known is None:
        return None
    waiting = PurchaseRequest.objects.filter(state=PurchaseState.WAITING).values("draft")
    drafts = CheckoutDraft.objects.select_related("basket").exclude(pk__in=waiting)
    return drafts.filter(pk=UUID(known)).first()


def _follow_language(draft: CheckoutDraft) -> None:
    """Let the order speak the language of the page on which the buyer agrees."""
    language = readers_language()
    if draft.language != language and not draft.order_secret:
        CheckoutDraft.objects.filter(pk=draft.pk).update(language=language)


def _ask_again(
    request: HttpRequest,
    draft: CheckoutDraft,
    refusal: ConsentMissing | SomethingChanged,
    *,
    at: datetime,
) -> HttpResponse:
    try:
        summary = show_summary(draft=draft, at=at)
    except (EmptyBasket, OutOfStock):
        return _cannot_be_ordered(request, draft.basket)
    draft.refresh_from_db()
    return _summary_page(request, draft, summary, refusal, again=True, status=CONFLICT)


def _form_page(
    request: HttpRequest, form: CheckoutForm, contents: Contents, *, status: int = 200
) -> HttpResponse:
    keep = KeepForm(request.POST or None) if card_of(request) is not None else None
    if keep is not None:
        form.told_of = (*form.told_of, *keep.told_of)
    context = {
        "form": form,
        "contents": contents,
        "book": _book_of(request),
        "companies": _companies_of(request),
        "keep": keep,
        "place": _place(form.instance.basket),
        "steps": steps("checkout", _place(form.instance.basket)),
    }
    return render(request, "orders/checkout/checkout.html", context, status=status)


def _summary_page(
    request: HttpRequest,
    draft: CheckoutDraft,
    summary: Summary,
    refusal: ConsentMissing | SomethingChanged,
    *,
    again: bool = False,
    status: int = 200,
) -> HttpResponse:
    at_once = draft.payment_method == Order.PaymentMethod.PAYTRAIL
    pays_at_once = at_once and summary.total > ZERO
    wants_consent = isinstance(refusal, ConsentMissing)
    place = _place(draft.basket)
    member = member_of(draft, card_of(request))
    asks = member is not None and is_over(member, summary.total_net, at=timezone.now())
    context = {
        "draft": draft,
        "summary": summary,
        "changes": [] if isinstance(refusal, ConsentMissing) else refusal.changes,
        "again": again and not wants_consent,
        "wants_consent": wants_consent,
        "seen": seal(draft, summary),
        "asks_approval": member if asks else None,
        "warnings": warnings_for(draft),
        "tax_words": words_for(draft, summary.taxation) if summary.taxation else [],
        "payment_method": Order.PaymentMethod(draft.payment_method).label,
        "pays_at_once": pays_at_once,
        "payment_term_days": settings.PAYMENT_TERM_DAYS,
        "told": [
            {**item, "blocks": prose(item["whole"])}
            for item in told_before(purchase_of(draft, summary))
        ],
        "place": place,
        "steps": steps("confirm", place),
    }
    answer = render(request, "orders/checkout/confirm.html", context, status=status)
    return may_leave(answer) if pays_at_once else answer


def steps(current: str, at_place: Place) -> list[tuple[str, str | None, str]]:
    """List the steps of an order and where the buyer stands."""
    first = pgettext("offer", "Quote") if at_place.is_quote else _("Basket")
    pages = [
        ("basket", first, at_place.back),
        ("checkout", _("Checkout"), at_place.here),
        ("confirm", _("Check and order"), reverse("orders:checkout-confirm")),
    ]
    place = [code for code, _name, _url in pages].index(current)
    return [
        (
            name,
            url if number < place else None,
            "done" if number < place else "current" if number == place else "todo",
        )
        for number, (_code, name, url) in enumerate(pages)
    ]
