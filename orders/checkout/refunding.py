"""Send money back by the payment service, and hear how it went: each refund once.

A refund is marked before it leaves. Where the answer did not come, the service may have it: it is
not sent again by itself, staff look first.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import translation

from orders import money
from orders.payments.models import Payment, PaymentEvent, Provider, Refund
from orders.payments.operations import ask_refunds, fail_refund, settle_refund
from orders.payments.paytrail import client
from orders.payments.paytrail.client import RefundBegun, Unavailable
from orders.payments.paytrail.words import FAILED, PAID, NotSigned, Word, word_in_query
from orders.payments.states import RefundState
from orders.sales.models import Order
from privacy.locks import unless_crossed
from privacy.outbox.addresses import absolute

HOME = "fi"
SENT, UNANSWERED = "sent", "unanswered"
FINAL = ("400", "404", "422")
"""Answers with which the service says that it will not do it."""
MOST_AT_ONCE = 50

Source, Verdict = PaymentEvent.Source, PaymentEvent.Verdict


def send_waiting(*, at: datetime) -> int:
    """Send the refunds that wait to be sent; tell how many."""
    waiting = Refund.objects.filter(
        state=RefundState.NEW, trouble="", payment__provider=Provider.PAYTRAIL
    )
    found = list(waiting.order_by("created_at")[:MOST_AT_ONCE])
    for refund in found:
        send(refund, at=at)
    return len(found)


def send(refund: Refund, *, at: datetime) -> None:
    """Send one refund, unless somebody has."""
    unsent = Refund.objects.filter(pk=refund.pk, state=RefundState.NEW, trouble="")
    if not unsent.update(trouble=SENT):
        return
    begun: RefundBegun | None = None
    trouble: Unavailable | None = None
    with transaction.atomic():
        try:
            begun = _send(refund.pk, at)
        except Unavailable as failure:
            trouble = failure
    unless_crossed(lambda: _note(refund.pk, begun, trouble, at))


def _send(key: UUID, at: datetime) -> RefundBegun:
    refund = Refund.objects.select_related("payment__order").get(pk=key)
    with translation.override(HOME):
        heard_at = absolute(reverse("orders:refund-heard"))
    return client.send_back(
        transaction_id=refund.payment.transaction_id,
        stamp=refund.pk,
        reference=refund.payment.order.reference,
        amount=refund.amount,
        heard_at=heard_at,
        about=refund.payment.order_id,
        at=at,
    )


@transaction.atomic
def _note(key: UUID, begun: RefundBegun | None, trouble: Unavailable | None, at: datetime) -> None:
    """Note what the service answered; its call may have been quicker."""
    refund = _hold(key)
    if refund.state != RefundState.NEW:
        return
    if begun is not None:
        refund.transaction_id = begun.transaction_id[:64]
        _follow(refund, begun.status, at)
        _event(refund, Source.CREATED, Verdict.TAKEN, begun.status, at)
    elif trouble is not None and trouble.code in FINAL:
        fail_refund(refund=refund, trouble=trouble.code)
        _event(refund, Source.CREATED, Verdict.REFUSED, "", at, why=trouble.code)
    elif trouble is not None:
        Refund.objects.filter(pk=key).update(trouble=_lasting(trouble))


def _lasting(trouble: Unavailable) -> str:
    """Tell what stays noted; of what has not left, nothing: it is sent again by itself."""
    if trouble.may_have_it:
        return UNANSWERED
    return "" if trouble.never_left else trouble.code[:40]


def hear_refund(
    *, query: Mapping[str, list[str]], source: PaymentEvent.Source, at: datetime
) -> PaymentEvent | None:
    """Hear the service's word of a refund; an unsigned one is passed over."""
    try:
        word = word_in_query(query)
    except NotSigned:
        return None
    return unless_crossed(lambda: _take(word, source, at))


def ask_after_refund(refund: Refund, *, at: datetime) -> PaymentEvent | None:
    """Ask the service how a refund stands; what is no news leaves no event.

    :raises Unavailable: when the service does not say.
    """
    with transaction.atomic():
        word = client.ask_status(
            transaction_id=refund.transaction_id, about=refund.payment.order_id, at=at
        )
    if word.status not in (PAID, FAILED):
        return None
    return unless_crossed(lambda: _take(word, Source.POLL, at, key=refund.pk))


@transaction.atomic
def _take(
    word: Word, source: PaymentEvent.Source, at: datetime, *, key: UUID | None = None
) -> PaymentEvent | None:
    known = _known(word.stamp) if key is None else key
    if known is None:
        return None
    refund = _hold(known)
    why = _difference(word, refund)
    if why:
        return _event(refund, source, Verdict.REFUSED, word.status, at, why=why)
    if word.status == {RefundState.DONE: PAID, RefundState.FAILED: FAILED}.get(
        RefundState(refund.state)
    ):
        return _event(refund, source, Verdict.REPEATED, word.status, at)
    if refund.state not in (RefundState.NEW, RefundState.PENDING):
        return _event(refund, source, Verdict.REFUSED, word.status, at, why="settled")
    refund.transaction_id = word.transaction_id[:64] or refund.transaction_id
    _follow(refund, word.status, at)
    return _event(refund, source, Verdict.TAKEN, word.status, at)


def _known(stamp: str) -> UUID | None:
    try:
        key = UUID(stamp)
    except ValueError:
        return None
    return key if Refund.objects.filter(pk=key).exists() else None


def _hold(key: UUID) -> Refund:
    """Hold the order, the payment and the refund, in the order in which all do."""
    payment = Payment.objects.get(refunds=key)
    Order.objects.select_for_update(of=("self",)).get(pk=payment.order_id)
    Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
    held = Refund.objects.select_related("payment__order").select_for_update(of=("self",))
    return held.get(pk=key)


def _difference(word: Word, refund: Refund) -> str:
    """Name the first thing in which a word is not about this refund, or nothing.

    A refund that the service could not even begin has no transaction there.
    """
    ours = {
        "amount": (word.amount, str(money.to_cents(refund.amount))),
        "currency": (word.currency, refund.payment.currency),
    }
    if refund.transaction_id and word.transaction_id:
        ours["transaction"] = (word.transaction_id, refund.transaction_id)
    return next((name for name, (theirs, known) in ours.items() if theirs != known), "")


def _follow(refund: Refund, status: str, at: datetime) -> None:
    if status == PAID:
        settle_refund(refund=refund, at=at, transaction_id=refund.transaction_id)
    elif status == FAILED:
        fail_refund(refund=refund, trouble=FAILED)
    else:
        refund.state = RefundState.PENDING
        refund.trouble = ""
        refund.save(update_fields=["state", "transaction_id", "trouble"])


def _event(
    refund: Refund,
    source: PaymentEvent.Source,
    verdict: PaymentEvent.Verdict,
    status: str,
    at: datetime,
    *,
    why: str = "",
) -> PaymentEvent:
    return PaymentEvent.objects.create(
        payment=refund.payment,
        source=source,
        verdict=verdict,
        why=why,
        status=f"refund {status}".strip()[:20],
        at=at,
    )


# --- What staff do by hand


class NotUnderWay(ValueError):
    """The refund has been counted, or did not succeed: nothing is to be said of it any more."""


@transaction.atomic
def send_again(*, refund: Refund) -> None:
    """Let a refund be sent again, after staff have looked that the service has not got it.

    :raises NotUnderWay: when it does not wait for that.
    """
    held = _hold(refund.pk)
    if held.state != RefundState.NEW:
        raise NotUnderWay
    Refund.objects.filter(pk=held.pk).update(trouble="")


@transaction.atomic
def settle_by_hand(*, refund: Refund, went: bool, at: datetime) -> None:
    """Note what staff have seen at the service: that a refund went, or that it did not.

    :raises NotUnderWay: when it has been counted already.
    """
    held = _hold(refund.pk)
    if held.state not in (RefundState.NEW, RefundState.PENDING):
        raise NotUnderWay
    if went:
        settle_refund(refund=held, at=at)
    else:
        fail_refund(refund=held, trouble="by_hand")
    _event(held, Source.STAFF, Verdict.TAKEN, PAID if went else FAILED, at)


@transaction.atomic
def pay_back_by_bank(*, order: Order, at: datetime) -> list[Refund]:
    """Count all that is owed back as paid by bank transfer, which staff have made."""
    return [
        settle_refund(refund=refund, at=at, by_bank=True)
        for refund in ask_refunds(order=order, at=at)
    ]
