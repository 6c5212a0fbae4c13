"""What people type into forms: in its normal form, or refused in their words.

Nothing typed stays nothing: whether something must be typed is for the form to say.
"""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from customers import identifiers, postcodes
from customers.einvoice_addresses import NotAnAddress, normal_operator, normal_ovt
from customers.identifiers import NotABusinessId, NotAPhoneNumber
from customers.postcodes import NotAPostcode
from privacy.languages import readers_language


def phone(typed: str) -> str:
    """Give a telephone number in E.164.

    :raises ValidationError: when it can be nobody's.
    """
    try:
        return identifiers.phone(typed).e164 if typed.strip() else ""
    except NotAPhoneNumber as refusal:
        raise ValidationError(
            _("This is not a telephone number. Write it like 040 123 4567 or +46 70 123 45 67.")
        ) from refusal


def business_id(typed: str) -> str:
    """Give a Finnish business ID as 1234567-1.

    :raises ValidationError: when it is none.
    """
    try:
        return identifiers.business_id(typed) if typed else ""
    except NotABusinessId as refusal:
        raise ValidationError(
            _("This is not a Finnish business ID. Check the digits: 1234567-1.")
        ) from refusal


def einvoice_address(typed: str) -> str:
    """Give a Finnish organisation code (OVT).

    :raises ValidationError: when it is none.
    """
    try:
        return normal_ovt(typed) if typed else ""
    except NotAnAddress as refusal:
        raise ValidationError(
            _("An e-invoice address begins with 0037 and goes on with the business ID.")
        ) from refusal


def einvoice_operator(typed: str) -> str:
    """Give the code of an operator of e-invoices.

    :raises ValidationError: when it is none.
    """
    try:
        return normal_operator(typed) if typed else ""
    except NotAnAddress as refusal:
        raise ValidationError(
            _("This is no operator's code. Ask whoever receives your invoices for it.")
        ) from refusal


def postcode(typed: str) -> str:
    """Give a Finnish postcode in its five digits.

    :raises ValidationError: when it is none.
    """
    try:
        return postcodes.normalise(typed) if typed else ""
    except NotAPostcode as refusal:
        raise ValidationError(_("A Finnish postcode has five digits.")) from refusal


def town_of(postcode: str) -> str:
    """Give the town of a postcode in the reader's language; nothing when the list has none."""
    try:
        found = postcodes.find(postcode)
    except NotAPostcode:
        return ""
    return found.city(readers_language()) if found else ""


def fill_in_town(form: forms.BaseForm, postcode: str, city: str) -> None:
    """Write the town that a postcode tells where none was typed.

    :param postcode: the name of the field in which the postcode stands.
    :param city: the name of the town's.
    """
    known = form.cleaned_data.get(postcode)
    if known and not form.cleaned_data.get(city) and city not in form.errors:
        form.cleaned_data[city] = town_of(known)


def einvoice_address_field() -> forms.CharField:
    """Ask where a company receives its invoices."""
    return forms.CharField(
        label=gettext_lazy("E-invoice address"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Such as 003720774740. Empty: the invoice comes by e-mail only."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def einvoice_operator_field() -> forms.CharField:
    """Ask through whom a company receives its invoices."""
    return forms.CharField(
        label=gettext_lazy("E-invoice operator"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Such as NDEAFIHH or 003721291126"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def street_field(use: str = "") -> forms.CharField:
    """Ask for the street of an address.

    :param use: `billing` or `shipping`, for the browser that fills it in.
    """
    return forms.CharField(
        label=gettext_lazy("Street address"),
        max_length=50,
        widget=forms.TextInput(attrs={"autocomplete": _hint(use, "street-address")}),
    )


def postcode_field(use: str = "") -> forms.CharField:
    """Ask for the postcode of an address; longer than it is, for people type a country first."""
    return forms.CharField(
        label=pgettext_lazy("address", "Postcode"),
        max_length=15,
        widget=forms.TextInput(
            attrs={"autocomplete": _hint(use, "postal-code"), "inputmode": "numeric"}
        ),
    )


def town_field(use: str = "") -> forms.CharField:
    """Ask for the town of an address, which the postcode tells as well."""
    return forms.CharField(
        label=gettext_lazy("Town"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("Filled in from the postcode."),
        widget=forms.TextInput(attrs={"autocomplete": _hint(use, "address-level2")}),
    )


def _hint(use: str, what: str) -> str:
    return f"{use} {what}".strip()
