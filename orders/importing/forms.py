"""The form by which staff upload a catalogue."""

from django import forms
from django.conf import settings
from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
    format = forms.ChoiceField(label=pgettext_lazy("of a file", "Format"), choices=FORMATS)
    language = forms.ChoiceField(
        label=_("Language of the texts"),
        choices=settings.LANGUAGES,
        help_text=_("For the files of other shops; our own says it by its columns."),
    )

    def clean_file(self) -> File[bytes]:
        file: File[bytes] = self.cleaned_data["file"]
        size = file.size or 0
        if size > MOST_BYTES:
            raise forms.ValidationError(
                _("The file has %(size)s; at most %(most)s can be uploaded."),
                params={
                    "size": filesizeformat(size),
                    "most": filesizeformat(MOST_BYTES),
                },
            )
        return file
