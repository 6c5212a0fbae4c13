"""The money of one order, as the desk shows it, and what staff can do about what is owed back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.checkout import refunding
from orders.checkout.refunding import SENT, UNANSWERED
from orders.payments.models import Payment, PaymentEvent, Provider, Refund
from orders.payments.operations import ask_refunds, to_pay, to_refund
from orders.payments.states import RefundState
from orders.sales.models import Order

_LOOK_FIRST = _(
    "It is not certain that the payment service has it. Look in its own service before you send "
    "it again."
)
_BY_BANK = _("Pay it back by bank transfer, and note that here.")
_ADVICE = {
    SENT: _LOOK_FIRST,
    UNANSWERED: _LOOK_FIRST,
    "401": _("The payment service refused the shop's account or secret. Have the settings mended."),
    "422": _("This way of paying knows no refunds. Pay it back by bank transfer, and note that."),
    "by_hand": _("Noted by hand that it did not succeed."),
}


class Doing(models.TextChoices):
    """What staff can do about money that goes back."""

    BACK = "back", pgettext_lazy("refund", "Pay it back the way it came")
    BANK = "bank", pgettext_lazy("refund", "It was paid back by bank transfer")
    AGAIN = "again", pgettext_lazy("refund", "Send again")
    WENT = "went", pgettext_lazy("refund", "It was paid back")
    FAILED = "failed", pgettext_lazy("refund", "It was not paid back")


class RefundForm(forms.Form):
    """One thing to do, and with which refund."""

    doing = forms.ChoiceField(choices=Doing)
    refund = forms.UUIDField(required=False)


@dataclass(frozen=True)
class RefundRow:
    """One refund, what is amiss with it, and what can be done."""

    refund: Refund
    advice: str
    ways: list[Doing]


@dataclass(frozen=True)
class Money:
    """All that has come and gone for an order."""

    payments: list[Payment]
    events: list[PaymentEvent]
    refunds: list[RefundRow]
    to_pay: Decimal
    to_refund: Decimal
    ways: list[Doing]


def money_of(order: Order) -> Money:
    """Gather the payments and refunds of an order, and what is owed either way."""
    payments = list(order.payments.order_by("created_at"))
    events = PaymentEvent.objects.filter(payment__order=order).order_by("-at")
    refunds = Refund.objects.filter(payment__order=order).select_related("payment")
    owed = to_refund(order)
    return Money(
        payments=payments,
        events=list(events[:50]),
        refunds=[_row(refund) for refund in refunds.order_by("created_at")],
        to_pay=Decimal(0) if order.is_cancelled else to_pay(order),
        to_refund=owed,
        ways=[Doing.BACK, Doing.BANK] if owed > 0 else [],
    )


def _row(refund: Refund) -> RefundRow:
    advice = _ADVICE.get(refund.trouble, _BY_BANK) if refund.trouble else ""
    ways = {
        RefundState.NEW: [Doing.AGAIN, Doing.WENT, Doing.FAILED],
        RefundState.PENDING: [Doing.WENT, Doing.FAILED],
    }.get(RefundState(refund.state), [])
    by_hand = refund.payment.provider == Provider.BANK
    if by_hand:
        ways = [way for way in ways if way != Doing.AGAIN]
    elif refund.state == RefundState.NEW and not refund.trouble:
        ways = []  # the worker is about to send it
    return RefundRow(refund, str(advice), ways)


def do(*, order: Order, said: dict[str, Any], at: datetime) -> bool:
    """Do what staff chose; tell whether there was anything to do.

    :raises NotUnderWay: when the refund is of another order, or is done with.
    """
    doing = Doing(said["doing"])
    if doing == Doing.BACK:
        return bool(ask_refunds(order=order, at=at))
    if doing == Doing.BANK:
        return bool(refunding.pay_back_by_bank(order=order, at=at))
    refund = Refund.objects.filter(pk=said["refund"], payment__order=order).first()
    if refund is None:
        raise refunding.NotUnderWay
    ways: dict[Doing, Callable[[], None]] = {
        Doing.AGAIN: lambda: refunding.send_again(refund=refund),
        Doing.WENT: lambda: refunding.settle_by_hand(refund=refund, went=True, at=at),
        Doing.FAILED: lambda: refunding.settle_by_hand(refund=refund, went=False, at=at),
    }
    ways[doing]()
    return True
