"""The acknowledgement of a notice of withdrawal: its words, the moment, and its checksum."""

from pathlib import Path
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from orders.returns.models import WithdrawalNotice
from orders.returns.sending_back import return_address, send_by
from privacy.paper.typesetting import typeset

_HERE = Path(__file__).parent


def title_of(notice: WithdrawalNotice) -> str:
    """Call the acknowledgement."""
    return _("Receipt of your withdrawal")


def facts_of(notice: WithdrawalNotice) -> list[tuple[str, list[str]]]:
    """List what a notice says, in the language that is spoken now."""
    return [
        (pgettext("withdrawal", "Received"), [moment_of(notice)]),
        (_("name").capitalize(), [notice.name]),
        (_("Order number"), [notice.order_number] if notice.order_number else []),
        (_("You withdraw from"), what_of(notice)),
        (_("Confirmation to"), [notice.email]),
        (_("Checksum (sha256)"), [notice.sha256]),
    ]


def what_of(notice: WithdrawalNotice) -> list[str]:
    """Say from what the buyer withdraws: the whole order, or which pieces of it."""
    if notice.products:
        return [notice.products]
    if notice.is_whole or not notice.pieces:
        return [_("the whole order")]
    return [f"{piece['quantity']} × {piece['name']} ({piece['sku']})" for piece in notice.pieces]


def moment_of(notice: WithdrawalNotice) -> str:
    """Say when a notice came, to the second, in Finnish time."""
    came = timezone.localtime(notice.received_at)
    return f"{date_format(came, 'SHORT_DATE_FORMAT')} {came:%H:%M:%S} (Europe/Helsinki)"


def receipt_pdf(notice: WithdrawalNotice) -> bytes:
    """Set the acknowledgement as PDF/UA, in the language of the notice."""
    with translation.override(notice.language):
        said: dict[str, Any] = {
            "language": notice.language,
            "title": title_of(notice),
            "footer": title_of(notice),
            "facts": facts_of(notice),
            "says": [
                _(
                    "We have received your notice of withdrawal at the moment above. Keep this "
                    "receipt: it holds what you told us, and its checksum shows that nothing of "
                    "it has been altered."
                ),
                _(
                    "If you have the goods already, send them back by %(day)s to %(to)s. Write the "
                    "number of the order on the parcel. You pay for the sending back."
                )
                % {
                    "day": date_format(send_by(notice.received_at), "SHORT_DATE_FORMAT"),
                    "to": return_address(),
                },
            ],
        }
    return typeset("receipt", said, folder=_HERE, made_at=notice.received_at)


def file_name(notice: WithdrawalNotice) -> str:
    """Name the file in plain letters, without anything of the buyer."""
    return {"fi": "peruuttamisilmoitus", "sv": "angerkvitto"}.get(
        notice.language, "withdrawal-receipt"
    ) + ".pdf"
