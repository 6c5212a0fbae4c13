"""Who of the staff has looked at whose data: written as it happens, and never rewritten."""

import pgtrigger
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy.reading.triggers import ONLY_TO_FORGET
from privacy.registry import registry


class Kind(models.TextChoices):
    """In what way a row was seen."""

    LIST = "list", pgettext_lazy("way of looking", "in a list")
    SEARCH = "search", pgettext_lazy("way of looking", "found by a search")
    DETAIL = "detail", pgettext_lazy("way of looking", "opened")
    HISTORY = "history", pgettext_lazy("way of looking", "history of changes")
    CHOICE = "choice", pgettext_lazy("way of looking", "offered for choosing")
    FILE = "file", pgettext_lazy("way of looking", "letter or file read")
    EXPORT = "export", pgettext_lazy("way of looking", "taken out as a file")
    PRINT = "print", pgettext_lazy("way of looking", "printed")


class Reading(models.Model):
    """One row about somebody that was shown to one of the staff: who, whose, which view, when."""

    at = models.DateTimeField(_("when"))
    table = models.CharField(pgettext_lazy("what was looked at", "data"), max_length=60)
    kind = models.CharField(pgettext_lazy("way of looking", "how"), max_length=8, choices=Kind)
    role = models.CharField(_("by whom"), max_length=200, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    about = models.UUIDField(
        _("about"),
        null=True,
        blank=True,
        help_text=_("The number of the card, account, order or letter that was seen."),
    )
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("staff member"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        db_index=False,
    )

    class Meta:
        app_label = "privacy"
        verbose_name = _("look at somebody's data")
        verbose_name_plural = _("looks at people's data")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="readings_by_time"),
            models.Index(
                fields=["about", "-at", "-id"],
                condition=Q(about__isnull=False),
                name="readings_of_person",
            ),
            models.Index(fields=["staff", "-at", "-id"], name="readings_by_staff"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="readings_are_never_rewritten",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=ONLY_TO_FORGET,
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.table} {self.kind}"

    def get_table_display(self) -> str:
        """Call the table as the person would whose row it was."""
        return table_words(self.table)

    def get_role_display(self) -> str:
        """Say what kind of staff it was, never who."""
        return role_words(self.role)


def table_words(label: str) -> str:
    """Call a table as its person would; one that is gone, as it was called in the code."""
    try:
        declaration = registry.get(apps.get_model(label))
    except LookupError:
        return label
    if declaration is None:
        return label
    return f"{declaration.name[:1].upper()}{declaration.name[1:]}"


def role_words(role: str) -> str:
    """Say in words what kind of staff somebody was; a group the shop does not know, by its name."""
    known = settings.STAFF_ROLES
    return ", ".join(str(known.get(name, name)) for name in role.split(",") if name)
