"""When there are to be times, as staff say it."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from orders.catalogue.times import MOST_PLACES
from orders.times.operations import Plan

LONGEST_DAYS = 400
WORKDAYS = ["0", "1", "2", "3", "4"]


class _DayInput(forms.DateInput):
    input_type = "date"

    def format_value(self, value: Any) -> str | None:
        return value.isoformat() if isinstance(value, date) else super().format_value(value)


class _HourInput(forms.TimeInput):
    input_type = "time"


class TimesForm(forms.Form):
    """Weekdays, hours, and from which day until which."""

    first = forms.DateField(label=_("first day"), widget=_DayInput)
    last = forms.DateField(label=_("last day"), widget=_DayInput)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("on these days"),
        coerce=int,
        choices=list(WEEKDAYS.items()),
        initial=WORKDAYS,
        widget=forms.CheckboxSelectMultiple,
    )
    begins = forms.TimeField(label=_("from"), initial="09:00", widget=_HourInput)
    ends = forms.TimeField(
        label=_("until"),
        initial="16:00",
        widget=_HourInput,
        help_text=_("The last time is over by then."),
    )
    minutes = forms.IntegerField(
        label=_("length, minutes"), initial=60, min_value=5, max_value=24 * 60
    )
    pause = forms.IntegerField(
        label=_("break between, minutes"), initial=0, min_value=0, max_value=24 * 60
    )
    places = forms.IntegerField(
        label=_("places in each"), initial=1, min_value=1, max_value=MOST_PLACES
    )

    def clean(self) -> dict[str, Any]:
        """Refuse what makes no time at all, and what would take more than a year."""
        said = super().clean() or {}
        if self.errors:
            return said
        if said["first"] > said["last"]:
            raise ValidationError({"last": _("The last day is before the first.")})
        if (said["last"] - said["first"]).days > LONGEST_DAYS:
            raise ValidationError({"last": _("That is more than a year.")})
        if not any(self.plan().times()):
            raise ValidationError(_("No time fits between these hours on these days."))
        return said

    def plan(self) -> Plan:
        """Give what was said."""
        return Plan(**self.cleaned_data)
