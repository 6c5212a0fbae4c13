"""Who waits for which variant to be back, and since when."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orders.catalogue.models import Variant
from privacy.base import Model
from privacy.subject import Subject


class AwaitedQuerySet(models.QuerySet["Awaited"]):
    """Those who wait, by whose it is and by who is still to be told."""

    def of(self, subject: Subject) -> Self:
        """Keep a person's own; a guest's are found by the proved address."""
        return self.filter(
            Q(account__in=subject.accounts) | Q(account=None, email__in=subject.emails - {""})
        )

    def in_line(self, at: datetime) -> Self:
        """Keep those who are still to be told: whoever asked first stands first."""
        waiting = self.filter(confirmed_at__isnull=False, told_at=None, until__gt=at)
        return waiting.order_by("asked_at", "pk")


class Awaited(Model):
    """That one person wants to be told once when a variant is back."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="awaited",
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    variant = models.ForeignKey(
        Variant, verbose_name=_("variant"), on_delete=models.CASCADE, related_name="+"
    )
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    asked_at = models.DateTimeField(_("asked for"))
    confirmed_at = models.DateTimeField(
        _("confirmed"),
        null=True,
        blank=True,
        help_text=_("A guest confirms from the mailbox; nothing is sent before."),
    )
    told_at = models.DateTimeField(_("told"), null=True, blank=True)
    until = models.DateTimeField(_("kept until"))

    objects = AwaitedQuerySet.as_manager()

    class Meta:
        app_label = "orders"
        default_permissions = ()
        verbose_name = _("awaited variant")
        verbose_name_plural = _("awaited variants")
        ordering = ["asked_at", "pk"]
        indexes = [
            models.Index(fields=["until"], name="awaited_by_their_end"),
            models.Index(
                fields=["variant", "asked_at"],
                condition=Q(confirmed_at__isnull=False, told_at=None),
                name="awaited_in_line",
            ),
            models.Index(
                fields=["variant", "told_at"],
                condition=Q(told_at__isnull=False),
                name="awaited_told_lately",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "variant"], name="a_member_awaits_a_variant_once"
            ),
            models.UniqueConstraint(
                fields=["email", "variant"],
                condition=Q(account=None),
                name="a_guest_awaits_a_variant_once",
            ),
            models.CheckConstraint(
                condition=Q(account=None) ^ Q(email=""), name="awaited_by_a_member_or_a_guest"
            ),
            models.CheckConstraint(
                condition=Q(told_at=None)
                | Q(confirmed_at__isnull=False, told_at__gte=F("confirmed_at")),
                name="only_who_confirmed_is_told",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d}"

    @property
    def is_in_line(self) -> bool:
        """Tell whether its person is still to be told."""
        return self.confirmed_at is not None and self.told_at is None
