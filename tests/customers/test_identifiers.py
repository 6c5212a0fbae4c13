import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.fi import ytunnus

from customers import identifiers
from customers.identifiers import Line, Reason
from tests import vectors

#: How each kind of row in the file is asked of us, and how its normal form is written there.
READERS = {
    "y-tunnus": identifiers.business_id,
    "y-tunnus-field": identifiers.business_id,
    "vat-fi": identifiers.vat_number,
    "tax-code": identifiers.vat_number,
    "normalize-tax-code": lambda text: identifiers.vat_number(text).removeprefix("FI"),
    "association-id": identifiers.association_number,
}


@pytest.mark.parametrize("row", vectors.rows("ytunnus_vat_fi"), ids=vectors.name)
def test_company_numbers_are_read_as_published(row: dict[str, str]) -> None:
    read = READERS[row["kind"]]
    if row["expected"] == "valid":
        assert read(row["input"]) == row["normalized"]
    else:
        with pytest.raises(identifiers.Refused):
            read(row["input"])


@pytest.mark.parametrize(
    "text",
    ["2077474-0", "20774740", "FI20774740", "fi 2077474 - 0", "2077474–0", "\u00a02077474\u20110 "],
)
def test_a_business_id_is_understood_however_it_was_pasted(text: str) -> None:
    assert identifiers.business_id(text) == "2077474-0"
    assert identifiers.vat_number(text) == "FI20774740"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.EMPTY),
        ("FI", Reason.EMPTY),
        ("SE2077474", Reason.CHARACTERS),
        ("٢٠٧٧٤٧٤-٠", Reason.CHARACTERS),
        ("261741-4", Reason.LENGTH),
        ("1" * 10_000, Reason.LENGTH),
        ("2077474-1", Reason.CHECK_DIGIT),
        ("0000000-0", Reason.NOT_IN_USE),
    ],
)
def test_the_refusal_of_a_business_id_says_why(text: str, reason: Reason) -> None:
    with pytest.raises(identifiers.NotABusinessId) as refusal:
        identifiers.business_id(text)
    assert refusal.value.reason is reason


@given(st.integers(1, 9_999_999))
def test_every_valid_business_id_is_its_own_normal_form(number: int) -> None:
    stem = f"{number:07d}"
    valid = [digit for digit in "0123456789" if ytunnus.is_valid(stem + digit)]

    assert len(valid) <= 1
    for digit in valid:
        assert identifiers.business_id(stem + digit) == f"{stem}-{digit}"
        assert identifiers.business_id(identifiers.vat_number(stem + digit)) == f"{stem}-{digit}"


@pytest.mark.parametrize("text", ["", "123.45", "1234.567", "12a.456"])
def test_what_is_no_association_number_is_refused(text: str) -> None:
    with pytest.raises(identifiers.NotAnAssociationNumber):
        identifiers.association_number(text)


@pytest.mark.parametrize("row", vectors.rows("phone_fi", expected="valid"), ids=vectors.name)
def test_a_telephone_number_has_one_form_however_it_is_written(row: dict[str, str]) -> None:
    phone = identifiers.phone(row["input"])

    assert (phone.e164, phone.national, phone.international) == (
        row["e164"],
        row["national"],
        row["international"],
    )
    lines = {
        "MOBILE": Line.MOBILE,
        "FIXED_LINE": Line.FIXED,
        "TOLL_FREE": Line.FREE,
        "PREMIUM_RATE": Line.PREMIUM,
        "UAN": Line.COMPANY,
    }
    assert phone.line is lines[row["type"]]
    assert identifiers.phone(phone.e164) == phone


@pytest.mark.parametrize("row", vectors.rows("phone_fi", expected="invalid"), ids=vectors.name)
def test_a_number_that_nobody_can_have_is_refused(row: dict[str, str]) -> None:
    with pytest.raises(identifiers.NotAPhoneNumber):
        identifiers.phone(row["input"])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (" ", Reason.EMPTY),
        ("0" * 5_000, Reason.LENGTH),
        ("soita äidille", Reason.CHARACTERS),
        ("0800-PIZZA1", Reason.CHARACTERS),
        ("12", Reason.NOT_IN_USE),
        ("--", Reason.CHARACTERS),
    ],
)
def test_the_refusal_of_a_telephone_number_says_why(text: str, reason: Reason) -> None:
    with pytest.raises(identifiers.NotAPhoneNumber) as refusal:
        identifiers.phone(text)
    assert refusal.value.reason is reason


def test_text_messages_go_to_mobiles_only() -> None:
    assert identifiers.phone("050 1234567").takes_text_messages
    assert identifiers.phone("+46 70 123 45 67").takes_text_messages
    assert not identifiers.phone("0600 123456").takes_text_messages
    assert not identifiers.phone("09 1234567").takes_text_messages


@given(st.text(max_size=50))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    for read in (*READERS.values(), identifiers.phone):
        try:
            read(text)
        except identifiers.Refused:
            continue
