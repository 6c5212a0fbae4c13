"""The whole catalogue as it stands in the tables, in its order."""

from typing import Any

from django.db import models

from orders.catalogue.models import (
    Attribute,
    AttributeOption,
    AttributeValue,
    Category,
    Manufacturer,
    Picture,
    PriceHistory,
    Product,
    ProductCategory,
    Variant,
)
from orders.stock.models import Level, Movement

TABLES: tuple[tuple[type[models.Model], str], ...] = (
    (Manufacturer, "name"),
    (Category, "path"),
    (Attribute, "code"),
    (AttributeOption, "pk"),
    (Product, "slug"),
    (ProductCategory, "pk"),
    (Variant, "sku"),
    (AttributeValue, "pk"),
    (PriceHistory, "pk"),
    (Picture, "pk"),
    (Level, "variant__sku"),
    (Movement, "pk"),
)
OF_THE_SEARCH = {"search", "folded", "search_is_stale"}

Snapshot = dict[str, list[dict[str, Any]]]


def snapshot() -> Snapshot:
    """Read every row of every table of the catalogue and the store room."""
    return {
        model.__name__: [
            {name: value for name, value in row.items() if name not in OF_THE_SEARCH}
            for row in model._default_manager.order_by(order).values()
        ]
        for model, order in TABLES
    }


def told() -> dict[str, Any]:
    """Tell the catalogue without numbers and moments, which differ from one making to the next."""
    return {
        "products": list(
            Product.objects.order_by("slug").values(
                "slug",
                "kind",
                "name_fi",
                "name_en",
                "text_fi",
                "text_en",
                "vat_class",
                "manufacturer__name",
                "has_variants",
                "lowest_price",
                "highest_price",
                "in_stock",
            )
        ),
        "shelves": list(
            ProductCategory.objects.order_by("product__slug", "position").values_list(
                "product__slug", "category__path", "category__name_fi"
            )
        ),
        "variants": list(
            Variant.objects.order_by("sku").values_list(
                "sku", "product__slug", "gtin", "weight_g", "price", "reduced_price", "position"
            )
        ),
        "values": list(
            AttributeValue.objects.order_by(
                "product__slug", "variant__sku", "position", "pk"
            ).values_list(
                "product__slug",
                "variant__sku",
                "attribute__code",
                "option__code",
                "number",
                "truth",
                "text_fi",
            )
        ),
        "stock": list(
            Level.objects.order_by("variant__sku").values_list(
                "variant__sku", "on_hand", "backorder", "low_at"
            )
        ),
        "moved": list(
            Movement.objects.order_by("level__variant__sku", "at", "change").values_list(
                "level__variant__sku", "kind", "change", "balance"
            )
        ),
        "prices": list(
            PriceHistory.objects.order_by("variant__sku", "pk").values_list(
                "variant__sku", "price", "reduced_price"
            )
        ),
    }
