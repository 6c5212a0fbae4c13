"""The demo catalogue is whole: it can be imported as it is and shows every side of the shop."""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from orders.catalogue.demo.draw.canvas import Canvas
from orders.catalogue.demo.draw.pictures import PICTURES

DEMO = Path(__file__).parents[3] / "orders" / "catalogue" / "demo"
LANGUAGES = ("fi", "sv", "en")
COLUMNS = [
    "product",
    "kind",
    "name_fi",
    "name_sv",
    "name_en",
    "summary_fi",
    "summary_sv",
    "summary_en",
    "text_fi",
    "text_sv",
    "text_en",
    "vat_class",
    "manufacturer",
    "manufacturer_address",
    "manufacturer_email",
    "categories",
    "categories_fi",
    "categories_sv",
    "categories_en",
    "attributes",
    "attributes_fi",
    "attributes_sv",
    "attributes_en",
    "images",
    "images_fi",
    "images_sv",
    "images_en",
    "published_from",
    "published_until",
    "sku",
    "options",
    "options_fi",
    "options_sv",
    "options_en",
    "gtin",
    "weight_g",
    "content",
    "content_unit",
    "price",
    "reduced_price",
    "reduced_from",
    "reduced_until",
    "stock",
    "backorder",
    "low_stock",
    "active",
    "position",
]
RATE_OF_CLASS = {"standard": "25.5", "food": "13.5", "book": "13.5", "press": "10", "exempt": "0"}
FAR_AHEAD = datetime.fromisoformat("2026-12-01T00:00:00+02:00")

Row = dict[str, str]


def several(cell: str) -> list[str]:
    return cell.split(" | ") if cell else []


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    with (DEMO / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def products(rows: list[Row]) -> dict[str, list[Row]]:
    together: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        together[row["product"]].append(row)
    return dict(together)


def firsts(products: dict[str, list[Row]]) -> Iterator[Row]:
    return (variants[0] for variants in products.values())


def test_the_columns_are_those_of_the_own_format(rows: list[Row]) -> None:
    assert list(rows[0]) == COLUMNS
    assert all(None not in row and None not in row.values() for row in rows)


def test_rows_of_a_product_stand_together(rows: list[Row]) -> None:
    order = [row["product"] for row in rows]
    begun = [slug for place, slug in enumerate(order) if place == 0 or order[place - 1] != slug]

    assert len(begun) == len(set(begun))


def test_every_sku_is_its_own(rows: list[Row]) -> None:
    doubled = [sku for sku, times in Counter(row["sku"] for row in rows).items() if times > 1]

    assert doubled == []
    assert all(row["sku"] for row in rows)


def test_goods_have_restricted_gtins_with_a_true_check_digit(
    products: dict[str, list[Row]],
) -> None:
    numbers = [
        row["gtin"]
        for variants in products.values()
        if variants[0]["kind"] == "goods"
        for row in variants
    ]

    assert len(numbers) == len(set(numbers))
    for number in numbers:
        assert number[0] == "2"
        assert len(number) == 13
        weighed = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(number[-2::-1]))
        assert (weighed + int(number[-1])) % 10 == 0


def test_every_product_is_told_in_three_languages(products: dict[str, list[Row]]) -> None:
    for first in firsts(products):
        for language in LANGUAGES:
            assert len(first[f"name_{language}"]) in range(3, 80), first["product"]
            assert first[f"summary_{language}"].endswith("."), first["product"]
            assert first[f"text_{language}"].count("\n\n") in {1, 2}, first["product"]
        assert len({first[f"text_{language}"] for language in LANGUAGES}) == 3


def test_later_rows_leave_the_product_s_columns_to_the_first(
    products: dict[str, list[Row]],
) -> None:
    of_the_product = COLUMNS[1 : COLUMNS.index("images")]
    for variants in products.values():
        for row in variants[1:]:
            assert not any(row[column] for column in of_the_product), row["sku"]


def test_category_names_match_their_paths(products: dict[str, list[Row]]) -> None:
    named: dict[tuple[str, str], str] = {}
    for first in firsts(products):
        paths = several(first["categories"])
        assert paths, first["product"]
        for language in LANGUAGES:
            trails = several(first[f"categories_{language}"])
            for path, trail in zip(paths, trails, strict=True):
                slugs, names = path.split("/"), trail.split(" > ")
                for depth, name in enumerate(names, start=1):
                    branch = "/".join(slugs[:depth])
                    assert named.setdefault((branch, language), name) == name
                assert len(slugs) == len(names)

    assert len({branch for branch, _ in named}) in range(12, 19)
    assert max(branch.count("/") for branch, _ in named) == 2


def test_attributes_and_options_are_named_in_the_same_order(rows: list[Row]) -> None:
    named: dict[tuple[str, str], str] = {}
    for row in rows:
        for language in LANGUAGES:
            for column in ("attributes", "options"):
                codes, words = several(row[column]), several(row[f"{column}_{language}"])
                for code, word in zip(codes, words, strict=True):
                    key, value = code.split("=", 1)[0], word.split(" = ")
                    has_words = column == "options" or key.split(":")[1] in {"choice", "text"}
                    assert len(value) == (2 if has_words else 1), (row["sku"], code)
                    name = key.split(":", maxsplit=1)[0]
                    assert named.setdefault((name, language), value[0]) == value[0]
                    if has_words and ":text=" not in code:
                        answer = f"{name}={code.split('=')[1]}"
                        assert named.setdefault((answer, language), value[1]) == value[1]


def test_variants_of_a_product_differ(products: dict[str, list[Row]]) -> None:
    for slug, variants in products.items():
        options = [row["options"] for row in variants]
        assert len(options) == len(set(options)), slug
        assert all(options) or len(options) == 1, slug


def test_reductions_are_below_the_price_and_say_when_they_begin(rows: list[Row]) -> None:
    reduced = [row for row in rows if row["reduced_price"]]

    for row in reduced:
        assert Decimal(row["reduced_price"]) < Decimal(row["price"])
        begins = datetime.fromisoformat(row["reduced_from"])
        if row["reduced_until"]:
            assert begins < datetime.fromisoformat(row["reduced_until"])
    assert any(not row["reduced_until"] for row in reduced)
    assert any(datetime.fromisoformat(row["reduced_from"]) > FAR_AHEAD for row in reduced)


def test_the_shelf_shows_every_side_of_the_shop(products: dict[str, list[Row]]) -> None:
    first = list(firsts(products))
    rows = [row for variants in products.values() for row in variants]
    goods = [row for v in products.values() if v[0]["kind"] == "goods" for row in v]
    kinds = Counter(row["kind"] for row in first)

    assert kinds["goods"] >= 60
    assert kinds["service"] in range(4, 7)
    assert kinds["digital"] in range(2, 5)
    assert {RATE_OF_CLASS[row["vat_class"]] for row in first} == {"25.5", "13.5", "10", "0"}
    assert sum(len(variants) > 1 for variants in products.values()) >= 15
    assert any(datetime.fromisoformat(row["published_from"]) > FAR_AHEAD for row in first)
    assert any(row["stock"] == "0" and row["backorder"] == "no" for row in goods)
    assert any(row["stock"] == "0" and row["backorder"] == "yes" for row in goods)
    assert any(0 < int(row["stock"]) <= int(row["low_stock"]) for row in rows)
    assert all(int(row["weight_g"]) > 0 for row in goods)


def test_what_is_eaten_or_washed_with_tells_its_content_for_the_price_of_a_kilogram(
    products: dict[str, list[Row]],
) -> None:
    measured = {
        row["sku"]: f"{row['content']} {row['content_unit']}"
        for variants in products.values()
        for row in variants
        if variants[0]["vat_class"] == "food" or row["content"] or row["content_unit"]
    }

    assert measured == {
        "AAMUNKOI-P250": "0.25 kg",
        "AAMUNKOI-S250": "0.25 kg",
        "AAMUNKOI-P500": "0.5 kg",
        "AAMUNKOI-S500": "0.5 kg",
        "METSAPOLKU-TEE": "0.06 kg",
        "KAURAPOLKU": "0.18 kg",
        "NIITTYHUNAJA": "0.35 kg",
        "PUOLUKKAHILLO": "0.4 kg",
        "SUOLAMAA-SUKLAA": "0.09 kg",
        "TERVA-SAIPPUA": "0.1 kg",
    }


def test_manufacturers_are_named_with_addresses_that_reach_nobody(
    products: dict[str, list[Row]],
) -> None:
    for first in firsts(products):
        if first["kind"] == "goods":
            assert first["manufacturer"], first["product"]
        if first["manufacturer"]:
            assert first["manufacturer_address"]
            assert first["manufacturer_email"].endswith(".example")


def test_every_product_has_a_picture_described_in_three_languages(
    products: dict[str, list[Row]],
) -> None:
    for variants in products.values():
        assert variants[0]["images"], variants[0]["product"]
        for row in variants:
            files = several(row["images"])
            for language in LANGUAGES:
                words = several(row[f"images_{language}"])
                assert len(words) == len(files), row["sku"]
                assert all(len(alt) in range(15, 200) for alt in words), row["sku"]


def test_variants_of_different_colours_have_their_own_pictures(rows: list[Row]) -> None:
    shown: defaultdict[str, set[str]] = defaultdict(set)
    colours: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        shown[row["product"]].update(several(row["images"]))
        for option in several(row["options"]):
            if option.startswith("vari="):
                colours[row["product"]].add(option)

    assert len(colours) >= 15
    assert [slug for slug in colours if len(shown[slug]) < len(colours[slug])] == []


def test_the_pictures_are_all_there_and_none_besides(rows: list[Row]) -> None:
    named = [file for row in rows for file in several(row["images"])]
    drawn = {file.name for file in (DEMO / "pictures").iterdir()}

    assert len(named) == len(set(named))
    assert set(named) == drawn
    assert drawn == {f"{name}.webp" for name in PICTURES}


def test_the_pictures_are_square_and_light() -> None:
    for file in (DEMO / "pictures").iterdir():
        with Image.open(file) as picture:
            assert picture.format == "WEBP"
            assert picture.size == (1200, 1200), file.name
        assert file.stat().st_size < 64 * 1024, file.name


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_a_drawing_is_sound_and_the_same_each_time(name: str) -> None:
    first, second = Canvas(), Canvas()
    PICTURES[name](first)
    PICTURES[name](second)

    drawn = first.svg()
    opened = re.findall(r"<(g|text|pattern|clipPath|filter)[ >]", drawn)
    closed = re.findall(r"</(g|text|pattern|clipPath|filter)>", drawn)
    assert Counter(opened) == Counter(closed)
    assert set(re.findall(r"url\(#(\w+)\)", drawn)) <= set(re.findall(r' id="(\w+)"', drawn))
    assert "nan" not in drawn
    assert drawn == second.svg()
