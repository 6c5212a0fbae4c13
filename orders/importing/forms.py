"""The form by which staff upload a catalogue."""

from typing import IO, cast

from django import forms
from django.conf import settings
from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.importing.archive import MOST_IN_ALL, ArchiveRefused, pictures_in

MOST_BYTES = 100 * 1024 * 1024
FORMATS = [
    ("auto", _("Recognise it")),
    ("own", _("This shop's own")),
    ("woocommerce", "WooCommerce"),
    ("shopify", "Shopify"),
    ("spree", "Spree"),
    ("oscar", "Oscar"),
    ("json", "JSON"),
]


class UploadForm(forms.Form):
    """A file, and what cannot be seen from it."""

    file = forms.FileField(label=_("File"), help_text=_("CSV or JSON, at most 100 megabytes."))
    pictures = forms.FileField(
        label=_("Pictures"),
        required=False,
        help_text=_(
            "A ZIP of JPEG, PNG, GIF, WebP or AVIF files, without folders, at most 300 megabytes. "
            "They are found by the names that the file gives."
        ),
    )
    format = forms.ChoiceField(label=pgettext_lazy("of a file", "Format"), choices=FORMATS)
    language = forms.ChoiceField(
        label=_("Language of the texts"),
        choices=settings.LANGUAGES,
        help_text=_("For the files of other shops; our own says it by its columns."),
    )

    def clean_file(self) -> File[bytes]:
        file: File[bytes] = self.cleaned_data["file"]
        return _not_over(file, MOST_BYTES)

    def clean_pictures(self) -> File[bytes] | None:
        """Look through the ZIP before it is kept."""
        file: File[bytes] | None = self.cleaned_data["pictures"]
        if not file:
            return None
        _not_over(file, MOST_IN_ALL)
        try:
            pictures_in(cast(IO[bytes], file))
        except ArchiveRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        file.seek(0)
        return file


def _not_over(file: File[bytes], most: int) -> File[bytes]:
    """Refuse a file that is too large.

    :raises ValidationError: when it is.
    """
    if (file.size or 0) > most:
        raise forms.ValidationError(
            _("The file has %(size)s; at most %(most)s can be uploaded."),
            params={"size": filesizeformat(file.size), "most": filesizeformat(most)},
        )
    return file
