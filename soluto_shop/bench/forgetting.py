"""Make people who have bought a lot, forget them, and see what that costs."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from allauth.account.models import EmailAddress
from axes.models import AccessLog
from django.db import connection, models, transaction
from django.utils import timezone

from customers.models import Account, Customer
from orders.fulfilment.models import Parcel
from orders.sales.models import Order, OrderLine
from orders.sales.states import PaymentStatus, Status
from orders.viitenumero import generate
from privacy.erase import erase
from privacy.outbox.models import Letter
from privacy.subject import subject_of
from privacy.sweep import sweep
from soluto_shop.bench.fill import keep

FIRST_NUMBER = 50_000_000
TEN = 10
OF_ONE = "order_id IN (SELECT id FROM orders_order WHERE email = %s)"
LONG_AGO = timedelta(days=60)
"""An order as old as this is done: nobody can withdraw from it any more."""


@dataclass(frozen=True)
class Forgetting:
    """What it cost to forget one person, or to sweep."""

    name: str
    queries: int
    seconds: float


def make_others(orders: int) -> None:
    """Let other people, ten orders each, have bought so much in all; what is there counts.

    One of them is made as customers are, and the database makes the others alike.
    """
    people = (orders - Order.objects.count()) // TEN
    if people <= 0:
        return
    one = f"muu-{uuid4().hex[:12]}@example.fi"
    _buy(None, [one] * TEN)
    last = FIRST_NUMBER + Order.objects.count()
    another = "md5(copy || {}::text)::uuid"
    number = f"({last} + (copy - 1) * {TEN} + row_number() OVER (PARTITION BY copy))::text"
    email = "'muu' || copy || '-' || email"
    row, order = another.format("id"), another.format("order_id")
    copies: list[tuple[type[models.Model], str, dict[str, str]]] = [
        (
            Order,
            "email = %s",
            {
                "id": row,
                "checkout": row,
                "secret": "md5(copy || secret)",
                "number": number,
                "reference": f"'7' || {number}",
                "email": email,
            },
        ),
        (OrderLine, OF_ONE, {"id": row, "order_id": order}),
        (Parcel, OF_ONE, {"id": row, "order_id": order}),
        (
            Letter,
            '"to" = %s',
            {"id": row, "about": another.format("about"), "to": email.replace("email", '"to"')},
        ),
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers for copies
        for model, where, changes in copies:
            cursor.execute(_multiplied(model, where, changes), [people - 1, one])


def _multiplied(model: type[models.Model], where: str, changes: dict[str, str]) -> str:
    """Write the statement that copies rows so many times, with these columns otherwise."""
    columns = [str(field.column) for field in model._meta.concrete_fields]
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(changes.get(column, f'"{column}"') for column in columns)
    table = model._meta.db_table
    return (
        f'INSERT INTO "{table}" ({names}) SELECT {values} '  # noqa: S608 (our own names)
        f'FROM "{table}", generate_series(1, %s) AS copy WHERE {where}'
    )


def make_person(orders: int) -> Customer:
    """Let somebody have an account and so many orders that are done."""
    email = f"bench-{uuid4().hex[:12]}@example.fi"
    account = Account.objects.create(email=email)
    EmailAddress.objects.create(user=account, email=email, verified=True, primary=True)
    card = Customer.objects.create(account=account, email=email, first_name="Anna")
    _buy(card, [email] * orders)
    keep(_sign_ins(email, orders))
    return card


def forget(orders: int) -> Forgetting:
    """Make a person with so many orders, and measure the erasure."""
    person = subject_of(cards=[make_person(orders).pk])
    return _measured(f"erase, {orders} own orders", lambda: erase(person, at=timezone.now()))


def sweep_idly() -> Forgetting:
    """Measure a night in which there is nothing to clear."""
    sweep(at=timezone.now())
    return _measured("sweep, nothing due", lambda: sweep(at=timezone.now()))


def _measured(name: str, action: Any) -> Forgetting:
    asked = 0

    def count(execute: Any, *call: Any) -> Any:
        nonlocal asked
        asked += 1
        return execute(*call)

    began = time.perf_counter()
    with connection.execute_wrapper(count):
        action()
    return Forgetting(name, asked, time.perf_counter() - began)


def table(costs: Sequence[Forgetting], *, orders: int) -> str:
    """Write the costs as a table."""
    rows = [f"{f'beside {orders} orders':34}{'queries':>9}{'seconds':>9}"]
    rows += [f"{each.name:34}{each.queries:>9}{each.seconds:>9.2f}" for each in costs]
    return "\n".join(rows)


def _buy(card: Customer | None, emails: list[str]) -> None:
    """Let each address have placed an order, which has been paid and delivered."""
    buyers = {uuid4(): email for email in emails}
    keep(_orders(card, buyers))
    keep(OrderLine(order_id=key, sku="BENCH", name="Tuote", **_LINE) for key in buyers)
    keep(Parcel(order_id=key, tracking_code=str(key)[:13], sent_at=_then()) for key in buyers)
    keep(_letters(buyers))
    done = Order.objects.filter(pk__in=buyers)
    done.update(status=Status.DELIVERED, delivered_at=_then())
    done.update(payment_status=PaymentStatus.PAID, paid_at=_then())


_LINE: dict[str, Any] = {
    "quantity": 1,
    "unit_price": Decimal("12.55"),
    "vat_rate": Decimal("25.5"),
    "total": Decimal("12.55"),
}


def _then() -> Any:
    return timezone.now() - LONG_AGO


def _orders(card: Customer | None, buyers: dict[UUID, str]) -> Iterator[Order]:
    first = FIRST_NUMBER + Order.objects.count() + 1
    for number, (key, email) in enumerate(buyers.items(), start=first):
        yield Order(
            id=key,
            number=str(number),
            secret=key.hex,
            checkout=key,
            customer=card,
            language="fi",
            placed_at=_then(),
            informed_at=_then(),
            email=email,
            first_name="Anna",
            last_name="Virtanen",
            street="Mannerheimintie 1",
            postcode="00100",
            city="Helsinki",
            reference=generate(str(number)),
            due_date=_then().date(),
            total=Decimal("12.55"),
            total_net=Decimal("10.00"),
            total_vat=Decimal("2.55"),
            terms_edition=1,
            statement_sha256="",
        )


def _letters(buyers: dict[UUID, str]) -> Iterator[Letter]:
    for order, email in buyers.items():
        yield Letter(
            to=email,
            about=order,
            language="fi",
            kind="bench",
            subject="bench",
            text="bench",
            created_at=timezone.now(),
        )


def _sign_ins(email: str, many: int) -> Iterator[AccessLog]:
    for _each in range(many):
        yield AccessLog(username=email, ip_address="192.0.2.7", path_info="/")
