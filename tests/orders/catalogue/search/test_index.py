import threading
from collections.abc import Callable, Sequence
from decimal import Decimal
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from orders.catalogue.models import Product
from orders.catalogue.search import index, tasks
from orders.catalogue.search.vector import MOST_BYTES, Document, Weight, mark, vector
from tests.factories import (
    AttributeFactory,
    AttributeOptionFactory,
    CategoryFactory,
    ManufacturerFactory,
    ProductFactory,
    VariantFactory,
    put_on_shelf,
    say,
)

pytestmark = pytest.mark.django_db


def _lexemes(product: Product) -> dict[str, str]:
    """Read a product's terms and the best weight of each as the database has them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lexeme, coalesce(weights[1], '') FROM orders_product, unnest(search)"
            " WHERE id = %s",
            [product.pk],
        )
        return dict(cursor.fetchall())


def _stale() -> set[str]:
    return set(Product.objects.filter(search_is_stale=True).values_list("slug", flat=True))


def test_every_word_of_a_product_is_indexed_by_its_place() -> None:
    product = ProductFactory.create(
        name_fi="Kahvinkeitin Aamu",
        name_sv="Kaffebryggare Aamu",
        name_en="Coffee maker Aamu",
        summary_fi="Hiljainen herättäjä",
        text_fi="Lasikannu kuuluu pakkaukseen.",
        manufacturer=ManufacturerFactory.create(name="Lumo"),
    )
    VariantFactory.create(product=product, sku="KK-100/M", gtin="4006381333931")
    home = CategoryFactory.create(slug="koti", name_fi="Koti", name_sv="Hem", name_en="Home")
    put_on_shelf(
        product, CategoryFactory.create(slug="keittio", parent=home, name_fi="Keittiökoneet")
    )
    colour = AttributeFactory.create(name_fi="Väri")
    say(product, colour, option=AttributeOptionFactory.create(attribute=colour, name_fi="Punainen"))
    say(product, AttributeFactory.create(kind="boolean", name_fi="Konepesun kestävä"), truth=True)
    say(product, AttributeFactory.create(kind="boolean", name_fi="Taittuva"), truth=False)
    say(product, AttributeFactory.create(kind="number", unit="l"), number=Decimal("1.500"))
    say(product, AttributeFactory.create(kind="text"), text_fi="Pyyhi kostealla")

    assert index.refresh() == 1

    lexemes = _lexemes(product)
    weights = {
        "A": ["kahvinkeitin", "keitin", "kaffebryggare", "bryggare", "maker", "kk100m"],
        "B": ["koti", "hem", "keittiökone", "kone", "lumo", "punainen", "1.5", "kestävä", "kostea"],
        "C": ["hiljainen"],
        "D": ["lasikannu", "kannu"],
    }
    for weight, words in weights.items():
        assert {word: lexemes.get(word) for word in words} == dict.fromkeys(words, weight)
    assert lexemes["4006381333931"] == "A"
    assert "taittuva" not in lexemes
    assert "väri" not in lexemes
    assert mark(index.analysers()) in lexemes
    product.refresh_from_db()
    assert "kahvinkeitin" in product.folded
    assert "lasikannu" not in product.folded
    assert not product.search_is_stale


def test_many_products_take_as_many_queries_as_one() -> None:
    def queries(count: int) -> int:
        for _ in range(count):
            variant = VariantFactory.create()
            put_on_shelf(variant.product, CategoryFactory.create())
        with CaptureQueriesContext(connection) as captured:
            assert index.refresh_batch(100) == count
        return len(captured)

    assert queries(1) == queries(12) <= 8


def test_nothing_is_done_when_nothing_is_stale() -> None:
    ProductFactory.create()
    index.refresh()

    assert index.refresh() == 0


@pytest.mark.parametrize("field", ["name_fi", "name_sv", "name_en", "summary_fi", "text_en"])
def test_a_changed_word_makes_a_product_stale(field: str) -> None:
    product = ProductFactory.create(slug="muuttuva")
    ProductFactory.create(slug="muu")
    index.refresh()

    Product.objects.filter(pk=product.pk).update(**{field: "Uusi sana"})

    assert _stale() == {"muuttuva"}


def test_words_around_a_product_make_it_stale_too() -> None:
    maker = ManufacturerFactory.create()
    product = ProductFactory.create(slug="tuote", manufacturer=maker)
    variant = VariantFactory.create(product=product)
    top = CategoryFactory.create()
    put_on_shelf(product, CategoryFactory.create(parent=top))
    colour = AttributeFactory.create()
    option = AttributeOptionFactory.create(attribute=colour)
    say(product, colour, option=option)
    other = AttributeOptionFactory.create(attribute=colour)
    ProductFactory.create(slug="muu", manufacturer=ManufacturerFactory.create())

    def becomes_stale(change: Callable[[], object]) -> bool:
        index.refresh()
        assert _stale() == set()
        change()
        return _stale() == {"tuote"}

    def rename(row: Model, field: str = "name_fi") -> None:
        setattr(row, field, "Toinen")
        row.save()

    assert becomes_stale(lambda: rename(maker, "name"))
    assert becomes_stale(lambda: rename(variant, "sku"))
    assert becomes_stale(lambda: rename(top, "name_sv"))
    assert becomes_stale(lambda: rename(option))
    assert becomes_stale(lambda: rename(colour))
    assert becomes_stale(lambda: say(product, colour, option=other))
    assert becomes_stale(variant.delete)
    assert not becomes_stale(lambda: rename(CategoryFactory.create()))


def test_a_variant_that_moves_makes_both_its_products_stale() -> None:
    variant = VariantFactory.create(product=ProductFactory.create(slug="vanha"))
    target = ProductFactory.create(slug="uusi")
    index.refresh()

    variant.product = target
    variant.save()

    assert _stale() == {"vanha", "uusi"}


def test_a_change_of_price_makes_nothing_stale() -> None:
    variant = VariantFactory.create()
    index.refresh()

    variant.price += 1
    variant.save()

    assert _stale() == set()


@pytest.mark.django_db(transaction=True)
def test_words_said_while_a_product_is_being_indexed_are_not_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    product = ProductFactory.create(slug="tuote")
    colour = AttributeFactory.create()
    option = AttributeOptionFactory.create(attribute=colour, name_fi="Sininen")
    reading = index._documents
    threads: list[threading.Thread] = []

    def read_and_meanwhile_say(products: Sequence[Product]) -> dict[UUID, Document]:
        documents = reading(products)

        def meanwhile() -> None:
            say(product, colour, option=option)
            connections.close_all()

        thread = threading.Thread(target=meanwhile)
        thread.start()
        threads.append(thread)
        thread.join(timeout=1)
        assert thread.is_alive(), "the change should wait until the product is indexed"
        return documents

    monkeypatch.setattr(index, "_documents", read_and_meanwhile_say)
    assert index.refresh_batch(10) == 1
    threads[0].join()
    assert _stale() == {"tuote"}

    monkeypatch.setattr(index, "_documents", reading)
    index.refresh()
    assert _lexemes(product)["sininen"] == "B"


@pytest.mark.django_db(transaction=True)
def test_a_product_that_somebody_edits_is_left_to_the_next_time() -> None:
    edited, free = ProductFactory.create(), ProductFactory.create()
    counts: list[int] = []

    def work() -> None:
        counts.append(index.refresh_batch(10))
        connections.close_all()

    with transaction.atomic():
        Product.objects.select_for_update().get(pk=edited.pk)
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

    assert counts == [1]
    free.refresh_from_db()
    assert not free.search_is_stale
    assert index.refresh() == 1


def test_another_analyser_has_everything_indexed_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    ProductFactory.create()
    index.refresh()
    assert index.mark_outdated() == 0

    monkeypatch.setattr(index, "mark", lambda _: "#another-1")

    assert index.mark_outdated() == 1
    assert len(_stale()) == 1


def test_the_worker_indexes_what_is_stale() -> None:
    ProductFactory.create()

    tasks.index_stale_products(timestamp=0)
    tasks.mark_outdated_products(timestamp=0)

    assert _stale() == set()


def test_the_command_indexes_and_tells_the_analyser(capsys: pytest.CaptureFixture[str]) -> None:
    ProductFactory.create_batch(2)

    call_command("refresh_search")
    call_command("refresh_search")
    call_command("refresh_search", "--all")

    name = index.analyser_name()
    assert capsys.readouterr().out.splitlines() == [
        f"2 products indexed with {name}.",
        f"0 products indexed with {name}.",
        f"2 products indexed with {name}.",
    ]


def test_the_longest_texts_fit() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = " ".join(
        a + b + c + d for a in letters for b in letters for c in letters for d in "xyz"
    )
    product = ProductFactory.create(name_fi="Sanakirja", text_fi=words, text_sv=words * 2)

    assert index.refresh() == 1

    assert _lexemes(product)["sanakirja"] == "A"
    document = Document()
    document.say(Weight.TEXT, "fi", words)
    assert len(vector(document, index.analysers()).encode()) <= MOST_BYTES + 100_000


def test_a_word_of_any_signs_is_stored() -> None:
    product = ProductFactory.create(name_fi="Levi's \\ 'A' \\' :* #voikko-1 𝔘𝔫𝔦 ﬃ İ ̈ 漢字")
    VariantFactory.create(product=product, sku="'\\:*&|!()")

    assert index.refresh() == 1
    assert {"levis", "uni", "ffi", "漢字"} <= set(_lexemes(product))
