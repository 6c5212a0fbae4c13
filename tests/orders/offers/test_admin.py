"""What the keeper of the shelf does with campaigns and coupons."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from orders.catalogue.campaigns import Campaign
from orders.catalogue.models import Variant
from orders.offers.models import Coupon, CouponCode
from soluto_shop.staff_groups import ensure_groups
from tests.doors import let_in
from tests.factories import StaffFactory, VariantFactory, in_stock

pytestmark = pytest.mark.django_db


@pytest.fixture
def bertil() -> Client:
    ensure_groups()
    return let_in(Client(), StaffFactory.create(role="catalogue"))


def draft(**facts: object) -> Campaign:
    now = timezone.now()
    said = {"begins_at": now, "ends_at": now + timedelta(days=3), "is_for_all": True}
    return Campaign.objects.create(name_fi="Talviale", percent=Decimal(10), **{**said, **facts})


@pytest.fixture
def lamp() -> Variant:
    return in_stock(4, variant=VariantFactory.create(sku="LAMPPU", price=Decimal("50.00")))


def test_a_campaign_is_looked_at_planned_and_ended(bertil: Client, lamp: Variant) -> None:
    made = draft()
    address = f"/admin/orders/campaign/{made.pk}"

    page = bertil.get(f"{address}/preview/").content.decode()
    assert "LAMPPU" in page
    assert "45,00" in page
    assert "20,00" in page  # four pieces, five euros less
    bertil.post(f"{address}/step/", {"step": "plan"})
    made.refresh_from_db()
    assert made.planned_at is not None
    assert "Käynnissä" in bertil.get(f"{address}/preview/").content.decode()
    assert "20,00" in bertil.get(f"{address}/preview/").content.decode()
    bertil.post(f"{address}/step/", {"step": "take_back"})
    made.refresh_from_db()
    assert made.planned_at is not None  # it has begun
    bertil.post(f"{address}/step/", {"step": "end"})
    made.refresh_from_db()
    assert made.is_over(timezone.now())

    for forged in ("", "sold out", "a\0b"):
        assert bertil.post(f"{address}/step/", {"step": forged}).status_code == 400
    noted = LogEntry.objects.values_list("change_message", flat=True)
    assert set(noted) == {"Campaign: plan.", "Campaign: end."}


def test_a_planned_campaign_keeps_its_rule(bertil: Client, lamp: Variant) -> None:
    made = draft(begins_at=timezone.now() + timedelta(hours=1))
    bertil.post(f"/admin/orders/campaign/{made.pk}/step/", {"step": "plan"})
    page = bertil.get(f"/admin/orders/campaign/{made.pk}/change/").content.decode()

    assert 'name="name_fi"' in page
    assert 'name="percent"' not in page
    assert 'name="ends_at_0"' in page


def test_a_coupon_is_made_with_a_code_of_ones_own_and_many_drawn_ones(bertil: Client) -> None:
    said = {
        "name_fi": "Kesäetu",
        "kind": "percent",
        "percent": "10",
        "minimum": "0",
        "with_reduced": "on",
        "valid_from_0": "1.6.2026",
        "valid_from_1": "00:00:00",
        "is_active": "on",
        "own_code": "kesä-10",
        "how_many": "25",
        "uses_each": "1",
        "scopes-TOTAL_FORMS": "0",
        "scopes-INITIAL_FORMS": "0",
    }
    answer = bertil.post("/admin/orders/coupon/add/", said)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert CouponCode.objects.filter(coupon=Coupon.objects.get(), most_uses=1).count() == 26

    refused = bertil.post("/admin/orders/coupon/add/", {**said, "how_many": "", "percent": ""})
    assert refused.status_code == 200
    assert Coupon.objects.count() == 1
    codes = bertil.post(
        "/admin/orders/couponcode/",
        {
            "action": "as_file",
            "_selected_action": [str(pk) for pk in CouponCode.objects.values_list("pk", flat=True)],
        },
    )
    assert codes["Content-Type"].startswith("text/csv")
    assert "KESÄ10;1;0" in codes.content.decode()
