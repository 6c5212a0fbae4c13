"""Which files the buyer of an order gets, and whether they can be fetched now."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from orders.catalogue.exclusions import Exclusion
from orders.catalogue.models import Product
from orders.catalogue.wares import Ware
from orders.sales.models import Order, OrderLine
from orders.sales.states import PaymentStatus


@dataclass(frozen=True, slots=True)
class Download:
    """A line of an order that is a download, with its files."""

    line: OrderLine
    wares: tuple[Ware, ...]
    is_withdrawn: bool
    """Nothing of it is the buyer's any more."""


def is_open(order: Order) -> bool:
    """Tell whether an order has been paid and stands, so that its files can be fetched."""
    return order.payment_status == PaymentStatus.PAID and not order.is_cancelled


def downloads_of(order: Order, left: Mapping[UUID, int] | None = None) -> list[Download]:
    """List what was bought as a download; the lines should have been fetched along.

    :param left: how many pieces of each line are still the buyer's, where some were withdrawn.
    """
    lines = [line for line in order.lines.all() if line.kind == Product.Kind.DIGITAL]
    known = [line.variant_id for line in lines if line.variant_id is not None]
    if not lines:
        return []
    wares = list(Ware.objects.for_variants(known))
    return [
        Download(
            line,
            tuple(ware for ware in wares if _is_for(ware, line)),
            is_withdrawn=left is not None and left.get(line.pk, 0) < 1,
        )
        for line in lines
    ]


def _is_for(ware: Ware, line: OrderLine) -> bool:
    if ware.variant_id is not None:
        return bool(ware.variant_id == line.variant_id)
    return line.variant is not None and ware.product_id == line.variant.product_id


def can_be_fetched(order: Order, download: Download) -> bool:
    """Tell whether the buyer can have the files of a line now.

    What is sold as excluded from withdrawal is supplied at once on express consent alone; the
    checkout takes no order without it, and without it nothing is given here either.
    """
    is_excluded = download.line.withdrawal_exclusion == Exclusion.DIGITAL
    may_begin = not is_excluded or order.digital_consent_at is not None
    return is_open(order) and may_begin and not download.is_withdrawn
