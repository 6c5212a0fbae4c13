"""What buyers, readers and staff write about reviews."""

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.reviews.models import LONGEST_TEXT, LONGEST_TITLE, Complained
from privacy.free_words import WithoutIdentityCodes

_POINTS = [
    (5, _("5 – excellent")),
    (4, _("4 – good")),
    (3, _("3 – all right")),
    (2, _("2 – poor")),
    (1, _("1 – bad")),
]


class ReviewForm(WithoutIdentityCodes):
    """One to five points, and words if there are any."""

    told_of = ("orders.Review",)

    rating = forms.TypedChoiceField(
        label=_("Your points"), choices=_POINTS, coerce=int, widget=forms.RadioSelect
    )
    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE, required=False)
    text = forms.CharField(
        label=_("What do you think of it?"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Everybody can read it. Write nothing about your own or others' matters."),
    )
    is_named = forms.BooleanField(
        label=_("Show my first name"),
        required=False,
        help_text=_("Otherwise it says “Verified buyer”."),
    )


class ReportForm(forms.Form):
    """Why a review should not stand there."""

    why = forms.ChoiceField(
        label=_("What is wrong with it?"), choices=Complained.choices, widget=forms.RadioSelect
    )


class RefusalForm(WithoutIdentityCodes):
    """The reason that its writer is told."""

    reason = forms.CharField(
        label=_("reason told to the writer"),
        max_length=1000,
        help_text=_("It stands in the letter as you write it."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
