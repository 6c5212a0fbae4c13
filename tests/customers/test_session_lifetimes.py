"""SE-08: how long a sign-in lasts, by a clock that is moved, and what is kept when it ends."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from axes.models import AccessLog
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from customers.models import Account, Customer, Session
from customers.tasks import close_sign_ins
from orders.basket.models import BasketLine
from orders.catalogue.models import Manufacturer
from tests.customers.conftest import Door
from tests.doors import let_in
from tests.factories import VariantFactory, in_stock

pytestmark = pytest.mark.django_db

MINUTES = 60
HOURS = 60 * MINUTES
DAYS = 24 * HOURS
HOST = {"Origin": "http://testserver"}

Clock = Callable[[float], None]


@pytest.fixture
def after(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Move the clock to so many seconds after the beginning of the test."""
    began = timezone.now()

    def move(seconds: float) -> None:
        at = began + timedelta(seconds=seconds)
        monkeypatch.setattr(timezone, "now", lambda: at)

    move(0)
    return move


@pytest.fixture
def staff(bertil: Account) -> Client:
    return let_in(Client(), bertil)


def status(client: Client, address: str) -> int:
    return client.get(address).status_code


# --- How long ---------------------------------------------------------------------------------


def test_a_customer_is_signed_out_fourteen_days_after_signing_in_however_busy(
    known: Account, door: Door, after: Clock
) -> None:
    door.knock("anna@example.fi")
    for day in range(1, 14):
        after(day * DAYS)
        client = door.client
        client.post(
            "/tili/tiedot/", {"first_name": "Anna", "last_name": f"{day}", "language": "fi"}
        )
        assert status(client, "/tili/") == 200
    after(14 * DAYS - 1)
    assert status(door.client, "/tili/") == 200
    after(14 * DAYS)
    assert status(door.client, "/tili/") == 302


def test_a_customer_who_reads_for_an_hour_stays(known: Account, door: Door, after: Clock) -> None:
    door.knock("anna@example.fi")
    after(HOURS)
    assert status(door.client, "/tili/") == 200


def test_staff_are_signed_out_after_half_an_hour_without_use(staff: Client, after: Clock) -> None:
    for minutes in (29, 58, 87):
        after(minutes * MINUTES)
        assert status(staff, "/admin/") == 200
    after((87 + 30) * MINUTES)
    assert status(staff, "/admin/") == 302


def test_staff_are_signed_out_after_fourteen_days_as_well(
    bertil: Account, after: Clock, settings: Settings
) -> None:
    settings.STAFF_IDLE_MINUTES = 60 * 24 * 7
    staff = let_in(Client(), bertil)
    for days in (5, 10, 13.9):
        after(days * DAYS)
        assert status(staff, "/admin/") == 200
    after(14 * DAYS)
    assert status(staff, "/admin/") == 302


def test_the_limit_of_staff_is_a_setting(bertil: Account, after: Clock, settings: Settings) -> None:
    settings.STAFF_IDLE_MINUTES = 5
    staff = let_in(Client(), bertil)
    after(4 * MINUTES)
    assert status(staff, "/admin/") == 200
    after(9 * MINUTES)
    assert status(staff, "/admin/") == 302


def test_a_page_that_asks_for_itself_is_nobodys_presence(staff: Client, after: Clock) -> None:
    after(20 * MINUTES)
    assert staff.get("/admin/", headers={"HX-Request": "true"}).status_code == 200
    after(31 * MINUTES)
    assert status(staff, "/admin/") == 302


def test_that_staff_are_there_is_written_once_a_minute(staff: Client, after: Clock) -> None:
    def writes() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert status(staff, "/admin/") == 200
        return sum(query["sql"].startswith("UPDATE") for query in asked)

    assert writes() == 0
    after(61)
    assert [writes(), writes()] == [1, 0]


def test_a_guests_basket_lasts_while_it_is_used(after: Clock) -> None:
    in_stock(9, variant=VariantFactory.create(sku="KUPPI"))
    guest = Client()
    for day in (0, 13, 26):
        after(day * DAYS)
        guest.post("/ostoskori/lisaa/", {"sku": "KUPPI", "quantity": 1}, headers=HOST)
    assert BasketLine.objects.get().quantity == 3


# --- What is written and said -------------------------------------------------------------------


def test_the_log_tells_when_an_unused_session_ended(
    bertil: Account, staff: Client, after: Clock
) -> None:
    after(20 * MINUTES)
    status(staff, "/admin/")
    end = Session.objects.get().expire_date
    after(3 * HOURS)
    close_sign_ins(at=timezone.now())

    assert end == timezone.now() - timedelta(hours=3) + timedelta(minutes=50)
    assert AccessLog.objects.get(username=bertil.email).logout_time == end
    assert not Session.objects.exists()


@pytest.mark.parametrize("cleared", [False, True])
def test_whose_sign_in_has_ended_is_told_at_the_door(
    known: Account, door: Door, after: Clock, *, cleared: bool
) -> None:
    door.knock("anna@example.fi")
    after(15 * DAYS)
    if cleared:
        close_sign_ins(at=timezone.now())
    page = door.client.get("/tili/", follow=True).content.decode()

    assert "Kirjautumisesi on päättynyt." in page
    assert "Kirjautumisesi on päättynyt." not in door.client.get("/tili/kirjaudu/").content.decode()


def test_a_stranger_and_a_guest_are_not_told_of_a_sign_in(after: Clock) -> None:
    in_stock(9, variant=VariantFactory.create(sku="KUPPI"))
    guest = Client()
    guest.post("/ostoskori/lisaa/", {"sku": "KUPPI", "quantity": 1}, headers=HOST)
    after(15 * DAYS)
    for client in (guest, Client()):
        page = client.get("/tili/", follow=True).content.decode()
        assert "Kirjaudu" in page
        assert "Kirjautumisesi on päättynyt." not in page


# --- What is kept -------------------------------------------------------------------------------


def test_the_basket_is_kept_and_what_a_guest_adds_comes_along(
    known: Account, anna: Customer, door: Door, after: Clock
) -> None:
    for sku in ("KUPPI", "LAUTANEN"):
        in_stock(9, variant=VariantFactory.create(sku=sku))
    cup, plate = ({"sku": sku, "quantity": 2} for sku in ("KUPPI", "LAUTANEN"))
    door.client.post("/ostoskori/lisaa/", cup, headers=HOST)
    door.knock("anna@example.fi")  # and never looks at the basket
    after(14 * DAYS)
    close_sign_ins(at=timezone.now())
    door.client.post("/ostoskori/lisaa/", plate, headers=HOST)
    door.knock("anna@example.fi")

    held = BasketLine.objects.filter(basket__customer=anna)
    assert dict(held.values_list("variant__sku", "quantity")) == {"KUPPI": 2, "LAUTANEN": 2}
    assert BasketLine.objects.count() == 2


NEW = "/admin/orders/manufacturer/add/"
TYPED = {"name": "Iittala <Oy>", "address": "Rivi 1\r\nRivi 2", "email": "", "_save": "Tallenna"}


def test_a_form_that_staff_send_too_late_is_given_back_and_can_be_sent(
    bertil: Account, after: Clock
) -> None:
    client = let_in(Client(enforce_csrf_checks=True), bertil)
    token = token_in(client.get(NEW))
    after(31 * MINUTES)
    late = client.post(NEW, {**TYPED, "csrfmiddlewaretoken": token}, headers=HOST)

    assert late.status_code == 403
    assert "Kirjautumisesi on päättynyt" in late.content.decode()
    assert 'name="name" value="Iittala &lt;Oy&gt;"' in late.content.decode()
    assert not Manufacturer.objects.exists()

    Authenticator.objects.all().delete()
    let_in(client, bertil)
    del client.cookies["csrftoken"]  # as a sign-in does, which makes another
    client.get(NEW)
    again = client.post(NEW, {**TYPED, "csrfmiddlewaretoken": token}, headers=HOST)
    assert again.status_code == 403
    assert "Lähetä lomake vielä kerran" in again.content.decode()
    assert not Manufacturer.objects.exists()

    kept = {**fields_in(again), "csrfmiddlewaretoken": token_in(again)}
    assert client.post(NEW, kept, headers=HOST).status_code == 302
    made = Manufacturer.objects.get()
    assert (made.name, made.address) == ("Iittala <Oy>", "Rivi 1\r\nRivi 2")


def test_a_customers_form_is_given_back_too(known: Account, door: Door, after: Clock) -> None:
    door.knock("anna@example.fi")
    after(15 * DAYS)
    typed = {"first_name": "Anna-Liisa", "last_name": "Virtanen", "language": "fi"}
    page = door.client.post("/tili/tiedot/", typed)

    assert page.status_code == 403
    assert 'value="Anna-Liisa"' in page.content.decode()
    assert not Customer.objects.filter(first_name="Anna-Liisa").exists()


def test_passwords_are_not_given_back(known: Account, door: Door, after: Clock) -> None:
    door.knock("anna@example.fi")
    after(15 * DAYS)
    typed = {"oldpassword": "salaisuus-1", "password1": "salaisuus-2", "password2": "salaisuus-2"}
    page = door.client.post("/tili/salasana/vaihda/", typed)

    assert page.status_code == 302
    assert "salaisuus" not in page.content.decode()


@pytest.mark.parametrize("origin", [{}, {"Origin": "https://evil.example"}])
def test_a_forged_form_is_not_given_back(origin: dict[str, str], bertil: Account) -> None:
    client = let_in(Client(enforce_csrf_checks=True), bertil)
    page = client.post(NEW, TYPED, headers=origin)

    assert page.status_code == 403
    assert "Iittala" not in page.content.decode()
    assert not Manufacturer.objects.exists()


def token_in(page: Any) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    assert found is not None
    return found[1]


def fields_in(page: Any) -> dict[str, str]:
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode())
    return {name: value.replace("&lt;", "<").replace("&gt;", ">") for name, value in hidden}
