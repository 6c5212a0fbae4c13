"""How an order's way is told to its buyer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from orders.catalogue.models import Product
from orders.catalogue.renditions import Image, image_of
from orders.checkout.models import Confirmation
from orders.delivery.models import DeliveryMethod
from orders.invoicing.document import title_of
from orders.invoicing.models import Invoice
from orders.sales.models import Order, OrderEvent, OrderLine
from orders.sales.net import Net, NetLine
from orders.sales.states import Status
from orders.sales.story import Story, story_of

_UNTOLD = {OrderEvent.Kind.LETTER, OrderEvent.Kind.INFORMED}
_TOLD = set(OrderEvent.Kind) - _UNTOLD


@dataclass(frozen=True)
class Stage:
    """One thing that has happened to an order, or is still to come."""

    name: str
    at: datetime | None


@dataclass(frozen=True)
class PicturedLine:
    """A line of an order beside today's picture of its product, while there is one."""

    line: OrderLine
    image: Image | None
    story: Story | None
    left_out: int = 0
    """Pieces that were withdrawn before they left."""
    net: NetLine | None = None
    """What it cost without VAT, where a company has bought."""


def lines_of(
    order: Order, left_out: Mapping[UUID, int], net: Net | None = None
) -> list[PicturedLine]:
    """List what was ordered; names and prices are the order's own."""
    nets = {each.line.pk: each for each in net.lines} if net is not None else {}
    return [
        PicturedLine(
            line,
            _picture(line),
            story_of(line, order),
            left_out.get(line.pk, 0),
            nets.get(line.pk),
        )
        for line in order.lines.all()
    ]


def _picture(line: OrderLine) -> Image | None:
    if line.variant is None:
        return None
    pictures = [*line.variant.pictures.all(), *line.variant.product.pictures.all()]
    return image_of(pictures[0]) if pictures else None


@dataclass(frozen=True)
class Voucher:
    """What was issued of an order, called by its name."""

    title: str
    number: int
    date: date
    total: Decimal
    pdf: bool


def invoices_of(order: Order) -> list[Voucher]:
    """List what was issued of an order, the first first."""
    return [voucher_of(each) for each in order.invoices.all()]


def voucher_of(invoice: Invoice) -> Voucher:
    """Call an invoice, a credit note or a receipt by its name."""
    title = title_of(invoice)
    return Voucher(title, invoice.number, invoice.date, invoice.total, bool(invoice.pdf))


def paper_of(order: Order) -> Confirmation | None:
    """Give the confirmation of an order, once the worker has set it on paper."""
    confirmation: Confirmation | None = getattr(order, "confirmation", None)
    return confirmation if confirmation is not None and confirmation.pdf else None


def timeline_of(order: Order) -> list[Stage]:
    """Tell what has happened, and what is still to come while the order is under way."""
    happened = [
        Stage(event.get_kind_display(), event.at)
        for event in order.events.all()
        if event.kind in _TOLD
    ]
    return happened + [Stage(name, None) for name in _to_come(order)]


def next_word(order: Order) -> str:
    """Say what the buyer can expect next."""
    if order.status not in (Status.PLACED, Status.PACKED):
        return ""
    if not _has_goods(order):
        return _("We write to you about what you have ordered.")
    if _is_picked_up(order):
        return _("We write to you when the order can be picked up.")
    return _("We write to you when the order is on its way.")


def _to_come(order: Order) -> list[str]:
    if order.status in (Status.CANCELLED, Status.DELIVERED):
        return []
    ways = [pgettext("order event", "Delivered")]
    if order.status == Status.SHIPPED or not _has_goods(order):
        return ways
    if _is_picked_up(order):
        return [pgettext("order event", "Handed over")]
    return [pgettext("order event", "Shipped"), *ways]


def _has_goods(order: Order) -> bool:
    return any(line.kind == Product.Kind.GOODS for line in order.lines.all())


def _is_picked_up(order: Order) -> bool:
    pickup = DeliveryMethod.Kind.PICKUP
    return DeliveryMethod.objects.filter(code=order.delivery_code, kind=pickup).exists()
