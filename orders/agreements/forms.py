"""What staff lay into an agreement."""

from typing import Any

from django import forms
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from orders.agreements.papers import (
    MOST_BYTES,
    MOST_MEGABYTES,
    Acts,
    Locked,
    NotAPaper,
    NotAPdf,
    TooLarge,
    check,
)

_REASONS: dict[type[NotAPaper], Any] = {
    NotAPdf: _("This is not a whole PDF file."),
    TooLarge: _("The file is too large: at most %(most)s megabytes."),
    Acts: _("The PDF runs or encloses something. Save it as a plain document, such as PDF/A."),
    Locked: _("The PDF is sealed with a password. Save it without one."),
}


class DocumentForm(forms.Form):
    """A document, read and checked as it comes in."""

    document = forms.FileField(
        label=_("Document"),
        help_text=_("A PDF without scripts or enclosures, at most 10 megabytes."),
        widget=forms.ClearableFileInput(attrs={"accept": "application/pdf"}),
    )

    def clean_document(self) -> bytes:
        """Give the content, or say why it cannot be an agreement's document."""
        file: File[bytes] = self.cleaned_data["document"]
        try:
            if (file.size or 0) > MOST_BYTES:
                raise TooLarge
            content: bytes = file.read()
            check(content)
        except NotAPaper as trouble:
            words = _REASONS[type(trouble)]
            raise forms.ValidationError(words, params={"most": MOST_MEGABYTES}) from None
        return content
