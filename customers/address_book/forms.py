"""What a customer writes into the address book."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers import typed
from privacy.free_words import WithoutIdentityCodes


class AddressForm(WithoutIdentityCodes):
    """One address, and what it is used for."""

    told_of = ("customers.Address",)

    name = forms.CharField(
        label=gettext_lazy("Recipient"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    street = typed.street_field()
    postcode = typed.postcode_field()
    city = typed.town_field()
    is_delivery = forms.BooleanField(label=gettext_lazy("Send my parcels here"), required=False)
    is_billing = forms.BooleanField(
        label=gettext_lazy("Write my invoices to this address"), required=False
    )

    def clean_postcode(self) -> str:
        return typed.postcode(self.cleaned_data["postcode"])

    def clean(self) -> dict[str, Any]:
        super().clean()
        typed.fill_in_town(self, "postcode", "city")
        if self.cleaned_data.get("postcode") and self.cleaned_data.get("city") == "":
            self.add_error("city", _("Fill in this field."))
        return self.cleaned_data
