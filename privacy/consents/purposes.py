"""For what consent is asked, and the very words in which it is asked and taken back."""

from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy


class For(models.TextChoices):
    """What people can consent to; nothing of it is on before they do."""

    NEWSLETTER = "newsletter", pgettext_lazy("purpose of a consent", "Newsletter")
    PERSONAL = "personal", pgettext_lazy("purpose of a consent", "Content picked for you")


class Place(models.TextChoices):
    """Where consent was given or taken back."""

    ACCOUNT = "account", gettext_lazy("On the page of consents")
    FORM = "form", gettext_lazy("On the newsletter form, confirmed by a link in a letter")
    LINK = "link", gettext_lazy("On the page behind a link in a letter")
    ONE_CLICK = "one_click", gettext_lazy("With the mail program's own button")
    SHELF = "shelf", gettext_lazy("Beside what was picked")
    OBJECTION = "objection", gettext_lazy("By an objection")


def words_to_give(purpose: str, language: str) -> str:
    """Say what somebody consents to, in the words that stand beside the button."""
    with translation.override(language):
        if purpose == For.NEWSLETTER:
            return _(
                "Yes, send me the shop's newsletter by e-mail. I am at least 13 years old. I can "
                "end it at any time by one click in every letter. Whether I open the letters or "
                "follow their links is not watched."
            )
        return _(
            "Yes, pick content for me from what I have ordered and looked at in this shop, and "
            "remember what I look at for that. I am at least 13 years old. Nobody outside the "
            "shop gets to know it, and I can end it at any time by one click: then what was "
            "remembered is gone at once."
        )


def words_to_withdraw(purpose: str, language: str) -> str:
    """Say what taking a consent back means, in the words that stand beside that button."""
    with translation.override(language):
        if purpose == For.NEWSLETTER:
            return _("No more newsletters.")
        return _("Pick nothing for me any more, and delete what was remembered for that.")
