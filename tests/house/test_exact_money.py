"""MO-04 and PA-04: no float counts money, and no signature is compared sign by sign."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = (
    "orders/money.py",
    "orders/vat.py",
    "orders/barcode.py",
    *(f"orders/{room}" for room in ("banking", "basket", "bookkeeping", "books", "checkout")),
    *(f"orders/{room}" for room in ("delivery", "invoicing", "payments", "sales")),
    "orders/catalogue/prices.py",
)
SECONDS = {
    ("orders/payments/paytrail/breaker.py", "seconds: float"),
    ("orders/payments/paytrail/breaker.py", "0.0"),
    ("orders/payments/paytrail/client.py", "4.0"),
}
"""Floats that are a time to wait, and no money."""


def floats(source: str) -> Iterator[str]:
    """Give each place where a source makes, takes or names a float."""
    tree = ast.parse(source)
    owners = {id(each.annotation): each for each in ast.walk(tree) if isinstance(each, ast.arg)}
    for node in ast.walk(tree):
        is_named = isinstance(node, ast.Name) and node.id == "float"
        is_made = isinstance(node, ast.Constant) and isinstance(node.value, float)
        is_field = isinstance(node, ast.Attribute) and node.attr == "FloatField"
        if is_named or is_made or is_field:
            yield ast.unparse(owners.get(id(node), node))


def money_files() -> list[Path]:
    found = [file for name in FILES for file in (ROOT / name, *(ROOT / name).rglob("*.py"))]
    return [file for file in found if file.suffix == ".py" and "migrations" not in file.parts]


def test_mo_04_no_float_counts_money() -> None:
    found = {
        (str(file.relative_to(ROOT)), place)
        for file in money_files()
        for place in floats(file.read_text(encoding="utf-8"))
    }
    assert found == SECONDS


@pytest.mark.parametrize(
    "line", ["x = 0.1", "x = float(y)", "dumps(x, default=float)", "x = models.FloatField()"]
)
def test_mo_04_a_float_is_seen_in_whatever_form_it_comes(line: str) -> None:
    assert list(floats(line))
    assert not list(floats("x = Decimal('0.1') + 1"))


def compared(source: str) -> Iterator[str]:
    """Give each place where something called a signature is compared with == or !=."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq | ast.NotEq):
            said = ast.unparse(node)
            if "signature" in said or "digest" in said:
                yield said


def test_pa_04_a_signature_is_compared_in_constant_time() -> None:
    payments = (ROOT / "orders/payments").rglob("*.py")
    checkout = (ROOT / "orders/checkout").rglob("*.py")
    assert [each for file in (*payments, *checkout) for each in compared(file.read_text())] == []
    ours = (ROOT / "orders/payments/paytrail/signature.py").read_text()
    assert "hmac.compare_digest(" in ours
    assert list(compared("if sign(x) == signature: pass"))
