"""What customers tell of themselves and their companies."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.identifiers import NotABusinessId, NotAPhoneNumber, business_id, phone
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
        typed = str(self.cleaned_data["phone"])
        if not typed.strip():
            return ""
        try:
            return phone(typed).e164
        except NotAPhoneNumber:
            raise ValidationError(
                _("This is not a telephone number. Write it like 040 123 4567 or +46 70 123 45 67.")
            ) from None


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
        try:
            return business_id(str(self.cleaned_data["business_id"]))
        except NotABusinessId:
            raise ValidationError(
                _("This is not a Finnish business ID. Check the digits: 1234567-1.")
            ) from None
