"""What a member writes about a wish list."""

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.wishes.models import LONGEST_NAME
from privacy.email_field import TypedEmailField
from privacy.free_words import WithoutIdentityCodes


class ListForm(WithoutIdentityCodes):
    """What a list is called."""

    told_of = ("orders.WishList.name",)

    name = forms.CharField(label=_("Name of the list"), max_length=LONGEST_NAME)


class ShowForm(WithoutIdentityCodes):
    """What is said of the owner on the page that others see."""

    told_of = ("orders.WishList.shown_as",)

    shown_as = forms.CharField(
        label=_("What should it say whose list this is?"),
        max_length=LONGEST_NAME,
        required=False,
        help_text=_("For instance your first name. Left empty, the page does not say."),
    )


class AwaitForm(forms.Form):
    """Where a guest is told that something is back."""

    told_of = ("orders.Awaited.email",)

    email = TypedEmailField(help_text=_("We send a link to it. Nothing begins before you open it."))


class WishForm(forms.Form):
    """An article, and the list that it is put on; without a list, the one changed last."""

    sku = forms.CharField(max_length=64)
    wish_list = forms.UUIDField(required=False)
