"""The letters of an order, as staff call them."""

import pytest
from django.conf import settings
from django.utils import translation

from orders.sales.letter_names import NAMES, name_of

OF_ORDERS = ("order_", "invoice", "withdraw", "return_", "complaint_")


def test_every_letter_of_an_order_has_a_name_and_every_name_a_letter() -> None:
    mail = settings.BASE_DIR / "templates" / "mail"
    kinds = {path.name.removesuffix(".subject.txt") for path in mail.glob("*.subject.txt")}

    assert set(NAMES) == {kind for kind in kinds if kind.startswith(OF_ORDERS)}


@pytest.mark.parametrize(
    ("language", "name"), [("fi", "tilausvahvistus"), ("sv", "beställningsbekräftelse")]
)
def test_a_letter_is_named_in_the_readers_language(language: str, name: str) -> None:
    with translation.override(language):
        assert name_of("order_placed") == name
        assert name_of("a_kind_of_tomorrow") == "a_kind_of_tomorrow"
