"""What a member has bought for a company goes on for the company: its approvers look after it."""

from decimal import Decimal

import pytest

from customers.companies.operations import leave
from customers.models import Customer
from orders.catalogue.models import Variant
from orders.subscriptions.models import Subscription
from tests.doors import seen_by
from tests.factories import BasketFactory, CompanyFactory, CustomerFactory, MembershipFactory
from tests.orders.subscriptions.conftest import bought

pytestmark = pytest.mark.django_db

SERVICES = "/en/account/services/"


def test_a_companys_services_are_seen_and_ended_by_those_who_approve(
    maintenance: Variant, anna: Customer, celia: Customer
) -> None:
    company = CompanyFactory.create(name="Lamppu Oy", business_id="2077474-0")
    buyer = MembershipFactory.create(company=company, customer=anna)
    other = CustomerFactory.create(email="pekka@example.fi")
    MembershipFactory.create(company=company, customer=other)
    MembershipFactory.create(company=company, customer=celia, role="admin")
    service = bought(
        maintenance,
        basket=BasketFactory.create(customer=anna),
        email=anna.email,
        for_company=True,
        company_name=company.name,
        business_id=company.business_id,
    )
    private = bought(maintenance, basket=BasketFactory.create(customer=anna), email=anna.email)
    assert (service.company, private.company) == (company, None)
    assert service.order.total == Decimal("12.55")

    page = seen_by(celia).get(SERVICES).content.decode()
    assert "Lamppu Oy" in page
    assert "bought by Anna Virtanen" in page
    assert page.count("Huolto <span") == 1
    assert list(Subscription.objects.visible_to(celia)) == [service]
    assert list(Subscription.objects.visible_to(other)) == []
    assert set(Subscription.objects.visible_to(anna)) == {service, private}

    leave(member=buyer, at=service.started_at)
    assert list(Subscription.objects.visible_to(anna)) == [private]
    assert list(Subscription.objects.visible_to(celia)) == [service]
