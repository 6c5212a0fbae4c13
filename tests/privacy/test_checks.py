"""The shop does not start while a column is not spoken for."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.db import models

from customers.models import Account, Customer
from orders.sales.models import Order
from privacy import checks
from privacy.checks import every_column_is_declared, every_declaration_is_whole
from privacy.registry import (
    Declaration,
    DeclaredTwice,
    concrete_fields,
    declare,
    held_models,
    registry,
)

Put = Callable[[type[models.Model], Declaration], None]


@pytest.fixture
def put(monkeypatch: pytest.MonkeyPatch) -> Put:
    """Put a declaration in place of another until the test is over."""
    changed: dict[Any, Declaration] = dict(registry)
    monkeypatch.setattr(checks, "registry", changed)
    return changed.__setitem__


def test_every_column_of_every_table_is_declared() -> None:
    assert every_column_is_declared(None) == []
    assert every_declaration_is_whole(None) == []


@pytest.mark.parametrize("model", held_models(), ids=lambda model: model._meta.label)
def test_a_forgotten_column_stops_the_start(model: type[models.Model], put: Put) -> None:
    declaration = registry[model]
    for name in concrete_fields(model):
        data = {known: datum for known, datum in declaration.data.items() if known != name}
        without = replace(declaration, data=data, impersonal=declaration.impersonal - {name})
        put(model, without)

        assert [error.msg for error in every_column_is_declared(None)] == [
            f"{model._meta.label}.{name} is not declared: is it personal data?"
        ]


def test_a_declared_column_that_is_gone_stops_the_start(put: Put) -> None:
    more = registry[Order].impersonal | {"shoe_size"}
    put(Order, replace(registry[Order], impersonal=more))

    [error] = every_column_is_declared(None)
    assert error.id == "privacy.E002"


def test_a_column_without_a_purpose_stops_the_start(put: Put) -> None:
    card = registry[Customer]
    data = {**card.data, "phone": replace(card.data["phone"], purposes=())}
    put(Customer, replace(card, data=data))

    [error] = every_declaration_is_whole(None)
    assert error.id == "privacy.E003"


def test_a_table_is_declared_once() -> None:
    with pytest.raises(DeclaredTwice):
        declare(Account)
