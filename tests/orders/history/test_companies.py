"""A company's orders: for its members by role, and for nobody after leaving."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from customers.models import Company, Customer, Membership
from orders.bookings.models import Booking
from orders.invoicing.operations import issue
from orders.quotes.models import Quote
from orders.sales.models import Order
from orders.subscriptions.models import Subscription
from privacy.erase import erase
from privacy.subject import subject_of
from tests.conftest import NOON
from tests.doors import let_in
from tests.factories import CompanyFactory, MembershipFactory
from tests.privacy.lives import login_of, order_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return CompanyFactory.create(name="Lamppu Oy", business_id="2077474-0")


@pytest.fixture
def annas(company: Company, anna: Customer) -> Order:
    """Anna, a buyer, has bought for Lamppu Oy."""
    MembershipFactory.create(company=company, customer=anna)
    said: dict[str, Any] = {
        "company": company,
        "company_name": company.name,
        "business_id": company.business_id,
    }
    order = order_of(anna, anna.email, **said)
    issue(order=order, tax_point=NOON.date(), at=NOON)
    return order


def pages(company: Company, order: Order) -> list[str]:
    own = f"/tili/tilaukset/{order.number}/"
    invoice = order.invoices.get().number
    return [own, f"{own}lasku/{invoice}/"]


def seen(card: Customer, company: Company, order: Order) -> list[int]:
    client = let_in(Client(), login_of(card))
    return [client.get(page).status_code for page in pages(company, order)]


@pytest.mark.parametrize(("role", "status"), [("buyer", 404), ("approver", 200), ("admin", 200)])
def test_a_colleague_sees_the_order_and_its_invoice_by_role(
    annas: Order, company: Company, celia: Customer, role: str, status: int
) -> None:
    MembershipFactory.create(company=company, customer=celia, role=role)
    client = let_in(Client(), login_of(celia))

    assert seen(celia, company, annas) == [status, status]
    listed = client.get(f"/tili/yritys/{company.pk}/tilaukset/").content.decode()
    assert (annas.number in listed) == (status == 200)
    invoice = annas.invoices.get().number
    listed = client.get(f"/tili/yritys/{company.pk}/laskut/").content.decode()
    assert (f"Lasku {invoice}" in listed, "12,55" in listed) == ((status == 200,) * 2)
    assert annas.number not in client.get("/tili/tilaukset/").content.decode()
    assert client.get(f"/tili/tilaukset/{annas.number}/peru/").status_code == 404


def test_a_member_of_another_company_sees_nothing(
    annas: Order, company: Company, celia: Customer
) -> None:
    MembershipFactory.create(customer=celia, role="admin")

    assert seen(celia, company, annas) == [404, 404]
    client = let_in(Client(), login_of(celia))
    for listed in ("tilaukset", "laskut"):
        assert client.get(f"/tili/yritys/{company.pk}/{listed}/").status_code == 404


def test_whoever_has_left_sees_not_even_the_own_orders(
    annas: Order, company: Company, anna: Customer
) -> None:
    assert seen(anna, company, annas) == [200, 200]

    Membership.objects.filter(customer=anna).delete()

    assert seen(anna, company, annas) == [404, 404]
    assert not Order.objects.of(anna).exists()


@pytest.mark.django_db(transaction=True)
def test_the_company_keeps_the_order_of_a_buyer_who_is_forgotten(
    annas: Order, company: Company, anna: Customer, celia: Customer
) -> None:
    MembershipFactory.create(company=company, customer=celia, role="admin")

    erase(subject_of(cards=[anna.pk]), at=NOON)

    annas.refresh_from_db()
    assert (annas.customer, annas.company) == (None, company)
    assert seen(celia, company, annas) == [200, 200]


@pytest.mark.parametrize("model", [Quote, Subscription, Booking])
def test_what_a_member_may_see_is_found_by_an_index_however_much_there_is(
    model: Any, anna: Customer
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # so that few rows are read as many are

    assert "Seq Scan" not in model.objects.visible_to(anna).explain()
