"""Supply what was bought as a download, and note that it was fetched."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from orders.catalogue.models import Product
from orders.downloads.files import can_be_fetched, downloads_of
from orders.downloads.letters import write_ready
from orders.downloads.models import Fetched
from orders.sales.models import Order, OrderLine


@transaction.atomic
def supply(*, order: Order, at: datetime) -> bool:
    """Tell the buyer of an order that was paid that its files can be fetched; once is enough.

    The order is held meanwhile, so that of two who count its money at once only one writes.
    Tell whether all of the order has been supplied by that: it consists of downloads alone.
    """
    held = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    ready = [each for each in downloads_of(held) if can_be_fetched(held, each)]
    if not ready:
        return False
    write_ready(held, ready, at=at)
    kinds = set(held.lines.values_list("kind", flat=True))
    return kinds == {Product.Kind.DIGITAL} and all(each.wares for each in ready)


@transaction.atomic
def note_fetched(*, line: OrderLine, at: datetime) -> None:
    """Note that a file of a line was fetched; each time counts, also two at once.

    Of a buyer who has been forgotten nothing new is written down.
    """
    order = Order.objects.select_for_update(of=("self",)).get(pk=line.order_id)
    if not order.email:
        return
    noted = Fetched.objects.filter(line=line)
    if not noted.update(times=F("times") + 1):
        Fetched.objects.create(line=line, first_at=at)
