"""An e-mail address as people type it into a form."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from privacy.normal import LONGEST, normal_email


class TypedEmailField(forms.EmailField):
    """An e-mail address as typed, which comes out in its normal form.

    The part before @ must be plain: letters that merely look like others (a dotless ı, a Kelvin
    sign) become the letter they stand for or are refused, so no two accounts look alike.
    """

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("E-mail address"))
        widget = forms.EmailInput(attrs={"autocomplete": options.pop("autocomplete", "email")})
        super().__init__(max_length=LONGEST, widget=widget, **options)

    def to_python(self, value: Any) -> str:
        typed = str(super().to_python(value) or "")
        if any(unicodedata.category(sign) == "Cc" for sign in typed) or len(typed) > LONGEST:
            raise ValidationError(_("Enter a valid e-mail address."), code="invalid")
        address = normal_email(typed)
        if not address.rpartition("@")[0].isascii():
            raise ValidationError(_("Enter a valid e-mail address."), code="invalid")
        return address
