"""The basket, as a visitor sees and changes it."""

from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from customers.visitors import company_of
from orders import money, vat
from orders.basket import operations
from orders.basket.contents import Contents, contents_of
from orders.basket.forms import ChangeForm, CouponForm, PutForm
from orders.basket.models import MOST_LINES, MOST_OF_ONE, Basket, BasketLine
from orders.basket.operations import (
    BasketIsGone,
    NoSuchCoupon,
    NoSuchPlaces,
    NotForSale,
    TimeMissing,
    TooMany,
    TooManyLines,
)
from orders.basket.visits import basket_of, new_basket_for, remember
from orders.catalogue.models import Variant
from orders.delivery.models import DeliveryMethod
from orders.delivery.pricing import Load, missing_until_free, offers_for
from orders.offers import words as coupon_words
from orders.offers.guessing import count_guess, has_guessed_enough
from privacy.csrf import same_origin_is_enough
from privacy.limits import Busy
from privacy.network import NOWHERE, client_address

SEE_OTHER = 303
CONFLICT = 409
BAD_REQUEST = 400
TOO_MANY_REQUESTS = 429


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Show the basket with today's prices."""
    at = timezone.now()
    basket = basket_of(request, at=at)
    contents = contents_of(basket, at=at)
    return _page(request, contents, removed=_removed(request, contents))


@require_POST
@same_origin_is_enough
def add(request: HttpRequest) -> HttpResponse:
    """Put a product into the basket; for a guest the visit begins to be remembered here."""
    at = timezone.now()
    form = PutForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a quantity from 1 to %(most)d.") % {"most": MOST_OF_ONE})
        return _back(request)
    try:
        said = form.cleaned_data
        line = put_for(
            request,
            basket_of(request, at=at),
            sku=said["sku"],
            quantity=said["quantity"],
            slot_id=said["time"],
            at=at,
        )
    except (NotForSale, TooMany, TooManyLines) as refusal:
        messages.error(request, in_words(refusal))
        return _back(request)
    remember(request, line.basket)
    messages.success(
        request, _("%(product)s is in your basket.") % {"product": line.variant.product}
    )
    return see_other(reverse("orders:basket"))


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Set how many pieces of one product the basket holds."""
    at = timezone.now()
    basket = basket_of(request, at=at)
    form = ChangeForm(request.POST)
    if basket is None:
        return see_other(reverse("orders:basket"))
    if not form.is_valid():
        words = _("Choose a quantity from 1 to %(most)d.") % {"most": MOST_OF_ONE}
        return _refused(request, basket, words, at=at, status=BAD_REQUEST)
    sku, quantity = form.cleaned_data["sku"], form.cleaned_data["quantity"]
    slot_id = form.cleaned_data["time"]
    lines = basket.lines.filter(variant__sku=sku, slot=slot_id)
    before = lines.values_list("quantity", flat=True).first()
    try:
        operations.change(basket=basket, sku=sku, quantity=quantity, slot_id=slot_id, at=at)
    except BasketIsGone:
        return see_other(reverse("orders:basket"))
    except TooMany as refusal:
        return _refused(request, basket, in_words(refusal), at=at, status=CONFLICT)
    remember(request, basket)
    address = reverse("orders:basket")
    if before and not quantity:
        taken = {"removed": sku, "pieces": before}
        address += "?" + urlencode(taken | ({"time": slot_id} if slot_id else {}))
    return see_other(address)


@require_POST
def coupon(request: HttpRequest) -> HttpResponse:
    """Put a coupon into the basket, or take it out."""
    at = timezone.now()
    basket, form = basket_of(request, at=at), CouponForm(request.POST)
    if basket is None:
        return see_other(reverse("orders:basket"))
    typed = form.cleaned_data["code"] if form.is_valid() else request.POST.get("code", "")
    try:
        if not typed:
            operations.leave_coupon(basket=basket, at=at)
        else:
            return _take_coupon(request, basket, typed, at=at)
    except BasketIsGone:
        pass
    return see_other(reverse("orders:basket"))


def _take_coupon(request: HttpRequest, basket: Basket, typed: str, *, at: datetime) -> HttpResponse:
    """Try a code; who tries one wrong code after another has to wait."""
    address = client_address(request) or NOWHERE
    wait = _("Too many codes have been tried. Wait an hour and try again.")
    if has_guessed_enough(address, at=at):
        return _no_coupon(request, basket, wait, at=at, status=TOO_MANY_REQUESTS)
    try:
        operations.take_coupon(basket=basket, typed=typed, at=at)
    except NoSuchCoupon as refusal:
        try:
            count_guess(address, at=at)
        except Busy:
            return _no_coupon(request, basket, wait, at=at, status=TOO_MANY_REQUESTS)
        words = coupon_words.in_words(refusal.refused)
        return _no_coupon(request, basket, words, at=at, status=CONFLICT)
    return see_other(reverse("orders:basket"))


def _no_coupon(
    request: HttpRequest, basket: Basket, words: str, *, at: datetime, status: int
) -> HttpResponse:
    """Say why a code was not taken, and keep what was typed."""
    typed = request.POST.get("code", "")[:100]
    contents = contents_of(basket, at=at)
    return _page(request, contents, coupon_trouble={"typed": typed, "words": words}, status=status)


def in_words(refusal: NotForSale | TooMany | TooManyLines) -> str:
    """Say why the basket did not take something."""
    match refusal:
        case TimeMissing() | NoSuchPlaces(most=0):
            return _("Choose a time that is still free.")
        case NotForSale():
            return _("The product is no longer for sale.")
        case TooManyLines():
            return _("The basket is full: it holds at most %(most)d different products.") % {
                "most": MOST_LINES
            }
        case TooMany(most=0):
            return _("The product is sold out.")
        case TooMany(most=most) if most == MOST_OF_ONE:
            return _("You can order at most %(most)d of one product.") % {"most": MOST_OF_ONE}
        case _:
            return ngettext(
                "There is only %(left)d left.", "There are only %(left)d left.", refusal.most
            ) % {"left": refusal.most}


def see_other(address: str) -> HttpResponse:
    """Send the browser on with a GET, whatever it did before."""
    return HttpResponseRedirect(address, status=SEE_OTHER)


def put_for(
    request: HttpRequest,
    basket: Basket | None,
    *,
    sku: str,
    quantity: int,
    at: datetime,
    slot_id: UUID | None = None,
) -> BasketLine:
    """Put into the visitor's basket, or into a new one; a refusal leaves no empty basket behind."""
    if basket is not None:
        try:
            return operations.put(basket=basket, sku=sku, quantity=quantity, slot_id=slot_id, at=at)
        except BasketIsGone:
            pass  # it was ordered in another tab a moment ago
    with transaction.atomic():
        basket = new_basket_for(request, at=at)
        return operations.put(basket=basket, sku=sku, quantity=quantity, slot_id=slot_id, at=at)


def _back(request: HttpRequest) -> HttpResponse:
    """Return to the page whose form was refused, as far as it is one of ours."""
    came_from = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(
        came_from, allowed_hosts=None, require_https=request.is_secure()
    )
    return see_other(came_from if own and came_from.startswith("/") else reverse("orders:basket"))


def _refused(
    request: HttpRequest, basket: Basket, words: str, *, at: datetime, status: int
) -> HttpResponse:
    contents = contents_of(basket, at=at)
    trouble = {"sku": request.POST.get("sku", ""), "words": words}
    return _page(request, contents, trouble=trouble, status=status)


def _removed(request: HttpRequest, contents: Contents) -> dict[str, object] | None:
    """Name what was just taken out, so that it can be put back."""
    sku, pieces = request.GET.get("removed", ""), request.GET.get("pieces", "")
    form = ChangeForm({"sku": sku, "quantity": pieces, "time": request.GET.get("time", "")})
    if not form.is_valid():
        return None
    time = form.cleaned_data["time"]
    if any(line.sku == sku and line.slot_id == time for line in contents.lines):
        return None
    variant = Variant.objects.filter(sku=sku).select_related("product").first()
    if variant is None:
        return None
    return {
        "sku": sku,
        "pieces": form.cleaned_data["quantity"],
        "time": time,
        "name": variant.product.name,
    }


def _page(
    request: HttpRequest,
    contents: Contents,
    *,
    removed: dict[str, object] | None = None,
    trouble: dict[str, str] | None = None,
    coupon_trouble: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    tax = vat.total(vat.summary(vat.Taxed(line.vat_rate, line.total) for line in contents.buyable))
    context = {
        "contents": contents,
        "removed": removed,
        "trouble": trouble,
        "coupon_trouble": coupon_trouble,
        "net": tax[0],
        "vat": tax[1],
        "most_of_one": MOST_OF_ONE,
        "company": company_of(request),
        **_delivery(contents),
    }
    return render(request, "orders/basket/basket.html", context, status=status)


def _delivery(contents: Contents) -> dict[str, Decimal | None]:
    """Give the price of the cheapest parcel, and how much more would make a delivery free."""
    if not contents.has_goods:
        return {"delivery_from": None, "missing_until_free": None}
    load = Load(total=contents.goods_total, weight_g=contents.goods_weight_g)
    offers = offers_for(load)
    sent = [offer.price for offer in offers if offer.method.kind == DeliveryMethod.Kind.PARCEL]
    if contents.delivers_free:
        return {"delivery_from": money.ZERO if sent else None, "missing_until_free": None}
    return {
        "delivery_from": min(sent, default=None),
        "missing_until_free": missing_until_free(offers, load) or None,
    }
