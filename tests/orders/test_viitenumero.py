import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders import viitenumero
from orders.viitenumero import NotAReference, Reason
from tests import vectors

bases = st.integers(100, 10**19 - 1).map(str)

#: VN050 groups from the left, against bank practice and the other sources: not to be followed.
ROWS = vectors.rows("viitenumero", status="verified")
DISPUTED = vectors.rows("viitenumero", status="disputed")


def _of(operation: str, rows: list[dict[str, str]] = ROWS) -> list[dict[str, str]]:
    found = [row for row in rows if row["op"] == operation]
    assert found
    return found


@pytest.mark.parametrize("row", _of("validate"), ids=vectors.name)
def test_a_reference_is_known_from_what_only_looks_like_one(row: dict[str, str]) -> None:
    assert viitenumero.is_valid(row["input"]) is (row["expected"] == "valid")


@pytest.mark.parametrize("row", _of("generate"), ids=vectors.name)
def test_a_base_gets_its_check_digit(row: dict[str, str]) -> None:
    if row["expected"] == "error":
        with pytest.raises(NotAReference):
            viitenumero.generate(row["input"])
    else:
        assert viitenumero.generate(row["input"]) == row["expected"]


@pytest.mark.parametrize("row", _of("generate_paper"), ids=vectors.name)
def test_a_new_reference_is_written_in_groups(row: dict[str, str]) -> None:
    assert viitenumero.written(viitenumero.generate(row["input"])) == row["expected"]


@pytest.mark.parametrize("row", _of("format_paper"), ids=vectors.name)
def test_a_reference_is_written_in_groups_from_the_right(row: dict[str, str]) -> None:
    assert viitenumero.written(row["input"]) == row["expected"]


@pytest.mark.parametrize("row", DISPUTED, ids=vectors.name)
def test_the_disputed_grouping_is_not_followed(row: dict[str, str]) -> None:
    assert row["id"] == "VN050"
    with_check = viitenumero.generate(row["input"])

    assert viitenumero.written(with_check).split()[-1] == with_check[-5:]
    assert (
        not viitenumero.is_valid(row["input"])
        or viitenumero.written(row["input"]) == "917 19262 29591 97870"
    )


@pytest.mark.parametrize("row", _of("generate_from_document_number"), ids=vectors.name)
def test_a_document_number_becomes_a_reference(row: dict[str, str]) -> None:
    if row["expected"] == "error":
        with pytest.raises(NotAReference):
            viitenumero.from_document_number(row["input"])
    else:
        assert viitenumero.from_document_number(row["input"]) == row["expected"]


@pytest.mark.parametrize("row", vectors.rows("rf_reference"), ids=vectors.name)
def test_the_international_form_is_made_and_known(row: dict[str, str]) -> None:
    text = row["input"]
    match row["op"]:
        case "generate":
            assert viitenumero.generate_rf(text) == row["expected"]
        case "generate_paper":
            assert viitenumero.written(viitenumero.generate_rf(text)) == row["expected"]
        case "generate_from_document_number":
            made = viitenumero.to_rf(viitenumero.from_document_number(text))
            assert made == row["expected"]
        case "validate":
            assert viitenumero.is_valid(text) is (row["expected"] == "valid")
        case "validate_iso11649":
            assert viitenumero.is_creditor_reference(text) is (row["expected"] == "valid")
        case unknown:
            pytest.fail(f"no test for {unknown}")


@given(bases)
def test_what_is_generated_is_valid_in_both_forms_and_comes_back(base: str) -> None:
    reference = viitenumero.generate(base)

    assert reference[:-1] == base
    assert viitenumero.normalise(viitenumero.written(reference)) == reference
    international = viitenumero.to_rf(reference)
    assert viitenumero.normalise(viitenumero.written(international)) == reference
    assert viitenumero.is_creditor_reference(international)
    assert viitenumero.normalise("000"[: 20 - len(reference)] + reference) == reference


@given(bases, st.data())
def test_one_wrong_digit_is_always_seen(base: str, data: st.DataObject) -> None:
    reference = viitenumero.generate(base)
    place = data.draw(st.integers(0, len(reference) - 1))
    wrong = data.draw(st.sampled_from([d for d in "0123456789" if d != reference[place]]))

    changed = reference[:place] + wrong + reference[place + 1 :]

    assert not viitenumero.is_valid(changed)


@given(st.text(max_size=60))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    if viitenumero.is_valid(text):
        assert viitenumero.normalise(text).isascii()


@given(st.text(alphabet="AB-0123456789", max_size=40))
def test_every_document_number_with_a_digit_gets_a_valid_reference(number: str) -> None:
    if any(sign.isdigit() for sign in number):
        assert viitenumero.is_valid(viitenumero.from_document_number(number))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("  ", Reason.EMPTY),
        ("12a4", Reason.CHARACTERS),
        ("١٢٣٤", Reason.CHARACTERS),
        ("123", Reason.LENGTH),
        ("0001", Reason.LENGTH),
        ("1" * 21, Reason.LENGTH),
        ("12345612", Reason.CHECK_DIGIT),
        ("RF331234561", Reason.RF_CHECK_DIGITS),
    ],
)
def test_the_refusal_says_why(text: str, reason: Reason) -> None:
    with pytest.raises(NotAReference) as refusal:
        viitenumero.normalise(text)
    assert refusal.value.reason is reason
