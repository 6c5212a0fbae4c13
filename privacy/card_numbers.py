"""Card numbers in what people write: found so that they are never kept."""

import re

from django.utils.translation import gettext_lazy as _
from stdnum import luhn

REFUSAL = _("Take the card number out, please. We never ask for it and must not keep it.")
_CANDIDATE = re.compile(r"(?<!\d)(?:\d[ -]?){12,18}\d(?!\d)", re.ASCII)


def card_numbers(text: str) -> list[str]:
    """List the card numbers in a text, as they are written there; their check digit is right."""
    return [
        found[0]
        for found in _CANDIDATE.finditer(text)
        if luhn.is_valid(re.sub(r"[ -]", "", found[0]))
    ]


def without_card_numbers(text: str) -> str:
    """Take the card numbers out of a text."""
    for number in card_numbers(text):
        text = text.replace(number, "")
    return text
