"""What an owner says when giving access, and when ending it."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.grants.models import Grant
from customers.grants.powers import GrantedPowers
from customers.grants.roles import OWNER, role_words

if TYPE_CHECKING:

    class _GrantForm(forms.ModelForm[Grant]):
        """Django's form, with a method that its types do not name."""

        def _get_validation_exclusions(self) -> set[str]:
            return set()

else:
    _GrantForm = forms.ModelForm


class GrantForm(_GrantForm):
    """Who gets which role, from when until when, and why."""

    giver: GrantedPowers
    """Whoever is giving; the admin page says who that is."""

    class Meta:
        model = Grant
        fields = ["account", "role", "employer", "begins_date", "last_date", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = get_user_model().objects.filter(is_staff=True, is_active=True)
        choices: dict[str, Any] = self.fields
        choices["account"].queryset = people.exclude(pk=self.giver.pk).order_by("full_name")
        choices["role"].label_from_instance = role_words
        for name in ("account", "role"):
            for way in ("add", "change", "delete", "view"):
                setattr(choices[name].widget, f"can_{way}_related", False)
        self.fields["last_date"].help_text = _("At most %(days)d days after the first.") % {
            "days": settings.LONGEST_GRANT_DAYS
        }

    def _get_validation_exclusions(self) -> set[str]:
        """Let the constraint on overlaps see that what is being given has not ended."""
        return super()._get_validation_exclusions() - {"ended_at"}

    def clean_account(self) -> Any:
        account = self.cleaned_data["account"]
        if len(account.full_name.split()) < len(("first", "last")):
            raise ValidationError(
                _("Access is given to named persons: write first and last name on the account.")
            )
        return account

    def clean_role(self) -> Any:
        role = self.cleaned_data["role"]
        if role.name == OWNER and not self.giver.is_owner:
            raise ValidationError(_("Only an owner gives the owner's role."))
        return role

    def clean_begins_date(self) -> Any:
        begins = self.cleaned_data["begins_date"]
        if begins < timezone.localdate():
            raise ValidationError(_("Access cannot begin in the past."))
        return begins

    def clean(self) -> dict[str, Any] | None:
        said = super().clean()
        begins, last = self.cleaned_data.get("begins_date"), self.cleaned_data.get("last_date")
        if begins is None or last is None:
            return said
        if last < begins:
            self.add_error("last_date", _("The last day comes before the first."))
        elif last - begins > timedelta(days=settings.LONGEST_GRANT_DAYS):
            self.add_error(
                "last_date",
                _("Access lasts at most %(days)d days; then it is given anew.")
                % {"days": settings.LONGEST_GRANT_DAYS},
            )
        return said


class EndForm(forms.Form):
    """Why access ends."""

    why = forms.CharField(
        label=gettext_lazy("Why it ends"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
