"""The one field of the newsletter form."""

from django import forms
from django.utils.translation import gettext_lazy as _

from privacy.email_field import TypedEmailField


class NewsletterForm(forms.Form):
    """Where the newsletter should go."""

    told_of = ("privacy.Consent.email",)

    email = TypedEmailField(help_text=_("We send a link to it. Nothing begins before you open it."))
