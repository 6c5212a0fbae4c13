"""What staff type about a complaint: a decision, or what has been done."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from orders import money
from orders.complaints.deciding import Decision
from orders.complaints.forms import ComplaintForm
from orders.complaints.models import Complaint, ComplaintLine
from orders.complaints.remedying import Done
from orders.complaints.states import Remedy
from orders.sales.models import Order
from privacy.email_field import TypedEmailField
from privacy.free_words import WithoutIdentityCodes

_BY_STAFF = (Complaint.Way.PHONE, Complaint.Way.MAIL)


def _day(label: Any) -> forms.DateField:
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=picker)


class TakenDownForm(ComplaintForm):
    """What a buyer has told by telephone or mail, in the hand of staff."""

    way = forms.ChoiceField(
        label=gettext_lazy("how it came"), choices=[(way.value, way.label) for way in _BY_STAFF]
    )
    received_at = forms.DateTimeField(
        label=gettext_lazy("when it came"),
        help_text=gettext_lazy(
            "When they called, or when the mail came: the clock runs from then."
        ),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    email = TypedEmailField(
        required=False,
        help_text=gettext_lazy("The receipt goes here; without an address none is sent."),
    )

    def __init__(self, *said: Any, **about: Any) -> None:
        super().__init__(*said, **about)
        self.order_fields(["way", "received_at", *(name for _line, name in self.rows)])

    def typed_before(self, order: Order) -> dict[str, Any]:
        """Give what stands in the form before anything is typed: it came just now."""
        now = timezone.localtime().replace(second=0, microsecond=0)
        return {**super().typed_before(order), "received_at": now}

    def clean_received_at(self) -> datetime:
        """Refuse a moment at which nobody can have complained of this order."""
        came: datetime = self.cleaned_data["received_at"]
        if came > timezone.now():
            raise ValidationError(_("This moment has not come yet."))
        if came < self.order.placed_at:
            raise ValidationError(_("The order had not been placed then."))
        return came


class DecisionForm(WithoutIdentityCodes):
    """A remedy with its pieces, or reasons for a refusal."""

    remedy = forms.ChoiceField(
        label=pgettext_lazy("complaint", "remedy"), choices=[("", "–"), *Remedy.choices]
    )
    promised_date = _day(gettext_lazy("promised by"))
    answer = forms.CharField(
        label=gettext_lazy("answer to the buyer"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("It stands in the letter as you write it; a refusal needs reasons."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(
        self,
        said: QueryDict | None = None,
        *,
        complaint: Complaint,
        lines: list[ComplaintLine],
        refuses: bool = False,
    ) -> None:
        super().__init__(said, initial={"remedy": complaint.wish, "answer": complaint.answer})
        self.rows = [LineForm(said, line=line) for line in lines]
        self.refuses = refuses
        self.fields["remedy"].required = not refuses
        self.fields["answer"].required = refuses

    def is_valid(self) -> bool:
        """Ask every line, so that each tells its faults; a refusal asks none."""
        is_well = super().is_valid()
        if self.refuses:
            return is_well
        for row in self.rows:
            row.is_reduction = self.cleaned_data.get("remedy") == Remedy.REDUCTION
        return all([is_well, *[row.is_valid() for row in self.rows]])

    def decision(self) -> Decision:
        """Give what was decided in the words of the operation."""
        said = self.cleaned_data
        return Decision(
            remedy=Remedy(said["remedy"]),
            pieces={row.key: row.cleaned_data["granted"] for row in self.rows},
            reductions={row.key: row.cleaned_data["reduction"] or money.ZERO for row in self.rows},
            answer=said["answer"],
            promised_date=said["promised_date"],
        )


class LineForm(forms.Form):
    """How many pieces of a line are made good, and by how much their price is lowered."""

    granted = forms.IntegerField(label=gettext_lazy("pieces made good"), min_value=0)
    reduction = forms.DecimalField(
        label=gettext_lazy("price reduction, €"),
        min_value=0,
        decimal_places=2,
        required=False,
        localize=True,
    )
    is_reduction = False

    def __init__(self, said: QueryDict | None = None, *, line: ComplaintLine) -> None:
        super().__init__(said, prefix=str(line.pk), initial={"granted": line.quantity})
        self.line = line

    @property
    def key(self) -> UUID:
        return self.line.pk

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        pieces, lowered = said.get("granted") or 0, said.get("reduction") or Decimal(0)
        if pieces > self.line.quantity:
            self.add_error("granted", _("The buyer has told of fewer pieces."))
        if self.is_reduction and pieces and not lowered:
            self.add_error("reduction", _("Say by how much the price is lowered."))
        if self.is_reduction and lowered > self.line.order_line.unit_price * pieces:
            self.add_error("reduction", _("That is more than these pieces cost."))
        return said


_SAID_OF: dict[str, tuple[str, ...]] = {
    Remedy.REPAIR: ("taken_in_date", "given_back_date"),
    Remedy.REPLACEMENT: ("tracking_code",),
}


class DoneForm(forms.Form):
    """What has been done: of a repair its days, of a replacement its parcel."""

    taken_in_date = _day(gettext_lazy("taken in for repair"))
    given_back_date = _day(gettext_lazy("given back repaired"))
    tracking_code = forms.CharField(
        label=gettext_lazy("tracking code"), required=False, max_length=40
    )

    def __init__(self, said: QueryDict | None = None, *, complaint: Complaint) -> None:
        super().__init__(said)
        wanted = _SAID_OF.get(complaint.remedy, ())
        for name in set(self.fields) - set(wanted):
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        begun, ended = said.get("taken_in_date"), said.get("given_back_date")
        if "taken_in_date" in self.fields and (not begun or not ended or ended < begun):
            self.add_error(None, _("Say from when until when it was being repaired."))
        return said

    def done(self) -> Done:
        """Give what was done in the words of the operation."""
        said = self.cleaned_data
        return Done(
            taken_in_date=said.get("taken_in_date"),
            given_back_date=said.get("given_back_date"),
            tracking_code=said.get("tracking_code", ""),
        )
