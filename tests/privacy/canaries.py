"""People about whom something is known in every declared column, each value like no other."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import pgtrigger
from django.db import models

from privacy.outbox.enclosures import Enclosure, packed
from privacy.registry import Declaration, registry
from privacy.subject import Subject, rows_of, subject_of
from tests.factories import (
    StaffFactory,
)
from tests.privacy.lives import login_of, whole_life

_numbers = count(1)

FREELY_CHOSEN: dict[str, Callable[[int], str]] = {
    "customers.Customer.phone": lambda n: f"+35840{n:07d}",
    "orders.Order.phone": lambda n: f"+35840{n:07d}",
    "orders.CheckoutDraft.phone": lambda n: f"+35840{n:07d}",
    "customers.Company.business_id": lambda n: f"{n:07d}-1",
    "orders.Order.business_id": lambda n: f"{n:07d}-2",
    "orders.CheckoutDraft.business_id": lambda n: f"{n:07d}-3",
    "axes.AccessLog.session_hash": lambda n: f"{n:064d}",
    "privacy.Letter.attached": lambda n: packed(
        [Enclosure(f"kan-{n}.txt", "text/plain", f"kan-{n}-enclosed".encode())]
    ),
}
"""Columns whose values must have a form."""

TIES = {
    "allauth_account.EmailAddress.email",
    "account.EmailAddress.email",
    "axes.AccessAttempt.username",
    "axes.AccessFailureLog.username",
    "axes.AccessLog.username",
    "customers.Account.email",
    "orders.Awaited.email",
    "orders.FormerOrder.email",
    "customers.Invitation.email",
    "privacy.Letter.to",
    "privacy.Letter.about",
    "privacy.Reading.about",
    "privacy.Affected.about",
    "admin.LogEntry.object_id",
    "procrastinate.ProcrastinateJob.args",
    "customers.Session.session_data",
    "customers.Session.session_key",
    "privacy.DataCopy.file",
    "privacy.Disclosure.about_email",
}
"""Columns by which a row is its person's: their values are left as they are."""


BY_KIND: list[tuple[type, Callable[[int], Any]]] = [
    (models.GenericIPAddressField, lambda n: f"198.51.{n // 256}.{n % 256}"),
    (models.EmailField, lambda n: f"kanaria-{n}@example.fi"),
    (models.CharField, lambda n: f"kan-{n}-{uuid4().hex[:8]}"),
    (models.TextField, lambda n: f"kan-{n}-{uuid4().hex[:8]}"),
]


def plant(email: str) -> tuple[Subject, dict[str, Any]]:
    """Let somebody have a row in every table, and put a value of its own into every column."""
    card = whole_life(email, clerk=StaffFactory.create())
    subject = subject_of(accounts=[login_of(card).pk])
    planted: dict[str, Any] = {}
    for declaration, keys in rows_of(subject).items():
        values = {name: _value(declaration, name) for name in declaration.data}
        values = {name: value for name, value in values.items() if value is not None}
        if keys and values:
            _write(declaration, keys[0], values)
            planted |= {f"{declaration.label}.{name}": value for name, value in values.items()}
    return subject, planted


def tables_of_people() -> Iterator[Declaration]:
    """Give every table whose declaration says how to find its person."""
    for declaration in registry.values():
        ways = [by for by, _path in declaration.person if by != "none"]
        if declaration.data and ways:
            yield declaration


def _value(declaration: Declaration, name: str) -> Any:
    """Make a value that nobody else has; nothing for what cannot have one."""
    label = f"{declaration.label}.{name}"
    column, n = declaration.column(name), next(_numbers)
    if label in TIES or column.is_relation or column.choices:
        return None
    if label in FREELY_CHOSEN:
        return FREELY_CHOSEN[label](n)
    if isinstance(column, models.DateTimeField):
        return datetime(2026, 11, 1, tzinfo=UTC) + timedelta(seconds=n)
    makers = [maker for kind, maker in BY_KIND if isinstance(column, kind)]
    return makers[0](n)[: column.max_length] if makers else None


def _write(declaration: Declaration, key: Any, values: dict[str, Any]) -> None:
    """Write past the model's own save: what stands in old rows need not be what it would write."""
    with pgtrigger.ignore():  # some rows are written once, and never again
        assert declaration.model._base_manager.filter(pk=key).update(**values) == 1
