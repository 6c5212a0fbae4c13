import pytest

from orders.catalogue import gtin


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("4006381333931", "4006381333931"),
        (" 73513537 ", "73513537"),
        ("978-0-471-11709-4", "9780471117094"),
        ("98412345678908", "98412345678908"),
        ("036000291452", "036000291452"),
    ],
)
def test_a_gtin_is_kept_as_its_digits(text: str, digits: str) -> None:
    assert gtin.normalise(text) == digits


@pytest.mark.parametrize(
    "text", ["", "4006381333932", "123", "0000000000000", "40063813339l1", "٧٣٥١٣٥٣٧", "1" * 500]
)
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(gtin.NotAGtin):
        gtin.normalise(text)
