"""The withdrawal function (Directive 2011/83/EU, Article 11a): a statement, then one button.

It is the same for members, for whoever has an order's address, and for guests who know a number and
an e-mail address. Nobody asks why, and what is given for no known order is taken all the same.
"""

import time
from datetime import datetime
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from customers.visitors import card_of, card_or_404
from orders.returns.forms import AnyOrderForm, OrderForm, StatementForm
from orders.returns.models import WithdrawalNotice
from orders.returns.operations import give_notice
from orders.returns.receipt import facts_of, file_name, receipt_pdf
from orders.returns.standing import Standing, left_of, standing_of
from orders.sales.models import Order, OrderQuerySet
from privacy.csrf import same_origin_is_enough
from privacy.languages import readers_language
from privacy.limits import TOO_MANY, ask_to_wait, may_send_form, wait_out
from privacy.private_answers import for_one_reader, paper

SALT = "orders.returns"
A_DAY = 24 * 60 * 60
CONFIRM, CHANGE = "confirm", "change"
BAD_REQUEST = 400
LATEST_ORDERS = 20

Way = WithdrawalNotice.Way


@same_origin_is_enough
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def withdraw(request: HttpRequest) -> HttpResponse:
    """Let anybody withdraw by an order number and an e-mail address.

    The answer is the same, and as quick, whether or not there is such an order.
    """
    began = time.monotonic()
    if request.method != "POST":
        return _statement(request, AnyOrderForm(initial={"submission": uuid4()}))
    form = AnyOrderForm(request.POST)
    if not form.is_valid():
        return _statement(request, form, status=BAD_REQUEST)
    step = request.POST.get("step")
    if step == CHANGE:
        return _statement(request, form)
    if step != CONFIRM:
        return _before_the_button(request, form)
    now = timezone.now()
    if not may_send_form(request, at=now):
        return ask_to_wait(_statement(request, form, status=TOO_MANY))
    answer = _give(form, Way.FORM, at=now)
    wait_out(began)
    return answer


@same_origin_is_enough
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def by_address(request: HttpRequest, secret: str) -> HttpResponse:
    """Let whoever has an order's address withdraw from it, or from a part of it."""
    order = get_object_or_404(_orders(), secret=secret)
    return _of_order(request, order, Way.ADDRESS)


@same_origin_is_enough
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def own(request: HttpRequest, number: str) -> HttpResponse:
    """Let a customer withdraw from one of their own orders, or from a part of it."""
    mine = Order.objects.of(card_or_404(request)).filter(number=number)
    return _of_order(request, get_object_or_404(_orders().filter(pk__in=mine)), Way.MEMBER)


@require_safe
@never_cache
def withdrawn(request: HttpRequest, key: str) -> HttpResponse:
    """Say what has been received, and when; whether the order is known is not said."""
    notice = _behind(key)
    context = {"facts": [(name, said) for name, said in facts_of(notice) if said], "key": key}
    return for_one_reader(render(request, "orders/returns/withdrawn.html", context))


@require_safe
@never_cache
def receipt(request: HttpRequest, key: str) -> HttpResponse:
    """Give the acknowledgement as a PDF."""
    notice = _behind(key)
    return for_one_reader(paper(receipt_pdf(notice), name=file_name(notice), as_attachment=True))


def _orders() -> OrderQuerySet:
    return Order.objects.prefetch_related("lines", "withdrawals")


def _of_order(request: HttpRequest, order: Order, way: WithdrawalNotice.Way) -> HttpResponse:
    left = left_of(order)
    standing = standing_of(order, at=timezone.now())
    if request.method != "POST":
        return _statement(request, OrderForm(order=order, left=left), standing=standing)
    form = OrderForm(request.POST, order=order, left=left)
    if not form.is_valid():
        return _statement(request, form, standing=standing, status=BAD_REQUEST)
    step = request.POST.get("step")
    if step == CHANGE:
        return _statement(request, form, standing=standing)
    if step != CONFIRM:
        return _before_the_button(request, form)
    return _give(form, way, at=timezone.now())


def _give(form: StatementForm, way: WithdrawalNotice.Way, *, at: datetime) -> HttpResponse:
    language = readers_language()
    notice = give_notice(statement=form.statement(), way=way, language=language, at=at)
    return redirect("orders:withdrawn", signing.dumps(str(notice.pk), salt=SALT))


def _statement(
    request: HttpRequest,
    form: StatementForm,
    *,
    standing: Standing | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "order": getattr(form, "order", None),
        "standing": standing,
        "is_too_often": status == TOO_MANY,
        "mine": [] if isinstance(form, OrderForm) else _mine(request),
    }
    return for_one_reader(render(request, "orders/returns/statement.html", context, status=status))


def _before_the_button(request: HttpRequest, form: StatementForm) -> HttpResponse:
    """Show what was stated, above the one button that sends it."""
    context = {
        "form": form,
        "order": getattr(form, "order", None),
        "said": form.cleaned_data,
        "pieces": _pieces(form),
        "typed": [(field.html_name, field.value()) for field in form],
    }
    return for_one_reader(render(request, "orders/returns/confirm.html", context))


def _pieces(form: StatementForm) -> list[str]:
    if not isinstance(form, OrderForm):
        return []
    wanted = [(line, form.cleaned_data[field]) for line, field in form.rows]
    if all(pieces == line.quantity for line, pieces in wanted):
        return []
    return [
        f"{pieces} × {form[field].label}"
        for (line, pieces), (_l, field) in zip(wanted, form.rows, strict=True)
        if pieces
    ]


def _mine(request: HttpRequest) -> list[Order]:
    """List the latest orders of whoever is signed in: there the number need not be typed."""
    card = card_of(request)
    if card is None:
        return []
    return list(Order.objects.of(card).order_by("-placed_at", "-pk")[:LATEST_ORDERS])


def _behind(key: str) -> WithdrawalNotice:
    """Find the notice whose page this is: for a day, and while it says anything."""
    try:
        pk = signing.loads(key, salt=SALT, max_age=A_DAY)
    except signing.BadSignature:
        raise Http404 from None
    return get_object_or_404(WithdrawalNotice.objects.exclude(email=""), pk=pk)
