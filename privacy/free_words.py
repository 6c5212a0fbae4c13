"""Words that people write freely, and what must not be kept of them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from privacy.card_numbers import REFUSAL, card_numbers
from privacy.identity_codes import identity_codes
from privacy.normal import compose


def refusal_of(words: str) -> str:
    """Ask to take out what must not be kept; nothing is said of words that may stay."""
    if identity_codes(words):
        return _("Take the personal identity code out, please. We must not keep it.")
    return str(REFUSAL) if card_numbers(words) else ""


def refuse_what_must_not_be_kept(words: str) -> None:
    """Refuse a field that holds what must not be kept.

    :raises ValidationError: when a personal identity code or a card number stands in it.
    """
    if refusal := refusal_of(words):
        raise ValidationError(refusal, code="must_not_be_kept")


class WithoutIdentityCodes(forms.Form):
    """A form whose free words must hold no personal identity code and no card number."""

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        compose(said)
        for name in [name for name, words in said.items() if isinstance(words, str)]:
            if refusal := refusal_of(said[name]):
                self.add_error(name, refusal)
        return said
