import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from orders.catalogue.models import Product
from orders.catalogue.search import analysis, finding, index
from orders.catalogue.search.analysers import NotInstalled
from tests import vectors
from tests.factories import CategoryFactory, ProductFactory, VariantFactory, in_stock, put_on_shelf
from tests.orders.catalogue.search.test_analysis import EXPECTED

pytestmark = pytest.mark.django_db
ROWS = vectors.rows("search_relevance")


@pytest.fixture(params=list(EXPECTED))
def analyser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    try:
        chosen = analysis.chosen(request.param)
    except NotInstalled as missing:
        pytest.skip(f"apt install {missing}")
    for module in (index, finding):
        monkeypatch.setattr(module, "analysers", lambda: chosen)
    return str(request.param)


def _found(text: str, language: str = "fi") -> list[str]:
    return [product.name_fi for product in finding.search(Product.objects.all(), text, language)]


def _shelve(*names: str) -> None:
    for name in names:
        ProductFactory.create(name_fi=name, name_sv="", name_en="")
    index.refresh()


def test_the_shop_finds_what_belongs_together(analyser: str) -> None:
    documents = {row["document"]: row for row in ROWS}
    products = {
        document: ProductFactory.create(
            name_fi="" if "Swedish" in row["source"] else document,
            name_sv=document if "Swedish" in row["source"] else "",
            name_en="",
        )
        for document, row in documents.items()
    }
    index.refresh()
    right: list[tuple[str, bool]] = []
    wrong: list[tuple[str, bool]] = []
    for row in ROWS:
        language = "sv" if "Swedish" in row["source"] else "fi"
        alone = Product.objects.filter(pk=products[row["document"]].pk)
        is_found = finding.search(alone, row["query"], language).exists()
        (right if row["expected"] == "match" else wrong).append((row["id"], is_found))

    least, most = EXPECTED[analyser]
    missed = [number for number, is_found in right if not is_found]
    assert 1 - len(missed) / len(right) >= least, missed
    assert len([number for number, is_found in wrong if is_found]) <= most


def test_all_words_must_be_found() -> None:
    _shelve("Punainen villamatto", "Sininen villamatto", "Punainen kuppi")

    assert _found("punainen matto") == ["Punainen villamatto"]


def test_a_name_comes_before_a_text_and_a_word_before_a_part() -> None:
    ProductFactory.create(name_fi="Lahjakortti", text_fi="Kelpaa mihin vain, vaikka tuoliin.")
    _shelve("Toimistotuoli", "Tuoli Aalto")

    assert _found("tuoli") == ["Tuoli Aalto", "Toimistotuoli", "Lahjakortti"]


def test_what_can_be_had_comes_before_what_is_sold_out() -> None:
    _shelve("Kuppi A", "Kuppi B")
    in_stock(0, variant=VariantFactory.create(product=Product.objects.get(name_fi="Kuppi A")))
    in_stock(3, variant=VariantFactory.create(product=Product.objects.get(name_fi="Kuppi B")))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert _found("kuppi") == ["Kuppi B", "Kuppi A"]


@pytest.mark.parametrize("text", ["KBG-741/AO", "kbg741ao", " kbg-741 ao ", "4006381333931"])
def test_an_article_number_or_barcode_is_found(text: str) -> None:
    product = ProductFactory.create(name_fi="Moccamaster")
    VariantFactory.create(product=product, sku="KBG-741/AO", gtin="4006381333931")
    _shelve("Muu")

    assert _found(text) == ["Moccamaster"]


def test_the_article_meant_comes_first() -> None:
    part = ProductFactory.create(name_fi="Suodatin mallille AB-12 AB-12", summary_fi="AB-12")
    VariantFactory.create(product=part, sku="AB-12-9")
    VariantFactory.create(product=ProductFactory.create(name_fi="Keitin"), sku="AB-12")
    index.refresh()

    assert _found("ab-12") == ["Keitin", "Suodatin mallille AB-12 AB-12"]


def test_a_likeness_helps_only_where_nothing_is_found_and_the_word_is_unknown() -> None:
    _shelve("Polkupyörä", "Kissanruoka")

    like = finding.find(Product.objects.all(), "polkupörä", "fi")
    assert [product.name_fi for product in like.products] == ["Polkupyörä"]
    assert like.by_likeness
    assert not finding.find(Product.objects.all(), "polkupyörä", "fi").by_likeness
    assert _found("kisa") == []


def test_what_is_not_translated_is_found_by_its_finnish_name_in_any_language() -> None:
    _shelve("Kahvinkeitin")

    assert _found("kahvinkeittimet", "en") == ["Kahvinkeitin"]
    assert _found("keitin", "sv") == ["Kahvinkeitin"]


def test_a_category_finds_what_stands_in_it() -> None:
    home = CategoryFactory.create(name_fi="Puutarha", name_sv="Trädgård", name_en="Garden")
    product = ProductFactory.create(name_fi="Kastelukannu")
    put_on_shelf(product, CategoryFactory.create(parent=home))
    _shelve("Muu")

    assert _found("puutarhan") == ["Kastelukannu"]
    assert _found("trädgårdar", "sv") == ["Kastelukannu"]


@pytest.mark.parametrize("text", ["", "   ", "!!!", "'", "\\", ":*", "& | !", "<->"])
def test_a_text_without_words_finds_nothing_and_asks_nothing(text: str) -> None:
    _shelve("Matto")

    with CaptureQueriesContext(connection) as captured:
        assert _found(text) == []
    assert len(captured) == 0


@given(text=st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
@example(text="'); DROP TABLE orders_product; --")
@example(text="\x00abc\x00")
@example(text="%s %% %(a)s {0}")
@example(text="a\\' | 'b' & !c:* <2> d")
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_text_breaks_the_question(text: str) -> None:
    list(finding.search(Product.objects.all(), text, "fi"))
    finding.suggestion(Product.objects.all(), text, "sv")


def test_words_of_the_catalogue_are_offered_where_nothing_is_found() -> None:
    _shelve("Kissanpentu", "Kissa keinuhevonen", "Pöytäliina")

    assert _found("kisa keinuhevonen") == []
    assert finding.suggestion(Product.objects.all(), "kisa keinuhevonen", "fi") == (
        "kissa keinuhevonen"
    )
    assert finding.suggestion(Product.objects.all(), "poytaliinna", "fi") == "pöytäliina"


def test_nothing_is_offered_where_nothing_is_alike() -> None:
    _shelve("Pöytäliina")

    assert finding.suggestion(Product.objects.all(), "xylofoni", "fi") == ""
    assert finding.suggestion(Product.objects.all(), "pöytäliina", "fi") == ""


def test_a_search_takes_few_queries_whatever_it_finds() -> None:
    _shelve(*[f"Matto {number}" for number in range(20)])

    for text, most in (("matto", 1), ("mato", 1), ("mattto", 2)):
        with CaptureQueriesContext(connection) as captured:
            _found(text)
        assert len(captured) <= most


def test_the_answer_can_be_counted_narrowed_and_sorted_otherwise() -> None:
    _shelve("Matto A", "Matto B")
    found = finding.search(Product.objects.all(), "matot", "fi")

    assert found.count() == 2
    assert [product.name_fi for product in found.order_by("-name_fi")] == ["Matto B", "Matto A"]
    narrowed = found.filter(name_fi__endswith="A")
    assert narrowed.values_list("name_fi", flat=True).get() == "Matto A"
