"""What staff write into the register of breaches."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.admin.widgets import AdminSplitDateTime
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from privacy.breaches.affected import Found, NobodyMeant, held_in, named_by, seen_by
from privacy.breaches.models import Breach
from privacy.breaches.operations import due_at
from privacy.reading.models import table_words
from privacy.registry import Line, registry

if TYPE_CHECKING:
    _BreachForm = forms.ModelForm[Breach]
else:
    _BreachForm = forms.ModelForm


class BreachForm(_BreachForm):
    """A breach as it is known now."""

    lines = forms.MultipleChoiceField(
        label=capfirst(_("data concerned")),
        choices=Line,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Lines of section 5 of the register statement."),
    )

    class Meta:
        model = Breach
        fields = "__all__"

    def clean_noticed_at(self) -> Any:
        noticed = self.cleaned_data["noticed_at"]
        if noticed > timezone.now():
            raise ValidationError(_("This is in the future."))
        return noticed

    def clean_notified_at(self) -> Any:
        notified = self.cleaned_data["notified_at"]
        if notified and notified > timezone.now():
            raise ValidationError(_("This is in the future."))
        return notified

    def clean(self) -> dict[str, Any]:
        """Ask for the reasons of a delay, and keep the clock in step with when it was noticed."""
        said = super().clean() or self.cleaned_data
        noticed, notified = said.get("noticed_at"), said.get("notified_at")
        if noticed is not None:
            self.instance.due_at = due_at(noticed)
            is_late = notified is not None and notified > self.instance.due_at
            if is_late and not said.get("delay_reasons"):
                late = _("The authority was told after its day: write why (Article 33(1)).")
                self.add_error("delay_reasons", late)
        return said


class SourceForm(forms.Form):
    """One way of finding whom a breach touched."""

    how = ""
    title: Any = ""
    told: Any = ""

    def found(self) -> Found:
        """Compute whom it means."""
        raise NotImplementedError


class SessionForm(SourceForm):
    """Whatever a staff account saw between two moments."""

    how = "session"
    title = _("From the log of looks")
    told = _("Whose data a staff account was shown between two moments.")

    staff: Any = forms.ModelChoiceField(label=_("staff member"), queryset=None)
    since = forms.SplitDateTimeField(label=_("from"), widget=AdminSplitDateTime)
    until = forms.SplitDateTimeField(label=_("until"), widget=AdminSplitDateTime)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff: Any = self.fields["staff"]
        staff.queryset = get_user_model()._base_manager.filter(is_staff=True).order_by("full_name")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        since, until = said.get("since"), said.get("until")
        if since and until and until < since:
            self.add_error("until", _("It cannot have ended before it began."))
        return said

    def found(self) -> Found:
        said = self.cleaned_data
        return seen_by(said["staff"], since=said["since"], until=said["until"])


class TablesForm(SourceForm):
    """Everybody of whom whole tables, or lines of the statement, hold something."""

    how = "tables"
    title = _("From whole tables")
    told = _("Everybody of whom they hold anything now, as when a back-up is stolen.")

    tables = forms.MultipleChoiceField(
        label=_("tables"), required=False, widget=forms.CheckboxSelectMultiple
    )
    lines = forms.MultipleChoiceField(
        label=_("lines of section 5"),
        choices=Line,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [each for each in registry.values() if each.person and each.data]
        tables: Any = self.fields["tables"]
        tables.choices = sorted(
            ((each.label, table_words(each.label)) for each in known), key=lambda it: it[1]
        )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not (said.get("tables") or said.get("lines")):
            raise ValidationError(_("Choose a table or a line."))
        return said

    def found(self) -> Found:
        return held_in(self.cleaned_data["tables"], self.cleaned_data["lines"])


class NumbersForm(SourceForm):
    """The people behind numbers that were typed in."""

    how = "numbers"
    title = _("From numbers")
    told = _("Those whose orders or cards have these numbers.")

    numbers = forms.CharField(
        label=_("numbers"),
        widget=forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"}),
        help_text=_("Order numbers, or the numbers of cards or accounts, each on a line."),
    )

    def clean_numbers(self) -> Found:
        try:
            return named_by(self.cleaned_data["numbers"].split())
        except NobodyMeant as trouble:
            raise ValidationError(
                _("There is no order, card or account with the number %(number)s."),
                params={"number": str(trouble)},
            ) from None

    def found(self) -> Found:
        numbers: Found = self.cleaned_data["numbers"]
        return numbers


SOURCES: tuple[type[SourceForm], ...] = (SessionForm, TablesForm, NumbersForm)
