"""What staff lay into an agreement, and into a price list."""

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
from orders.agreements.price_rows import MOST_BYTES as MOST_BYTES_OF_PRICES
from orders.agreements.price_rows import Cells, read
from privacy.intake.report import UnreadableFile

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


class PricesForm(forms.Form):
    """A table of prices, read as it comes in."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV with the columns sku, from_pieces and net, at most 10,000 rows."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )
    is_whole = forms.BooleanField(
        label=_("The file is the whole list: what it lacks is taken away"), required=False
    )

    def clean_file(self) -> list[Cells]:
        """Give the cells, or say why it is no such table."""
        file: File[bytes] = self.cleaned_data["file"]
        try:
            return read(file.read(MOST_BYTES_OF_PRICES + 1))
        except UnreadableFile as trouble:
            raise forms.ValidationError(trouble.issue.reason) from None
