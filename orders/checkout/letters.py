"""The letters that go with an order."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import pgettext_lazy

from orders.checkout.confirmation import ENCLOSES, LETTER
from orders.payments.operations import to_pay
from orders.sales.editions import terms_text
from orders.sales.models import Order, OrderEvent
from orders.sales.net import for_company
from orders.sales.payment import instructions_for
from orders.sales.states import PaymentStatus, Status
from privacy.outbox.addresses import absolute
from privacy.outbox.kinds import name_letters
from privacy.outbox.models import Letter
from privacy.outbox.operations import Context, write_letter
from privacy.statement_page import blocks

name_letters(
    {
        "order_paid": pgettext_lazy("letter", "the payment has come"),
        "order_shipped": pgettext_lazy("letter", "the order is on its way"),
        "order_cancelled": pgettext_lazy("letter", "the order is cancelled"),
    }
)


def write_order_placed(order: Order, *, at: datetime) -> Letter | None:
    """Confirm an order, with the terms it was bought under (Consumer Protection Act 6:13 §).

    The paper with all that was told, the terms and the withdrawal form is made by the worker.
    """
    terms = terms_text(edition=order.terms_edition, language=order.language)
    title, *rest = blocks(terms)
    return _write(
        LETTER,
        order,
        at=at,
        to_enclose=ENCLOSES,
        terms=terms,
        terms_title=title.words,
        terms_blocks=rest,
        for_consumer=order.confirmation.for_consumer,
    )


def write_order_paid(order: Order, *, at: datetime) -> Letter | None:
    """Tell the buyer that the payment has come."""
    return _write("order_paid", order, at=at)


def write_order_cancelled(
    order: Order, *, at: datetime, for_non_payment: bool = False
) -> Letter | None:
    """Tell the buyer that the order was cancelled, and that it was for non-payment where it was."""
    return _write("order_cancelled", order, at=at, for_non_payment=for_non_payment)


def write_order_shipped(
    order: Order, *, at: datetime, tracking_code: str, tracking_address: str
) -> Letter | None:
    """Tell the buyer that the goods are on their way, and where to follow them."""
    return _write(
        "order_shipped",
        order,
        at=at,
        tracking_code=tracking_code,
        tracking_address=tracking_address,
    )


def _write(
    kind: str, order: Order, *, at: datetime, to_enclose: str = "", **more: object
) -> Letter | None:
    """Write to the buyer; one whose address has been erased gets no letter."""
    if not order.email:
        return None
    letter = write_letter(
        to=order.email,
        language=order.language,
        kind=kind,
        context={**context_of(order), **more},
        at=at,
        reply_to=settings.CONTROLLER["email"],
        about=order.pk,
        to_enclose=to_enclose,
    )
    OrderEvent.objects.create(order=order, kind=OrderEvent.Kind.LETTER, at=at, detail=kind)
    return letter


def context_of(order: Order) -> Context:
    """Give what an order's letters and pages say of it."""
    with translation.override(order.language):
        address = absolute(order.get_absolute_url())
    left = None if order.status == Status.PLACED else to_pay(order)
    lines = list(order.lines.select_related("booking__slot"))
    return {
        "order": order,
        "lines": lines,
        "vat_rows": list(order.vat_rows.all()),
        "net": for_company(order, lines),
        "payment": instructions_for(order, left=left),
        "pays_at_once": order.is_paid_at_once and order.payment_status == PaymentStatus.UNPAID,
        "address": address,
    }
