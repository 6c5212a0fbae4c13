"""Waiting for what is sold out: a member's one press, a guest's form, and the page that ends it."""

import time
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from customers.models import Account
from customers.visitors import account_of
from orders.basket.views import see_other
from orders.catalogue.models import Variant
from orders.wishes.forms import AwaitForm, WishForm
from orders.wishes.letters import awaited_behind
from orders.wishes.waiting import (
    NotAwaited,
    ask_as_guest,
    await_as_member,
    confirm,
    refuse_what_can_be_had,
    wait_no_more,
)
from privacy.csrf import same_origin_is_enough
from privacy.languages import readers_language
from privacy.limits import TOO_MANY, ask_to_wait, may_send_form, wait_out
from privacy.outbox.one_click import is_one_click


@same_origin_is_enough
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def wait(request: HttpRequest) -> HttpResponse:
    """Let a member wait at one press, and a guest by a link that goes to the typed address."""
    variant = _asked_for(request)
    account = account_of(request)
    if account is not None and request.method == "POST":
        return _as_member(request, account, variant)
    try:
        refuse_what_can_be_had(variant, timezone.now())
    except NotAwaited:
        return _can_be_had(request, variant)
    typed = request.POST if "email" in request.POST else None
    form = AwaitForm(typed)
    if account is None and form.is_valid():
        return _as_guest(request, form, variant)
    return _form(request, form, variant)


@require_safe
@never_cache
def asked(request: HttpRequest) -> HttpResponse:
    """Say to look into the mailbox."""
    return render(request, "orders/wishes/asked.html")


@csrf_exempt  # the signed address is what permits it; a mail program has no other proof
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def awaited(request: HttpRequest, key: str) -> HttpResponse:
    """Show what somebody waits for; confirm it at a press, or end it at a press."""
    now = timezone.now()
    found = awaited_behind(key, at=now)
    by_program = is_one_click(request)
    if found is None:
        return HttpResponse() if by_program else _gone(request)
    if request.method != "POST":
        context = {"awaited": found, "product": found.variant.product}
        return render(request, "orders/wishes/awaited.html", context)
    if by_program or "end" in request.POST:
        wait_no_more(found)
        return HttpResponse() if by_program else _gone(request, is_ended=True)
    confirmed = confirm(found, at=now)
    if confirmed is None:
        return _gone(request)
    return render(
        request,
        "orders/wishes/awaited.html",
        {"awaited": confirmed, "product": found.variant.product},
    )


def _asked_for(request: HttpRequest) -> Variant:
    form = WishForm(request.POST or request.GET)
    if not form.is_valid():
        raise Http404
    found = Variant.objects.active().filter(sku=form.cleaned_data["sku"])
    variant = found.select_related("product").first()
    if variant is None or not variant.product.is_published(timezone.now()):
        raise Http404
    return variant


def _as_member(request: HttpRequest, account: Account, variant: Variant) -> HttpResponse:
    try:
        await_as_member(account, variant=variant, at=timezone.now())
    except NotAwaited:
        return _can_be_had(request, variant)
    words = _("We write to you once when %(product)s is back. Whoever asked first is told first.")
    messages.success(request, words % {"product": variant.product})
    return see_other(_page_of(variant))


def _as_guest(request: HttpRequest, form: AwaitForm, variant: Variant) -> HttpResponse:
    """Answer the same, and as quickly, for any address."""
    began, now = time.monotonic(), timezone.now()
    if not may_send_form(request, at=now):
        return ask_to_wait(_form(request, form, variant, status=TOO_MANY))
    email, language = str(form.cleaned_data["email"]), readers_language()
    try:
        ask_as_guest(email=email, variant=variant, language=language, at=now)
    except NotAwaited:
        return _can_be_had(request, variant)
    wait_out(began)
    return redirect("orders:awaited-asked")


def _form(
    request: HttpRequest, form: AwaitForm, variant: Variant, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "variant": variant, "is_too_often": status == TOO_MANY}
    return render(request, "orders/wishes/wait.html", context, status=status)


def _can_be_had(request: HttpRequest, variant: Variant) -> HttpResponse:
    messages.info(request, _("%(product)s can be had now.") % {"product": variant.product})
    return see_other(_page_of(variant))


def _page_of(variant: Variant) -> str:
    page = reverse("orders:product", args=[variant.product.slug])
    return f"{page}?{urlencode({'sku': variant.sku})}"


def _gone(request: HttpRequest, *, is_ended: bool = False) -> HttpResponse:
    context = {"is_ended": is_ended}
    status = 200 if is_ended else 404
    return render(request, "orders/wishes/awaited_gone.html", context, status=status)
