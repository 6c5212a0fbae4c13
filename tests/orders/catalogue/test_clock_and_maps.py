"""What happens by the clock, and what robots are told."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from orders.catalogue import clock, sitemap
from orders.catalogue.models import CatalogueVersion, Product, Variant
from tests.factories import CategoryFactory, ProductFactory, VariantFactory
from tests.orders.catalogue.shelf import commit, page

pytestmark = pytest.mark.django_db


def test_price_ranges_follow_reductions_that_begin_and_end_by_themselves() -> None:
    variant = VariantFactory.create(price=Decimal("20.00"))
    VariantFactory.create(product=variant.product, price=Decimal("30.00"))
    other = VariantFactory.create()
    commit()
    # As if the reduction had been decided long ago and had begun a moment ago.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Variant.objects.filter(pk=variant.pk).update(
            reduced_price=Decimal("15.00"), reduced_from=timezone.now() - timedelta(minutes=1)
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    before = CatalogueVersion.objects.get().number

    assert clock.follow() == 1
    commit()
    assert clock.follow() == 0

    product = Product.objects.get(pk=variant.product_id)
    assert (product.lowest_price, product.highest_price) == (Decimal("15.00"), Decimal("30.00"))
    assert CatalogueVersion.objects.get().number == before + 1
    assert Product.objects.get(pk=other.product_id).lowest_price == Decimal("12.50")


def test_robots_find_every_page_in_every_language(client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(sitemap, "PER_MAP", 2)
    CategoryFactory.create(slug="koti")
    for number in range(3):
        VariantFactory.create(product=ProductFactory.create(slug=f"muki-{number}"))
    VariantFactory.create(
        product=ProductFactory.create(
            slug="myohemmin", published_from=timezone.now() + timedelta(days=1)
        )
    )
    commit()

    assert "Sitemap: http://testserver/sitemap.xml" in page(client, "/robots.txt")
    maps = _locations(client.get("/sitemap.xml").content)
    assert len(maps) == 3
    listed = [
        address
        for one in maps
        for address in _locations(client.get(one.removeprefix("http://testserver")).getvalue())
    ]
    assert len(listed) == len(set(listed)) == 3 * (len(sitemap.STANDING) + 1 + 3)
    for address in listed:
        assert client.get(address.removeprefix("http://testserver")).status_code == 200
    assert "http://testserver/sv/produkt/muki-2/" in listed
    assert not [address for address in listed if "myohemmin" in address]
    assert client.get("/sitemap-9.xml").status_code == 404


def _locations(xml: bytes) -> list[str]:
    return re.findall(r"<loc>([^<]*)</loc>", xml.decode())
