"""What the contact person writes down: a request that came by another way, and what is answered."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib.admin.sites import AdminSite
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from privacy.admin_parts import RowChoice
from privacy.free_words import WithoutIdentityCodes
from privacy.normal import normal_email
from privacy.requests.models import Request
from privacy.requests.remedies import remedies
from privacy.requests.states import GROUNDS, REGISTERED, Kind, Refusal
from privacy.requests.steps import Step
from privacy.requests.wording import words_for
from privacy.restriction.models import Restriction
from privacy.subject import card_model

NOON = time(12, 0)
_CARD = Request._meta.get_field("card")


def _text(rows: int = 4, **attrs: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


class WhoForm(WithoutIdentityCodes):
    """Who asks, as far as it is known; the answer must be able to go somewhere."""

    name = forms.CharField(label=_("Name"), max_length=100, required=False)
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_("Its owner can prove by a link that it is theirs."),
    )
    postal_address = forms.CharField(
        label=_("Postal address"),
        max_length=300,
        required=False,
        widget=_text(3),
        help_text=_("Where the answer is posted, if there is no e-mail address."),
    )

    def __init__(self, *args: Any, site: AdminSite, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["card"] = forms.ModelChoiceField(
            label=_("Customer's card"),
            queryset=card_model()._base_manager.all(),
            required=False,
            widget=RowChoice(_CARD, site, attrs={"data-width": "100%"}),
            help_text=_("Whose data it is about, once you know. Search by a whole e-mail address."),
        )
        self.order_fields(self.field_order)

    def clean_email(self) -> str:
        return normal_email(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if not self.errors and not (said["email"] or said["postal_address"] or said["card"]):
            raise ValidationError(
                _("Give an e-mail or postal address, or a card: the answer has to go somewhere.")
            )
        return said


def who_in(said: Mapping[str, Any]) -> dict[str, Any]:
    """Give who asks, in the words of the operations."""
    card = said["card"]
    return {
        "email": said["email"],
        "name": said["name"],
        "postal_address": said["postal_address"],
        "card_id": UUID(str(card.pk)) if card else None,
    }


class RegisterForm(WhoForm):
    """A request that reached the contact person by letter, e-mail, telephone or a visit."""

    kind = forms.ChoiceField(label=_("What is asked"), choices=[("", "–"), *Kind.choices])
    channel = forms.ChoiceField(
        label=_("How it came"),
        choices=[("", "–"), *((way.value, way.label) for way in REGISTERED)],
    )
    received_date = forms.DateField(
        label=_("Day on which it came"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The month runs from this day, not from today."),
    )
    received_time = forms.TimeField(
        label=_("Time, if it is known"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    language = forms.ChoiceField(label=_("Language of the answer"), choices=settings.LANGUAGES)
    said = forms.CharField(
        label=_("What was asked, in the person's own words"),
        required=False,
        max_length=5000,
        widget=_text(6),
        help_text=_(
            "Neither write down nor file an identity document or a personal identity code. The "
            "person need not give one."
        ),
    )

    field_order = (
        "kind",
        "channel",
        "received_date",
        "received_time",
        "language",
        "name",
        "email",
        "postal_address",
        "card",
        "said",
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if "received_date" in said and "received_time" in said:
            self._put_the_moment_together(said)
        return said

    def _put_the_moment_together(self, said: dict[str, Any]) -> None:
        """Take noon where no time is known; a request never comes from the future."""
        now = timezone.localtime()
        day, hour = said["received_date"], said["received_time"]
        moment = timezone.make_aware(datetime.combine(day, hour or NOON))
        if day > now.date() or (hour and moment > now):
            where = "received_date" if day > now.date() else "received_time"
            self.add_error(where, _("A request cannot have come in the future."))
        said["received_at"] = min(moment, now)

    @property
    def facts(self) -> dict[str, Any]:
        """Give what was written down, in the words of the operation."""
        said = self.cleaned_data
        return {
            "kind": Kind(said["kind"]),
            "channel": said["channel"],
            "received_at": said["received_at"],
            "language": said["language"],
            "said": said["said"],
            **who_in(said),
        }


class StepForm(WithoutIdentityCodes):
    """What is said with a step; a bare step says nothing."""

    def __init__(self, *args: Any, asked: Request, step: Step, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        for name in set(self.fields) & {"words", "reason", "complaint"}:
            self._speak(name)
        if "words" in self.fields:
            self.fields["words"].initial = words_for(asked, step)
        if "complaint" in self.fields:
            self.fields["complaint"].initial = remedies(asked.language)
        refusal = self.fields.get("refusal")
        if isinstance(refusal, forms.ChoiceField):
            grounds = GROUNDS[Kind(asked.kind)]
            refusal.choices = [("", "–"), *((each.value, each.label) for each in grounds)]

    def _speak(self, name: str) -> None:
        """Say in which language the person reads what is written into a field."""
        field = self.fields[name]
        field.widget.attrs["lang"] = self.asked.language
        language = self.asked.get_language_display()
        field.help_text = _("The person reads this. Write in: %s.") % language


class CorrectForm(WhoForm):
    """Who asks, corrected."""

    field_order = ("name", "email", "postal_address", "card")

    def __init__(self, *args: Any, asked: Request, site: AdminSite) -> None:
        known = {
            "name": asked.name,
            "email": asked.email,
            "postal_address": asked.postal_address,
            "card": asked.card_id,
        }
        super().__init__(*args, site=site, initial=known)


class VouchForm(StepForm):
    """Why the contact person is certain."""

    note = forms.CharField(
        label=_("How you are certain"),
        max_length=300,
        widget=_text(3),
        help_text=_("Such as order numbers that only the person knows. Never ask for a document."),
    )


class ExtendForm(StepForm):
    """Why a month is not enough."""

    reason = forms.CharField(label=_("Reasons, as told to the person"), widget=_text())


class DestroyForm(StepForm):
    """That the lists have been read, and what else the person is told."""

    words = forms.CharField(label=_("What else you want to say"), required=False, widget=_text())
    read = forms.BooleanField(label=_("I have read what goes and what stays."))


class SettleForm(StepForm):
    """What has been done."""

    words = forms.CharField(label=_("The answer, as told to the person"), widget=_text())


class RestrictForm(SettleForm):
    """What has been done, and for which of the four reasons the data are only stored."""

    restriction = forms.ChoiceField(
        label=_("Reason (Article 18(1))"), choices=[("", "–"), *Restriction.Reason.choices]
    )
    field_order = ("restriction", "words")


class RefuseForm(StepForm):
    """The ground, the reasons, and where the person can complain: all three, or nothing is sent."""

    refusal = forms.ChoiceField(label=_("Ground"), choices=Refusal.choices)
    reason = forms.CharField(label=_("Reasons, as told to the person"), widget=_text())
    complaint = forms.CharField(label=_("Where the person can complain"), widget=_text())


class PartForm(RefuseForm):
    """What has been done, and why the rest has not."""

    words = forms.CharField(label=_("What has been done"), widget=_text())
    field_order = ("words", "refusal", "reason", "complaint")


_FORMS: dict[Step, type[StepForm]] = {
    Step.VOUCH: VouchForm,
    Step.EXTEND: ExtendForm,
    Step.DESTROY: DestroyForm,
    Step.SETTLE: SettleForm,
    Step.PART: PartForm,
    Step.REFUSE: RefuseForm,
}


def form_for(
    step: Step, asked: Request, *, posted: QueryDict | None, site: AdminSite
) -> WhoForm | StepForm:
    """Make the form that belongs to a step with a request."""
    if step == Step.WHO:
        return CorrectForm(posted, asked=asked, site=site)
    if step == Step.SETTLE and asked.kind == Kind.RESTRICTION:
        return RestrictForm(posted, asked=asked, step=step)
    return _FORMS.get(step, StepForm)(posted, asked=asked, step=step)
