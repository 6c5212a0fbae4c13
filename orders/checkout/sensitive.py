"""Words that a shop must not keep, although people write them into free text."""

from django.utils.translation import gettext as _

from privacy.card_numbers import REFUSAL, card_numbers
from privacy.identity_codes import identity_codes


def refusal_of(text: str) -> str:
    """Ask to take out what must not be kept; nothing is said of a text that may stay."""
    if identity_codes(text):
        return _("Take the personal identity code out, please. We must not keep it.")
    return str(REFUSAL) if card_numbers(text) else ""
