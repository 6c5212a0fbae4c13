import pytest

from privacy.identity_codes import identity_codes
from tests import vectors


@pytest.mark.parametrize("row", vectors.rows("hetu_free_text"), ids=vectors.name)
def test_codes_are_found_in_a_sentence_and_nothing_else_is(row: dict[str, str]) -> None:
    masked = row["text"]
    for code in identity_codes(row["text"]):
        masked = masked.replace(code, f"{code[:6]}*****")
    assert masked == row["masked"]
    assert bool(identity_codes(row["text"])) is (row["expected"] == "detect")


@pytest.mark.parametrize("text", ["020594x903p", "020594–903P", "Straße 020594X903P"])
def test_letter_case_and_dashes_do_not_hide_a_code(text: str) -> None:
    assert len(identity_codes(text)) == 1


@pytest.mark.parametrize("text", ["1020594X903P", "020594X903PA", "٠٢٠٥٩٤X٩٠٣P", ""])
def test_a_part_of_a_longer_number_is_no_code(text: str) -> None:
    assert identity_codes(text) == []
