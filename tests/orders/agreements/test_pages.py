"""Agreements on the account's pages and on the staff's."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from customers.models import Account, Company, Customer
from orders.catalogue.agreements import Agreement, ListPrice, PriceList
from tests.doors import let_in, seen_by
from tests.factories import CompanyFactory, MembershipFactory, VariantFactory
from tests.orders.agreements.agreeing import agreed, drafted
from tests.orders.catalogue.shelf import page, words

pytestmark = pytest.mark.django_db
MINE, ADMIN = "/en/account/agreements/", "/admin/orders/agreement/"
LISTS = "/admin/orders/pricelist/"


@pytest.fixture
def company(anna: Customer) -> Company:
    made = CompanyFactory.create(name="Lamppu Oy")
    MembershipFactory.create(company=made, customer=anna, role="admin")
    return made


@pytest.fixture
def staff(client: Client, bertil: Account) -> Client:
    return let_in(client, bertil)


def test_members_see_what_was_agreed_and_nobody_else_is_told_of_it(
    company: Company, anna: Customer, celia: Customer
) -> None:
    variant = VariantFactory.create()
    agreed(company, {variant: {1: "8.00"}}, number="S-11", payment_days=45)
    drafted(company, {variant: {1: "7.00"}}, number="S-12")
    annas = seen_by(anna)
    celias = seen_by(celia)

    told = words(page(annas, MINE))
    for said in ("Agreement S-11", "Lamppu Oy", "Payment term 45 days", "In force"):
        assert said in told
    assert "S-12" not in told
    assert MINE in page(annas, "/en/account/details/")
    assert "S-11" not in page(celias, MINE)
    assert MINE not in page(celias, "/en/account/details/")


def test_staff_draft_put_in_force_and_end_an_agreement(
    staff: Client, company: Company, anna: Customer
) -> None:
    VariantFactory.create(sku="LAMPPU")
    rows: dict[str, Any] = {"prices-TOTAL_FORMS": 3, "prices-INITIAL_FORMS": 0}
    for place, (sku, pieces) in enumerate((("LAMPPU", 1), ("LAMPPU", 10), ("EI-OLE", 1))):
        rows |= {f"prices-{place}-sku": sku, f"prices-{place}-from_pieces": pieces}
        rows |= {f"prices-{place}-net": f"{8 - place}.50"}
    said = {"name": "Tukku", "valid_from": timezone.localdate().isoformat(), **rows}
    refused = staff.post(f"{LISTS}add/", said)
    assert "EI-OLE" in refused.content.decode()
    assert not PriceList.objects.exists()
    twice = staff.post(f"{LISTS}add/", {**said, "prices-2-sku": "LAMPPU"})
    assert twice.status_code == 200
    staff.post(f"{LISTS}add/", {**said, "prices-TOTAL_FORMS": 2})
    prices = ListPrice.objects.order_by("from_pieces").values_list("from_pieces", "net")
    assert list(prices) == [(1, Decimal("8.50")), (10, Decimal("7.50"))]

    draft = {
        "number": "S-1",
        "company": str(company.pk),
        "valid_from": timezone.localdate().isoformat(),
        "payment_days": 30,
        "notice_days": 60,
        "price_list": str(PriceList.objects.get().pk),
    }
    both = staff.post(f"{ADMIN}add/", {**draft, "customer": str(anna.pk)})
    assert both.status_code == 200
    staff.post(f"{ADMIN}add/", draft)
    agreement = Agreement.objects.get()
    change, deed = f"{ADMIN}{agreement.pk}/change/", f"{ADMIN}{agreement.pk}/deed/"

    told = staff.post(deed, {"deed": "force"}, follow=True).content.decode()
    assert 'class="error"' in told
    agreement.refresh_from_db()
    assert agreement.is_draft
    day = (timezone.localdate() - timedelta(days=1)).isoformat()
    accepted = {"accepted_by": str(anna.pk), "accepted_at_0": day, "accepted_at_1": "12:00:00"}
    staff.post(change, {**draft, **accepted})
    staff.post(deed, {"deed": "force"})
    agreement.refresh_from_db()
    assert (agreement.is_in_force, agreement.party_name) == (True, "Lamppu Oy")

    assert staff.post(change, {**draft, "payment_days": 90}).status_code == 403
    assert "prices-0-net" not in page(staff, f"{LISTS}{agreement.price_list_id}/change/")
    staff.post(deed, {"deed": "end", "last_day": "huomenna"})
    agreement.refresh_from_db()
    assert agreement.valid_until is None
    staff.post(deed, {"deed": "end"})
    agreement.refresh_from_db()
    assert agreement.valid_until == timezone.localdate() + timedelta(days=60)
