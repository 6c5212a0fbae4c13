"""What the tax office is told of sales across borders agrees with the vouchers and the books."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from orders.invoicing.books import Month, vat_summary
from orders.invoicing.models import Invoice
from orders.invoicing.operations import credit_all, issue
from orders.invoicing.tax_returns import (
    Quarter,
    oss_csv,
    oss_in_the_books,
    oss_rows,
    recapitulated,
    recapitulative_rows,
)
from orders.sales.models import Order, OrderLine
from tests.conftest import NOON
from tests.orders.money_matters import TODAY
from tests.privacy.lives import order_of

pytestmark = pytest.mark.django_db

FOURTH = Quarter.of(TODAY)


def sold(**facts: Any) -> Invoice:
    """Sell one thing for 100 € in the given way, and invoice it."""
    said = {"total": Decimal(100), "total_net": Decimal(100), "total_vat": Decimal(0), **facts}
    order = order_of(None, "anna@example.fi", **said)
    order.lines.all().delete()
    OrderLine.objects.create(
        order=order,
        sku="X",
        name="X",
        kind="goods",
        quantity=1,
        unit_price=100,
        vat_rate=0,
        vat_class="standard",
        treatment=order.treatment,
        country=order.destination_country,
        total=100,
    )
    return issue(order=Order.objects.get(pk=order.pk), tax_point=TODAY, at=NOON)


def to_a_company(vat_id: str, treatment: str) -> Invoice:
    return sold(
        treatment=treatment,
        destination_country=vat_id[:2],
        vat_id=vat_id,
        vat_id_checked_at=NOON,
    )


def test_quarters_have_their_days() -> None:
    assert (str(FOURTH), FOURTH.first, FOURTH.after) == (
        "2026-Q4",
        date(2026, 10, 1),
        date(2027, 1, 1),
    )
    assert Quarter.of(date(2027, 3, 31)).after == date(2027, 4, 1)


def test_the_oss_return_sums_by_country_and_names_what_corrects_an_earlier_quarter() -> None:
    german = sold(treatment="distance", destination_country="DE")
    sold(treatment="distance", destination_country="DE")
    sold(treatment="distance", destination_country="EE")
    sold()
    rows = [(row.country, row.rate, row.net, row.vat, row.corrects) for row in oss_rows(FOURTH)]
    assert rows == [
        ("DE", Decimal("19.0"), Decimal("168.06"), Decimal("31.94"), None),
        ("EE", Decimal("24.0"), Decimal("80.65"), Decimal("19.35"), None),
    ]
    assert oss_in_the_books(FOURTH) == Decimal("51.29")

    later = NOON + timedelta(days=60)
    credit_all(invoice=german, reason=Invoice.Reason.RETURNED, at=later)
    [row] = oss_rows(Quarter.of(later.date()))
    assert (row.country, row.vat, row.corrects) == ("DE", Decimal("-15.97"), FOURTH)
    with translation.override("en"):
        assert "DIFFERS" not in oss_csv(FOURTH)
    assert "anna" not in oss_csv(FOURTH)


def test_the_recapitulative_statement_has_a_line_a_company() -> None:
    to_a_company("SE556012579001", "intra")
    to_a_company("SE556012579001", "reverse")
    to_a_company("EL094259216", "intra")
    sold(treatment="distance", destination_country="DE")
    month = Month(date(2026, 11, 1))
    rows = recapitulative_rows(recapitulated(month))
    assert [(row.vat_id, row.goods, row.services) for row in rows] == [
        ("EL094259216", Decimal("100.00"), Decimal(0)),
        ("SE556012579001", Decimal("100.00"), Decimal("100.00")),
    ]
    sums = vat_summary(month)
    assert all(each.agrees for each in sums)
    assert [(each.treatment, each.country, each.vat) for each in sums] == [
        ("distance", "DE", Decimal("15.97")),
        ("intra", "EL", Decimal(0)),
        ("intra", "SE", Decimal(0)),
        ("reverse", "SE", Decimal(0)),
    ]
