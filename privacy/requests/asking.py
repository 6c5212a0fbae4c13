"""What is typed when somebody uses a right."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy.email_field import TypedEmailField
from privacy.free_words import refuse_what_must_not_be_kept
from privacy.requests.states import Kind

LONGEST = 3000

CHOICES = [
    (Kind.ACCESS, _("I want to see my data: a copy of everything that is held about me")),
    (Kind.PORTABILITY, _("I want my data as files that another service can read")),
    (Kind.RECTIFICATION, _("I want wrong data to be corrected")),
    (Kind.ERASURE, _("I want my data to be destroyed")),
    (Kind.RESTRICTION, _("I want my data to be only stored for now")),
    (Kind.OBJECTION, _("I object to what is done with my data")),
]

WORDS_NEEDED = {
    Kind.RECTIFICATION: _("Say what is wrong, and how it should be."),
    Kind.RESTRICTION: _("Say why your data should only be stored."),
    Kind.OBJECTION: _("Say what you object to, and why."),
}
"""Kinds that nobody can answer without some words, and what is asked for."""


def said_field(*, required: bool, help_text: object = "") -> forms.CharField:
    """Make the field for a person's own words."""
    return forms.CharField(
        label=pgettext_lazy("of a request", "In your own words"),
        required=required,
        max_length=LONGEST,
        help_text=str(help_text),
        validators=[refuse_what_must_not_be_kept],
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class WordsForm(forms.Form):
    """What somebody who is signed in wants to say to a request of one kind."""

    told_of = ("privacy.Request.account", "privacy.Request.said")

    said = said_field(required=True)

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["said"].help_text = str(WORDS_NEEDED[kind])
        self.fields["said"].error_messages["required"] = str(WORDS_NEEDED[kind])


class AskForm(forms.Form):
    """What somebody without an account asks, and where the link goes that confirms it."""

    told_of = ("privacy.Request",)

    kind = forms.ChoiceField(
        label=_("What do you want?"), choices=CHOICES, widget=forms.RadioSelect, initial=Kind.ACCESS
    )
    email = TypedEmailField(help_text=_("The one you have used in the shop. We send a link to it."))
    said = said_field(
        required=False,
        help_text=_("Not needed for a copy or for destruction. Never write an identity code."),
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        needed = WORDS_NEEDED.get(Kind(found["kind"])) if "kind" in found else None
        if needed is not None and found.get("said") == "":
            self.add_error("said", ValidationError(str(needed), code="required"))
        return found
