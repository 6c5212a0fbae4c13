"""MO-04: money never meets a number that cannot hold a tenth."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

ORDERS = Path(__file__).parents[2] / "orders"
MONEY = (
    "money.py",
    "vat.py",
    "basket",
    "books",
    "catalogue/asking.py",
    "catalogue/campaigns.py",
    "catalogue/prices.py",
    "catalogue/unit_price.py",
    "checkout/operations.py",
    "checkout/summary.py",
    "delivery",
    "invoicing/lines.py",
    "offers",
    "payments/models.py",
    "payments/operations.py",
    "sales",
)


def files() -> list[Path]:
    found = []
    for name in MONEY:
        path = ORDERS / name
        assert path.exists(), name
        found += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    return found


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ORDERS)))
def test_mo_04_no_float_stands_in_the_code_of_money(path: Path) -> None:
    found = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
    ]

    assert found == []


def test_mo_04_no_column_of_the_shop_is_a_float() -> None:
    found = [
        f"{model.__name__}.{column.name}"
        for model in apps.get_app_config("orders").get_models()
        for column in model._meta.concrete_fields
        if isinstance(column, models.FloatField)
    ]

    assert found == []
