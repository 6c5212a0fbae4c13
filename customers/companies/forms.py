"""What members write of their company and of each other."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers import typed
from customers.companies.operations import Limits
from customers.models import COMPANY_ADDRESS, COMPANY_DELIVERY, Company, Membership
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
    einvoice_address = typed.einvoice_address_field()
    einvoice_operator = typed.einvoice_operator_field()
    street = typed.street_field("billing")
    postcode = typed.postcode_field("billing")
    city = typed.town_field("billing")
    delivery_name = forms.CharField(
        label=gettext_lazy("Recipient"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "shipping organization"}),
    )
    delivery_street = typed.street_field("shipping")
    delivery_postcode = typed.postcode_field("shipping")
    delivery_city = typed.town_field("shipping")

    def __init__(self, *args: Any, company: Company, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial = {name: getattr(company, name) for name in self.base_fields}
        for name in (*COMPANY_ADDRESS, *COMPANY_DELIVERY):
            self.fields[name].required = False  # All of an address, or nothing of it.

    def clean_einvoice_address(self) -> str:
        return typed.einvoice_address(self.cleaned_data["einvoice_address"])

    def clean_einvoice_operator(self) -> str:
        return typed.einvoice_operator(self.cleaned_data["einvoice_operator"])

    def clean_postcode(self) -> str:
        return typed.postcode(self.cleaned_data["postcode"])

    def clean_delivery_postcode(self) -> str:
        return typed.postcode(self.cleaned_data["delivery_postcode"])

    def clean(self) -> dict[str, Any]:
        super().clean()
        typed.fill_in_town(self, "postcode", "city")
        typed.fill_in_town(self, "delivery_postcode", "delivery_city")
        self._ask_for_all("einvoice_address", "einvoice_operator")
        self._ask_for_all(*COMPANY_ADDRESS)
        self._ask_for_all(*COMPANY_DELIVERY)
        return self.cleaned_data

    def _ask_for_all(self, *names: str) -> None:
        """Ask for the rest of what is worth nothing in parts."""
        if any(self.cleaned_data.get(name) for name in names):
            for name in names:
                if not self.cleaned_data.get(name) and name not in self.errors:
                    self.add_error(name, _("Fill in this field."))


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
