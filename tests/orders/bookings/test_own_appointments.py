"""A customer's appointments in the account: one's own, and a company's by role."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Account, Company, Customer, Membership
from orders.bookings.models import Booking
from orders.bookings.operations import close_past, move
from orders.catalogue.models import Variant
from orders.returns.appointments import cancel
from orders.sales.models import Order
from tests.doors import let_in
from tests.factories import BasketFactory, CompanyFactory, MembershipFactory, VariantFactory
from tests.orders.bookings.conftest import DAY, HOUR, a_time, booked
from tests.privacy.lives import login_of

pytestmark = pytest.mark.django_db

LIST = "/tili/ajanvaraukset/"


@pytest.fixture
def now() -> datetime:
    """Give this hour, as the page asks the clock itself."""
    return timezone.now().replace(minute=0, second=0, microsecond=0)


def book(variant: Variant, card: Customer | None, begins: datetime) -> Booking:
    """Let somebody book an hour, a week before it."""
    email = card.email if card else "vieras@example.fi"
    basket = BasketFactory.create(customer=card)
    return booked(variant, a_time(begins), at=begins - 7 * DAY, basket=basket, email=email)


def book_for(company: Company, variant: Variant, card: Customer, begins: datetime) -> Booking:
    booking = book(variant, card, begins)
    Order.objects.filter(lines=booking.bought_as_id).update(company=company)
    return booking


def listed(card: Customer) -> str:
    page = let_in(Client(), login_of(card)).get(LIST).content.decode()
    return page.partition("<main")[2].partition("</main>")[0]


def way_to(booking: Booking) -> str:
    """Give what its page's address begins with; the rest says at which second it was signed."""
    return booking.signed_address.partition(":")[0]


def numbers(page: str) -> list[str]:
    return re.findall(r"Tilaus (\d{8})", page)


def test_what_is_to_come_stands_first_and_what_was_is_told(
    consultation: Variant, anna: Customer, celia: Customer, now: datetime
) -> None:
    later = book(consultation, anna, now + 9 * DAY)
    past = book(consultation, anna, now - 2 * DAY)
    soon = book(consultation, anna, now + 3 * HOUR)
    off = book(consultation, anna, now + 5 * DAY)
    guest = book(consultation, None, now + 4 * DAY)
    move(booking=later, slot_id=a_time(now + 10 * DAY).pk, at=now)
    cancel(booking=off, at=now)
    close_past(at=now)
    later.refresh_from_db()

    page = listed(anna)

    to_come, was = page.split("Menneet ja perutut")
    orders = [each.bought_as.order.number for each in (soon, later, off, past)]
    assert (numbers(to_come), numbers(was)) == (orders[:2], orders[2:])
    assert later.slot.when in to_come
    assert (to_come.count("Siirretty"), was.count("Peruttu"), was.count("Mennyt")) == (1, 1, 1)
    # What begins in three hours cannot be changed any more, and what was has no way to do it.
    assert re.findall(r'href="(/ajanvaraus/[^":]+)[^"]+">([^<]+)', page) == [
        (way_to(soon), "Katso ajanvaraus"),
        (way_to(later), "Siirrä tai peru"),
    ]
    assert guest.bought_as.order.number not in page
    empty = listed(celia)
    assert "Sinulla ei ole ajanvarauksia." in empty
    assert numbers(empty) == []


def test_a_time_that_ends_while_nobody_has_looked_is_not_to_come(
    consultation: Variant, anna: Customer, now: datetime
) -> None:
    book(consultation, anna, now - 3 * HOUR)

    page = listed(anna)

    assert "Tulossa" not in page
    assert "Mennyt" in page


@pytest.mark.parametrize("role", ["buyer", "approver", "admin"])
def test_a_company_s_are_seen_by_who_approves_and_moved_by_the_buyer_alone(
    consultation: Variant, anna: Customer, celia: Customer, now: datetime, role: str
) -> None:
    company = CompanyFactory.create(name="Lamppu Oy", business_id="2077474-0")
    bought = MembershipFactory.create(company=company, customer=anna)
    MembershipFactory.create(company=company, customer=celia, role=role)
    booking = book_for(company, consultation, anna, now + 3 * DAY)
    book(consultation, anna, now + 4 * DAY)  # Anna's own is nobody's at work
    number, sees = booking.bought_as.order.number, role != "buyer"

    theirs = listed(celia)
    assert numbers(theirs) == ([number] if sees else [])
    assert ("ostaja Anna Virtanen" in theirs) == sees
    assert way_to(booking) not in theirs
    assert way_to(booking) in listed(anna)

    # Whoever has left the company sees nothing of it, not even what was booked by themselves.
    Membership.objects.filter(pk=bought.pk).delete()
    assert number not in listed(anna)
    assert Booking.objects.of(anna).count() == 1


def test_staff_and_strangers_have_none(
    consultation: Variant, anna: Customer, bertil: Account, now: datetime
) -> None:
    number = book(consultation, anna, now + DAY).bought_as.order.number

    assert number not in let_in(Client(), bertil).get(LIST).content.decode()
    assert Client().get(LIST)["Location"].startswith("/tili/kirjaudu/?next=")
    assert let_in(Client(), login_of(anna)).post(LIST).status_code == 405


def test_queries_stay_level_and_a_long_list_has_pages(
    consultation: Variant, anna: Customer, now: datetime
) -> None:
    client = let_in(Client(), login_of(anna))
    book(consultation, anna, now + DAY)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(LIST).status_code == 200
        return len(asked)

    queries()
    few = queries()
    other = VariantFactory.create(product=consultation.product, sku="NEUVONTA-2")
    for day in range(2, 22):
        book(other, anna, now + timedelta(days=day))
    assert queries() == few
    assert few <= 10
    second = client.get(LIST, {"page": 2}).content.decode()
    assert [len(numbers(page)) for page in (listed(anna), second)] == [20, 1]
