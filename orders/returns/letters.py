"""Letters about withdrawals."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import pgettext_lazy

from orders.money import ZERO
from orders.payments.operations import to_pay
from orders.returns.models import ReturnCase, WithdrawalNotice
from orders.returns.receipt import facts_of, file_name, receipt_pdf
from orders.returns.sending_back import return_address, send_by
from orders.sales.models import OrderEvent
from privacy.outbox.addresses import absolute
from privacy.outbox.enclosures import Enclosure
from privacy.outbox.kinds import name_letters
from privacy.outbox.leaving import told_when_left
from privacy.outbox.models import Letter
from privacy.outbox.operations import write_letter

ACKNOWLEDGED = "withdrawal_received"
INSTRUCTIONS = "return_instructions"
LEFT_OUT = "withdrawn_unsent"

name_letters(
    {
        ACKNOWLEDGED: pgettext_lazy("letter", "the withdrawal has been received"),
        LEFT_OUT: pgettext_lazy("letter", "what is not sent after a withdrawal"),
        INSTRUCTIONS: pgettext_lazy("letter", "how to send the goods back"),
    }
)


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
        context={
            "facts": facts,
            "to": return_address(),
            "send_by": send_by(notice.received_at),
        },
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


def note_receipt_left(notice_id: UUID, at: datetime) -> None:
    """Note when the acknowledgement of a notice truly left, the first time."""
    WithdrawalNotice.objects.filter(pk=notice_id, receipt_left_at=None).update(receipt_left_at=at)


told_when_left(ACKNOWLEDGED, note_receipt_left)


def write_instructions(case: ReturnCase, *, at: datetime) -> Letter | None:
    """Tell a buyer where to send the goods, who pays for that, and when the money goes back."""
    order, notice = case.order, case.notice
    if notice is None:  # it had a defect: the complaint's own letter tells all this
        return None
    # Whoever typed another address, which staff matched by hand, is not led to the order's page.
    is_buyers = notice.email in ("", order.email)
    with translation.override(notice.language):
        page = absolute(reverse("orders:send-back", args=[order.secret])) if is_buyers else ""
    return _write(
        INSTRUCTIONS,
        case,
        notice,
        at,
        to=return_address(),
        send_by=send_by(notice.received_at),
        page=page,
    )


def write_left_out(case: ReturnCase, notice: WithdrawalNotice, *, at: datetime) -> Letter | None:
    """Tell a buyer what is not sent any more, and what goes back or need not be paid."""
    return _write(LEFT_OUT, case, notice, at, left_to_pay=max(to_pay(case.order), ZERO))


def _write(
    kind: str, case: ReturnCase, notice: WithdrawalNotice, at: datetime, **more: object
) -> Letter | None:
    order = case.order
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
