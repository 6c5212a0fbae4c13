"""Plain texts become paragraphs and lists, and nothing is lost."""

from hypothesis import given
from hypothesis import strategies as st

from orders.catalogue.prose import Block, blocks


def test_empty_lines_part_paragraphs_and_dashes_make_lists() -> None:
    text = "Ensin tämä.\r\nJa sitten.\r\n\r\n- Yksi\n- Kaksi\nLopuksi.\n\n\n\nLoppu"

    assert blocks(text) == [
        Block(("Ensin tämä.", "Ja sitten.")),
        Block(("Yksi", "Kaksi"), is_list=True),
        Block(("Lopuksi.",)),
        Block(("Loppu",)),
    ]


def test_an_empty_text_has_no_blocks() -> None:
    assert blocks(" \n\n ") == []


@given(st.text(alphabet="ab -•\n\r", max_size=60))
def test_no_word_is_lost(text: str) -> None:
    shown = [letter for block in blocks(text) for line in block.lines for letter in line]

    assert [letter for letter in shown if letter in "ab"] == [
        letter for letter in text if letter in "ab"
    ]
