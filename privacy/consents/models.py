"""What people have consented to, and taken back: a history to which rows are only added."""

from datetime import datetime
from typing import Self
from uuid import UUID

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy.base import Model
from privacy.consents.purposes import For, Place
from privacy.consents.triggers import ONLY_ADDED_TO
from privacy.restriction.honouring import of_the_restricted
from privacy.subject import Subject


class ConsentQuerySet(models.QuerySet["Consent"]):
    """The history, by whose it is and by what stood when."""

    def of(self, subject: Subject) -> Self:
        """Keep a person's own; a guest's are found by the proved address."""
        return self.filter(
            Q(account__in=subject.accounts) | Q(account=None, email__in=subject.emails - {""})
        )

    def of_account(self, account: UUID) -> Self:
        """Keep what an account has said itself."""
        return self.filter(account=account)

    def standing(self, purpose: str, at: datetime) -> Self:
        """Keep the consents for a purpose that stood at a moment."""
        stood = Q(ended_at=None) | Q(ended_at__gt=at)
        return self.filter(stood, purpose=purpose, is_given=True, at__lte=at)

    def in_use(self, purpose: str, at: datetime) -> Self:
        """Keep those on which something may be done: whose data are only stored is left alone."""
        return self.standing(purpose, at).exclude(of_the_restricted(Consent))


class Consent(Model):
    """One word of one person: yes or no, for what, when, and beside which words."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="consents",
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    purpose = models.CharField(_("purpose"), max_length=12, choices=For)
    is_given = models.BooleanField(_("given"), help_text=_("No: it was taken back."))
    at = models.DateTimeField(pgettext_lazy("of a consent", "when"))
    ended_at = models.DateTimeField(
        _("counted until"),
        null=True,
        blank=True,
        help_text=_("When the next word took its place. A consent without one stands."),
    )
    edition = models.ForeignKey(
        "privacy.Edition",
        verbose_name=_("edition of the statement"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    wording = models.TextField(_("words beside the button"))
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    place = models.CharField(_("where"), max_length=12, choices=Place)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        app_label = "privacy"
        default_permissions = ("view",)
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="consents_by_time"),
            models.Index(fields=["email"], condition=~Q(email=""), name="consents_of_an_address"),
            models.Index(
                fields=["purpose", "id"],
                condition=Q(ended_at=None),
                name="consents_that_stand",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None, is_given=True) | Q(ended_at__gte=F("at")),
                name="only_a_given_consent_stands",
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=For.values) & Q(place__in=Place.values),
                name="consent_is_for_something_known",
            ),
            models.CheckConstraint(
                condition=Q(wording__regex=r"\S"), name="consent_knows_its_words"
            ),
            models.UniqueConstraint(
                fields=["account", "purpose"],
                condition=Q(ended_at=None),
                name="one_consent_of_an_account_stands",
            ),
            models.UniqueConstraint(
                fields=["email", "purpose"],
                condition=Q(ended_at=None, account=None) & ~Q(email=""),
                name="one_consent_of_a_guest_stands",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="consents_are_only_added_to",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=ONLY_ADDED_TO,
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.at:%Y-%m-%d}"

    @property
    def is_somebodys(self) -> bool:
        """Tell whether its person is still known."""
        return self.account_id is not None or self.email != ""

    def is_in_use(self, at: datetime) -> bool:
        """Tell, as the database knows it now, whether something may be done on this very word."""
        return Consent.objects.filter(pk=self.pk).in_use(self.purpose, at).exists()


def stands(purpose: str, subject: Subject, *, at: datetime) -> bool:
    """Tell whether a person's consent stood at a moment: what is asked of the past and of now."""
    return Consent.objects.of(subject).standing(purpose, at).exists()


class AskedConsent(Model):
    """A consent that waits for its link to be followed; a day later it is gone."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    email = models.EmailField(_("e-mail address"))
    purpose = models.CharField(_("purpose"), max_length=12, choices=For)
    asked_at = models.DateTimeField(_("asked for"))
    edition = models.ForeignKey(
        "privacy.Edition",
        verbose_name=_("edition of the statement"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    wording = models.TextField(_("words beside the button"))
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    place = models.CharField(_("where"), max_length=12, choices=Place)

    class Meta:
        app_label = "privacy"
        default_permissions = ()
        verbose_name = _("consent that waits for its link")
        verbose_name_plural = _("consents that wait for their link")
        indexes = [
            models.Index(fields=["asked_at"], name="asked_consents_by_time"),
            models.Index(fields=["email"], name="asked_consents_of_an_address"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(email=""), name="asked_consent_has_an_address"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.asked_at:%Y-%m-%d}"
