"""Whose data are only stored: the restriction of processing (Article 18)."""

from datetime import datetime
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from privacy.base import Model
from privacy.subject import Subject


class RestrictionQuerySet(models.QuerySet["Restriction"]):
    """Restrictions, by whose they are."""

    def in_force(self) -> Self:
        """Keep the restrictions that have not been lifted."""
        return self.filter(ended_at=None)

    def of(self, subject: Subject) -> Self:
        """Keep a person's own; a guest's are found by the proved address."""
        return self.filter(
            Q(card__in=subject.cards)
            | Q(account__in=subject.accounts)
            | Q(card=None, account=None, email__in=subject.emails)
        )


class Restriction(Model):
    """From one moment until another, a person's data may be stored and little else."""

    class Reason(models.TextChoices):
        """Why: the four cases of Article 18(1)."""

        ACCURACY = "a", _("Whether the data are right is being found out")
        UNLAWFUL = "b", _("The processing is unlawful, but the person wants the data kept")
        CLAIMS = "c", _("The person needs the data for a legal claim")
        OBJECTION = "d", _("Whether an objection weighs more is being found out")

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="restrictions",
    )
    card = models.ForeignKey(
        settings.PRIVACY_CARD_MODEL,
        verbose_name=_("card"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="restrictions",
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    reason = models.CharField(_("reason"), max_length=1, choices=Reason)
    began_at = models.DateTimeField(_("since"))
    told_at = models.DateTimeField(
        _("person told"),
        null=True,
        blank=True,
        help_text=_("The person is told before it is lifted (Article 18(3))."),
    )
    ended_at = models.DateTimeField(_("lifted"), null=True, blank=True)

    objects = RestrictionQuerySet.as_manager()

    class Meta:
        app_label = "privacy"
        verbose_name = _("restriction of processing")
        verbose_name_plural = _("restrictions of processing")
        ordering = ["-began_at"]
        indexes = [
            models.Index(fields=["email"], condition=Q(ended_at=None), name="restricted_addresses"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["card"], condition=Q(ended_at=None), name="one_restriction_of_a_card"
            ),
            models.UniqueConstraint(
                fields=["account"], condition=Q(ended_at=None), name="one_restriction_of_an_account"
            ),
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(ended_at=None, card=None, account=None),
                name="one_restriction_of_a_guest",
            ),
            models.CheckConstraint(
                condition=Q(card__isnull=False) | Q(account__isnull=False) | ~Q(email=""),
                name="restriction_is_somebodys",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("began_at")),
                name="restriction_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None)
                | Q(told_at__isnull=False, told_at__lt=models.F("ended_at")),
                name="restriction_is_lifted_after_the_person_was_told",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="lifted_restrictions_stay_lifted",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.ended_at IS NOT NULL"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d}"


def is_restricted(subject: Subject) -> bool:
    """Tell whether a person's data may at present only be stored."""
    return Restriction.objects.in_force().of(subject).exists()


def restricted_since(subject: Subject) -> datetime | None:
    """Give the moment since which a person's data may only be stored."""
    found = Restriction.objects.in_force().of(subject).order_by("began_at")
    return found.values_list("began_at", flat=True).first()
