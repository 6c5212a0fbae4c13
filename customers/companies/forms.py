"""What members write of their company and of each other."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from customers import postcodes
from customers.companies.operations import Limits
from customers.einvoice_addresses import NotAnAddress, normal_operator, normal_ovt
from customers.models import COMPANY_ADDRESS, COMPANY_DELIVERY, Company, Membership
from customers.postcodes import NotAPostcode
from privacy.free_words import WithoutIdentityCodes
from privacy.normal import LONGEST, normal_email


class CompanyDetailsForm(WithoutIdentityCodes):
    """What an admin corrects of the company; its business ID is for staff to correct."""

    told_of = ("customers.Company",)

    name = forms.CharField(
        label=gettext_lazy("Company name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    in_vat_register = forms.BooleanField(
        label=gettext_lazy("The company is in the VAT register"), required=False
    )
    einvoice_address = forms.CharField(
        label=gettext_lazy("E-invoice address"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Such as 003720774740. Empty: the invoice comes by e-mail only."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    einvoice_operator = forms.CharField(
        label=gettext_lazy("E-invoice operator"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Such as NDEAFIHH or 003721291126"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    street = forms.CharField(
        label=gettext_lazy("Street address"),
        required=False,
        max_length=50,
        widget=forms.TextInput(attrs={"autocomplete": "billing street-address"}),
    )
    postcode = forms.CharField(
        label=pgettext_lazy("address", "Postcode"),
        required=False,
        max_length=15,
        widget=forms.TextInput(
            attrs={"autocomplete": "billing postal-code", "inputmode": "numeric"}
        ),
    )
    city = forms.CharField(
        label=gettext_lazy("Town"),
        required=False,
        max_length=30,
        help_text=gettext_lazy("Filled in from the postcode."),
        widget=forms.TextInput(attrs={"autocomplete": "billing address-level2"}),
    )
    delivery_name = forms.CharField(
        label=gettext_lazy("Recipient"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "shipping organization"}),
    )
    delivery_street = forms.CharField(
        label=gettext_lazy("Street address"),
        required=False,
        max_length=50,
        widget=forms.TextInput(attrs={"autocomplete": "shipping street-address"}),
    )
    delivery_postcode = forms.CharField(
        label=pgettext_lazy("address", "Postcode"),
        required=False,
        max_length=15,
        widget=forms.TextInput(
            attrs={"autocomplete": "shipping postal-code", "inputmode": "numeric"}
        ),
    )
    delivery_city = forms.CharField(
        label=gettext_lazy("Town"),
        required=False,
        max_length=30,
        help_text=gettext_lazy("Filled in from the postcode."),
        widget=forms.TextInput(attrs={"autocomplete": "shipping address-level2"}),
    )

    def __init__(self, *args: Any, company: Company, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial = {name: getattr(company, name) for name in self.base_fields}

    def clean_einvoice_address(self) -> str:
        typed = self.cleaned_data["einvoice_address"]
        try:
            return normal_ovt(typed) if typed else ""
        except NotAnAddress as refusal:
            raise ValidationError(
                _("An e-invoice address begins with 0037 and goes on with the business ID.")
            ) from refusal

    def clean_einvoice_operator(self) -> str:
        typed = self.cleaned_data["einvoice_operator"]
        try:
            return normal_operator(typed) if typed else ""
        except NotAnAddress as refusal:
            raise ValidationError(
                _("This is no operator's code. Ask whoever receives your invoices for it.")
            ) from refusal

    def clean_postcode(self) -> str:
        return _postcode(self.cleaned_data["postcode"])

    def clean_delivery_postcode(self) -> str:
        return _postcode(self.cleaned_data["delivery_postcode"])

    def clean(self) -> dict[str, Any]:
        super().clean()
        self._fill_in_town("postcode", "city")
        self._fill_in_town("delivery_postcode", "delivery_city")
        self._ask_for_all("einvoice_address", "einvoice_operator")
        self._ask_for_all(*COMPANY_ADDRESS)
        self._ask_for_all(*COMPANY_DELIVERY)
        return self.cleaned_data

    def _fill_in_town(self, postcode: str, city: str) -> None:
        known = self.cleaned_data.get(postcode)
        if known and not self.cleaned_data.get(city) and city not in self.errors:
            found = postcodes.find(known)
            if found is not None:
                self.cleaned_data[city] = found.city(get_language() or "fi")

    def _ask_for_all(self, *names: str) -> None:
        """Ask for the rest of what is worth nothing in parts."""
        if any(self.cleaned_data.get(name) for name in names):
            for name in names:
                if not self.cleaned_data.get(name) and name not in self.errors:
                    self.add_error(name, _("Fill in this field."))


def _postcode(typed: str) -> str:
    try:
        return postcodes.normalise(typed) if typed else ""
    except NotAPostcode as refusal:
        raise ValidationError(_("A Finnish postcode has five digits.")) from refusal


class MemberForm(forms.Form):
    """What somebody may do for a company, and how much may be spent without asking."""

    told_of: tuple[str, ...] = ("customers.Membership",)

    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=Membership.Role.choices,
        initial=Membership.Role.BUYER,
        help_text=gettext_lazy(
            "A buyer orders and sees own orders. An approver also sees all orders of the company "
            "and decides about those above a limit. An admin also looks after members and details."
        ),
    )
    order_limit = forms.DecimalField(
        label=gettext_lazy("Limit of an order, € without VAT"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        localize=True,
        help_text=gettext_lazy("What goes over it waits for an approver. Empty: no limit."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    month_limit = forms.DecimalField(
        label=gettext_lazy("Limit of a calendar month, € without VAT"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        localize=True,
        help_text=gettext_lazy("All of the member's orders for the company. Empty: no limit."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )

    @property
    def limits(self) -> Limits:
        return Limits(self.cleaned_data["order_limit"], self.cleaned_data["month_limit"])


class InviteForm(MemberForm):
    """Whom a company invites."""

    told_of = ("customers.Invitation",)

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=LONGEST,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    field_order = ("email", "role", "order_limit", "month_limit")

    def clean_email(self) -> str:
        return normal_email(self.cleaned_data["email"])
