"""From the basket to the order, page by page."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from customers.models import Address, Customer
from orders.basket.models import Basket
from orders.catalogue.models import Product, Variant, VatRate
from orders.checkout.models import CheckoutDraft
from orders.delivery.models import DeliveryMethod
from orders.sales.models import Order
from orders.stock.models import Level, Movement, Reservation
from privacy.outbox.models import Letter
from privacy.statement import statement_sha256
from tests import vectors
from tests.conftest import NOON
from tests.factories import (
    AddressFactory,
    BasketLineFactory,
    CompanyFactory,
    LevelFactory,
    MembershipFactory,
    ProductFactory,
    VariantFactory,
    in_stock,
)
from tests.orders.buying import (
    BANK,
    BASKET,
    CHECKOUT,
    COMPANY,
    CONFIRM,
    TOWN,
    change,
    fill_in,
    order,
    put,
    see_summary,
    typed,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def account_for_payments(settings: Settings) -> None:
    settings.BANK_ACCOUNT = BANK


@pytest.fixture
def lamp() -> Variant:
    return in_stock(
        10, variant=VariantFactory.create(sku="LAMPPU", price=Decimal("12.55"), weight_g=900)
    )


@pytest.fixture
def buyer(client: Client, lamp: Variant) -> Client:
    """Let a guest have two lamps in the basket."""
    put(client, "LAMPPU", 2)
    return client


def body(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.headers.get("Location")
    return answer.content.decode()


def test_a_guest_buys(buyer: Client, lamp: Variant) -> None:
    assert fill_in(buyer)["Location"] == CONFIRM

    page = body(buyer, CONFIRM)
    placed = order(buyer)

    bought = Order.objects.get()
    assert (placed.status_code, placed["Location"]) == (303, f"/en/order/{bought.secret}/")
    # 2 × 12.55 + 5.90 at 25.5 %: 31.00 = 24.70 + 6.30
    for sum_ in ("€31.00", "€24.70", "€6.30", "€5.90", "€25.10", "25.5%"):
        assert sum_ in page
    assert (bought.total, bought.email, bought.language) == (
        Decimal("31.00"),
        "pekka@example.fi",
        "en",
    )
    assert bought.customer is None
    assert Level.objects.get().on_hand == 8
    assert Letter.objects.get().to == "pekka@example.fi"
    assert "basket" not in buyer.session
    assert "basket_count" not in buyer.session
    assert bought.number in body(buyer, placed["Location"])


def test_the_duty_to_pay_stands_directly_above_the_button(buyer: Client) -> None:
    fill_in(buyer)
    said = {
        CONFIRM: ("obligation to pay", "Order and pay"),
        "/kassa/vahvista/": ("Tilaukseen sisältyy maksuvelvollisuus", "Tilaa ja maksa"),
        "/sv/kassa/bekrafta/": ("Beställningen medför betalningsskyldighet", "Beställ och betala"),
    }
    for address, (duty, button) in said.items():
        page = body(buyer, address)
        end = re.search(r"<button[^>]*>([^<]*)</button>\s*</form>\s*</section>", page)
        assert end is not None
        assert end[1] == button
        between = page[page.rindex(duty) : end.start()]
        assert re.sub(r"<[^>]*>|\s|\.", "", between) == re.sub(r"\s", "", duty)


def test_the_order_speaks_the_language_of_the_page_that_was_agreed_to(buyer: Client) -> None:
    Product.objects.update(name_sv="Lampan")
    fill_in(buyer)
    page = buyer.get("/sv/kassa/bekrafta/").content.decode()
    seen = dict(re.findall(r'<input type="hidden" name="(checkout|seen)" value="([^"]*)"', page))

    placed = buyer.post("/sv/kassa/bekrafta/", seen)

    bought = Order.objects.get()
    assert placed["Location"] == f"/sv/bestallning/{bought.secret}/"
    assert bought.lines.get().name == "Lampan"
    assert Letter.objects.get().language == "sv"


@pytest.mark.parametrize("method", ["checkout", "confirm"])
def test_ordering_needs_the_token(lamp: Variant, method: str) -> None:
    buyer = Client(enforce_csrf_checks=True)
    put(buyer, "LAMPPU")

    answer = buyer.post(CHECKOUT if method == "checkout" else CONFIRM, typed())

    assert answer.status_code == 403
    assert not CheckoutDraft.objects.exists()


def test_nothing_that_the_client_says_changes_a_price(buyer: Client, lamp: Variant) -> None:
    lies = {"total": "0.01", "price": "0.01", "delivery_price": "0", "vat_rate": "0", "shown": "{}"}
    fill_in(buyer, **lies)
    order(buyer, {**see_summary(buyer), **lies})

    assert Order.objects.get().total == Decimal("31.00")


def test_a_company_buys(buyer: Client) -> None:
    fill_in(buyer, **{**COMPANY, "business_id": "FI 20774740"})
    order(buyer)

    bought = Order.objects.get()
    assert (bought.company_name, bought.business_id, bought.buyer_reference) == (
        "Puro Oy",
        "2077474-0",
        "Kustannuspaikka 7",
    )
    assert bought.company is None


def test_a_company_needs_its_name_and_number(buyer: Client) -> None:
    answer = fill_in(buyer, for_company="on", business_id="2077474-1")

    assert answer.status_code == 400
    errors = answer.context["form"].errors
    assert set(errors) == {"company_name", "business_id"}
    assert not CheckoutDraft.objects.exists()


def test_what_was_typed_for_a_choice_not_made_is_not_kept(buyer: Client) -> None:
    fill_in(
        buyer,
        company_name="Puro Oy",
        business_id="rubbish",
        delivery_postcode="rubbish",
        delivery_name="Mummo",
    )

    draft = CheckoutDraft.objects.get()
    assert (draft.company_name, draft.business_id) == ("", "")
    assert (draft.delivery_postcode, draft.delivery_name) == ("", "")


def test_goods_go_to_another_address(buyer: Client) -> None:
    fill_in(
        buyer,
        deliver_elsewhere="on",
        delivery_name="Mummo Puro",
        delivery_street="Kuusitie 3",
        delivery_postcode="33100",
    )
    order(buyer)

    bought = Order.objects.get()
    assert (bought.delivery_name, bought.delivery_postcode, bought.delivery_city) == (
        "Mummo Puro",
        "33100",
        "Tampere",
    )


def test_errors_keep_everything_that_was_typed(buyer: Client) -> None:
    answer = fill_in(
        buyer, email="ei-osoite", phone="12", postcode="1", note="Soita <b>ovikelloa</b>", city=""
    )

    page = answer.content.decode()
    assert answer.status_code == 400
    assert set(answer.context["form"].errors) == {"email", "phone", "postcode"}
    for kept in ("ei-osoite", 'value="12"', "Mannerheimintie 1 A 2", "Pekka"):
        assert kept in page
    assert "Soita &lt;b&gt;ovikelloa&lt;/b&gt;" in page
    assert not CheckoutDraft.objects.exists()


@pytest.mark.parametrize("row", vectors.rows("hetu_free_text"), ids=vectors.name)
def test_a_personal_identity_code_is_never_kept(buyer: Client, row: dict[str, str]) -> None:
    answer = fill_in(buyer, note=row["text"])

    if row["expected"] == "detect":
        assert answer.status_code == 400
        assert "personal identity code" in str(answer.context["form"].errors["note"])
        assert not CheckoutDraft.objects.exists()
    else:
        assert answer.status_code == 303
        assert CheckoutDraft.objects.get().note == row["text"]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("note", "Kortti 4012 8888 8888 1881"),
        ("note", "4012888888881881"),
        ("company_name", "Yritys 020594X903P"),
        ("street", "020594X903P"),
    ],
)
def test_card_numbers_and_codes_elsewhere_are_refused(buyer: Client, field: str, text: str) -> None:
    answer = fill_in(buyer, **{**COMPANY, field: text})

    assert set(answer.context["form"].errors) == {field}
    assert not CheckoutDraft.objects.exists()


def test_ten_spellings_of_one_address_are_one(buyer: Client) -> None:
    spellings = [
        "pekka@example.fi",
        "Pekka@Example.fi",
        " PEKKA@EXAMPLE.FI ",
        "pekka@example.fi\u200b",
        "\ufeffpekka@example.fi",
        "ｐekka@example.fi",
        "pekka＠example.fi",
        "pekka@examp\u00adle.fi",
        "pe\u2060kka@example.fi",
        "pekka@EXAMPLE.fi\u00a0",
    ]
    for spelling in spellings:
        assert fill_in(buyer, email=spelling).status_code == 303, spelling
        assert CheckoutDraft.objects.get().email == "pekka@example.fi"


@pytest.mark.parametrize(
    "email",
    ["", "a@b", "pekka@example.fi\nBcc: x@evil.example", "x" * 260 + "@example.fi", "\x00@a.fi"],
)
def test_what_is_no_address_is_refused(buyer: Client, email: str) -> None:
    assert fill_in(buyer, email=email).status_code == 400
    assert not CheckoutDraft.objects.exists()


@pytest.mark.parametrize("name", ["first_name", "street", "note", "city", "postcode", "phone"])
@pytest.mark.parametrize("text", ["x" * 100_000, "nolla\x00", "\ud800".encode("utf-8", "replace")])
def test_no_text_breaks_the_form(buyer: Client, name: str, text: str) -> None:
    assert fill_in(buyer, **{name: text}).status_code in (303, 400)


def test_in_07_two_ways_to_write_a_letter_are_one(buyer: Client) -> None:
    fill_in(buyer, last_name="Ma\u0308kinen", street="Ha\u0308meentie 1", note="yo\u0308lla\u0308")

    draft = CheckoutDraft.objects.get()
    assert (draft.last_name, draft.street, draft.note) == ("Mäkinen", "Hämeentie 1", "yöllä")


def test_the_town_is_filled_in_where_it_was_left_empty(buyer: Client) -> None:
    fill_in(buyer, postcode="FI-33100", city="")

    draft = CheckoutDraft.objects.get()
    assert (draft.postcode, draft.city) == ("33100", "Tampere")


@pytest.mark.parametrize(
    ("asked", "town", "doubt"),
    [
        ({"postcode": "33100", "city": ""}, "Tampere", ""),
        ({"postcode": "33100", "city": "Tammerfors"}, "Tammerfors", ""),
        ({"postcode": "33100", "city": "Helsinki"}, "Tampere", ""),
        ({"postcode": "98765", "city": ""}, "", "We do not know the postcode 98765"),
        ({"postcode": "98765", "city": "Tuntematon"}, "Tuntematon", "We do not know"),
        ({"postcode": "x", "city": ""}, "", ""),
        ({"delivery_postcode": "33100"}, "Tampere", ""),
    ],
)
def test_the_town_of_a_postcode(
    client: Client, asked: dict[str, str], town: str, doubt: str
) -> None:
    page = client.get(TOWN, asked)

    field = page.context["field"]
    assert field.value() == town
    assert field.name == ("delivery_city" if "delivery_postcode" in asked else "city")
    assert doubt in page.content.decode()
    assert not page.cookies


def test_an_odd_postcode_only_warns(buyer: Client) -> None:
    assert fill_in(buyer, postcode="98765", city="Tuntematon").status_code == 303

    assert "We do not know the postcode 98765" in body(buyer, CONFIRM)
    assert order(buyer).status_code == 303
    assert Order.objects.get().postcode == "98765"


def test_parcels_do_not_go_to_aland_but_can_be_fetched(buyer: Client) -> None:
    answer = fill_in(buyer, postcode="22100", city="Mariehamn")

    assert set(answer.context["form"].errors) == {"delivery_method"}
    assert "Åland" in answer.content.decode()
    pickup = DeliveryMethod.objects.get(code="pickup")
    page = fill_in(buyer, postcode="22100", city="Mariehamn", delivery_method=str(pickup.pk))
    assert page.status_code == 303
    assert [offer.method.code for offer in answer.context["form"].offers] == ["pickup"]


def test_what_is_too_heavy_is_not_sent(buyer: Client) -> None:
    Variant.objects.update(weight_g=20_000)

    page = body(buyer, CHECKOUT)

    parcel, pickup = (DeliveryMethod.objects.get(code=code) for code in ("parcel", "pickup"))
    assert str(parcel.pk) not in page
    assert str(pickup.pk) in page
    assert fill_in(buyer).status_code == 400


def test_what_needs_no_delivery_asks_for_none(client: Client) -> None:
    course = ProductFactory.create(kind="service")
    put(client, VariantFactory.create(product=course, sku="KURSSI", price=Decimal(100)).sku)

    assert "delivery_method" not in body(client, CHECKOUT)
    fill_in(client)
    order(client)

    bought = Order.objects.get()
    assert (bought.delivery_method, bought.delivery_price) == ("", Decimal(0))
    assert bought.total == Decimal(100)


def test_a_method_taken_off_cannot_be_chosen(buyer: Client) -> None:
    sent = typed()
    DeliveryMethod.objects.filter(code="parcel").update(is_active=False)

    assert buyer.post(CHECKOUT, sent).status_code == 400


def test_without_an_account_for_payments_nothing_is_sold(buyer: Client, settings: Settings) -> None:
    fill_in(buyer)
    seen = see_summary(buyer)
    settings.BANK_ACCOUNT = {"iban": "", "bic": ""}

    assert "cannot be paid just now" in body(buyer, CHECKOUT)
    assert "BANK_IBAN" not in body(buyer, CHECKOUT)
    assert buyer.get(CONFIRM)["Location"] == CHECKOUT
    assert order(buyer, seen)["Location"] == CHECKOUT
    assert not Order.objects.exists()


def test_a_changed_price_is_shown_and_asked_again(buyer: Client) -> None:
    fill_in(buyer)
    seen = see_summary(buyer)
    Variant.objects.update(price=Decimal("13.00"))

    refused = order(buyer, seen)

    page = refused.content.decode()
    assert refused.status_code == 409
    assert "now costs €13.00 (before: €12.55)" in page
    assert not Order.objects.exists()
    assert order(buyer, seen).status_code == 409
    assert order(buyer).status_code == 303
    assert Order.objects.get().total == Decimal("31.90")


def test_a_change_that_was_seen_on_the_page_is_not_asked_twice(buyer: Client) -> None:
    fill_in(buyer)
    Variant.objects.update(price=Decimal("13.00"))

    assert "now costs €13.00" in body(buyer, CONFIRM)
    assert order(buyer).status_code == 303


def test_a_changed_rate_is_shown_and_asked_again(buyer: Client) -> None:
    fill_in(buyer)
    seen = see_summary(buyer)
    VatRate.objects.filter(vat_class="standard").update(rate=Decimal("24.0"))

    refused = order(buyer, seen)

    assert refused.status_code == 409
    assert "24%" in refused.content.decode()
    assert not Order.objects.exists()


def test_a_changed_delivery_is_shown_and_asked_again(buyer: Client) -> None:
    fill_in(buyer)
    seen = see_summary(buyer)
    DeliveryMethod.objects.filter(code="parcel").update(price=Decimal("7.00"))

    refused = order(buyer, seen)

    assert refused.status_code == 409
    assert "delivery now costs €7.00" in refused.content.decode()
    assert not Order.objects.exists()


def test_another_tab_cannot_change_what_this_page_orders(buyer: Client) -> None:
    fill_in(buyer)
    seen = see_summary(buyer)
    change(buyer, "LAMPPU", 5)
    fill_in(buyer, street="Toinen katu 9")

    refused = order(buyer, seen)

    assert refused.status_code == 409
    assert "Toinen katu 9" in refused.content.decode()
    assert not Order.objects.exists()


def test_whoever_comes_late_is_told_what_is_left(buyer: Client, lamp: Variant) -> None:
    fill_in(buyer)
    seen = see_summary(buyer)
    Reservation.objects.all().delete()
    Movement.objects.create(level=lamp.level, kind="count", change=-9, at=NOON)

    answer = order(buyer, seen)

    assert (answer.status_code, answer["Location"]) == (303, BASKET)
    page = body(buyer, BASKET)
    assert "Others were quicker" in page
    assert "There is only 1 left." in page
    assert not Order.objects.exists()


def test_goods_are_held_from_the_summary_on(buyer: Client) -> None:
    fill_in(buyer)

    held = Reservation.objects.get()
    assert (held.quantity, held.holder) == (2, Basket.objects.get().pk)


def test_the_same_form_twice_is_one_order(buyer: Client) -> None:
    fill_in(buyer)
    seen = see_summary(buyer)

    first, second = order(buyer, seen), order(buyer, seen)

    assert first["Location"] == second["Location"]
    assert Order.objects.count() == Letter.objects.count() == 1
    assert buyer.get(CONFIRM)["Location"] == first["Location"]


def test_an_old_page_orders_nothing_of_a_new_basket(buyer: Client) -> None:
    fill_in(buyer)
    old = see_summary(buyer)
    order(buyer, old)
    put(buyer, "LAMPPU", 1)
    fill_in(buyer)

    answer = order(buyer, old)

    assert answer["Location"] == CHECKOUT
    assert Order.objects.count() == 1
    assert "Nothing was ordered just now" in body(buyer, CHECKOUT)


def test_one_visitor_cannot_order_anothers_checkout(buyer: Client) -> None:
    fill_in(buyer)
    seen = see_summary(buyer)
    celia = Client()
    put(celia, "LAMPPU")
    fill_in(celia, email="celia@example.fi")

    answer = order(celia, seen)

    assert answer["Location"] == CHECKOUT
    assert not Order.objects.exists()
    assert "pekka@example.fi" not in body(celia, CONFIRM)


@pytest.mark.parametrize(
    "sent", [{}, {"checkout": "x", "seen": "x"}, {"checkout": "\x00"}, {"seen": "é" * 5000}]
)
def test_a_forged_form_orders_nothing(buyer: Client, sent: dict[str, str]) -> None:
    fill_in(buyer)

    assert order(buyer, sent)["Location"] == CHECKOUT
    real = see_summary(buyer)
    assert order(buyer, {"checkout": real["checkout"], "seen": "é"}).status_code == 409
    assert not Order.objects.exists()


def test_an_empty_basket_has_no_checkout(client: Client) -> None:
    assert client.get(CHECKOUT)["Location"] == BASKET
    assert client.get(CONFIRM)["Location"] == BASKET
    assert not client.get(CHECKOUT).cookies


def test_what_cannot_be_bought_goes_back_to_the_basket(buyer: Client) -> None:
    fill_in(buyer)
    Variant.objects.update(is_active=False)

    assert buyer.get(CHECKOUT)["Location"] == BASKET
    assert buyer.get(CONFIRM)["Location"] == BASKET
    assert buyer.post(CHECKOUT, typed())["Location"] == BASKET


def test_a_member_finds_the_form_filled_in(client: Client, lamp: Variant, anna: Customer) -> None:
    assert anna.account is not None
    MembershipFactory.create(
        customer=anna, company=CompanyFactory.create(name="Virta Oy", business_id="2077474-0")
    )
    client.force_login(anna.account)
    put(client, "LAMPPU")
    fill_in(client, **COMPANY, street="Vanha katu 1", postcode="33100", city="")
    order(client)
    put(client, "LAMPPU")

    page = body(client, CHECKOUT)

    for known in ("anna@example.fi", "Virtanen", "Vanha katu 1", "33100", "Tampere", "Virta Oy"):
        assert f'value="{known}"' in page
    bought = Order.objects.get()
    assert bought.customer == anna
    assert bought.company is not None


def test_celia_finds_nothing_of_annas(
    client: Client, lamp: Variant, anna: Customer, celia: Customer
) -> None:
    assert anna.account is not None
    assert celia.account is not None
    client.force_login(anna.account)
    put(client, "LAMPPU")
    fill_in(client, street="Annan katu 1")
    order(client)
    other = Client()
    other.force_login(celia.account)
    put(other, "LAMPPU")

    page = body(other, CHECKOUT)

    assert "Annan katu 1" not in page
    assert "anna@example.fi" not in page
    assert "celia@example.fi" in page


def test_get_changes_nothing(buyer: Client) -> None:
    fill_in(buyer)

    def rows() -> list[object]:
        models = (Basket, CheckoutDraft, Level, Reservation, Order)
        return [list(model._default_manager.values()) for model in models]

    before = rows()
    for address in (CHECKOUT, CONFIRM, BASKET):
        body(buyer, address)
    assert rows() == before


def test_pages_with_a_person_on_them_are_kept_by_nobody(buyer: Client) -> None:
    fill_in(buyer)
    for address in (CHECKOUT, CONFIRM):
        answer = buyer.get(address)
        assert "no-store" in answer["Cache-Control"]
        assert "private" in answer["Cache-Control"]
        assert 'content="noindex"' in answer.content.decode()


def test_the_form_says_what_is_collected_and_why(buyer: Client) -> None:
    page = body(buyer, CHECKOUT)

    assert "/en/privacy/" in page
    for words in ("Performance of a contract", "Legal obligation", "6 years from the end"):
        assert words in page


def test_queries_stay_level(buyer: Client) -> None:
    fill_in(buyer)

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            body(buyer, address)
        return len(asked)

    body(buyer, CHECKOUT)  # takes the message that waits
    few = {address: queries(address) for address in (CHECKOUT, CONFIRM)}
    for line in BasketLineFactory.create_batch(10, basket=Basket.objects.get()):
        LevelFactory.create(variant=line.variant, backorder=True)
    assert {address: queries(address) for address in few} == few
    assert max(few.values()) <= 14


def test_fa_03_ordering_much_asks_the_database_as_often_as_ordering_little(
    buyer: Client,
) -> None:
    def asked() -> tuple[int, int, int]:
        body(buyer, CHECKOUT)
        with CaptureQueriesContext(connection) as while_filling_in:
            fill_in(buyer)
        with CaptureQueriesContext(connection) as before:
            seen = see_summary(buyer)
        with CaptureQueriesContext(connection) as while_ordering:
            assert order(buyer, seen).status_code == 303
        return len(while_filling_in), len(before), len(while_ordering)

    statement_sha256()  # kept as long as the program runs
    few = asked()
    with CaptureQueriesContext(connection) as while_putting:
        put(buyer, "LAMPPU")
        assert len(while_putting) == 16
    lines = BasketLineFactory.create_batch(10, basket=Basket.objects.get(), shown_price="0.01")
    for line in lines:
        LevelFactory.create(variant=line.variant, backorder=True)
    filling_in, before, ordering = asked()

    assert filling_in == few[0] + 1, "the prices that are seen now are written at once"
    assert (before, ordering) == few[1:]
    assert ordering == 35


BOOK = {"name": "Anna Virtanen", "street": "Kotikatu 1", "postcode": "00100", "city": "Helsinki"}


@pytest.fixture
def member(client: Client, lamp: Variant, anna: Customer) -> Client:
    assert anna.account is not None
    client.force_login(anna.account)
    put(client, "LAMPPU")
    return client


def test_the_address_book_goes_before_the_latest_order(member: Client, anna: Customer) -> None:
    fill_in(member, street="Vanha katu 1")
    order(member)
    put(member, "LAMPPU")
    AddressFactory.create(customer=anna, **BOOK, is_billing=True)
    AddressFactory.create(customer=anna, **{**BOOK, "street": "Mökkitie 2"}, is_delivery=True)
    AddressFactory.create(customer=anna, **{**BOOK, "street": "Muukatu 3"})

    draft = member.get(CHECKOUT).context["form"].instance

    assert draft.street == "Kotikatu 1"
    assert (draft.deliver_elsewhere, draft.delivery_street) == (True, "Mökkitie 2")


def test_an_address_of_the_book_is_filled_in_and_what_was_typed_stays(
    member: Client, anna: Customer, celia: Customer
) -> None:
    cottage = AddressFactory.create(customer=anna, **{**BOOK, "street": "Mökkitie 2"})
    hers = AddressFactory.create(customer=celia, **{**BOOK, "street": "Salakatu 9"})
    said = typed(first_name="Annukka", note="Ovelle")

    taken = member.post(CHECKOUT, {**said, "use_address": "delivery", "address": cottage.pk})
    foreign = member.post(CHECKOUT, {**said, "use_address": "billing", "address": hers.pk})

    page = taken.content.decode()
    for known in ("Annukka", "Mökkitie 2", said["street"]):
        assert f'value="{known}"' in page
    assert "Ovelle" in page
    assert "Salakatu" not in foreign.content.decode()
    assert not CheckoutDraft.objects.exists()


def test_the_address_of_an_order_is_kept_in_the_book_when_asked_to_be(
    member: Client, anna: Customer
) -> None:
    fill_in(member)
    assert not Address.objects.exists()
    fill_in(member, keep_address="on")
    fill_in(member, keep_address="on")

    assert Address.objects.get().customer == anna


def test_a_guest_has_no_address_book(buyer: Client) -> None:
    fill_in(buyer, keep_address="on")

    assert "keep_address" not in body(buyer, CHECKOUT)
    assert not Address.objects.exists()
