"""Words that a shop must not keep, although people write them into free text."""

import re

from django.utils.translation import gettext as _
from stdnum import luhn

from privacy.identity_codes import identity_codes

_CARD_NUMBER = re.compile(r"(?<!\d)(?:\d[ -]?){12,18}\d(?!\d)", re.ASCII)


def refusal_of(text: str) -> str:
    """Ask to take out what must not be kept; nothing is said of a text that may stay."""
    if identity_codes(text):
        return _("Take the personal identity code out, please. We must not keep it.")
    if any(_is_card_number(found[0]) for found in _CARD_NUMBER.finditer(text)):
        return _("Take the card number out, please. We never ask for it and must not keep it.")
    return ""


def _is_card_number(text: str) -> bool:
    return bool(luhn.is_valid(re.sub(r"[ -]", "", text)))
