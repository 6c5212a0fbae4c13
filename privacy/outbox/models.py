"""Letters that wait to be sent, and for a while those that were."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy.base import Model
from privacy.outbox.kinds import name_of


class LetterQuerySet(models.QuerySet["Letter"]):
    """Letters, by whether they have left."""

    def waiting(self) -> Self:
        """Keep the letters that the mail server has not had yet."""
        return self.filter(sent_at=None, by_post=False)

    def to_be_posted(self) -> Self:
        """Keep the letters that somebody has to print and post."""
        return self.filter(by_post=True)


class Letter(Model):
    """A letter to one person, written in the transaction it tells of and sent after it."""

    to = models.EmailField(pgettext_lazy("letter", "to"), blank=True)
    by_post = models.BooleanField(
        _("by post"),
        default=False,
        editable=False,
        help_text=_("There is no e-mail address: it is printed, posted, and then destroyed."),
    )
    address = models.TextField(
        _("postal address"),
        blank=True,
        help_text=_("What shows in the window of the envelope."),
    )
    about = models.UUIDField(
        pgettext_lazy("letter", "about"),
        null=True,
        blank=True,
        editable=False,
        db_index=True,
        help_text=_("The order or card it tells of; with that its person is found."),
    )
    is_answer = models.BooleanField(
        _("answer to a request"),
        default=False,
        editable=False,
        help_text=_("Written at an erasure: destroyed as soon as the mail server has it."),
    )
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    kind = models.CharField(
        _("kind"), max_length=40, help_text=_("What the letter is about, such as order_placed.")
    )
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"), blank=True)
    attached = models.TextField(
        _("enclosures"),
        blank=True,
        editable=False,
        help_text=_("Files that go with it, as JSON: name, kind, and content in Base64."),
    )
    to_enclose = models.CharField(
        _("still to be enclosed"),
        max_length=40,
        blank=True,
        editable=False,
        help_text=_("What the worker makes and encloses before the letter leaves."),
    )
    reply_to = models.EmailField(_("reply to"), blank=True)
    consent = models.ForeignKey(
        "privacy.Consent",
        verbose_name=_("consent"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("It leaves only if this consent still stands when it leaves."),
    )
    unsubscribe = models.CharField(
        _("address that ends the consent"), max_length=300, blank=True, editable=False
    )
    created_at = models.DateTimeField(_("written"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    stayed_here = models.BooleanField(
        _("stayed in the shop's mailbox"),
        default=False,
        help_text=_("No mail server is set, so the letter was put here to be read."),
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_trouble = models.CharField(_("last trouble"), max_length=100, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        app_label = "privacy"
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["-created_at"], name="letters_by_time"),
            models.Index(fields=["to"], name="letters_by_recipient"),
            models.Index(fields=["created_at"], condition=Q(sent_at=None), name="letters_waiting"),
            models.Index(
                fields=["created_at"], condition=Q(by_post=True), name="letters_to_be_posted"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["about", "to"],
                condition=Q(consent__isnull=False),
                name="newsletter_is_written_once_to_an_address",
            ),
            models.CheckConstraint(
                condition=Q(consent=None) | Q(by_post=False) & ~Q(unsubscribe=""),
                name="letter_on_consent_tells_how_to_end_it",
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(sent_at__gte=F("created_at")),
                name="letter_is_sent_after_it_is_written",
            ),
            models.CheckConstraint(
                condition=Q(by_post=False) & ~Q(to="")
                | Q(by_post=True, to="", sent_at=None, attempts=0, stayed_here=False),
                name="letter_goes_by_mail_or_by_post",
            ),
            models.CheckConstraint(
                condition=Q(to_enclose="") | Q(sent_at=None, by_post=False),
                name="letter_leaves_with_all_that_goes_with_it",
            ),
            models.CheckConstraint(
                condition=~Q(subject__contains="\n") & ~Q(subject__contains="\r"),
                name="letter_subject_is_one_line",
            ),
        ]

    def __str__(self) -> str:
        written = date_format(localtime(self.created_at), "SHORT_DATETIME_FORMAT")
        return f"{capfirst(name_of(self.kind))} {written}"
