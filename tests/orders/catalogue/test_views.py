"""The shelf's pages, as shoppers and others ask for them."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders.catalogue.listing import PER_PAGE
from orders.catalogue.models import Category, Product, Variant
from orders.catalogue.popularity import LEAST_BUYERS, Popularity
from orders.catalogue.search import index
from tests.factories import (
    LONG_AGO,
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
from tests.orders.catalogue.shelf import cards, commit, count_beside, main_part, page, words

pytestmark = pytest.mark.django_db

XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


@pytest.fixture
def kitchen() -> Category:
    home = CategoryFactory.create(slug="koti", name_fi="Koti", name_sv="Hem", name_en="Home goods")
    return CategoryFactory.create(
        slug="keittio", parent=home, name_fi="Keittiö", name_sv="Kök", name_en=""
    )


def stand(kitchen: Category, name: str, price: str = "10.00", **facts: Any) -> Product:
    product = ProductFactory.create(name_fi=name, name_sv="", name_en="", **facts)
    VariantFactory.create(product=product, price=Decimal(price))
    put_on_shelf(product, kitchen)
    return product


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/osasto/koti/keittio/", "Keittiö"),
        ("/sv/avdelning/koti/keittio/", "Kök"),
        ("/en/department/koti/keittio/", "Keittiö"),
        ("/osasto/koti/", "Koti"),
        ("/en/department/koti/", "Home goods"),
    ],
)
def test_a_department_has_an_address_in_each_language(
    client: Client, kitchen: Category, address: str, name: str
) -> None:
    stand(kitchen, "Muki")
    commit()
    shown = page(client, address)

    assert f"<h1>{name}</h1>" in shown
    assert cards(shown) == ["Muki"]


def test_a_product_has_an_address_in_each_language_and_falls_back_to_finnish(
    client: Client, kitchen: Category
) -> None:
    product = stand(kitchen, "Muki", slug="muki", summary_fi="Lyhyesti", summary_sv="Kort")
    commit()

    assert "Lyhyesti" in page(client, "/tuote/muki/")
    assert "Kort" in page(client, "/sv/produkt/muki/")
    shown = page(client, "/en/product/muki/")
    assert "<h1>Muki</h1>" in shown
    assert "Lyhyesti" in shown
    assert 'hreflang="sv" href="http://testserver/sv/produkt/muki/"' in shown
    assert '<link rel="canonical" href="http://testserver/en/product/muki/">' in shown
    assert product.name_en == ""


@pytest.mark.parametrize(
    "address",
    [
        "/osasto/ei-ole/",
        "/osasto/koti/ei-ole/",
        "/osasto/keittio/",
        "/osasto/koti%00/",
        "/osasto/koti/../koti/",
        "/osasto//koti/",
        "/tuote/ei-ole/",
        "/tuote/MUKI/",
        "/osasto/koti/?page=2",
        "/osasto/koti/?page=" + "9" * 300,
        "/haku/?q=muki&page=1" + "0" * 30,
    ],
)
def test_what_is_not_there_is_not_found(client: Client, kitchen: Category, address: str) -> None:
    stand(kitchen, "Muki", slug="muki")
    commit()

    assert client.get(address).status_code in {400, 404}


def test_a_product_that_is_not_on_sale_is_not_found(client: Client, kitchen: Category) -> None:
    later = stand(kitchen, "Muki", slug="myohemmin")
    over = stand(kitchen, "Muki", slug="ohi")
    without = stand(kitchen, "Muki", slug="ilman")
    Product.objects.filter(pk=later.pk).update(published_from=timezone.now() + timedelta(days=1))
    Product.objects.filter(pk=over.pk).update(published_until=timezone.now())
    Variant.objects.filter(product=without).update(is_active=False)
    commit()

    for slug in ("myohemmin", "ohi", "ilman"):
        assert client.get(f"/tuote/{slug}/").status_code == 404
    assert cards(page(client, "/osasto/koti/")) == []
    assert cards(page(client, "/")) == []


def test_a_list_is_put_in_the_wished_order(client: Client, kitchen: Category) -> None:
    for days, (name, price) in enumerate(
        [("Äes", "3"), ("Zeppelin", "1"), ("Ananas", "4"), ("Öljy", "2"), ("Ålandspelti", "5")]
    ):
        stand(kitchen, name, price, published_from=LONG_AGO + timedelta(days=days))
    commit()

    def order(sort: str) -> list[str]:
        return cards(page(client, f"/osasto/koti/?sort={sort}"))

    assert order("name") == ["Ananas", "Zeppelin", "Ålandspelti", "Äes", "Öljy"]
    assert order("price") == ["Zeppelin", "Öljy", "Äes", "Ananas", "Ålandspelti"]
    assert order("-price") == order("price")[::-1]
    assert order("newest") == order("") == order("salary") == [
        "Ålandspelti", "Öljy", "Ananas", "Zeppelin", "Äes",
    ]  # fmt: skip


def test_names_are_sorted_in_the_language_of_the_visit(client: Client, kitchen: Category) -> None:
    first = stand(kitchen, "A")
    stand(kitchen, "B")
    Product.objects.filter(pk=first.pk).update(name_sv="Ö")
    commit()

    assert cards(page(client, "/osasto/koti/?sort=name")) == ["A", "B"]
    assert cards(page(client, "/sv/avdelning/koti/?sort=name")) == ["B", "Ö"]


def test_every_product_stands_on_exactly_one_page(client: Client, kitchen: Category) -> None:
    for number in range(PER_PAGE + 3):
        stand(kitchen, f"Muki {number}", price="5.00")  # all alike: only the key tells them apart
    commit()

    for sort in ("newest", "price", "name"):
        pages = [cards(page(client, f"/osasto/koti/?sort={sort}&page={n}")) for n in (1, 2)]
        assert [len(some) for some in pages] == [PER_PAGE, 3]
        assert len(set(pages[0] + pages[1])) == PER_PAGE + 3
    assert client.get("/osasto/koti/?page=3").status_code == 404
    assert 'href="?sort=price&amp;page=2"' in page(client, "/osasto/koti/?sort=price")


def test_choices_narrow_the_list_and_can_be_taken_back(client: Client, kitchen: Category) -> None:
    aalto = ManufacturerFactory.create(name="Aalto & Co")
    colour = AttributeFactory.create(code="vari", name_fi="Väri")
    black = AttributeOptionFactory.create(attribute=colour, code="musta", name_fi="Musta")
    white = AttributeOptionFactory.create(attribute=colour, code="valkoinen", name_fi="Valkoinen")
    say(stand(kitchen, "Musta muki", "10.00", manufacturer=aalto), colour, option=black)
    say(stand(kitchen, "Valkoinen muki", "20.00"), colour, option=white)
    stand(kitchen, "Lasi", "30.00", manufacturer=ManufacturerFactory.create(name="Berg"))
    commit()

    shown = page(client, "/osasto/koti/?a-vari=musta")
    assert cards(shown) == ["Musta muki"]
    assert count_beside(shown, "Valkoinen") == 1  # as a widening, not as a further narrowing
    assert 'value="musta" checked' in shown
    assert 'content="noindex"' in shown
    assert 'name="a-vari" value="musta"' in shown
    both = page(client, "/osasto/koti/?a-vari=musta&a-vari=valkoinen&sort=price")
    assert cards(both) == ["Musta muki", "Valkoinen muki"]
    assert 'href="?sort=price&amp;a-vari=valkoinen"' in both
    maker = page(client, "/osasto/koti/?brand=Aalto+%26+Co")
    assert cards(maker) == ["Musta muki"]
    assert cards(page(client, "/osasto/koti/?min=15&max=25")) == ["Valkoinen muki"]
    none = page(client, "/en/department/koti/?min=15&a-vari=musta")
    assert cards(none) == []
    assert "Take one away" in none
    # What there is not is as if it were not.
    assert len(cards(page(client, "/osasto/koti/?a-vari=pinkki&brand=X&a-koko=s"))) == 3


def test_what_is_sold_out_can_be_left_out(client: Client, kitchen: Category) -> None:
    in_stock(0, variant=stand(kitchen, "Loppu").variants.get())
    in_stock(5, variant=stand(kitchen, "Varastossa").variants.get())
    in_stock(0, variant=stand(kitchen, "Tilattavissa").variants.get(), backorder=True)
    commit()

    assert set(cards(page(client, "/osasto/koti/?stock=yes"))) == {"Varastossa", "Tilattavissa"}
    assert len(cards(page(client, "/osasto/koti/"))) == 3


def test_departments_below_carry_the_choices_on(client: Client, kitchen: Category) -> None:
    stand(kitchen, "Muki", "10.00")
    CategoryFactory.create(slug="tyhja", parent=kitchen.parent, name_fi="Tyhjä")
    commit()
    shown = page(client, "/osasto/koti/?min=5")

    assert 'href="/osasto/koti/keittio/?min=5"' in shown
    assert count_beside(shown, "Keittiö") == 1
    assert "Tyhjä <span" not in shown


@pytest.mark.parametrize("address", ["/osasto/koti/", "/haku/", "/tuote/muki/", "/"])
@given(
    st.dictionaries(
        st.sampled_from(["q", "in", "page", "sort", "min", "max", "brand", "a-vari", "a-", "sku"])
        | st.text(max_size=5),
        st.lists(st.text(max_size=30) | st.sampled_from(["koti", "9" * 40, "NaN", "%00", "';--"])),
        max_size=5,
    )
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_choice_makes_the_shop_stumble(
    client: Client, kitchen: Category, address: str, choices: dict[str, list[str]]
) -> None:
    if not Product.objects.exists():
        stand(kitchen, "Muki", slug="muki")
        commit()

    assert client.get(address, choices).status_code in {200, 302, 400, 404}


def test_a_hundred_choices_cost_no_more_than_a_few(client: Client, kitchen: Category) -> None:
    product = stand(kitchen, "Muki")
    for number in range(30):
        colour = AttributeFactory.create(code=f"o{number:02}", name_fi=f"Ominaisuus {number}")
        for code in range(30):
            option = AttributeOptionFactory.create(attribute=colour, code=f"arvo-{code}")
            if code < 2:
                say(product, colour, option=option)
    commit()
    many = "&".join(f"a-o{group:02}=arvo-{code}" for group in range(30) for code in range(30))

    with CaptureQueriesContext(
        connection,
    ) as asked:
        answer = client.get(f"/osasto/koti/?{many}")

    assert answer.status_code == 200
    assert len(asked) <= 10
    assert answer.content.count(b'class="facet"') <= 15


@pytest.mark.parametrize(
    "fetch",
    [
        lambda client: client.get("/"),
        lambda client: client.get("/osasto/koti/"),
        lambda client: client.get("/osasto/koti/?sort=name&brand=Aalto&a-vari=musta&min=1"),
        lambda client: client.get("/tuote/muki-0/"),
        lambda client: client.get("/haku/?q=muki"),
    ],
)
def test_queries_stay_level(
    client: Client, kitchen: Category, fetch: Callable[[Client], Any]
) -> None:
    maker = ManufacturerFactory.create(name="Aalto")
    colour = AttributeFactory.create(code="vari")
    black = AttributeOptionFactory.create(attribute=colour, code="musta")

    def fill(numbers: range) -> None:
        for number in numbers:
            product = stand(kitchen, f"Muki {number}", slug=f"muki-{number}", manufacturer=maker)
            variant = in_stock(number, variant=product.variants.get())
            Variant.objects.filter(pk=variant.pk).update(
                reduced_price=Decimal(5), reduced_from=LONG_AGO
            )
            say(product, colour, option=black, variant=variant)
            Popularity.objects.create(product=product, orders=LEAST_BUYERS)
        index.refresh()
        commit()

    def queries() -> int:
        caches["parts"].clear()
        with CaptureQueriesContext(connection) as asked:
            assert fetch(client).status_code == 200
        return len(asked)

    fill(range(2))
    few = queries()
    fill(range(2, 12))

    assert queries() == few <= 10


def test_whatever_a_merchant_writes_is_shown_as_written(client: Client) -> None:
    category = CategoryFactory.create(slug="koti", name_fi=XSS[:80], text_fi=XSS)
    maker = ManufacturerFactory.create(name=XSS, address=XSS)
    ManufacturerFactory.create(name="Toinen")
    colour = AttributeFactory.create(code="vari", name_fi=XSS[:60], unit="<b>")
    option = AttributeOptionFactory.create(attribute=colour, name_fi=XSS[:60])
    product = stand(
        category, XSS, slug="muki", summary_fi=XSS, text_fi=f"{XSS}\n\n- {XSS}", manufacturer=maker
    )
    other = stand(category, "Toinen")
    say(product, colour, option=option, variant=product.variants.get())
    say(other, colour, option=AttributeOptionFactory.create(attribute=colour))
    VariantFactory.create(product=product, sku=f"-{XSS[:60]}")
    index.refresh()
    commit()

    for address in ("/", "/osasto/koti/", "/tuote/muki/", "/haku/?q=alert", f"/haku/?q={XSS}"):
        shown = page(client, address)
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
        assert "alert(1)" in shown


def test_the_product_page_tells_all_it_must(client: Client, kitchen: Category) -> None:
    maker = ManufacturerFactory.create(
        name="Kuura Oy", address="Savitie 1, 20100 Turku", email="apua@kuura.example"
    )
    product = stand(
        kitchen, "Muki", "12.50", slug="muki", manufacturer=maker, text_fi="Eka.\n\n- Kohta"
    )
    Variant.objects.filter(product=product).update(sku="KM-1", gtin="6410405060457")
    volume = AttributeFactory.create(code="tilavuus", kind="number", unit="l", name_fi="Tilavuus")
    washable = AttributeFactory.create(code="pesu", kind="boolean", name_fi="Konepesu")
    care = AttributeFactory.create(code="hoito", kind="text", name_fi="Hoito")
    say(product, volume, number=Decimal("1.500"))
    say(product, washable, truth=False)
    say(product, care, text_fi="Pyyhi")
    commit()
    html = page(client, "/en/product/muki/")
    shown = words(main_part(html))

    for said in (
        "€12.50", "incl. VAT 25.5%", "Kuura Oy", "Savitie 1, 20100 Turku", "apua@kuura.example",
        "Tilavuus 1.5 l", "Konepesu No", "Hoito Pyyhi", "KM-1", "6410405060457", "14 days",
    ):  # fmt: skip
        assert said in shown, said
    assert "<p>Eka.</p><ul><li>Kohta</li></ul>" in html
    assert "Home goods" in shown


def test_variants_are_chosen_by_links_that_keep_the_other_choice(
    client: Client, kitchen: Category
) -> None:
    product = ProductFactory.create(slug="paita", name_fi="Paita")
    put_on_shelf(product, kitchen)
    colour = AttributeFactory.create(code="vari", name_fi="Väri")
    size = AttributeFactory.create(code="koko", name_fi="Koko")
    options = {
        code: AttributeOptionFactory.create(attribute=attribute, code=code, name_fi=code.title())
        for attribute, code in (
            (colour, "musta"),
            (colour, "sininen"),
            (size, "small"),
            (size, "large"),
        )
    }
    for position, (one, other, pieces) in enumerate(
        [("musta", "small", 0), ("musta", "large", 3), ("sininen", "small", 3)]
    ):
        variant = VariantFactory.create(
            product=product, sku=f"{one}-{other}", position=position, price=Decimal(10 + position)
        )
        in_stock(pieces, variant=variant)
        say(product, colour, option=options[one], variant=variant)
        say(product, size, option=options[other], variant=variant)
    commit()

    first = page(client, "/tuote/paita/")
    assert "11,00" in words(main_part(first))  # the first of which there is any
    chosen = page(client, "/tuote/paita/?sku=sininen-small")
    assert "12,00" in words(main_part(chosen))
    # From blue and small, black keeps the size, and there is no blue in large.
    assert 'href="?sku=musta-small"' in chosen
    assert 'href="?sku=musta-large"' in chosen
    sold_out = page(client, "/en/product/paita/?sku=musta-small")
    assert "Sold out" in words(main_part(sold_out))
    assert "basket-add" not in sold_out
    unknown = page(client, "/tuote/paita/?sku=ei-ole")
    assert words(main_part(unknown)) == words(main_part(first))


def test_an_article_number_leads_straight_to_its_variant(client: Client, kitchen: Category) -> None:
    product = stand(kitchen, "Muki", slug="muki")
    VariantFactory.create(product=product, sku="KM/35 A", gtin="6410405060457")
    index.refresh()
    commit()

    for typed in ("KM/35 A", " km/35 a ", "6410405060457"):
        answer = client.get("/haku/", {"q": typed})
        assert answer.status_code == 302
        assert answer["Location"] == "/tuote/muki/?sku=KM%2F35+A"
    assert client.get("/haku/", {"q": "KM/3"}).status_code == 200
    with CaptureQueriesContext(connection) as asked_again:
        assert client.get("/haku/", {"q": "KM/3"}).status_code == 200
        assert len(asked_again) == 1, "only whether the catalogue is as it was"
    Product.objects.update(published_until=timezone.now())
    assert client.get("/haku/", {"q": "KM/35 A"}).status_code == 200


def test_pa_05_a_card_number_is_not_looked_for_nor_shown(client: Client, kitchen: Category) -> None:
    stand(kitchen, "Kahvikuppi", "10.00")
    index.refresh()
    commit()

    shown = page(client, "/haku/?q=kahvi+4153+0139+9970+0313")
    assert cards(shown) == ["Kahvikuppi"]
    assert "0139" not in shown


def test_search_finds_narrows_and_stays_on_its_page(client: Client, kitchen: Category) -> None:
    stand(kitchen, "Kahvikuppi", "10.00")
    stand(CategoryFactory.create(slug="lahjat", name_fi="Lahjat"), "Kahvipannu", "30.00")
    index.refresh()
    commit()

    shown = page(client, "/haku/?q=kahvi")
    assert set(cards(shown)) == {"Kahvikuppi", "Kahvipannu"}
    assert 'content="noindex"' in shown
    assert 'href="?q=kahvi&amp;in=lahjat"' in shown
    assert cards(page(client, "/haku/?q=kahvi&in=lahjat")) == ["Kahvipannu"]
    assert cards(page(client, "/haku/?q=kahvi&max=20")) == ["Kahvikuppi"]
    assert len(cards(page(client, "/haku/?q=kahvi&in=ei-ole"))) == 2
    assert "What are you looking for?" in page(client, "/en/search/?q=+")
    nothing = page(client, "/haku/?q=zyxzyx")
    assert "zyxzyx" in words(main_part(nothing))
    assert 'href="/osasto/lahjat/"' in main_part(nothing)


def test_a_front_page_without_products_still_welcomes(client: Client) -> None:
    assert "<h1>" in page(client, "/")


def test_only_looking_is_allowed(client: Client, kitchen: Category) -> None:
    for address in ("/", "/osasto/koti/", "/haku/", "/tuote/x/"):
        assert client.post(address).status_code == 405


def test_the_header_leads_to_the_departments_in_the_merchants_order(
    client: Client, kitchen: Category
) -> None:
    CategoryFactory.create(slug="a-viimeinen", name_fi="Viimeinen", position=9)
    CategoryFactory.create(slug="z-ensin", name_fi="Ensin", position=0)
    Category.objects.filter(slug="koti").update(position=5)
    commit()
    header = page(client, "/tietosuoja/").partition("<main")[0]

    assert header.index("Ensin") < header.index("Koti") < header.index("Viimeinen")
    assert 'href="/osasto/koti/keittio/"' in header


def test_another_language_keeps_what_has_been_chosen(client: Client, kitchen: Category) -> None:
    stand(kitchen, "Muki", slug="muki")
    index.refresh()
    commit()

    assert 'href="/sv/sok/?q=muki"' in page(client, "/haku/?q=muki&utm=x")
    assert 'href="/en/department/koti/?min=5"' in page(client, "/osasto/koti/?min=5&max=&utm=x")
    assert 'href="/sv/produkt/muki/"' in page(client, "/tuote/muki/?utm=x")
