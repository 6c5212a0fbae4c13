"""Orders of several rates, with payments, for tests of the money."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from orders import vat
from orders.invoicing.models import Invoice
from orders.invoicing.operations import issue
from orders.payments.models import Payment, Provider
from orders.sales.models import Order, OrderLine, OrderVat
from tests.conftest import NOON
from tests.privacy.lives import order_of

TODAY = date(2026, 11, 23)
LINES = [
    ("LAMPPU", "99.00", 1, "25.5", "standard"),
    ("KIRJA", "24.90", 3, "13.5", "book"),
    ("LEHTI", "4.90", 2, "10.0", "press"),
]
"""SKU, price with VAT, pieces, rate and class: 183.50 € in all."""
DELIVERY = Decimal("5.90")
TOTAL = Decimal("189.40")


def three_rates(**facts: Any) -> Order:
    """Let Anna, a guest, order things of three rates and have them delivered."""
    sold = [
        vat.Taxed(Decimal(rate), Decimal(price) * pieces)
        for _sku, price, pieces, rate, _class in LINES
    ]
    rows = vat.summary([*sold, *vat.divide_over_rates(DELIVERY, sold)])
    net, tax, gross = vat.total(rows)
    said: dict[str, Any] = {
        "total": gross,
        "total_net": net,
        "total_vat": tax,
        "delivery_price": DELIVERY,
        "delivery_method": "Postipaketti",
    }
    order = order_of(None, "anna@example.fi", **said, **facts)
    order.lines.all().delete()
    order.vat_rows.all().delete()
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            position=position,
            sku=sku,
            name=sku.capitalize(),
            kind="goods",
            quantity=pieces,
            unit_price=Decimal(price),
            vat_rate=Decimal(rate),
            vat_class=vat_class,
            total=Decimal(price) * pieces,
        )
        for position, (sku, price, pieces, rate, vat_class) in enumerate(LINES, start=1)
    )
    OrderVat.objects.bulk_create(
        OrderVat(order=order, rate=row.rate, net=row.net, vat=row.vat, gross=row.gross)
        for row in rows
    )
    return order


def invoiced(**facts: Any) -> Invoice:
    """Let Anna order things of three rates, and be billed for them."""
    return issue(order=three_rates(**facts), tax_point=TODAY, at=NOON)


def attempt(
    order: Order,
    amount: Decimal | str | None = None,
    *,
    provider: Provider = Provider.PAYTRAIL,
    at: datetime = NOON,
) -> Payment:
    """Let a payment of an order begin."""
    return Payment.objects.create(
        order=order,
        provider=provider,
        amount=order.total if amount is None else Decimal(amount),
        transaction_id=str(uuid4()),
        created_at=at,
    )
