"""What a customer writes into the address book."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from customers import postcodes
from customers.postcodes import NotAPostcode
from privacy.free_words import refusal_of
from privacy.normal import compose


class AddressForm(forms.Form):
    """One address, and what it is used for."""

    told_of = ("customers.Address",)

    name = forms.CharField(
        label=gettext_lazy("Recipient"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    street = forms.CharField(
        label=gettext_lazy("Street address"),
        max_length=50,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    postcode = forms.CharField(
        label=pgettext_lazy("address", "Postcode"),
        max_length=15,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code", "inputmode": "numeric"}),
    )
    city = forms.CharField(
        label=gettext_lazy("Town"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("Filled in from the postcode."),
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
    is_delivery = forms.BooleanField(label=gettext_lazy("Send my parcels here"), required=False)
    is_billing = forms.BooleanField(
        label=gettext_lazy("Write my invoices to this address"), required=False
    )

    def clean_postcode(self) -> str:
        try:
            return postcodes.normalise(str(self.cleaned_data["postcode"]))
        except NotAPostcode as refusal:
            raise ValidationError(_("A Finnish postcode has five digits.")) from refusal

    def clean(self) -> dict[str, Any]:
        super().clean()
        compose(self.cleaned_data)
        for name in ("name", "street", "city"):
            if refusal := refusal_of(self.cleaned_data.get(name) or ""):
                self.add_error(name, refusal)
        postcode = self.cleaned_data.get("postcode")
        if postcode and not self.cleaned_data.get("city") and "city" not in self.errors:
            found = postcodes.find(postcode)
            if found is None:
                self.add_error("city", _("Fill in this field."))
            else:
                self.cleaned_data["city"] = found.city(get_language() or "fi")
        return self.cleaned_data
