"""How a product reaches its buyer, told on its page: the shelf itself knows of no deliveries."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template
from django.db.models import Min

from orders.catalogue.models import Product
from orders.delivery.models import DeliveryMethod

register = template.Library()


@register.inclusion_tag("partials/delivery_promises.html")
def delivery_promises(product: Product) -> Mapping[str, Any]:
    """List the promises of delivery that a product's kind allows."""
    if not product.is_goods:
        return {"product": product}
    methods = list(DeliveryMethod.objects.offered().annotate(lowest_step=Min("steps__price")))
    parcels = [one for one in methods if one.kind == DeliveryMethod.Kind.PARCEL]
    return {
        "product": product,
        "parcel_from": min((_lowest(one) for one in parcels), default=None),
        "free_from": min((one.free_from for one in parcels if one.free_from), default=None),
        "pick_up": next((one for one in methods if one.kind == DeliveryMethod.Kind.PICKUP), None),
    }


def _lowest(method: Any) -> Decimal:
    """Give the least that a way of delivery costs: its price, or that of its cheapest step."""
    steps = method.priced_by != DeliveryMethod.PricedBy.FLAT and method.lowest_step is not None
    lowest: Decimal = method.lowest_step if steps else method.price
    return lowest
