"""What an authority asks for, as the contact person notes it."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from privacy.admin_parts import LinesField
from privacy.disclosures.models import Disclosure
from privacy.disclosures.operations import whoever_has
from privacy.subject import rows_of

if TYPE_CHECKING:
    _DisclosureForm = forms.ModelForm[Disclosure]
else:
    _DisclosureForm = forms.ModelForm


class DisclosureForm(_DisclosureForm):
    """Authority, law, case, person and lines; and whether the person may be told."""

    about_email = forms.EmailField(
        label=capfirst(_("person's e-mail address")),
        widget=forms.EmailInput(attrs={"class": "vTextField"}),
        help_text=_("One person at a time: whoever has confirmed it, or ordered with it."),
    )
    lines = LinesField(label=capfirst(_("what is handed over")))

    class Meta:
        model = Disclosure
        fields = [
            "authority",
            "statute",
            "case_number",
            "asked_at",
            "about_email",
            "lines",
            "silence_statute",
            "silent_until",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "statute" in self.fields:
            self.fields["statute"].error_messages["required"] = _(
                "Nothing is handed over unless a law obliges the shop: name the statute."
            )

    def clean_about_email(self) -> str:
        email = str(self.cleaned_data["about_email"])
        if not any(rows_of(whoever_has(email)).values()):
            raise ValidationError(_("The register holds nothing about anybody with this address."))
        return email

    def clean_asked_at(self) -> Any:
        asked = self.cleaned_data["asked_at"]
        if asked > timezone.now():
            raise ValidationError(_("That is still to come."))
        return asked


class RefusalForm(forms.Form):
    """Why nothing is handed over."""

    because = forms.CharField(
        label=_("why it is refused"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
