"""The letter that files can be fetched."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import pgettext_lazy

from orders.downloads.files import Download
from orders.sales.models import Order, OrderEvent
from privacy.outbox.addresses import absolute
from privacy.outbox.kinds import name_letters
from privacy.outbox.models import Letter
from privacy.outbox.operations import write_letter

READY = "downloads_ready"

name_letters({READY: pgettext_lazy("letter", "the files can be fetched")})


def was_supplied(order: Order) -> bool:
    """Tell whether that letter was written: it thanks for the payment as well."""
    letters = OrderEvent.objects.filter(order=order, kind=OrderEvent.Kind.LETTER)
    return letters.filter(detail=READY).exists()


def write_ready(order: Order, downloads: list[Download], *, at: datetime) -> Letter | None:
    """Tell the buyer where the files are, once for an order that is held by the caller.

    One whose address has been erased gets no letter.
    """
    if not order.email or was_supplied(order):
        return None
    with translation.override(order.language):
        address = f"{absolute(order.get_absolute_url())}#downloads"
    letter = write_letter(
        to=order.email,
        language=order.language,
        kind=READY,
        context={"order": order, "downloads": downloads, "address": address},
        at=at,
        reply_to=settings.CONTROLLER["email"],
        about=order.pk,
    )
    OrderEvent.objects.create(order=order, kind=OrderEvent.Kind.LETTER, at=at, detail=READY)
    return letter
