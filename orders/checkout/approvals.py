"""Purchases for a company that go over their buyer's limit: asked for, decided, placed once."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import translation
from django.utils.translation import pgettext_lazy

from customers.companies.leaving import told_when_out
from customers.models import Customer, Membership
from orders.basket.models import Basket
from orders.basket.operations import merge
from orders.checkout.limits import member_of
from orders.checkout.models import PurchaseRequest, PurchaseState
from orders.checkout.operations import place_now, prepare
from orders.quotes.pricing import quote_of
from orders.sales.models import Order
from orders.stock import operations as stock
from orders.times import operations as times
from privacy.base import Gone
from privacy.locks import share_person, unless_crossed
from privacy.outbox.addresses import absolute
from privacy.outbox.kinds import name_letters
from privacy.outbox.operations import write_letter

WAITS = timedelta(days=14)
MOST_AT_ONCE = 200

name_letters(
    {
        "purchase_wanted": pgettext_lazy("letter", "a purchase waits for approval"),
        "purchase_decided": pgettext_lazy("letter", "a purchase was decided about"),
    }
)


class DecidedAlready(Exception):
    """Somebody else was quicker."""


class NotApprover(Exception):
    """Only an approver or admin of the company decides, and nobody about the own purchase."""


class BuyerHasLeft(Exception):
    """Whoever asked does not buy for the company any more."""


def ask_for_approval(
    *, draft_id: UUID, seen: str, digital_consent: bool, at: datetime
) -> PurchaseRequest:
    """Lay a checkout apart until somebody of the company has decided about it.

    The same checkout gives the same request however often asked. Its goods are promised to nobody
    meanwhile; whether they are there is seen again when it is decided.

    :raises BuyerHasLeft: when the buyer is no member of the company that the checkout names.
    :raises Gone: when the checkout became an order, or was erased with its person.
    """
    return unless_crossed(lambda: _ask(draft_id, seen, at, digital_consent=digital_consent))


@transaction.atomic
def _ask(draft_id: UUID, seen: str, at: datetime, *, digital_consent: bool) -> PurchaseRequest:
    ready = prepare(draft_id=draft_id, at=at, seen=seen, digital_consent=digital_consent)
    if isinstance(ready, Order):
        raise Gone(Basket._meta.label)
    known = PurchaseRequest.objects.filter(draft=ready.draft).first()
    if known is not None:
        return known
    member = member_of(ready.draft, ready.customer)
    if member is None:
        raise BuyerHasLeft
    stock.release(holder=ready.basket.pk)
    times.release(holder=ready.basket.pk)
    Basket.objects.filter(pk=ready.basket.pk).update(is_set_aside=True, touched_at=at)
    shown = ready.summary.shown()
    ready.draft.shown, ready.draft.touched_at = shown, at
    ready.draft.save(update_fields=["shown", "touched_at"])
    asked = PurchaseRequest.objects.create(
        company=member.company,
        customer_id=member.customer_id,
        draft=ready.draft,
        shown=shown,
        total_net=ready.summary.total_net,
        total=ready.summary.total,
        digital_consent=digital_consent,
        asked_at=at,
    )
    _tell_approvers(asked, at=at)
    return asked


def approve(*, by: Membership, key: UUID, seen: str, at: datetime) -> Order:
    """Place the order of a purchase that waits; of two who approve at once, one places it.

    :param seen: the seal of the very page on which it was approved.
    :raises NotApprover: when whoever decides may not, or not any more.
    :raises DecidedAlready: when it was decided or withdrawn meanwhile.
    :raises BuyerHasLeft: when the buyer does not buy for the company any more.
    :raises SomethingChanged: when the order would be another than the page showed.
    :raises OutOfStock: when there is not enough of something; then nothing is ordered.
    :raises QuoteIsOver: when it was made of a quote that cannot be accepted any more.
    """
    return unless_crossed(lambda: _approve(by, key, seen, at))


@transaction.atomic
def _approve(by: Membership, key: UUID, seen: str, at: datetime) -> Order:
    asked = _hold(by.company_id, key)
    _refuse_who_may_not(by, asked)
    if asked.draft_id is None:
        raise Gone(PurchaseRequest._meta.label)
    if not _still_buys(asked):
        raise BuyerHasLeft
    order = place_now(
        draft_id=asked.draft_id,
        at=at,
        seen=seen,
        digital_consent=asked.digital_consent,
        is_approved=True,
    )
    _decide(asked, PurchaseState.PLACED, by=by.customer, order=order, at=at)
    return order


def refuse(*, by: Membership, key: UUID, reason: str, at: datetime) -> None:
    """Refuse a purchase, and tell its buyer why.

    :raises NotApprover: when whoever decides may not, or not any more.
    :raises DecidedAlready: when it was decided or withdrawn meanwhile.
    """
    unless_crossed(lambda: _refuse(by, key, reason, at))


@transaction.atomic
def _refuse(by: Membership, key: UUID, reason: str, at: datetime) -> None:
    asked = _hold(by.company_id, key)
    _refuse_who_may_not(by, asked)
    _decide(asked, PurchaseState.REFUSED, by=by.customer, reason=reason, at=at)
    _let_basket_go(asked)


def withdraw(*, by: Membership, key: UUID, at: datetime) -> None:
    """Let a buyer take the own purchase back; what it held lies in the basket again.

    :raises NotApprover: when it is another's.
    :raises DecidedAlready: when it was decided meanwhile.
    """
    unless_crossed(lambda: _withdraw(by, key, at))


@transaction.atomic
def _withdraw(by: Membership, key: UUID, at: datetime) -> None:
    asked = _hold(by.company_id, key)
    if asked.customer_id != by.customer_id:
        raise NotApprover
    _decide(asked, PurchaseState.WITHDRAWN, at=at)
    basket = Basket.objects.filter(checkout__purchase=asked).first()
    if quote_of(basket) is not None:
        _let_basket_go(asked)  # the quote stands, and can be accepted again
    elif basket is not None:
        merge(guest=basket, customer=asked.customer, at=at)


def expire_purchases(*, at: datetime) -> int:
    """Let go of purchases about which nobody has decided for two weeks; tell how many."""
    waiting = PurchaseRequest.objects.filter(state=PurchaseState.WAITING, asked_at__lt=at - WAITS)
    old = list(waiting.order_by("asked_at").values_list("company", "pk")[:MOST_AT_ONCE])
    return sum(_let_expire(company, key, at) for company, key in old)


def cancel(*, asked: PurchaseRequest, reason: str, at: datetime) -> None:
    """Let staff end a purchase that hangs, and tell its buyer why.

    :raises DecidedAlready: when it was decided or withdrawn meanwhile.
    """
    unless_crossed(lambda: _cancel(asked, reason, at))


@transaction.atomic
def _cancel(asked: PurchaseRequest, reason: str, at: datetime) -> None:
    held = _hold(asked.company_id, asked.pk)
    state = PurchaseState.CANCELLED if _still_buys(held) else PurchaseState.LEFT
    _decide(held, state, reason=reason, at=at)
    _let_basket_go(held)


def let_go_of_leaver(company: UUID, customer: UUID, at: datetime) -> None:
    """Close what waits for somebody who does not buy for the company any more.

    Nobody can order in the name of a person who has left, and nothing hangs.
    """
    waiting = PurchaseRequest.objects.filter(company=company, customer=customer)
    for key in waiting.filter(state=PurchaseState.WAITING).values_list("pk", flat=True):
        _let_leaver_go(company, key, at)


told_when_out(let_go_of_leaver)


def let_go_of_leavers(*, at: datetime) -> int:
    """Close what waits for whoever has left a company by a way that told nobody; tell how many."""
    member = Membership.objects.filter(company=OuterRef("company"), customer=OuterRef("customer"))
    waiting = PurchaseRequest.objects.filter(~Exists(member), state=PurchaseState.WAITING)
    left = list(waiting.order_by("asked_at").values_list("company", "pk")[:MOST_AT_ONCE])
    return sum(unless_crossed(partial(_let_leaver_go, company, key, at)) for company, key in left)


@transaction.atomic
def _let_leaver_go(company: UUID, key: UUID, at: datetime) -> int:
    try:
        asked = _hold(company, key)
    except (DecidedAlready, Gone):
        return 0
    if _still_buys(asked):
        return 0
    _decide(asked, PurchaseState.LEFT, at=at)
    _let_basket_go(asked)
    return 1


def _let_expire(company_id: UUID, key: UUID, at: datetime) -> int:
    return unless_crossed(lambda: _expire(company_id, key, at))


@transaction.atomic
def _expire(company_id: UUID, key: UUID, at: datetime) -> int:
    try:
        asked = _hold(company_id, key)
    except (DecidedAlready, Gone):
        return 0
    _decide(asked, PurchaseState.EXPIRED, at=at)
    _let_basket_go(asked)
    return 1


def _hold(company_id: UUID, key: UUID) -> PurchaseRequest:
    """Hold a purchase that waits, and keep an erasure of its buyer waiting."""
    rows = PurchaseRequest.objects.filter(company=company_id, pk=key)
    for email in rows.values_list("customer__email", flat=True):
        share_person(email)
    asked = rows.select_for_update(of=("self",)).select_related("company", "customer").first()
    if asked is None:
        raise Gone(PurchaseRequest._meta.label)
    if asked.state != PurchaseState.WAITING:
        raise DecidedAlready
    return asked


def _still_buys(asked: PurchaseRequest) -> bool:
    """Tell whether the buyer is a member still; whoever takes them out waits until the end."""
    members = Membership.objects.select_for_update(no_key=True, of=("self",))
    return members.filter(company=asked.company_id, customer=asked.customer_id).exists()


def _refuse_who_may_not(by: Membership, asked: PurchaseRequest) -> None:
    now = Membership.objects.filter(pk=by.pk, company=asked.company).who_approve().first()
    if now is None or now.customer_id == asked.customer_id:
        raise NotApprover


def _decide(
    asked: PurchaseRequest,
    state: PurchaseState,
    *,
    at: datetime,
    by: Customer | None = None,
    reason: str = "",
    order: Order | None = None,
) -> None:
    asked.state, asked.decided_at, asked.decided_by = state, at, by
    asked.reason, asked.order = reason, order
    asked.save(update_fields=["state", "decided_at", "decided_by", "reason", "order"])
    # Whoever has left is told so by the company, and may not see its pages any more.
    if state not in (PurchaseState.WITHDRAWN, PurchaseState.LEFT):
        _write(asked.customer, asked, "purchase_decided", at=at)


def _let_basket_go(asked: PurchaseRequest) -> None:
    Basket.objects.filter(checkout__purchase=asked).delete()


def _tell_approvers(asked: PurchaseRequest, *, at: datetime) -> None:
    others = Membership.objects.filter(company=asked.company).who_approve()
    others = others.exclude(customer=asked.customer)
    for member in others.select_related("customer").order_by("pk"):
        share_person(member.customer.email)
        _write(member.customer, asked, "purchase_wanted", at=at)


def _write(to: Customer, asked: PurchaseRequest, kind: str, *, at: datetime) -> None:
    with translation.override(to.language):
        address = absolute(reverse("orders:purchase", args=[asked.company_id, asked.pk]))
    write_letter(
        to=to.email,
        language=to.language,
        kind=kind,
        context={
            "asked": asked,
            "company": asked.company,
            "buyer": asked.customer.called,
            "by": asked.decided_by.full_name if asked.decided_by else "",
            "url": address,
        },
        about=asked.pk,
        at=at,
    )
