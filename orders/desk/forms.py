"""What staff say when they take a step."""

from django import forms
from django.utils.translation import gettext_lazy as _

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
