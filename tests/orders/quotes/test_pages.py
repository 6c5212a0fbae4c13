"""Quotes page by page: asked for, read by those who may, accepted, and the staff's desk."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from pytest_django.fixtures import Settings

from customers.models import Customer
from orders.basket.models import Basket
from orders.catalogue.models import Variant
from orders.catalogue.times import Bookable, Calendar, CalendarService, Slot
from orders.delivery.models import DeliveryMethod
from orders.quotes.admin_forms import AddedForm
from orders.quotes.models import ADDRESS_LIVES, Quote
from orders.quotes.operations import withdraw
from orders.sales.models import Order
from privacy.outbox.models import Letter
from soluto_shop.staff_groups import ensure_groups
from tests.doors import let_in, seen_by
from tests.factories import (
    BasketLineFactory,
    CompanyFactory,
    MembershipFactory,
    StaffFactory,
    VariantFactory,
)
from tests.orders.buying import BANK, CONFIRM, HERE, PERSON, order, put
from tests.orders.quotes.quoting import asked, filled, given

pytestmark = pytest.mark.django_db

ASK, LIST = "/en/basket/quote/", "/en/account/quotes/"
QUOTED = "/en/checkout/quote/"


@pytest.fixture(autouse=True)
def shop(settings: Settings) -> None:
    settings.BANK_ACCOUNT = BANK


def address_of(quote: Quote) -> str:
    with translation.override("en"):
        return quote.signed_address


def hidden_of(client: Client) -> str:
    page = client.get(ASK).content.decode()
    return page.split('name="submission" value="')[1].split('"')[0]


def filled_in() -> dict[str, str]:
    return {**PERSON, "delivery_method": str(DeliveryMethod.objects.get(code="parcel").pk)}


def test_a_guest_asks_gets_a_letter_and_orders_beside_the_basket(
    client: Client, variant: Variant
) -> None:
    assert client.get(ASK)["Location"] == "/en/basket/"
    put(client, "LAMPPU", 3)
    assert ASK in client.get("/en/basket/").content.decode()
    said = {"submission": hidden_of(client), "message": "Tarvitsen ne 131052-308T.", "email": "x"}
    refused = client.post(ASK, said)
    assert refused.status_code == 400
    assert "Take the personal identity code out" in refused.content.decode()
    assert not Quote.objects.exists()

    client.post(ASK, {**said, "message": "Pian", "email": "pekka@example.fi"})
    quote = Quote.objects.get()
    assert (quote.email, quote.language, quote.customer) == ("pekka@example.fi", "en", None)
    quote = given(quote, "9.99", at=timezone.now())
    letter = Letter.objects.get(kind="quote_given")
    assert address_of(quote).rsplit("/", 2)[0] in letter.text

    address = address_of(quote)
    page = client.get(address)
    assert "€33.97" in page.content.decode()
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    begun = client.post(f"{address}accept/", headers=HERE)
    assert begun["Location"] == QUOTED
    form = client.get(QUOTED).content.decode()
    assert "Price by quote" in form
    assert "€4.00" in form
    assert "€6.90" not in form
    assert client.post(QUOTED, {**filled_in(), "city": "", "postcode": "1"}).status_code == 400
    assert client.post(QUOTED, filled_in())["Location"] == CONFIRM
    summary = client.get(CONFIRM).content.decode()
    assert f'href="{QUOTED}"' in summary
    order(client)

    bought = Order.objects.get()
    assert (bought.total, bought.lines.get().unit_price) == (Decimal("33.97"), Decimal("9.99"))
    assert (
        "is an order already"
        in client.post(f"{address}accept/", headers=HERE, follow=True).content.decode()
    )
    assert Basket.objects.get().lines.get().quantity == 3
    assert "LAMPPU" in client.get("/en/basket/").content.decode()
    assert f"Quote no {quote.number}" in client.get(bought.get_absolute_url()).content.decode()


def test_what_is_over_says_so_and_keeps_the_visitor_on_its_page(
    client: Client, variant: Variant
) -> None:
    quote = given(asked(filled(variant), at=timezone.now()), "9.99", at=timezone.now())
    address = address_of(quote)
    client.post(f"{address}accept/", headers=HERE)
    client.post(QUOTED, filled_in())
    seen = client.get(CONFIRM)
    withdraw(quote=quote, reason="Väärä hinta.", at=timezone.now())

    said = seen.content.decode().split('name="checkout" value="')[1].split('"')[0]
    refused = client.post(CONFIRM, {"checkout": said, "seen": "x"}, follow=True)

    assert refused.redirect_chain[-1][0].startswith("/en/quote/")
    assert "The shop has withdrawn this quote." in refused.content.decode()
    assert "Väärä hinta." in refused.content.decode()
    assert not Order.objects.exists()


def test_the_address_is_unguessable_and_ends(
    client: Client, variant: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = asked(filled(variant), at=timezone.now())
    assert client.get(address_of(waiting)).status_code == 404
    quote = given(waiting, "9.99", at=timezone.now())
    address = address_of(quote)
    assert client.get(address).status_code == 200
    assert client.get(f"/en/quote/{quote.pk}/").status_code == 404
    assert client.get(f"{address[:-2]}x/").status_code == 404
    assert quote.valid_until is not None

    later = timezone.now() + (quote.valid_until - timezone.localdate()) + ADDRESS_LIVES
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert "Ask for a new one" in client.get(address).content.decode()
    monkeypatch.setattr(timezone, "now", lambda: later + timedelta(days=1))
    assert client.get(address).status_code == 404


def test_a_member_asks_for_a_company_and_celia_sees_nothing_of_it(
    anna: Customer, celia: Customer, variant: Variant
) -> None:
    company = CompanyFactory.create(name="Lamppu Oy", business_id="2077474-0")
    MembershipFactory.create(company=company, customer=anna)
    annas = seen_by(anna)
    celias = seen_by(celia)
    put(annas, "LAMPPU", 2)
    assert 'name="email"' not in annas.get(ASK).content.decode()

    annas.post(ASK, {"submission": hidden_of(annas), "company": str(company.pk), "message": ""})
    quote = given(Quote.objects.get(), "7.77", at=timezone.now())
    own = f"{LIST}{quote.number}/"
    assert (quote.company, quote.is_net) == (company, True)
    assert quote.number in annas.get(LIST).content.decode()
    assert quote.number not in celias.get(LIST).content.decode()
    assert celias.get(own).status_code == 404
    assert celias.post(f"{own}accept/", headers=HERE).status_code == 404

    # The letter's address shows it, and lets nobody but Anna decide.
    address = address_of(quote)
    assert "Whoever asked for this quote accepts it" in celias.get(address).content.decode()
    for client in (celias, Client()):
        assert client.post(f"{address}accept/", headers=HERE).status_code == 403
        assert client.post(address, {"reason": ""}, headers=HERE).status_code == 403
    assert annas.post(f"{own}accept/", headers=HERE)["Location"] == QUOTED
    private = annas.post(QUOTED, filled_in())
    assert "This quote was given to Lamppu Oy" in private.content.decode()

    annas.post(own, {"reason": "Löysin halvemmalla."})
    quote.refresh_from_db()
    assert (quote.state, quote.reason) == ("declined", "Löysin halvemmalla.")


def test_lists_ask_no_more_of_the_database_for_more_quotes(
    anna: Customer, variant: Variant
) -> None:
    client = seen_by(anna)
    basket = filled(variant, customer=anna)
    counts = []
    for number in (1, 5):
        for _ in range(number):
            asked(basket, at=timezone.now())
        client.get(LIST)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(LIST)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_staff_see_what_waits_answer_it_and_cannot_answer_twice(variant: Variant) -> None:
    VariantFactory.create(sku="VARJOSTIN", price=Decimal("5.00"))
    old = asked(filled(variant), at=timezone.now() - timedelta(days=4), email="vanha@example.fi")
    asked(filled(variant), at=timezone.now(), email="uusi@example.fi")
    ensure_groups()
    desk = let_in(Client(), StaffFactory.create(role="care", is_superuser=False))
    looker = let_in(Client(), StaffFactory.create(role="auditor", is_superuser=False))
    address = f"/admin/orders/quote/{old.pk}/"
    assert "odottaa vastausta" in desk.get("/admin/").content.decode()
    work_list = desk.get("/admin/orders/quote/?waiting=yes").content.decode()
    assert work_list.index("vanha@example.fi") < work_list.index("uusi@example.fi")
    assert "Milloin ehtii?" in desk.get(f"{address}change/").content.decode()

    line = f"line_{old.lines.get().pk}"
    said: dict[str, Any] = {
        "deed": "answer",
        f"{line}-quantity": "4",
        f"{line}-price": "9,50",
        "added_0-sku": "VARJOSTIN",
        "added_0-quantity": "1",
        "added_0-price": "4,00",
        "delivery_method": str(DeliveryMethod.objects.get(code="parcel").pk),
        "delivery_price": "0",
        "valid_until": (timezone.localdate() + timedelta(days=7)).isoformat(),
        "answer": "Ole hyvä.",
    }
    for wrong in (
        {f"{line}-price": ""},
        {"added_0-sku": "LAMPPU"},
        {"added_0-sku": "EI-OLE"},
        {"added_0-price": ""},
        {"valid_until": "2020-01-01"},
        {"delivery_method": ""},
        {"answer": "Tunnus 131052-308T"},
    ):
        refused = desk.post(f"{address}deed/", {**said, **wrong})
        assert refused.status_code == 200, wrong
        assert "4,00" in refused.content.decode() or "added_0-price" in wrong
    old.refresh_from_db()
    assert old.is_asked
    assert looker.post(f"{address}deed/", said).status_code == 403

    assert desk.post(f"{address}deed/", said).status_code == 302
    old.refresh_from_db()
    assert (old.state, old.answer) == ("answered", "Ole hyvä.")
    assert list(old.lines.values_list("sku", "quantity", "price")) == [
        ("LAMPPU", 4, Decimal("9.50")),
        ("VARJOSTIN", 1, Decimal("4.00")),
    ]
    desk.post(f"{address}deed/", {**said, f"{line}-price": "1,00"})
    assert old.lines.get(sku="LAMPPU").price == Decimal("9.50")
    assert Letter.objects.filter(kind="quote_given").count() == 1
    assert desk.post(f"{address}deed/", {"deed": "withdraw", "reason": ""}).status_code == 200
    desk.post(f"{address}deed/", {"deed": "withdraw", "reason": "Virhe."})
    old.refresh_from_db()
    assert old.state == "withdrawn"
    notes = " ".join(LogEntry.objects.values_list("change_message", flat=True))
    assert "vanha@example.fi" not in notes


def test_an_appointment_is_left_out_which_the_page_says(client: Client, variant: Variant) -> None:
    advice = VariantFactory.create(product__kind="service", sku="NEUVONTA")
    bookable = Bookable.objects.create(product=advice.product, book_hours=2, change_hours=24)
    room = Calendar.objects.create(name="Neuvotteluhuone")
    CalendarService.objects.create(calendar=room, bookable=bookable)
    begins = timezone.now() + timedelta(days=3)
    slot = Slot.objects.create(
        calendar=room, starts_at=begins, ends_at=begins + timedelta(hours=1), places=1
    )
    put(client, variant.sku)
    basket = Basket.objects.get()
    timed = BasketLineFactory.create(basket=basket, variant=advice, slot=slot, quantity=1)
    said = {"email": "pekka@example.fi", "message": "", "submission": hidden_of(client)}

    assert "They are left out of the request." in client.get(ASK).content.decode()
    client.post(ASK, said)
    assert [line.sku for line in Quote.objects.get().lines.all()] == [variant.sku]
    assert basket.lines.filter(pk=timed.pk).exists()

    basket.lines.exclude(pk=timed.pk).delete()
    answer = client.post(ASK, {**said, "submission": str(uuid4())}, follow=True)
    assert "Appointments are booked by an order, without a quote." in answer.content.decode()
    assert Quote.objects.count() == 1
    assert AddedForm().found("NEUVONTA") is None
