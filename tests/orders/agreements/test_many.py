"""Ten thousand agreements and a thousand members: no page asks more of the database."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Account, Company, Customer, Membership
from orders.basket.contents import contents_of
from orders.catalogue.agreements import AgreedVariant, Agreement, PriceList
from tests.doors import let_in, seen_by
from tests.factories import (
    BasketFactory,
    BasketLineFactory,
    CategoryFactory,
    CompanyFactory,
    MembershipFactory,
    ProductFactory,
    VariantFactory,
    in_stock,
    put_on_shelf,
)
from tests.orders.agreements.agreeing import agreed, agreed_with_many, list_of
from tests.orders.catalogue.shelf import commit

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf() -> Iterator[None]:
    caches["parts"].clear()
    yield
    caches["parts"].clear()


def asked(client: Client, address: str) -> int:
    """Count what a page asks when it has been made once already."""
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200, address
    return len(queries)


def more_of_all(company: Company, widely: PriceList, *, agreements: int, members: int) -> None:
    """Let more companies agree to a list, more buy for one company, and that one agree to more."""
    agreed_with_many(widely, agreements)
    at = Customer.objects.count()
    cards = Customer.objects.bulk_create(
        Customer(first_name="Aino", last_name=f"Nro {n}", email=f"a{n}@example.fi")
        for n in range(at, at + members)
    )
    Membership.objects.bulk_create(Membership(company=company, customer=each) for each in cards)
    for _ in range(21):
        agreed(company, {VariantFactory.create(): {1: "3.00"}}, at=timezone.now())
    commit()


def test_no_page_asks_more_for_ten_thousand_agreements_and_a_thousand_members(
    shelf: None, anna: Customer, bertil: Account, django_assert_num_queries: Any
) -> None:
    lamp = ProductFactory.create(slug="lamppu")
    variants = [in_stock(9, variant=VariantFactory.create(product=lamp)) for _ in range(3)]
    put_on_shelf(lamp, CategoryFactory.create(slug="koti"))
    company = CompanyFactory.create(name="Lamppu Oy")
    MembershipFactory.create(company=company, customer=anna, role="admin")
    prices = {each: {1: "0.80", 10: "0.70"} for each in variants}
    mine = agreed(company, prices, at=timezone.now())
    widely = list_of({VariantFactory.create(): {1: "5.00", 10: "4.00"}})
    desk, annas, guest = let_in(Client(), bertil), seen_by(anna), Client()
    shown = [
        (client, page)
        for client in (annas, guest)
        for page in ("product/lamppu", "department/koti")
    ]
    lists = ("orders", "services", "appointments", "quotes")
    own = ("agreements", f"agreements/{mine.pk}", f"company/{company.pk}", "details", *lists)
    company_pages = ("orders", "invoices", "history", "purchases")
    admins = (
        "orders/agreement/",
        f"orders/agreement/{mine.pk}/change/",
        "orders/pricelist/",
        f"orders/pricelist/{widely.pk}/change/",
        "customers/company/",
        f"customers/company/{company.pk}/change/",
        "customers/membership/",
    )
    pages = [
        *((client, f"/en/{page}/") for client, page in shown),
        *((annas, f"/en/account/{page}/") for page in own),
        *((annas, f"/en/account/company/{company.pk}/{page}/") for page in company_pages),
        *((desk, f"/admin/{page}") for page in admins),
    ]
    more_of_all(company, widely, agreements=60, members=60)
    few = [(address, asked(client, address)) for client, address in pages]
    basket = BasketFactory.create(customer=anna)
    BasketLineFactory.create(basket=basket, variant=variants[0], quantity=1)
    with django_assert_num_queries(6):
        contents_of(basket, at=timezone.now())

    more_of_all(company, widely, agreements=9_940, members=940)

    assert [(address, asked(client, address)) for client, address in pages] == few
    with django_assert_num_queries(6):
        [line] = contents_of(basket, at=timezone.now()).lines
    assert line.unit_price == Decimal("1.00")  # 0.80 € and the VAT of 25.5 %
    covered = AgreedVariant.objects.filter(party=company.pk, variant=variants[0])
    assert "Seq Scan" not in covered.explain()
    seen = Agreement.objects.seen_by(anna)
    assert "Seq Scan on orders_agreement" not in seen.explain()
