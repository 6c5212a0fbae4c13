"""Free words on the staff's side, and what must not be written into them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.card_numbers import REFUSAL, card_numbers
from privacy.identity_codes import identity_codes


class WithoutIdentityCodes(forms.Form):
    """A form whose free words must hold no personal identity code and no card number."""

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for name in [name for name, words in said.items() if isinstance(words, str)]:
            if identity_codes(said[name]):
                self.add_error(
                    name,
                    _(
                        "Take the personal identity code out: we must not keep it. Nobody has to "
                        "give one to use a right."
                    ),
                )
            if card_numbers(said.get(name) or ""):
                self.add_error(name, REFUSAL)
        return said
