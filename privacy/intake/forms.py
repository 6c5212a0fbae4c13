"""The form by which staff upload a file about people."""

from typing import Any

from django import forms
from django.core.files.base import File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy.intake.layouts import AUTO
from privacy.intake.taking import importers

MOST_BYTES = 100 * 1024 * 1024
NAMES = {
    AUTO: _("Recognise it"),
    "own": _("This shop's own"),
    "woocommerce": "WooCommerce",
    "shopify": "Shopify",
    "spree": "Spree",
    "json": "JSON",
}


class UploadForm(forms.Form):
    """A file, and what cannot be seen from it."""

    kind = forms.ChoiceField(label=_("What it holds"))
    file = forms.FileField(label=_("File"), help_text=_("CSV or JSON, at most 100 megabytes."))
    format = forms.ChoiceField(
        label=pgettext_lazy("of a file", "Format"), choices=list(NAMES.items())
    )
    party = forms.CharField(
        label=_("From whom"),
        required=False,
        max_length=100,
        help_text=_(
            "The people in the file are told so. Without a word it is the former web shop."
        ),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(each.kind, each.name) for each in importers.values()]
        self.fields["kind"] = forms.ChoiceField(label=_("What it holds"), choices=kinds)

    def clean_file(self) -> File[bytes]:
        file: File[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(
                _("The file has %(size)s; at most %(most)s can be uploaded."),
                params={"size": filesizeformat(file.size), "most": filesizeformat(MOST_BYTES)},
            )
        return file
