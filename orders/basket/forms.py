"""What a visitor may ask of a basket."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.basket.models import MOST_OF_ONE


class PutForm(forms.Form):
    """So many pieces of a variant, into the basket."""

    sku = forms.CharField(max_length=64)
    quantity = forms.IntegerField(
        label=_("Quantity"), min_value=1, max_value=MOST_OF_ONE, required=False
    )
    time = forms.UUIDField(label=pgettext_lazy("appointment", "time"), required=False)

    def clean_quantity(self) -> int:
        return self.cleaned_data["quantity"] or 1


class CouponForm(forms.Form):
    """The code of a coupon; none takes the coupon out."""

    code = forms.CharField(label=_("Coupon code"), max_length=100, required=False)


class ChangeForm(forms.Form):
    """So many pieces of a variant and no other number; none takes it out."""

    sku = forms.CharField(max_length=64)
    quantity = forms.IntegerField(label=_("Quantity"), min_value=0, max_value=MOST_OF_ONE)
    time = forms.UUIDField(required=False)
