"""What staff say when they take a step."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.returns.information import How, Why
from orders.sales.states import Step


class StepForm(forms.Form):
    """One step, and the carrier's number where there is one."""

    step = forms.ChoiceField(choices=Step)
    tracking_code = forms.RegexField(
        regex=r"^[A-Za-z0-9 -]*$",
        label=_("tracking code"),
        max_length=40,
        required=False,
        error_messages={"invalid": _("A tracking code has letters and digits only.")},
    )
    pieces = forms.IntegerField(required=False)


class ToldForm(forms.Form):
    """On which day a buyer was told of the right of withdrawal, how, and why not before."""

    on = forms.DateField(
        label=pgettext_lazy("told of withdrawing", "on"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    how = forms.ChoiceField(label=pgettext_lazy("told of withdrawing", "how"), choices=How)
    why = forms.ChoiceField(label=_("why not before"), choices=Why)
