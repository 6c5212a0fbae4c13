"""Other shops' files: what becomes of their columns."""

from decimal import Decimal
from pathlib import Path

import pytest

from orders.catalogue.models import AttributeValue, PriceHistory, Product, Variant
from orders.catalogue.prices import PriceRow, announced
from orders.stock.models import Level, Movement
from tests.conftest import NOON
from tests.orders.importing.bringing import SAMPLES, bring, done, errors, warnings
from tests.orders.importing.snapshot import snapshot
from tests.shared import FILES, sample

pytestmark = pytest.mark.django_db

COUNTS = {
    "oscar-books.computers-in-fiction.csv": (86, 86),
    "oscar-books.essential.csv": (82, 82),
    "oscar-books.hacking.csv": (33, 33),
    "spree-products.csv": (37, 87),
    "dummyjson-products.json": (194, 194),
}


def options_of(sku: str) -> list[str]:
    return list(
        AttributeValue.objects.filter(variant__sku=sku).values_list("option__name_fi", flat=True)
    )


@pytest.mark.parametrize("name", FILES)
def test_a_second_import_of_a_shared_file_changes_nothing(name: str) -> None:
    products, variants = COUNTS[name]
    first = bring(sample(name), language="en")
    before = snapshot()
    second = bring(sample(name), language="en")

    assert first.format == FILES[name]
    assert errors(first) == []
    assert done(first) == {"products_new": products, "variants_new": variants}
    assert done(second) == {"products_unchanged": products, "variants_unchanged": variants}
    assert snapshot() == before


@pytest.mark.parametrize(
    ("name", "products", "variants"), [("woocommerce.csv", 5, 6), ("shopify.csv", 3, 4)]
)
def test_a_second_import_of_our_own_samples_changes_nothing(
    name: str, products: int, variants: int
) -> None:
    first = bring(SAMPLES / name)
    before = snapshot()
    second = bring(SAMPLES / name)

    assert done(first) == {"products_new": products, "variants_new": variants}
    assert done(second) == {"products_unchanged": products, "variants_unchanged": variants}
    assert snapshot() == before


def test_oscar_s_books_are_books() -> None:
    bring(sample("oscar-books.hacking.csv"), language="en")

    book = Product.objects.get(variants__sku="9781416507789")
    assert (book.name_en, book.vat_class_id) == ("The Cuckoo's Egg", "book")
    assert book.name_fi == book.name_en
    assert book.categories.get().path == "books/non-fiction/hacking"
    variant = book.variants.get()
    assert (variant.gtin, variant.price) == ("9781416507789", Decimal("9.99"))
    movement = Movement.objects.get(level__variant=variant)
    assert (movement.kind, movement.change, movement.balance) == ("import", 14, 14)


def test_spree_s_price_in_euros_comes_first_and_its_master_is_nothing_to_buy() -> None:
    bring(sample("spree-products.csv"), language="en")

    vacuum = Product.objects.get(slug="robot-vacuum")
    black = vacuum.variants.get(sku="ROBOT-VACUUM-BLACK")
    assert vacuum.variants.count() == 2
    assert black.price == Decimal("329.99")
    assert black.weight_g == 3221
    assert options_of(black.sku)[0] == "Black"
    width = AttributeValue.objects.get(variant=black, attribute__code="width")
    assert (width.number, width.attribute.unit) == (Decimal("35.1"), "cm")
    assert black.level.on_hand == 5000


def test_a_compare_at_price_is_no_proof_of_an_earlier_price() -> None:
    bring(sample("spree-products.csv"), language="en")

    reduced = Variant.objects.exclude(reduced_price=None).order_by("sku")[0]
    assert reduced.reduced_from == NOON
    history = [
        PriceRow(row.at, row.price, row.reduced_price, row.reduced_from, row.reduced_until)
        for row in PriceHistory.objects.filter(variant=reduced).order_by("pk")
    ]
    assert [row.price for row in history] == [reduced.reduced_price, reduced.price]
    assert announced(history, at=max(row.at for row in history)) is None


def test_dummyjson_s_reviewers_do_not_come_in() -> None:
    report = bring(sample("dummyjson-products.json"), language="en")

    mascara = Product.objects.get(variants__sku="BEA-ESS-ESS-001")
    assert mascara.manufacturer is not None
    assert mascara.manufacturer.name == "Essence"
    assert mascara.categories.get().name_en == "Beauty"
    variant = mascara.variants.get()
    assert (variant.price, variant.reduced_price) == (Decimal("9.99"), Decimal("8.94"))
    assert variant.weight_g == 0
    assert "Eleanor" not in str(snapshot())
    assert {issue.code for issue in report.notes.values()} >= {"not_taken", "weight_without_unit"}


def test_two_products_of_one_name_stand_beside_each_other() -> None:
    bring(sample("dummyjson-products.json"), language="en")

    watches = Product.objects.filter(name_en="Rolex Cellini Moonphase")
    assert set(watches.values_list("slug", flat=True)) == {
        "rolex-cellini-moonphase",
        "rolex-cellini-moonphase-2",
    }


def test_woocommerce_s_columns() -> None:
    report = bring(SAMPLES / "woocommerce.csv")

    lantern = Product.objects.get(variants__sku="LYHTY-1")
    assert lantern.name_fi == 'Pihalyhty "Halla"'
    assert lantern.summary_fi == "Lyhty tuuliseen iltaan."
    assert lantern.text_fi == "Lyhty\n\nKestää tuulen & sateen.\n\n- Lasia\n- Terästä"
    assert [c.path for c in lantern.categories.order_by("shelves__position")] == [
        "koti/valaisimet",
        "lahjat",
    ]
    variant = lantern.variants.get()
    assert (variant.price, variant.reduced_price) == (Decimal("49.90"), Decimal("39.90"))
    assert (variant.weight_g, variant.gtin) == (1250, "6430000000016")
    assert (variant.level.on_hand, variant.level.low_at) == (12, 4)
    height = AttributeValue.objects.get(variant=variant, attribute__code="height")
    assert height.number == Decimal("31.5")
    assert errors(report) == [
        (9, "type", "unknown_choice"),
        (10, "parent", "no_parent"),
    ]
    assert warnings(report) == [
        (7, "tax class", "unknown_vat"),
        (2, "images", "picture_is_remote"),
        (3, "images", "picture_not_found"),
        (5, "images", "picture_not_found"),
    ]


def test_woocommerce_s_variations_find_their_parent() -> None:
    bring(SAMPLES / "woocommerce.csv")

    jumper = Product.objects.get(name_fi="Villapaita Tuisku")
    assert [v.sku for v in jumper.variants.order_by("position")] == ["PAITA-S", "PAITA-M"]
    assert options_of("PAITA-S") == ["S"]
    of_the_whole = AttributeValue.objects.filter(product=jumper, variant=None)
    assert [value.attribute.code for value in of_the_whole] == ["materiaali"]
    weights = dict(jumper.variants.values_list("sku", "weight_g"))
    assert weights == {"PAITA-S": 600, "PAITA-M": 650}
    assert Level.objects.get(variant__sku="PAITA-S").on_hand == 3
    assert Level.objects.get(variant__sku="PAITA-M").on_hand == 0


def test_woocommerce_s_dated_sale_is_taken_at_its_word() -> None:
    bring(SAMPLES / "woocommerce.csv")

    book = Variant.objects.get(sku="KIRJA-1")
    assert book.product.vat_class_id == "book"
    assert book.level.backorder
    assert (book.reduced_from, book.reduced_until) != (None, None)
    assert PriceHistory.objects.filter(variant=book).count() == 1


def test_woocommerce_s_kinds_and_drafts() -> None:
    bring(SAMPLES / "woocommerce.csv")

    kinds = dict(Product.objects.values_list("variants__sku", "kind"))
    assert (kinds["NEUVO"], kinds["OHJE"], kinds["KIRJA-1"]) == ("service", "digital", "goods")
    assert not Variant.objects.get(sku="OHJE").is_active
    assert Product.objects.get(variants__sku="OHJE").vat_class_id == "zero"


def test_shopify_s_rows_are_variants_or_pictures() -> None:
    report = bring(SAMPLES / "shopify.csv")

    chair = Product.objects.get(slug="tuoli-aalto")
    assert chair.text_fi == "Istu\N{NO-BREAK SPACE}hyvin.\n\nKoivua."
    assert chair.variants.count() == 2
    black, white = chair.variants.order_by("position")
    assert (black.price, black.reduced_price, black.weight_g) == (Decimal(159), Decimal(129), 4500)
    assert options_of(black.sku) == ["Musta", "Iso"]
    assert (black.level.on_hand, black.level.backorder) == (7, False)
    assert (white.level.on_hand, white.level.backorder) == (-2, True)
    material = AttributeValue.objects.get(product=chair, variant=None)
    assert (material.attribute.name_fi, material.text_fi) == ("Material", "Koivu")
    assert errors(report) == []


def test_shopify_s_product_without_options_is_one_variant() -> None:
    bring(SAMPLES / "shopify.csv")

    card = Product.objects.get(slug="lahjakortti")
    variant = card.variants.get()
    assert (variant.sku, card.kind) == ("LAHJAKORTTI", "service")
    assert options_of(variant.sku) == []
    assert not Level.objects.filter(variant=variant).exists()
    assert not Variant.objects.get(sku="LUONNOS").is_active


def test_shopify_s_newer_header_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "newer.csv"
    path.write_text(
        "Title,URL handle,Description,Vendor,Type,Published on online store,Status,SKU,Barcode,"
        "Option1 name,Option1 value,Price,Compare-at price,Inventory tracker,Inventory quantity,"
        "Continue selling when out of stock,Weight value (grams),Requires shipping\n"
        "Muki,muki,<p>Sininen.</p>,Paja,Mukit,TRUE,Active,MUKI-S,,Väri,Sininen,12.50,,shopify,3,"
        "DENY,350,TRUE\n"
        ",muki,,,,,,MUKI-P,,,Punainen,12.50,,shopify,4,CONTINUE,350,TRUE\n",
        encoding="utf-8",
    )

    report = bring(path)

    assert (report.format, errors(report)) == ("shopify", [])
    assert options_of("MUKI-P") == ["Punainen"]
    assert Level.objects.get(variant__sku="MUKI-P").backorder


def test_a_merchant_s_own_work_outlives_the_next_import() -> None:
    bring(SAMPLES / "woocommerce.csv")
    lantern = Product.objects.get(variants__sku="LYHTY-1")
    Product.objects.filter(pk=lantern.pk).update(slug="halla", vat_class="book", name_sv="Lyktan")

    report = bring(SAMPLES / "woocommerce.csv")

    lantern.refresh_from_db()
    assert (lantern.slug, lantern.vat_class_id, lantern.name_sv) == ("halla", "book", "Lyktan")
    assert report.is_unchanged
