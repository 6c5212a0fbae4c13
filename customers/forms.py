"""What customers tell of themselves and their companies."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from customers import typed
from privacy.free_words import refuse_what_must_not_be_kept
from privacy.normal import compose


class DetailsForm(forms.Form):
    """A person's own card."""

    told_of = ("customers.Customer",)

    first_name = forms.CharField(
        label=_("First name"),
        required=False,
        max_length=50,
        validators=[refuse_what_must_not_be_kept],
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = forms.CharField(
        label=_("Last name"),
        required=False,
        max_length=50,
        validators=[refuse_what_must_not_be_kept],
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=40,  # people type spaces and brackets; what is stored is shorter
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"}),
    )
    language = forms.ChoiceField(
        label=_("Language of pages and letters"), choices=settings.LANGUAGES
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        compose(self.cleaned_data)
        return self.cleaned_data

    def clean_phone(self) -> str:
        return typed.phone(self.cleaned_data["phone"])


class CompanyForm(forms.Form):
    """A company that somebody buys for."""

    told_of = ("customers.Company", "customers.Membership.role")

    name = forms.CharField(
        label=_("Company name"),
        max_length=100,
        validators=[refuse_what_must_not_be_kept],
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    business_id = forms.CharField(
        label=_("Business ID"), max_length=20, help_text=_("Y-tunnus, such as 2077474-0.")
    )

    def clean(self) -> dict[str, Any]:
        super().clean()
        compose(self.cleaned_data)
        return self.cleaned_data

    def clean_business_id(self) -> str:
        return typed.business_id(self.cleaned_data["business_id"])
