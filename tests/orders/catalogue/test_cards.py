"""What a card tells, against what the rows say."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone, translation

from orders.catalogue.cards import Card, cards
from orders.catalogue.models import Picture, Product, Variant
from tests.factories import LONG_AGO, ProductFactory, VariantFactory, in_stock
from tests.orders.catalogue.shelf import commit

pytestmark = pytest.mark.django_db


def card(product: Product, **how: Any) -> Card:
    commit()
    [only] = cards(Product.objects.filter(pk=product.pk), at=timezone.now(), **how)
    return only


def kinds(shown: Card) -> list[str]:
    return [kind for kind, _words in shown.badges]


def test_the_cheapest_offered_variant_gives_the_price() -> None:
    product = ProductFactory.create()
    for price, offered in (("1.00", False), ("12.10", True), ("15.00", True)):
        VariantFactory.create(product=product, price=Decimal(price), is_active=offered)
    shown = card(product)

    assert (shown.price, shown.from_price) == (Decimal("12.10"), True)
    assert shown.net_price is None
    assert card(product, net=True).net_price == Decimal("9.64")


def test_one_price_for_all_is_no_price_from() -> None:
    product = ProductFactory.create()
    VariantFactory.create_batch(2, product=product, price=Decimal("12.10"))

    assert not card(product).from_price


def test_a_sum_is_exact_to_the_cent() -> None:
    assert card(VariantFactory.create(price=Decimal("9999999999.99")).product).price == Decimal(
        "9999999999.99"
    )


def test_a_reduction_tells_the_price_before_and_the_lowest_of_thirty_days() -> None:
    variant = VariantFactory.create(
        price=Decimal("100.00"),
        reduced_price=Decimal("80.00"),
        reduced_from=timezone.now() - timedelta(days=1),
    )
    shown = card(variant.product)

    assert (shown.price, shown.price_before) == (Decimal("80.00"), Decimal("100.00"))
    assert shown.lowest_30_days == Decimal("100.00")
    assert ("sale", "−20\u00a0%") in shown.badges
    with translation.override("en"):
        assert ("sale", "−20%") in card(variant.product).badges


def test_a_raise_on_the_eve_of_a_reduction_does_not_make_one() -> None:
    variant = VariantFactory.create(price=Decimal("80.00"))
    Variant.objects.filter(pk=variant.pk).update(
        price=Decimal("120.00"),
        reduced_price=Decimal("80.00"),
        reduced_from=timezone.now() - timedelta(seconds=1),
    )
    shown = card(variant.product)

    assert shown.price == Decimal("80.00")
    assert shown.price_before is shown.lowest_30_days is None
    assert "sale" not in kinds(shown)


@pytest.mark.parametrize(
    ("pieces", "backorder", "kind", "badge"),
    [
        (9, False, "goods", []),
        (3, False, "goods", ["low-stock"]),
        (0, False, "goods", ["sold-out"]),
        (0, True, "goods", ["plain"]),
        (0, True, "digital", []),
        (0, False, "digital", ["sold-out"]),
    ],
)
def test_the_stock_is_told_by_a_badge(
    *, pieces: int, backorder: bool, kind: str, badge: list[str]
) -> None:
    product = ProductFactory.create(kind=kind)
    in_stock(pieces, variant=VariantFactory.create(product=product), backorder=backorder)
    shown = card(product)

    assert kinds(shown) == badge
    assert shown.sold_out is (badge == ["sold-out"])


def test_a_product_is_as_available_as_its_most_available_variant() -> None:
    product = ProductFactory.create()
    for pieces in (0, 9, 1):
        in_stock(pieces, variant=VariantFactory.create(product=product))

    assert kinds(card(product)) == []
    assert kinds(card(VariantFactory.create().product)) == []  # not counted, never short


def test_what_has_come_lately_is_new() -> None:
    product = VariantFactory.create().product
    assert kinds(card(product)) == []
    Product.objects.update(published_from=timezone.now() - timedelta(days=29))
    assert kinds(card(product)) == ["new"]
    Product.objects.update(published_from=timezone.now() - timedelta(days=31))
    assert kinds(card(product)) == []


def test_the_texts_are_those_of_the_language_or_of_the_next_best() -> None:
    product = VariantFactory.create(
        product__name_fi="Muki", product__name_sv="Mugg", product__name_en=""
    ).product
    Picture.objects.create(
        product=product, file="pictures/x/y.png", width=8, height=4, alt_fi="Kuva", alt_sv="Bild"
    )
    told = {}
    for language in ("fi", "sv", "en"):
        with translation.override(language):
            shown = card(product)
            assert shown.image is not None
            told[language] = (shown.name, shown.image.alt, shown.url)

    assert told == {
        "fi": ("Muki", "Kuva", f"/tuote/{product.slug}/"),
        "sv": ("Mugg", "Bild", f"/sv/produkt/{product.slug}/"),
        "en": ("Muki", "Kuva", f"/en/product/{product.slug}/"),
    }


def test_what_has_no_offer_is_left_out() -> None:
    ProductFactory.create()
    VariantFactory.create(is_active=False)

    assert cards(Product.objects.all(), at=LONG_AGO) == []
