"""An import through the staff's pages: the file, where it stands, and what came of it."""

from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Self

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.importing.report import Report
from privacy.base import Model

SILENCE = timedelta(minutes=2)
"""A worker writes at least this often that it lives; after that somebody may begin anew."""


class ImportsStorage(FileSystemStorage):
    """A folder outside of what the web serves: nobody can fetch its files by an address."""

    @property
    def base_location(self) -> str:
        return str(Path(settings.VAR_DIR) / "imports")

    @property
    def location(self) -> str:
        return str(Path(self.base_location).absolute())

    def url(self, name: str | None) -> str:
        """Refuse: there is no address."""
        raise ValueError("An uploaded catalogue has no address.")


def imports_storage() -> ImportsStorage:
    """Give the folder to the model without writing its place into a migration."""
    return ImportsStorage()


def stored_name(run: "ImportRun", name: str) -> str:
    """Name a stored file by its run alone; what it was called is a column."""
    return str(run.pk)


def stored_pictures(run: "ImportRun", name: str) -> str:
    """Name the ZIP of a run's pictures beside its file."""
    return f"{run.pk}.pictures"


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    """Imports, by their age and state."""

    def with_file_since_before(self, at: datetime) -> Self:
        """Keep the imports whose file has lain here since before a moment."""
        return self.filter(created_at__lt=at).exclude(file="")

    def silent_since(self, at: datetime) -> Self:
        """Keep the imports of which nothing has been heard since a moment."""
        return self.filter(touched_at__lt=at)


class ImportRun(Model):
    """One uploaded catalogue on its way into the shop."""

    class State(models.TextChoices):
        CHECKING = "checking", pgettext_lazy("import", "Being checked")
        CHECKED = "checked", pgettext_lazy("import", "Checked, not imported yet")
        IMPORTING = "importing", pgettext_lazy("import", "Being imported")
        FINISHED = "finished", pgettext_lazy("import", "Imported")
        FAILED = "failed", pgettext_lazy("import", "Could not be read")

    file = models.FileField(
        _("file"), storage=imports_storage, upload_to=stored_name, max_length=100, blank=True
    )
    pictures = models.FileField(
        _("pictures"),
        storage=imports_storage,
        upload_to=stored_pictures,
        max_length=100,
        blank=True,
    )
    file_name = models.CharField(_("name of the file"), max_length=200)
    asked_format = models.CharField(max_length=12)
    language = models.CharField(_("language of the texts"), max_length=2)
    state = models.CharField(
        pgettext_lazy("import", "state"), max_length=10, choices=State, default=State.CHECKING
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("uploaded"))
    touched_at = models.DateTimeField()
    rows_done = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("catalogue import")
        verbose_name_plural = _("catalogue imports")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["checking", "checked", "importing", "finished", "failed"]),
                name="import_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(file="") | Q(state__in=["checked", "finished", "failed"]),
                name="import_at_work_has_its_file",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("admin:orders_importrun_change", args=[self.pk])

    @property
    def is_at_work(self) -> bool:
        """Tell whether a worker has it, or is about to."""
        return self.state in {self.State.CHECKING, self.State.IMPORTING}

    def is_stuck(self, at: datetime) -> bool:
        """Tell whether whoever had it seems to have died."""
        return self.is_at_work and self.touched_at < at - SILENCE

    @cached_property
    def report(self) -> Report:
        """What the check, or after it the import, has told."""
        return Report.from_json(self.result)
