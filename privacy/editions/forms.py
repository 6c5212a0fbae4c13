"""A new edition of the statement, as it is put in."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from privacy.editions.agreement import controller_missing_from, has_a_line_for_each
from privacy.editions.models import Edition

if TYPE_CHECKING:
    _EditionForm = forms.ModelForm[Edition]
else:
    _EditionForm = forms.ModelForm


class EditionForm(_EditionForm):
    """Three texts and the hour from which they count.

    What the text says of the controller, and how many lines its section 5 has, must agree with the
    shop; so no edition promises what the shop does not do.
    """

    class Meta:
        model = Edition
        fields = ["text_fi", "text_sv", "text_en", "valid_from"]

    def clean_text_fi(self) -> str:
        text = self._clean_text("text_fi")
        missing = controller_missing_from(text)
        if missing:
            raise ValidationError(
                _("The text does not say what the shop's settings say: %(facts)s"),
                params={"facts": "; ".join(missing)},
            )
        return text

    def clean_text_sv(self) -> str:
        return self._clean_text("text_sv")

    def clean_text_en(self) -> str:
        return self._clean_text("text_en")

    def _clean_text(self, name: str) -> str:
        text = str(self.cleaned_data[name]).replace("\r\n", "\n")
        if not has_a_line_for_each(text):
            raise ValidationError(
                _("Section 5 must have exactly one line for each that the register holds.")
            )
        return text

    def clean_valid_from(self) -> Any:
        begins = self.cleaned_data["valid_from"]
        if begins < timezone.now():
            raise ValidationError(_("An edition cannot begin in the past."))
        latest = Edition.objects.order_by("-valid_from").first()
        if latest is not None and begins <= latest.valid_from:
            raise ValidationError(_("An edition begins after the one before it."))
        return begins
