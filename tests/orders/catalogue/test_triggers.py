"""What the database keeps true about the catalogue, whichever door a change comes through."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from orders.catalogue.models import CatalogueVersion, Category, PriceHistory, Product, Variant
from orders.stock.models import Movement
from tests.factories import (
    LONG_AGO,
    AttributeFactory,
    AttributeOptionFactory,
    CategoryFactory,
    ProductFactory,
    VariantFactory,
    in_stock,
    say,
)

pytestmark = pytest.mark.django_db


def at_commit() -> None:
    """Let what the database does at a commit happen now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def version() -> int:
    at_commit()
    return CatalogueVersion.objects.get().number


def test_a_category_has_the_path_of_its_parents() -> None:
    home = CategoryFactory.create(slug="koti")
    kitchen = CategoryFactory.create(slug="keittio", parent=home)

    kitchen.refresh_from_db()
    assert kitchen.path == "koti/keittio"


def test_a_renamed_branch_takes_everything_below_along() -> None:
    home = CategoryFactory.create(slug="koti")
    kitchen = CategoryFactory.create(slug="keittio", parent=home)
    CategoryFactory.create(slug="padat", parent=kitchen)
    CategoryFactory.create(slug="kotimaa")

    Category.objects.filter(pk=home.pk).update(slug="talo")

    assert set(Category.objects.values_list("path", flat=True)) == {
        "talo",
        "talo/keittio",
        "talo/keittio/padat",
        "kotimaa",
    }


def test_a_category_cannot_stand_below_itself() -> None:
    home = CategoryFactory.create(slug="koti")
    kitchen = CategoryFactory.create(slug="keittio", parent=home)

    with pytest.raises(IntegrityError, match="below itself"), transaction.atomic():
        Category.objects.filter(pk=home.pk).update(parent=kitchen)
    with pytest.raises(IntegrityError, match="below itself"), transaction.atomic():
        Category.objects.filter(pk=home.pk).update(parent=home)


def test_a_product_knows_its_price_range_and_whether_there_is_any() -> None:
    product = ProductFactory.create()
    in_stock(0, variant=VariantFactory.create(product=product, price=Decimal("10.00")))
    dear = in_stock(1, variant=VariantFactory.create(product=product, price=Decimal("30.00")))
    VariantFactory.create(product=product, price=Decimal("1.00"), is_active=False)
    at_commit()

    product.refresh_from_db()
    assert (product.lowest_price, product.highest_price) == (Decimal("10.00"), Decimal("30.00"))
    assert product.in_stock

    Movement.objects.create(level=dear.level, kind=Movement.Kind.SALE, change=-1, at=LONG_AGO)
    at_commit()

    product.refresh_from_db()
    assert not product.in_stock


def test_every_price_is_written_down() -> None:
    variant = VariantFactory.create(price=Decimal("20.00"))
    variant.price = Decimal("25.00")
    variant.save()
    variant.weight_g = 300
    variant.save()

    written = PriceHistory.objects.filter(variant=variant).order_by("pk")
    assert [row.price for row in written] == [Decimal("20.00"), Decimal("25.00")]
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        written.update(price=1)


def test_earlier_prices_are_only_ever_added_and_by_the_change_itself() -> None:
    variant = VariantFactory.create(price=Decimal("20.00"))
    Variant.objects.filter(pk=variant.pk).update(price=Decimal("25.00"))
    written = PriceHistory.objects.filter(variant=variant)

    def take_away() -> None:
        written.filter(price=Decimal("20.00")).delete()
        at_commit()

    with pytest.raises(IntegrityError, match="never taken away"), transaction.atomic():
        take_away()
    with pytest.raises(ProgrammingError, match="Cannot insert"), transaction.atomic():
        PriceHistory.objects.create(variant=variant, at=LONG_AGO, price=Decimal("90.00"))
    assert list(written.order_by("pk").values_list("price", flat=True)) == [
        Decimal("20.00"),
        Decimal("25.00"),
    ]


def test_the_history_of_a_variant_goes_with_the_variant() -> None:
    variant = VariantFactory.create(price=Decimal("20.00"))

    variant.delete()
    at_commit()

    assert not PriceHistory.objects.exists()


def test_a_reduction_must_be_below_the_price() -> None:
    with pytest.raises(IntegrityError, match="variant_reduction_is_below_the_price"):
        VariantFactory.create(
            price=Decimal("10.00"), reduced_price=Decimal("10.00"), reduced_from=timezone.now()
        )


def test_the_reduced_price_is_asked_from_its_first_moment_to_its_last() -> None:
    begin = LONG_AGO
    end = begin + timedelta(days=1)
    variant = VariantFactory.create(
        price=Decimal("10.00"),
        reduced_price=Decimal("8.00"),
        reduced_from=begin,
        reduced_until=end,
    )

    tick = timedelta(microseconds=1)
    asked = [variant.own_price_at(at) for at in (begin - tick, begin, end - tick, end)]
    assert asked == [Decimal("10.00"), Decimal("8.00"), Decimal("8.00"), Decimal("10.00")]


def test_a_value_must_fit_its_attribute() -> None:
    product = ProductFactory.create()
    colour = AttributeFactory.create(kind="choice")
    other = AttributeOptionFactory.create()

    with pytest.raises(IntegrityError, match="does not fit"), transaction.atomic():
        say(product, colour, number=3)
    with pytest.raises(IntegrityError, match="does not fit"), transaction.atomic():
        say(product, colour, option=other)
    with pytest.raises(IntegrityError, match="does not fit"), transaction.atomic():
        say(product, other.attribute, option=other, variant=VariantFactory.create())


def test_the_catalogue_gets_a_new_version_once_in_a_transaction() -> None:
    before = version()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('shop.catalogue_bumped', '', true)")

    ProductFactory.create()
    ProductFactory.create()

    assert version() == before + 1


def test_new_words_make_the_search_stale_and_nothing_else_does() -> None:
    product = ProductFactory.create()
    products = Product.objects.filter(pk=product.pk)
    products.update(search_is_stale=False)

    products.update(slug="uusi-osoite")
    assert not products.get().search_is_stale

    products.update(text_sv="Nya ord")
    assert products.get().search_is_stale
