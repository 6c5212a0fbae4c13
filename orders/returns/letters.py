"""Letters about withdrawals."""

from datetime import datetime

from django.conf import settings
from django.utils import translation

from orders.money import ZERO
from orders.payments.operations import to_pay
from orders.returns.models import ReturnCase, WithdrawalNotice
from orders.returns.receipt import facts_of, file_name, receipt_pdf
from orders.sales.models import OrderEvent
from privacy.outbox.enclosures import Enclosure
from privacy.outbox.models import Letter
from privacy.outbox.operations import write_letter

ACKNOWLEDGED = "withdrawal_received"
INSTRUCTIONS = "return_instructions"
LEFT_OUT = "withdrawn_unsent"


def write_acknowledgement(notice: WithdrawalNotice, *, at: datetime) -> Letter:
    """Acknowledge a notice with its content, date and time, and the same as a PDF (Art. 11a(4)).

    The letter is the same whether or not the order is known: it goes to whatever address was typed.
    """
    with translation.override(notice.language):
        facts = [(name, value) for name, value in facts_of(notice) if value]
    letter = write_letter(
        to=notice.email,
        language=notice.language,
        kind=ACKNOWLEDGED,
        context={"facts": facts},
        at=at,
        reply_to=settings.CONTROLLER["email"],
        about=notice.pk,
        enclosures=[Enclosure(file_name(notice), "application/pdf", receipt_pdf(notice))],
    )
    if notice.order is not None:
        OrderEvent.objects.create(
            order=notice.order, kind=OrderEvent.Kind.LETTER, at=at, detail=ACKNOWLEDGED
        )
    return letter


def write_instructions(case: ReturnCase, *, at: datetime) -> Letter | None:
    """Tell a buyer where to send the goods, who pays for that, and when the money goes back."""
    return _write(INSTRUCTIONS, case, at)


def write_left_out(case: ReturnCase, *, at: datetime) -> Letter | None:
    """Tell a buyer what is not sent any more, and what goes back or need not be paid."""
    return _write(LEFT_OUT, case, at, left_to_pay=max(to_pay(case.order), ZERO))


def _write(kind: str, case: ReturnCase, at: datetime, **more: object) -> Letter | None:
    order, notice = case.order, case.notice
    to = notice.email or order.email
    if not to:
        return None
    letter = write_letter(
        to=to,
        language=notice.language,
        kind=kind,
        context={
            "order": order,
            "case": case,
            "lines": list(case.lines.select_related("order_line")),
            **more,
        },
        at=at,
        reply_to=settings.CONTROLLER["email"],
        about=notice.pk,
    )
    OrderEvent.objects.create(order=order, kind=OrderEvent.Kind.LETTER, at=at, detail=kind)
    return letter
