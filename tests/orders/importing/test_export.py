"""What is exported comes back as it was."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from orders.catalogue.models import AttributeValue, Manufacturer, Picture, Product, Variant
from orders.importing.export import exported
from orders.importing.readers.own import COLUMNS
from tests.conftest import NOON
from tests.factories import (
    AttributeFactory,
    AttributeOptionFactory,
    CategoryFactory,
    ManufacturerFactory,
    ProductFactory,
    VariantFactory,
    in_stock,
    put_on_shelf,
    say,
)
from tests.orders.importing.bringing import SAMPLES, bring, errors
from tests.orders.importing.snapshot import snapshot, told
from tests.shared import FILES, sample

pytestmark = pytest.mark.django_db

DEMO = Path(__file__).parents[3] / "orders" / "catalogue" / "demo" / "catalogue.csv"
WORDS = st.text(
    st.sampled_from("'=+-@;,\"\n|>:\\ aä1")
    | st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    max_size=50,
)
NAMES = WORDS.map(lambda words: f"N{words}")


def export_to(folder: Path) -> Path:
    path = folder / "export.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(exported())
    return path


def comes_back(folder: Path) -> None:
    before = snapshot()
    report = bring(export_to(folder), at=NOON + timedelta(days=9))

    assert [issue.reason for issue in report.issues] == []
    assert report.is_unchanged
    assert snapshot() == before


def test_the_demo_comes_back(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    call_command("fill_demo", stdout=io.StringIO())
    report = bring(DEMO, images=DEMO.parent / "pictures")

    assert errors(report) == []
    assert report.is_unchanged
    assert Product.objects.count() >= 69
    assert Picture.objects.count() >= 69
    comes_back(tmp_path)


@pytest.mark.parametrize("name", FILES)
def test_every_shared_file_comes_back(name: str, tmp_path: Path) -> None:
    bring(sample(name), language="en")
    comes_back(tmp_path)


@pytest.mark.parametrize("name", ["woocommerce.csv", "shopify.csv"])
def test_our_own_samples_come_back(name: str, tmp_path: Path) -> None:
    bring(SAMPLES / name)
    comes_back(tmp_path)


def test_an_export_fills_an_empty_shop_with_the_same(tmp_path: Path) -> None:
    bring(DEMO)
    path, before = export_to(tmp_path), told()
    Product.objects.all().delete()
    Manufacturer.objects.all().delete()

    bring(path)

    assert told() == before


def test_a_product_made_by_hand_comes_back(tmp_path: Path) -> None:
    product = ProductFactory.create(
        kind="service",
        published_until=NOON,
        manufacturer=ManufacturerFactory.create(address="Tie 1"),
    )
    home = CategoryFactory.create(slug="koti", name_sv="", name_en="")
    put_on_shelf(product, CategoryFactory.create(slug="a", parent=home))
    shelf = put_on_shelf(product, home)
    shelf.position = 7
    shelf.save()
    variant = in_stock(-4, variant=VariantFactory.create(product=product), backorder=True)
    Variant.objects.filter(pk=variant.pk).update(
        reduced_price=Decimal("1.00"), reduced_from=NOON, position=9
    )
    say(product, AttributeFactory.create(kind="number", unit="m/s: =|", name_sv=""), number="-1.5")
    say(product, AttributeFactory.create(kind="boolean"), truth=False)
    colour = AttributeOptionFactory.create(name_fi="A | B > C = D \\ E")
    say(product, colour.attribute, option=colour, variant=variant)
    ProductFactory.create()

    comes_back(tmp_path)


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=NAMES, summary=WORDS, text=WORDS, category=NAMES, option=NAMES, said=NAMES)
def test_any_words_come_back(
    tmp_path: Path, *, name: str, summary: str, text: str, category: str, option: str, said: str
) -> None:
    AttributeValue.objects.all().delete()
    Product.objects.all().delete()
    product = ProductFactory.create(name_fi=name, summary_sv=summary, text_en=text)
    put_on_shelf(product, CategoryFactory.create(name_fi=category, name_sv=name, name_en=""))
    choice = AttributeOptionFactory.create(name_fi=option, name_en=said)
    variant = VariantFactory.create(product=product)
    say(product, choice.attribute, option=choice, variant=variant)
    say(product, AttributeFactory.create(kind="text", name_fi=category), text_fi=said)

    comes_back(tmp_path)


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    price=st.decimals("0.01", "9999999.99", places=2),
    number=st.decimals("-99999999", "99999999", places=3),
    weight=st.integers(0, 100_000_000),
    stock=st.integers(-1_000_000, 10_000_000),
)
def test_any_numbers_come_back(
    tmp_path: Path, price: Decimal, number: Decimal, weight: int, stock: int
) -> None:
    AttributeValue.objects.all().delete()
    Product.objects.all().delete()
    variant = VariantFactory.create(price=price, weight_g=weight)
    in_stock(stock, variant=variant, backorder=True)
    say(variant.product, AttributeFactory.create(kind="number"), number=number)

    comes_back(tmp_path)


def test_no_cell_of_an_export_is_a_formula() -> None:
    name = "=HYPERLINK(1);=2+2\n@SUM(1)"
    product = ProductFactory.create(name_fi=name, text_fi="-1\n- kohta")
    VariantFactory.create(product=product, sku="+358")

    written = list(csv.reader(io.StringIO("".join(exported()), newline="")))

    assert tuple(written[0]) == COLUMNS
    row = dict(zip(written[0], written[1], strict=True))
    assert row["name_fi"] == "'=HYPERLINK(1);'=2+2\n'@SUM(1)"
    assert row["text_fi"] == "'-1\n'- kohta"
    assert row["sku"] == "'+358"
