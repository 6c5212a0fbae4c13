"""The confirmation on a durable medium: what was told, the terms as bought, the withdrawal form.

Consumer Protection Act 38/1978, chapter 6, section 13: a link to a page that changes is not enough.
What was told is kept in the order's own transaction; the paper is set by the worker when the letter
leaves, laid in once, and stands on the order's page as well. It names no buyer.
"""

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from orders.bookings.models import Booking
from orders.catalogue.prose import blocks as prose
from orders.checkout.models import Confirmation
from orders.checkout.told import Purchase, Told, told_before
from orders.sales.editions import terms_text
from orders.sales.models import Order, OrderEvent, OrderLine
from orders.sales.net import for_company
from orders.sales.withdrawal import withdrawal_form
from orders.taxation.treatments import short_name_of
from privacy.outbox.addresses import absolute
from privacy.outbox.enclosures import Enclosure, enclosed_by
from privacy.outbox.kinds import name_letters
from privacy.outbox.leaving import told_when_left
from privacy.paper.typesetting import FOR_THE_ARCHIVE, typeset
from privacy.private_answers import stream_file
from privacy.statement_page import blocks

_HERE = Path(__file__).parent
FOLDER = "confirmations"
LETTER = "order_placed"
"""The kind of the letter that it goes with."""
WITH_IT = "letter"

name_letters(
    {
        LETTER: pgettext_lazy("letter", "order confirmation"),
    }
)


def remember_what_was_told(order: Order, purchase: Purchase, *, at: datetime) -> Confirmation:
    """Keep with an order, in its own transaction, what its buyer was told before it."""
    with translation.override(order.language):
        told = told_before(purchase)
    return Confirmation.objects.create(
        order=order,
        for_consumer=purchase.is_consumer,
        told=told,
        seller=dict(purchase.seller),
        told_at=at,
    )


def enclosures_of(order_id: UUID | None) -> list[Enclosure]:
    """Make the paper of an order for its letter; what is there already is taken as it is."""
    confirmation = (
        Confirmation.objects.select_for_update(of=("self",))
        .select_related("order")
        .filter(order=order_id)
        .first()
    )
    if confirmation is None:
        return []
    content = _kept(confirmation) or _laid_in(confirmation)
    return [Enclosure(file_name_of(confirmation), "application/pdf", content)]


ENCLOSES = enclosed_by("order_confirmation", enclosures_of)
"""The name under which an order's letter asks for it."""


@transaction.atomic
def note_informed(order_id: UUID, at: datetime) -> None:
    """Note that the instructions for withdrawing have left with the confirmation, once.

    Without that the time for withdrawing is longer, so the row says when it truly was.
    """
    order = Order.objects.select_for_update(of=("self",)).filter(pk=order_id).first()
    if order is None or order.informed_at is not None:
        return
    order.informed_at = at
    order.save(update_fields=["informed_at"])
    OrderEvent.objects.create(order=order, kind=OrderEvent.Kind.INFORMED, at=at, detail=WITH_IT)


told_when_left(LETTER, note_informed)


def _kept(confirmation: Confirmation) -> bytes:
    if not confirmation.pdf:
        return b""
    with confirmation.pdf.open() as file:
        content: bytes = file.read()
    return content


def _laid_in(confirmation: Confirmation) -> bytes:
    content = confirmation_pdf(confirmation)
    name = f"{FOLDER}/{confirmation.order_id}.pdf"
    storage = confirmation.pdf.storage
    storage.delete(name)  # what an attempt left behind that was rolled back
    confirmation.pdf.save(name, ContentFile(content), save=False)
    confirmation.save(update_fields=["pdf"])
    return content


def file_name_of(confirmation: Confirmation) -> str:
    """Call the file as it is to be kept: by the number of the order, and nobody's name."""
    order = confirmation.order
    with translation.override(order.language):
        kind = pgettext("name of a file", "order-confirmation")
    return f"{kind}-{order.number}.pdf"


def stream(confirmation: Confirmation) -> HttpResponseBase:
    """Stream the paper from where no address leads to, for its reader alone.

    :raises Http404: when it is not made yet, or not any more there.
    """
    return stream_file(
        confirmation.pdf, name=file_name_of(confirmation), media_type="application/pdf"
    )


def confirmation_pdf(confirmation: Confirmation) -> bytes:
    """Set it in the order's language, for screen readers and for the archive."""
    order = confirmation.order
    with translation.override(order.language):
        said = _said(confirmation, order)
    return typeset(
        "confirmation", said, folder=_HERE, standards=FOR_THE_ARCHIVE, made_at=order.placed_at
    )


def _said(confirmation: Confirmation, order: Order) -> dict[str, Any]:
    title = _("Order confirmation %(number)s") % {"number": order.number}
    net = for_company(order)
    totals = {each.line.pk: each.total for each in net.lines} if net else {}
    return {
        "language": order.language,
        "title": title,
        "footer": title,
        "opening": _(
            "Keep this: it repeats what was told before the order, and the terms under which it "
            "was made. The order's page and the invoice name the buyer."
        ),
        "facts": _facts(confirmation, order),
        "rows": [
            {
                "name": " · ".join(filter(None, (line.name, line.options, _time_of(line)))),
                "quantity": str(line.quantity),
                "total": str(totals.get(line.pk, line.total)),
            }
            for line in order.lines.select_related("booking__slot")
        ],
        "coupon": _coupon(order, net.discount if net else order.discount),
        "delivery": {
            "name": order.delivery_method,
            "price": str(net.delivery if net else order.delivery_price),
        }
        if order.delivery_method
        else None,
        "total_net": str(net.total) if net else None,
        "total": str(order.total),
        "vat_rows": [
            {
                "rate": str(row.rate),
                "vat": str(row.vat),
                "taxed": short_name_of(row.treatment, row.country),
            }
            for row in order.vat_rows.all()
        ],
        "told": [_item(each) for each in confirmation.told],
        "terms": _terms(confirmation, order),
        "form": asdict(withdrawal_form(order.language, confirmation.seller))
        if confirmation.for_consumer
        else None,
        "number": order.number,
        "words": {
            "told": _("What you were told before you ordered"),
            "product": _("Product or service"),
            "quantity": pgettext("on an invoice", "Qty"),
            "total": _("Total incl. VAT"),
            "delivery": _("Delivery"),
            "gross": _("Without VAT") if net else _("With VAT"),
            "total_net": _("Total excl. VAT"),
            "vat": capfirst(_("VAT")),
            "free": pgettext("price", "free"),
        },
    }


def _time_of(line: OrderLine) -> str:
    """Say when an appointment is; nothing of what has none."""
    booking: Booking | None = getattr(line, "booking", None)
    return booking.slot.when if booking is not None else ""


def _coupon(order: Order, discount: Decimal) -> dict[str, str] | None:
    """Say what the coupon took off, in the words of the letter and of the order's page."""
    if not order.coupon_code:
        return None
    called = _("Coupon %(code)s") % {"code": order.coupon_code}
    return {
        "name": ": ".join(filter(None, (called, order.coupon_name))),
        "off": str(discount) if discount else "",
        "within": _("within the lines"),
        "gives": _("Free delivery"),
    }


def _facts(confirmation: Confirmation, order: Order) -> list[tuple[str, list[str]]]:
    seller = confirmation.seller
    number = seller["business_id"]
    addresses = (
        seller["name"],
        seller["address"],
        _("Business ID %(number)s") % {"number": number} if number else "",
        seller["phone"],
        seller["email"],
    )
    placed = date_format(timezone.localtime(order.placed_at), "SHORT_DATETIME_FORMAT")
    return [
        (_("Order number"), [order.number]),
        (pgettext("on a confirmation", "Ordered"), [placed]),
        (_("Seller"), [", ".join(filter(None, addresses))]),
    ]


def _item(told: Told) -> dict[str, Any]:
    page = told["page"]
    return {
        "title": told["title"],
        "short": told["short"],
        "whole": [asdict(block) for block in prose(told["whole"])],
        "page": {"address": absolute(page), "name": told["page_name"]} if page else None,
    }


def _terms(confirmation: Confirmation, order: Order) -> dict[str, Any]:
    text = terms_text(
        edition=order.terms_edition, language=order.language, seller=confirmation.seller
    )
    title, *rest = blocks(text)
    return {
        "title": title.words,
        "edition": _("Edition %(edition)s") % {"edition": order.terms_edition},
        "blocks": [asdict(block) for block in rest],
    }
