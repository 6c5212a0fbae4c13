"""A file that staff gave, on its way into the shop: where it stands, and what was told of it."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy.base import Model

SILENCE = timedelta(minutes=2)
"""A worker writes at least this often that it lives; after that somebody may begin anew."""


class Upload(Model):
    """One file: uploaded, checked, confirmed, taken in by the worker."""

    class State(models.TextChoices):
        CHECKING = "checking", pgettext_lazy("import", "Being checked")
        CHECKED = "checked", pgettext_lazy("import", "Checked, not imported yet")
        IMPORTING = "importing", pgettext_lazy("import", "Being imported")
        FINISHED = "finished", pgettext_lazy("import", "Imported")
        FAILED = "failed", pgettext_lazy("import", "Could not be read")

    file = models.FileField(_("file"), max_length=100, blank=True)
    asked_format = models.CharField(pgettext_lazy("of a file", "format"), max_length=12)
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

    class Meta:
        abstract = True

    @property
    def is_at_work(self) -> bool:
        """Tell whether a worker has it, or is about to."""
        return self.state in {self.State.CHECKING, self.State.IMPORTING}

    def is_stuck(self, at: datetime) -> bool:
        """Tell whether whoever had it seems to have died."""
        return self.is_at_work and self.touched_at < at - SILENCE


STATE_IS_KNOWN = Q(state__in=["checking", "checked", "importing", "finished", "failed"])
"""What the database holds of every table of files."""
