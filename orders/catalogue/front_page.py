"""What the front page shows of the shelf."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Concat, JSONObject

from orders.catalogue.models import Category, Picture, Product
from orders.catalogue.renditions import thumbnail_from
from orders.catalogue.tree import Branch

#: A front page is no index: what stands further down is reached by the search.
MOST_TILES = 24


@dataclass(frozen=True, slots=True)
class Tile:
    """A department, with a picture of something that stands in it."""

    name: str
    url: str
    picture: str


def tiles(branches: Iterable[Branch], at: datetime) -> list[Tile]:
    """Show departments with a picture of what is newest in them, by one query."""
    shown = list(branches)[:MOST_TILES]
    pictures: dict[str, Any] = dict(
        Category.objects.filter(pk__in=[branch.pk for branch in shown])
        .annotate(picture=_newest_picture(at))
        .values_list("path", "picture")
    )
    return [
        Tile(
            name=branch.name,
            url=branch.url,
            picture=thumbnail_from(facts) if (facts := pictures.get(branch.path)) else "",
        )
        for branch in shown
    ]


def _newest_picture(at: datetime) -> Subquery:
    """Find the first picture of the latest product that stands in a category or below it."""
    path = "product__categories__path"
    here = Q(**{path: OuterRef("path")})
    below = Q(**{f"{path}__startswith": Concat(OuterRef("path"), Value("/"))})
    on_sale = Product.objects.published(at).values("pk")
    pictures = Picture.objects.filter(here | below, product__in=on_sale)
    newest = pictures.order_by(F("product__published_from").desc(), "product", "position", "pk")
    return Subquery(
        newest.values(told=JSONObject(file="file", rendition_widths="rendition_widths"))[:1]
    )
