"""How an order's way is told to its buyer."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import pgettext

from orders.catalogue.renditions import Image, image_of
from orders.sales.models import Order, OrderEvent, OrderLine
from orders.sales.states import Status

_TOLD = {kind for kind in OrderEvent.Kind if kind is not OrderEvent.Kind.LETTER}


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


def lines_of(order: Order) -> list[PicturedLine]:
    """List what was ordered; names and prices are the order's own."""
    return [PicturedLine(line, _picture(line)) for line in order.lines.all()]


def _picture(line: OrderLine) -> Image | None:
    if line.variant is None:
        return None
    pictures = [*line.variant.pictures.all(), *line.variant.product.pictures.all()]
    return image_of(pictures[0]) if pictures else None


def timeline_of(order: Order) -> list[Stage]:
    """Tell what has happened, and what is still to come while the order is under way."""
    happened = [
        Stage(event.get_kind_display(), event.at)
        for event in order.events.all()
        if event.kind in _TOLD
    ]
    return happened + [Stage(name, None) for name in _to_come(order)]


def _to_come(order: Order) -> list[str]:
    if order.status in (Status.CANCELLED, Status.DELIVERED):
        return []
    if order.status == Status.SHIPPED:
        return [pgettext("order event", "Delivered")]
    return [pgettext("order event", "Shipped"), pgettext("order event", "Delivered")]
