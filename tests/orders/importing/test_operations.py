"""What an import does to the shop, and what it refuses."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import translation

from orders.catalogue.models import AttributeValue, Category, Product, Variant
from orders.stock.models import Level, Movement, Reservation
from privacy.intake.report import UnreadableFile
from privacy.intake.source import CHUNK
from tests.conftest import NOON
from tests.factories import (
    AttributeFactory,
    CategoryFactory,
    ProductFactory,
    VariantFactory,
    in_stock,
    put_on_shelf,
)
from tests.orders.importing.bringing import bring, done, errors, own, warnings
from tests.orders.importing.snapshot import snapshot

pytestmark = pytest.mark.django_db

MUG = {"product": "muki", "name_fi": "Muki", "sku": "M1", "price": "10.00"}


def raw(folder: Path, content: bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


# --- What goes in -------------------------------------------------------------------------


def test_a_dry_run_counts_and_writes_nothing(tmp_path: Path) -> None:
    before = snapshot()
    path = own(tmp_path, MUG | {"categories": "koti", "stock": "3", "manufacturer": "Paja"})

    report = bring(path, dry_run=True)

    assert done(report) == {"products_new": 1, "variants_new": 1}
    assert snapshot() == before


def test_only_what_differs_is_written(tmp_path: Path) -> None:
    bring(own(tmp_path, MUG, MUG | {"name_fi": "", "sku": "M2"}))

    report = bring(own(tmp_path, MUG, MUG | {"name_fi": "", "sku": "M2", "price": "11.00"}))

    assert done(report) == {
        "products_unchanged": 1,
        "variants_unchanged": 1,
        "variants_changed": 1,
    }
    assert Variant.objects.get(sku="M2").price == Decimal("11.00")


def test_a_column_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    bring(own(tmp_path, MUG | {"summary_fi": "Hyvä.", "gtin": "2071000000015", "weight_g": "300"}))

    report = bring(own(tmp_path, MUG))

    assert report.is_unchanged
    assert Product.objects.get().summary_fi == "Hyvä."


@pytest.mark.parametrize(
    ("content", "unit", "kept"),
    [
        ("0,35", "kg", (Decimal("0.35"), "kg")),
        ("0.35", "lb", (None, "")),
        ("0", "kg", (None, "")),
        ("0.3501", "kg", (None, "")),
        ("0.35", "", (None, "")),
    ],
)
def test_a_content_is_taken_with_a_unit_that_is_known_and_else_left_out_and_told(
    tmp_path: Path, content: str, unit: str, kept: tuple[Decimal | None, str]
) -> None:
    report = bring(own(tmp_path, MUG | {"content": content, "content_unit": unit}))

    variant = Variant.objects.get()
    assert (variant.content, variant.content_unit) == kept
    told = [place for place in warnings(report) if place[1] == "content"]
    assert told == ([] if kept[1] else [(2, "content", "no_content")])


def test_an_empty_cell_says_that_there_is_nothing(tmp_path: Path) -> None:
    bring(own(tmp_path, MUG | {"summary_fi": "Hyvä.", "gtin": "2071000000015"}))

    bring(own(tmp_path, MUG | {"summary_fi": "", "gtin": ""}))

    assert (Product.objects.get().summary_fi, Variant.objects.get().gtin) == ("", "")


def test_the_end_of_a_reduction_is_an_empty_cell(tmp_path: Path) -> None:
    reduced = {"reduced_price": "8.00", "reduced_from": "2026-11-01"}
    bring(own(tmp_path, MUG | reduced))
    assert Variant.objects.get().reduced_price == Decimal("8.00")

    bring(own(tmp_path, MUG))
    assert Variant.objects.get().reduced_price == Decimal("8.00")

    bring(own(tmp_path, MUG | {"reduced_price": "", "reduced_from": ""}))
    assert Variant.objects.get().reduced_price is None


def test_an_undated_reduction_begins_at_the_import_and_goes_on(tmp_path: Path) -> None:
    path = own(tmp_path, MUG | {"reduced_price": "8.00"})
    bring(path)

    report = bring(path, at=NOON + timedelta(days=3))

    assert report.is_unchanged
    assert Variant.objects.get().reduced_from == NOON


def test_categories_are_made_with_all_their_names(tmp_path: Path) -> None:
    bring(
        own(
            tmp_path,
            MUG
            | {
                "categories": "koti/keittio | lahjat",
                "categories_fi": "Koti > Keittiö | Lahjat",
                "categories_sv": "Hem > Kök | Presenter",
            },
        )
    )

    kitchen = Category.objects.get(path="koti/keittio")
    assert (kitchen.name_fi, kitchen.name_sv, kitchen.name_en) == ("Keittiö", "Kök", "")
    assert kitchen.parent is not None
    assert kitchen.parent.name_sv == "Hem"
    shelves = Product.objects.get().shelves.order_by("position")
    assert [shelf.category.slug for shelf in shelves] == ["keittio", "lahjat"]


def test_a_known_category_keeps_its_name_and_learns_missing_ones(tmp_path: Path) -> None:
    CategoryFactory.create(slug="koti", name_fi="Kotona", name_sv="")
    named = {"categories": "koti", "categories_fi": "Koti", "categories_sv": "Hem"}

    bring(own(tmp_path, MUG | named))

    home = Category.objects.get()
    assert (home.name_fi, home.name_sv) == ("Kotona", "Hem")


def test_a_category_that_is_no_longer_said_is_left(tmp_path: Path) -> None:
    bring(own(tmp_path, MUG | {"categories": "koti | lahjat"}))

    report = bring(own(tmp_path, MUG | {"categories": "lahjat"}))

    assert done(report)["products_changed"] == 1
    assert [c.slug for c in Product.objects.get().categories.all()] == ["lahjat"]


def test_attributes_of_all_kinds(tmp_path: Path) -> None:
    said = {
        "attributes": "aine:choice=puu | tilavuus:number:l=1,5 | pesu:boolean=kyllä | ohje:text=",
        "attributes_fi": "Aine = Puu | Tilavuus | Konepesu | Ohje = Pyyhi = kuivaa",
        "attributes_en": "Material = Wood | Volume",
        "options": "vari=musta",
        "options_fi": "Väri = Musta",
    }

    report = bring(own(tmp_path, MUG | said))

    assert errors(report) == []
    values = {v.attribute.code: v for v in AttributeValue.objects.select_related("attribute")}
    assert values["aine"].option is not None
    assert values["aine"].option.name_en == "Wood"
    assert (values["tilavuus"].number, values["tilavuus"].attribute.unit) == (Decimal("1.5"), "l")
    assert values["pesu"].truth is True
    assert values["ohje"].text_fi == "Pyyhi = kuivaa"
    assert values["vari"].variant == Variant.objects.get()


def test_a_product_without_variants_is_one_too(tmp_path: Path) -> None:
    report = bring(own(tmp_path, {"product": "tuleva", "name_fi": "Tuleva", "sku": ""}))

    assert done(report) == {"products_new": 1}
    assert errors(report) == []


def test_rows_of_a_product_may_stand_apart(tmp_path: Path) -> None:
    other = {"product": "lautanen", "name_fi": "Lautanen", "sku": "L1", "price": "5.00"}

    report = bring(own(tmp_path, MUG, other, MUG | {"name_fi": "", "sku": "M2"}))

    assert done(report) == {"products_new": 2, "variants_new": 3}
    assert Product.objects.get(slug="muki").variants.count() == 2


# --- Stock --------------------------------------------------------------------------------


def test_stock_moves_through_the_ledger(tmp_path: Path) -> None:
    bring(own(tmp_path, MUG | {"stock": "7"}))
    for days in (1, 2):
        later = NOON + timedelta(days=days)
        bring(own(tmp_path, MUG | {"stock": "5", "low_stock": "2"}), at=later)

    level = Level.objects.get()
    assert (level.on_hand, level.low_at) == (5, 2)
    moved = Movement.objects.order_by("at").values_list("kind", "change", "balance")
    assert list(moved) == [("import", 7, 7), ("import", -2, 5)]


def test_what_is_promised_is_not_taken_away(tmp_path: Path) -> None:
    bring(own(tmp_path, MUG | {"stock": "7"}))
    Reservation.objects.create(
        level=Level.objects.get(), holder=uuid4(), quantity=4, expires_at=NOON
    )

    report = bring(own(tmp_path, MUG | {"stock": "1"}))

    assert Level.objects.get().on_hand == 4
    assert warnings(report) == [(2, "stock", "promised")]


def test_stock_is_owed_only_where_it_can_be_ordered(tmp_path: Path) -> None:
    refused = bring(own(tmp_path, MUG | {"stock": "-3", "backorder": "no"}))
    taken = bring(own(tmp_path, MUG | {"stock": "-3", "backorder": "yes"}))
    kept = bring(own(tmp_path, MUG | {"stock": "2", "backorder": "no"}))

    assert errors(refused) == [(2, "stock", "negative")]
    assert (errors(taken), errors(kept)) == ([], [])
    level = Level.objects.get()
    assert (level.on_hand, level.backorder) == (2, False)


def test_what_is_not_counted_has_no_level(tmp_path: Path) -> None:
    bring(own(tmp_path, MUG | {"stock": "", "backorder": "no"}))

    assert not Level.objects.exists()


# --- What does not ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"price": "-1"}, "price", "negative"),
        ({"price": "99999999"}, "price", "too_large"),
        ({"price": "1,234"}, "price", "ambiguous_number"),
        ({"price": "9.999"}, "price", "ambiguous_number"),
        ({"price": "9.9999"}, "price", "parts_of_a_cent"),
        ({"price": "halpa"}, "price", "not_a_number"),
        ({"price": ""}, "price", "missing"),
        ({"sku": ""}, "sku", "missing"),
        ({"sku": "x" * 65}, "sku", "too_long"),
        ({"sku": "a\0b"}, "sku", "nul"),
        ({"product": "Ei käy!"}, "product", "not_an_address"),
        ({"name_fi": "x" * 151}, "name_fi", "too_long"),
        ({"name_fi": "  "}, "name_fi", "missing"),
        ({"summary_fi": "x" * 301}, "summary_fi", "too_long"),
        ({"text_fi": "x" * 100_001}, "text_fi", "too_long"),
        ({"kind": "animal"}, "kind", "unknown_choice"),
        ({"vat_class": "luxury"}, "vat_class", "unknown_choice"),
        ({"stock": "99999999999"}, "stock", "too_large"),
        ({"stock": "1.5"}, "stock", "not_whole"),
        ({"weight_g": "-1"}, "weight_g", "negative"),
        ({"content": "paljon"}, "content", "not_a_number"),
        ({"position": "40000"}, "position", "too_large"),
        ({"active": "ehkä"}, "active", "not_yes_or_no"),
        ({"published_from": "eilen"}, "published_from", "not_a_date"),
        (
            {"published_from": "2026-02-01", "published_until": "2026-01-01"},
            "published_until",
            "ends_before_it_begins",
        ),
        ({"reduced_price": "10.00"}, "reduced_price", "reduction_not_below"),
        (
            {"reduced_price": "9", "reduced_from": "2026-02-01", "reduced_until": "2026-01-01"},
            "reduced_until",
            "ends_before_it_begins",
        ),
        (
            {"categories": "koti", "categories_fi": "Koti | Muu"},
            "categories_fi",
            "names_do_not_match",
        ),
        ({"categories": "koti/Ä"}, "categories", "not_an_address"),
        ({"categories": "/".join(["osasto"] * 80)}, "categories", "too_long"),
        ({"attributes": "aine=puu"}, "attributes", "bad_entry"),
        ({"attributes": "aine:number=puu"}, "attributes", "not_a_number"),
        ({"attributes": "a:choice=x | a:choice=x"}, "attributes", "bad_entry"),
        ({"attributes": "ohje:text="}, "attributes_fi", "missing"),
        ({"images": "a.png", "images_fi": "x" * 201}, "images_fi", "too_long"),
    ],
)
def test_a_bad_row_is_named_and_good_ones_go_in(
    tmp_path: Path, cells: dict[str, str], column: str, code: str
) -> None:
    good = {"product": "hyva", "name_fi": "Hyvä", "sku": "G1", "price": "5.00"}

    report = bring(own(tmp_path, MUG | cells, good))

    assert (2, column, code) in errors(report)
    assert list(Variant.objects.values_list("sku", flat=True)) == ["G1"]
    assert all(issue.reason for issue in report.all())


def test_one_bad_variant_does_not_keep_the_others_out(tmp_path: Path) -> None:
    second, third = (MUG | {"name_fi": "", "sku": sku} for sku in ("M2", "M3"))

    report = bring(own(tmp_path, MUG, second | {"price": "-1"}, third))

    assert errors(report) == [(3, "price", "negative")]
    assert set(Variant.objects.values_list("sku", flat=True)) == {"M1", "M3"}


def test_an_error_of_the_product_names_all_rows_that_are_lost(tmp_path: Path) -> None:
    report = bring(own(tmp_path, MUG | {"kind": "animal"}, MUG | {"name_fi": "", "sku": "M2"}))

    assert errors(report) == [(2, "kind", "unknown_choice"), (3, "", "left_out")]
    assert "2" in report.all()[-1].reason


def test_the_same_sku_twice_is_told_with_both_lines(tmp_path: Path) -> None:
    other = MUG | {"product": "toinen", "name_fi": "Toinen"}

    report = bring(own(tmp_path, MUG, MUG | {"name_fi": "", "price": "11"}, other))

    assert errors(report) == [(3, "sku", "doubled_sku"), (4, "sku", "doubled_sku")]
    assert "2" in report.issues[0].reason
    assert Variant.objects.get().price == Decimal("10.00")


def test_a_sku_of_another_product_stays_there(tmp_path: Path) -> None:
    VariantFactory.create(sku="M1", product=ProductFactory.create(slug="vanha"))

    report = bring(own(tmp_path, MUG))

    assert errors(report) == [(2, "sku", "sku_of_another")]
    assert not Product.objects.filter(slug="muki").exists()


def test_an_attribute_of_another_kind_is_refused(tmp_path: Path) -> None:
    AttributeFactory.create(code="koko", kind="number", unit="cm")

    report = bring(own(tmp_path, MUG | {"options": "koko=m"}))

    assert errors(report) == [(2, "", "kind_differs")]


def test_what_only_the_database_refuses_does_not_keep_others_out(tmp_path: Path) -> None:
    sold = VariantFactory.create(sku="M1", product=ProductFactory.create(slug="muki"))
    Variant.objects.filter(pk=sold.pk).update(reduced_price=9, reduced_from=NOON)
    other = {"product": "lautanen", "name_fi": "Lautanen", "sku": "L1", "price": "5.00"}

    report = bring(own(tmp_path, MUG | {"price": "8.00"}, other))

    assert errors(report) == [(2, "", "refused")]
    with translation.override("en"):
        assert "reduced price" in report.issues[0].reason
    assert Variant.objects.filter(sku="L1").exists()


def test_a_wrong_gtin_is_left_out(tmp_path: Path) -> None:
    report = bring(own(tmp_path, MUG | {"gtin": "2071000000016"}))

    assert warnings(report) == [(2, "gtin", "not_a_gtin")]
    assert Variant.objects.get().gtin == ""


def test_very_many_errors_are_counted_but_not_all_kept(tmp_path: Path) -> None:
    path = own(tmp_path, *({**MUG, "sku": f"M{n}", "price": "x"} for n in range(6_000)))

    report = bring(path)

    assert report.errors >= 6_000
    assert len(report.issues) == 5_000
    with translation.override("en"):
        assert "further" in report.all()[-1].reason


# --- Files --------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_separators_are_recognised(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    lines = [["product", "sku", "name_fi", "price"], ["muki", "M1", "Äitienpäivän muki", '"9,50"']]
    content = "\r\n".join(delimiter.join(line) for line in lines)

    report = bring(raw(tmp_path, content.encode(encoding)))

    assert errors(report) == []
    assert Product.objects.get().name_fi == "Äitienpäivän muki"
    assert Variant.objects.get().price == Decimal("9.50")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b" \n \n", "empty"),
        (b"a,b\n1,2\n", "unknown_format"),
        (b"\x81\x8d\x8f", "not_text"),
        (b"PK\x03\x04\x00\x00", "unknown_format"),
        (b"product,sku,sku\na,b,c\n", "doubled_column"),
        (b'{"total": 3}', "no_list"),
        (b'[{"sku": "A", ', "not_json"),
        (b'[{"sku": NaN}]', "not_json"),
        (b"[" * 100_000, "not_json"),
        (b'[{"sku": ' + b"9" * 5_000 + b"}]", "not_json"),
        (b'[{"sku": "' + b"x" * 2_000_000, "not_json"),
    ],
)
def test_what_is_no_catalogue_is_told_kindly(tmp_path: Path, content: bytes, code: str) -> None:
    before = snapshot()

    with pytest.raises(UnreadableFile) as refusal:
        bring(raw(tmp_path, content))

    assert refusal.value.issue.code == code
    assert refusal.value.issue.reason
    assert snapshot() == before


def test_a_format_that_was_asked_for_names_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="product") as refusal:
        bring(raw(tmp_path, b"sku,price\nA,1\n"), format="own")

    assert refusal.value.issue.code == "missing_columns"


def test_broken_quotes_and_endless_cells_are_row_errors(tmp_path: Path) -> None:
    content = 'product,sku,name_fi,price\nmuki,M1,Muki,1\nb,B,"' + "x" * 250_000 + '",1\n'

    report = bring(raw(tmp_path, content.encode()))

    assert report.errors >= 1
    assert Variant.objects.filter(sku="M1").exists()


def test_json_with_strange_signs_is_a_row_error(tmp_path: Path) -> None:
    found = [
        {"title": "Hyvä", "sku": "G", "price": 1.5, "stock": 2},
        {"title": "\ud800", "sku": "S", "price": 1},
        {"title": "nul\0", "sku": "N", "price": 1},
        {"title": "liikaa", "sku": "L", "price": 1e300},
        {"title": ["lista"], "sku": {"a": 1}, "price": True},
        "merkkijono",
        {"title": "Numero", "sku": 17, "price": "2,50"},
    ]

    report = bring(raw(tmp_path, json.dumps(found).encode(), "file.json"))

    assert set(Variant.objects.values_list("sku", flat=True)) == {"G", "17"}
    assert report.errors == 5


def test_a_long_json_list_is_read_in_pieces(tmp_path: Path) -> None:
    found = [{"title": f"Tuote {n}", "sku": f"S{n}", "price": n} for n in range(3_000)]
    content = json.dumps({"total": 3_000, "products": found, "limit": 0}).encode()
    assert len(content) > 2 * CHUNK

    report = bring(raw(tmp_path, content, "file.json"), dry_run=True)

    assert done(report) == {"products_new": 3_000, "variants_new": 3_000}


def test_a_product_already_on_other_shelves_stays_there(tmp_path: Path) -> None:
    found = [{"title": "Muki", "sku": "M1", "price": 1, "category": "kitchen"}]
    path = raw(tmp_path, json.dumps(found).encode(), "file.json")
    bring(path)
    put_on_shelf(Product.objects.get(), CategoryFactory.create(slug="oma"))

    report = bring(path)

    assert report.is_unchanged
    assert Product.objects.get().categories.count() == 2


def test_pieces_sold_meanwhile_are_counted_from_what_is_there(tmp_path: Path) -> None:
    variant = in_stock(10, variant=VariantFactory.create(sku="M1"))
    slug = variant.product.slug
    Movement.objects.create(
        level=variant.level, kind=Movement.Kind.SALE, change=-3, at=NOON, order_number="1"
    )

    bring(own(tmp_path, {"product": slug, "sku": "M1", "stock": "20"}))

    assert Level.objects.get().on_hand == 20
    assert Movement.objects.get(kind="import").change == 13
