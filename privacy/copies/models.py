"""A person's copy of their own data, for as long as it can be fetched."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from privacy.base import Model


class PrivateStorage(FileSystemStorage):
    """The place for files that no address leads to, readable by the shop's own user only."""

    @property
    def base_location(self) -> str:
        return str(settings.PRIVATE_ROOT)

    @property
    def location(self) -> str:
        return str(settings.PRIVATE_ROOT)


def private_storage() -> Storage:
    """Give that place."""
    return PrivateStorage(file_permissions_mode=0o600, directory_permissions_mode=0o700)


class DataCopyQuerySet(models.QuerySet["DataCopy"]):
    """Copies, by whether they can be fetched."""

    def ready(self, at: datetime) -> Self:
        """Keep the copies that can be fetched now."""
        return self.filter(expires_at__gt=at)

    def over(self, at: datetime) -> Self:
        """Keep the copies whose time is over, and those that were never made."""
        patience = timedelta(days=settings.KEEP_COPIES_DAYS)
        return self.filter(
            Q(expires_at__lte=at) | Q(expires_at=None, requested_at__lte=at - patience)
        )


class DataCopy(Model):
    """The one copy that somebody has asked for; a new one takes the place of the old."""

    account = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    request = models.OneToOneField(
        "privacy.Request",
        verbose_name=_("request of a data subject"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="copy",
        help_text=_("Of somebody without an account, who asked by e-mail or by letter."),
    )
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    requested_at = models.DateTimeField(_("asked for"))
    ready_at = models.DateTimeField(_("made"), null=True, blank=True)
    expires_at = models.DateTimeField(_("can be fetched until"), null=True, blank=True)
    size = models.PositiveIntegerField(_("size"), default=0)
    file = models.FileField(_("file"), storage=private_storage, max_length=100, blank=True)

    objects = DataCopyQuerySet.as_manager()

    class Meta:
        app_label = "privacy"
        verbose_name = _("copy of a person's data")
        verbose_name_plural = _("copies of persons' data")
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False, request=None)
                | Q(account=None, request__isnull=False),
                name="copy_is_for_an_account_or_a_request",
            ),
            models.CheckConstraint(
                condition=Q(ready_at=None, expires_at=None, file="")
                | Q(ready_at__isnull=False, expires_at__isnull=False) & ~Q(file=""),
                name="copy_is_made_or_awaited",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)[:8]
