"""An import through the staff's pages: the file, where it stands, and what came of it."""

from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Self

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orders.importing.report import Report
from privacy.intake.uploads import STATE_IS_KNOWN, Upload


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


class ImportRun(Upload):
    """One uploaded catalogue on its way into the shop."""

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
    language = models.CharField(_("language of the texts"), max_length=2)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("catalogue import")
        verbose_name_plural = _("catalogue imports")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=STATE_IS_KNOWN, name="import_state_is_known"),
            models.CheckConstraint(
                condition=~Q(file="") | Q(state__in=["checked", "finished", "failed"]),
                name="import_at_work_has_its_file",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("admin:orders_importrun_change", args=[self.pk])

    @cached_property
    def report(self) -> Report:
        """What the check, or after it the import, has told."""
        return Report.from_json(self.result)
