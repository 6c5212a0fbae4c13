"""A file about people on its way into the register, and afterwards what was told of it.

The file itself is there between the upload and the import, and a week at most. What stays names
nobody: counts, columns, and why something was dropped.
"""

from functools import cached_property
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy.intake.people import PeopleReport
from privacy.intake.taking import importers
from privacy.intake.uploads import STATE_IS_KNOWN, Upload


class IntakeStorage(FileSystemStorage):
    """A folder that no address leads to, readable by the shop's own user only."""

    @property
    def base_location(self) -> str:
        return str(Path(settings.PRIVATE_ROOT) / "intake")

    @property
    def location(self) -> str:
        return str(Path(self.base_location).absolute())


def intake_storage() -> Storage:
    """Give that place, without writing it into a migration."""
    return IntakeStorage(file_permissions_mode=0o600, directory_permissions_mode=0o700)


def stored_name(intake: "Intake", name: str) -> str:
    """Name a stored file by its number alone: what it was called may name somebody."""
    return str(intake.pk)


class Intake(Upload):
    """One file about people, and what came of it."""

    kind = models.CharField(_("what it holds"), max_length=20)
    file = models.FileField(
        _("file"), storage=intake_storage, upload_to=stored_name, max_length=100, blank=True
    )
    party = models.CharField(pgettext_lazy("source of data", "who"), max_length=100, blank=True)

    class Meta:
        app_label = "privacy"
        default_permissions = ("add", "view")
        verbose_name = _("import of people")
        verbose_name_plural = _("imports of people")
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["-created_at"], name="intakes_by_time")]
        constraints = [
            models.CheckConstraint(condition=~Q(kind=""), name="intake_says_what_it_holds"),
            models.CheckConstraint(condition=STATE_IS_KNOWN, name="intake_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state="finished") | Q(file=""),
                name="finished_intake_has_let_its_file_go",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.created_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("admin:privacy_intake_change", args=[self.pk])

    @property
    def kind_words(self) -> str | Promise:
        """Say in the reader's language what it holds."""
        return importers[self.kind].name if self.kind in importers else self.kind

    @cached_property
    def report(self) -> PeopleReport:
        """What the check, or after it the import, has told."""
        return PeopleReport.from_json(self.result)
