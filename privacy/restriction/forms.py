"""What a person is told before a restriction is lifted."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from privacy.free_words import WithoutIdentityCodes


class LiftingForm(WithoutIdentityCodes):
    """Where the letter goes, in which language, and why the restriction ends."""

    to = forms.EmailField(label=_("E-mail address"), required=False)
    address = forms.CharField(
        label=_("Name and postal address"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Where the letter is posted, if there is no e-mail address."),
    )
    language = forms.ChoiceField(label=_("Language of the letter"), choices=settings.LANGUAGES)
    words = forms.CharField(
        label=_("Why it ends, as told to the person"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Write in the language of the letter."),
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and not (said["to"] or said["address"]):
            raise ValidationError(_("Give an e-mail address or a postal address."))
        return said
