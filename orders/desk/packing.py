"""Packing slips: what goes into the parcel, to whom, and until when the paper may lie about."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from orders.returns.unsent import ToSend, to_send
from orders.sales.models import Order
from orders.taxation.areas import HOME
from orders.taxation.countries import country_name
from privacy.paper.typesetting import typeset

_HERE = Path(__file__).parent


def packing_slips(orders: Iterable[Order], *, at: datetime) -> bytes:
    """Set packing slips, a page each, in the language of the shop's own staff.

    They hold the name and address on the parcel, the order's number and its goods, and nothing
    else: no price, no telephone, no e-mail address, no message.
    """
    listed = list(orders)
    packed = to_send(listed)
    with translation.override(settings.LANGUAGE_CODE):
        title = _("Packing slips")
        said = {
            "language": settings.LANGUAGE_CODE,
            "title": title,
            "footer": title,
            "slips": [_slip(order, packed[order.pk], at) for order in listed],
            "words": {
                "to": _("Recipient"),
                "sku": _("SKU"),
                "product": _("product"),
                "quantity": pgettext("on an invoice", "Qty"),
                "packed": pgettext("on a packing slip", "Packed"),
            },
        }
        return typeset("packing", said, folder=_HERE, made_at=at)


def shred_by(at: datetime) -> date:
    """Tell on which day a slip is shredded at the latest: when the shop forgets the address too."""
    return timezone.localdate(at) + timedelta(days=settings.KEEP_ORDER_CONTACTS_DAYS)


def _slip(order: Order, goods: list[ToSend], at: datetime) -> dict[str, Any]:
    return {
        "title": _("Order %(number)s") % {"number": order.number},
        "address": _address(order),
        "facts": [
            (_("delivery method"), [order.delivery_method or "–"]),
            (_("Printed"), [_day(timezone.localdate(at))]),
        ],
        "lines": [
            {
                "sku": each.line.sku,
                "name": each.line.called,
                "quantity": str(each.pieces),
            }
            for each in goods
            if each.pieces
        ],
        "shred": _("Put it into the parcel, or shred it by %(day)s at the latest.")
        % {"day": _day(shred_by(at))},
    }


def _address(order: Order) -> list[str]:
    if order.delivery_street:
        lines = [
            order.delivery_name,
            order.delivery_street,
            f"{order.delivery_postcode} {order.delivery_city}",
            _country(order.delivery_country),
        ]
    else:
        lines = [
            order.company_name,
            f"{order.first_name} {order.last_name}",
            order.street,
            f"{order.postcode} {order.city}",
            _country(order.country),
        ]
    return [" ".join(line.split()) for line in lines if line.strip()]


def _country(code: str) -> str:
    return "" if code in (HOME, "") else country_name(code)


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")
