"""Where it comes from: asked in the same form as what staff write about somebody."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy.provenance.models import OTHERS, Whence
from privacy.registry import Basis, Purpose, registry

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Any]
    _FormSet = forms.BaseInlineFormSet[Any, Any, Any]
else:
    _ModelForm = forms.ModelForm
    _FormSet = forms.BaseInlineFormSet

SAID = ["said_whence", "said_party", "said_is_public", "said_basis", "said_purpose"]
_BY_STAFF = [(each.value, each.label) for each in Whence if each is not Whence.THEMSELVES]


def personal_changes(form: forms.BaseForm, model: type[Any]) -> list[str]:
    """Name the declared columns that a form changes."""
    return [name for name in form.changed_data if name in registry[model].data]


class WhenceForm(_ModelForm):
    """A row about somebody, and who gave what is changed in it.

    Only what changes personal data asks; the rest can be saved without a word.
    """

    said_whence = forms.ChoiceField(
        label=gettext_lazy("From whom"),
        required=False,
        choices=[("", gettext_lazy("Choose who gave the data")), *_BY_STAFF],
    )
    said_party = forms.CharField(
        label=gettext_lazy("Who, or how"),
        required=False,
        max_length=100,
        help_text=gettext_lazy(
            "The authority or the third party by name. Of the customer's own word: how it came, "
            "such as by telephone."
        ),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
    said_is_public = forms.BooleanField(
        label=gettext_lazy("From a source that anybody can look at"), required=False
    )
    said_basis = forms.ChoiceField(
        label=gettext_lazy("Legal basis"),
        required=False,
        choices=[("", gettext_lazy("Choose the legal basis")), *Basis.choices],
    )
    said_purpose = forms.ChoiceField(
        label=gettext_lazy("Purpose"),
        required=False,
        choices=Purpose.choices,
        initial=Purpose.REGISTER,
    )

    def clean(self) -> dict[str, Any] | None:
        said = super().clean()
        if personal_changes(self, self._meta.model) or self.cleaned_data.get("said_whence"):
            self._require_whence()
        return said

    def _require_whence(self) -> None:
        whence = self.cleaned_data.get("said_whence")
        if not whence:
            self.add_error("said_whence", _("Say who gave the data that you change."))
        if whence in OTHERS and not str(self.cleaned_data.get("said_party", "")).strip():
            self.add_error("said_party", _("Name the authority or the third party."))
        if not self.cleaned_data.get("said_basis"):
            self.add_error("said_basis", _("Say on what legal basis we may hold them."))
        if not self.cleaned_data.get("said_purpose"):
            self.add_error("said_purpose", _("Say for what purpose we hold them."))

    @property
    def whence(self) -> dict[str, Any]:
        """Give what was said, as `note_provenance` takes it."""
        said = self.cleaned_data
        return {
            "source": Whence(said["said_whence"]),
            "party": said["said_party"],
            "is_public": said["said_is_public"],
            "basis": Basis(said["said_basis"]),
            "purpose": Purpose(said["said_purpose"]),
        }


class WhenceFormSet(_FormSet):
    """Rows beneath another; the form above them says who gave the data."""

    def clean(self) -> None:
        super().clean()
        said = str(self.data.get("said_whence", "")) if self.is_bound else ""
        if not said and any(self._changes(form) for form in self.forms):
            raise ValidationError(_("Say above who gave the data that you change."))

    def _changes(self, form: Any) -> bool:
        goes = form in self.deleted_forms
        return not goes and bool(personal_changes(form, type(form.instance)))
