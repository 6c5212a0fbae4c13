"""The bank bar code and the QR code, against published examples."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders import viitenumero
from orders.barcode import NotABarcode, Payable, check_symbol, decode, encode, epc_qr
from orders.money import from_cents
from tests import vectors

IBAN = "FI4950009420028730"
ROWS = vectors.rows("virtual_barcode")


def rows(op: str, expected: str) -> list[dict[str, str]]:
    return vectors.rows("virtual_barcode", op=op, expected=expected)


def payable(row: dict[str, str]) -> Payable:
    due = dt.date.fromisoformat(row["due"]) if row["due"] else None
    return Payable(row["iban"], row["reference"], from_cents(int(row["cents"])), due)


@pytest.mark.parametrize("row", rows("encode", "ok"), ids=vectors.name)
def test_an_invoice_becomes_54_digits(row: dict[str, str]) -> None:
    assert encode(payable(row)) == row["barcode"]
    assert check_symbol(row["barcode"]) == int(row["code128c_check"])


@pytest.mark.parametrize("row", rows("encode", "error"), ids=vectors.name)
def test_what_no_bank_would_take_is_refused(row: dict[str, str]) -> None:
    with pytest.raises(NotABarcode):
        encode(payable(row))


@pytest.mark.parametrize("row", rows("decode", "ok"), ids=vectors.name)
def test_54_digits_are_read_back(row: dict[str, str]) -> None:
    read = decode(row["barcode"])
    assert read.iban == row["iban"].replace(" ", "")
    assert viitenumero.normalise(read.reference) == viitenumero.normalise(row["reference"])
    assert read.amount == from_cents(int(row["cents"]))
    assert read.due == (dt.date.fromisoformat(row["due"]) if row["due"] else None)


@pytest.mark.parametrize("row", rows("decode", "error"), ids=vectors.name)
def test_other_digits_are_refused(row: dict[str, str]) -> None:
    with pytest.raises(NotABarcode):
        decode(row["barcode"])


def test_the_example_that_contradicts_itself_is_not_followed() -> None:
    [row] = vectors.rows("virtual_barcode", expected="disputed")
    assert encode(payable(row))[-6:] == "221212"
    assert row["barcode"][-6:] == "201212"


@given(
    base=st.integers(100, 10**18 - 1),
    cents=st.integers(0, 99_999_999),
    due=st.none() | st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)),
    is_rf=st.booleans(),
)
def test_whatever_is_written_is_read_back(
    *, base: int, cents: int, due: dt.date | None, is_rf: bool
) -> None:
    reference = viitenumero.generate(str(base))
    wanted = Payable(
        IBAN, viitenumero.to_rf(reference) if is_rf else reference, from_cents(cents), due
    )
    assert decode(encode(wanted)) == wanted


def test_the_qr_code_holds_payee_account_sum_and_rf_reference() -> None:
    text = epc_qr(Payable(IBAN, "1234561", Decimal("189.40")), bic="OKOYFIHH", name="Soluto Oy")
    assert text.split("\n") == [
        "BCD", "002", "1", "SCT", "OKOYFIHH", "Soluto Oy", IBAN, "EUR189.40", "", "RF341234561",
    ]  # fmt: skip


def test_a_qr_code_of_nothing_is_refused() -> None:
    with pytest.raises(NotABarcode):
        epc_qr(Payable(IBAN, "1234561", Decimal(0)), bic="", name="Soluto Oy")
