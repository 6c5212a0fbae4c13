"""What a customer writes into the address book."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers import typed
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
        compose(self.cleaned_data)
        for name in ("name", "street", "city"):
            if refusal := refusal_of(self.cleaned_data.get(name) or ""):
                self.add_error(name, refusal)
        postcode = self.cleaned_data.get("postcode")
        if postcode and not self.cleaned_data.get("city") and "city" not in self.errors:
            self.cleaned_data["city"] = typed.town_of(postcode)
            if not self.cleaned_data["city"]:
                self.add_error("city", _("Fill in this field."))
        return self.cleaned_data
