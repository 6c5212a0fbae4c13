"""The register of breaches of personal data (Article 33(5)), and whom each one touched."""

from datetime import datetime, timedelta
from typing import Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy.base import Model
from privacy.breaches.triggers import CLOSED_FOR_GOOD
from privacy.reading.models import table_words
from privacy.registry import Line


class BreachQuerySet(models.QuerySet["Breach"]):
    """Breaches, by whether their clock runs."""

    def waiting(self) -> Self:
        """Keep those of which the authority may still have to be told."""
        return self.filter(notified_at=None, closed_at=None).exclude(risk=Breach.Risk.NONE)

    def pressing(self, at: datetime) -> Self:
        """Keep those for which half of the time, or more, has passed."""
        half = models.ExpressionWrapper(
            F("noticed_at") + (F("due_at") - F("noticed_at")) / 2, models.DateTimeField()
        )
        return self.waiting().alias(half=half).filter(half__lte=at)


class Breach(Model):
    """One breach: what happened, how bad it is, what was done and who was told."""

    class Risk(models.TextChoices):
        UNKNOWN = "unknown", pgettext_lazy("of a breach", "Not judged yet")
        NONE = "none", pgettext_lazy("of a breach", "Unlikely to be a risk to anybody")
        SOME = "risk", pgettext_lazy("of a breach", "A risk")
        HIGH = "high", pgettext_lazy("of a breach", "A high risk")

    number = models.PositiveIntegerField(_("number"), unique=True, editable=False)
    noticed_at = models.DateTimeField(_("noticed"))
    due_at = models.DateTimeField(_("authority to be told by"), editable=False)
    happened_from = models.DateTimeField(_("happened from"), null=True, blank=True)
    happened_until = models.DateTimeField(_("happened until"), null=True, blank=True)
    what = models.TextField(
        _("what happened"), help_text=_("Name no customer here: the register outlives them.")
    )
    lines = ArrayField(
        models.CharField(max_length=20, choices=Line),
        verbose_name=_("data concerned"),
        default=list,
        blank=True,
    )
    cause = models.TextField(_("cause"), blank=True)
    consequences = models.TextField(_("likely consequences"), blank=True)
    measures = models.TextField(
        _("measures"), blank=True, help_text=_("What was done, and what is going to be done.")
    )
    processor = models.CharField(_("processor involved"), max_length=200, blank=True)
    risk = models.CharField(
        pgettext_lazy("of a breach", "risk to people"),
        max_length=8,
        choices=Risk,
        default=Risk.UNKNOWN,
    )
    risk_reasons = models.TextField(_("reasons for the judgement"), blank=True)
    notified_at = models.DateTimeField(_("authority told"), null=True, blank=True)
    delay_reasons = models.TextField(_("reasons for the delay"), blank=True)
    letter_fi = models.TextField(_("letter to the people, in Finnish"), blank=True)
    letter_sv = models.TextField(_("letter to the people, in Swedish"), blank=True)
    letter_en = models.TextField(_("letter to the people, in English"), blank=True)
    told_at = models.DateTimeField(_("people told"), null=True, blank=True, editable=False)
    untold_reasons = models.TextField(
        _("why the people are not told"),
        blank=True,
        help_text=_("Only for a high risk, and only on the grounds of Article 34(3)."),
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)
    people = models.PositiveIntegerField(_("people concerned"), default=0, editable=False)
    tables = models.JSONField(_("people, by table"), default=dict, editable=False)
    alarms = models.PositiveSmallIntegerField(_("alarms sent"), default=0, editable=False)
    session_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("session of"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = BreachQuerySet.as_manager()

    class Meta:
        app_label = "privacy"
        verbose_name = _("breach")
        verbose_name_plural = _("breaches")
        ordering = ["-noticed_at"]
        indexes = [
            models.Index(fields=["-noticed_at"], name="breaches_by_time"),
            models.Index(
                fields=["due_at"],
                condition=Q(notified_at=None, closed_at=None),
                name="breaches_waiting",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(what=""), name="breach_says_what_happened"),
            models.CheckConstraint(
                condition=Q(due_at__gt=F("noticed_at")), name="breach_leaves_time_to_tell"
            ),
            models.CheckConstraint(
                condition=Q(happened_until=None) | Q(happened_until__gte=F("happened_from")),
                name="breach_ends_after_it_begins",
                violation_error_message=_("It cannot have ended before it began."),
            ),
            models.CheckConstraint(
                condition=Q(notified_at=None) | Q(notified_at__gte=F("noticed_at")),
                name="breach_is_noticed_before_the_authority_is_told",
                violation_error_message=_("The authority cannot have been told before."),
            ),
            models.CheckConstraint(
                condition=Q(notified_at=None)
                | Q(notified_at__lte=F("due_at"))
                | ~Q(delay_reasons=""),
                name="breach_told_late_says_why",
            ),
            models.CheckConstraint(
                condition=Q(risk="unknown") | ~Q(risk_reasons=""),
                name="breach_risk_has_reasons",
                violation_error_message=_("Write the reasons for the judgement."),
            ),
            models.CheckConstraint(
                condition=Q(told_at=None)
                | (Q(risk="high") & ~Q(letter_fi="") & ~Q(letter_sv="") & ~Q(letter_en="")),
                name="breach_people_are_told_of_a_high_risk_in_words",
                violation_error_message=_("The people have been told of a high risk already."),
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None)
                | Q(risk="none")
                | Q(notified_at__isnull=False, risk="risk")
                | (
                    Q(notified_at__isnull=False, risk="high")
                    & (Q(told_at__isnull=False) | ~Q(untold_reasons=""))
                ),
                name="breach_is_closed_when_all_is_done",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="breaches_are_never_taken_away", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="closed_breaches_are_never_altered",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.closed_at IS NOT NULL"),
                func=CLOSED_FOR_GOOD,
            ),
        ]

    def __str__(self) -> str:
        return f"{_('breach')} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("admin:privacy_breach_change", args=[self.pk])

    @property
    def is_waiting(self) -> bool:
        """Tell whether the clock runs."""
        return not (self.notified_at or self.closed_at or self.risk == self.Risk.NONE)

    @property
    def is_high(self) -> bool:
        return self.risk == self.Risk.HIGH

    def share(self, at: datetime) -> float:
        """Give how much of the time has passed: 1 when the authority is to have been told."""
        return (at - self.noticed_at) / (self.due_at - self.noticed_at)

    def left(self, at: datetime) -> timedelta:
        """Give the time that is left, less than nothing when it is over."""
        return self.due_at - at

    def letter(self, language: str) -> str:
        """Give the text for the people in a language; the Finnish one where there is no other."""
        texts = {"sv": self.letter_sv, "en": self.letter_en}
        return texts.get(language) or self.letter_fi


class Affected(models.Model):
    """One person whom a breach touched, by number; it is forgotten with its person."""

    breach = models.ForeignKey(
        Breach, verbose_name=_("breach"), on_delete=models.CASCADE, related_name="affected"
    )
    about = models.UUIDField(
        _("person"), help_text=_("The number of the card; of a guest, that of an order.")
    )
    tables = ArrayField(models.CharField(max_length=60), verbose_name=_("data"), default=list)
    first_at = models.DateTimeField(_("first seen"), null=True, blank=True)
    last_at = models.DateTimeField(_("last seen"), null=True, blank=True)
    added_at = models.DateTimeField(_("added"))
    chosen_at = models.DateTimeField(_("to be told since"), null=True, blank=True)
    letter_at = models.DateTimeField(_("letter written"), null=True, blank=True)

    class Meta:
        app_label = "privacy"
        verbose_name = _("person concerned by a breach")
        verbose_name_plural = _("people concerned by breaches")
        ordering = ["breach", "first_at", "pk"]
        indexes = [
            models.Index(fields=["about"], name="affected_by_person"),
            models.Index(
                fields=["breach", "id"],
                condition=Q(chosen_at__isnull=False, letter_at=None),
                name="affected_to_be_told",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["breach", "about"], name="one_row_a_person_and_breach"),
            models.CheckConstraint(
                condition=Q(last_at=None) | Q(last_at__gte=F("first_at")),
                name="affected_is_last_seen_after_first",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.breach_id} {self.pk}"

    def get_tables_display(self) -> str:
        """Call the tables as the person would."""
        return ", ".join(map(table_words, self.tables))
