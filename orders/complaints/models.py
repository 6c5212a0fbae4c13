"""Complaints about defects: what the buyer has told, what the shop decided, and what it did."""

from collections.abc import Iterable
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Account, NormalEmailField
from orders.complaints.states import (
    COMPLAINT_WAYS,
    GRANTED,
    OPEN,
    ComplaintState,
    Flag,
    Remedy,
)
from orders.complaints.triggers import complaint_is_of_what_was_ordered
from orders.invoicing.models import Invoice
from orders.returns.models import ReturnCase
from orders.returns.triggers import buyer_only_goes
from orders.sales.models import Order, OrderLine
from orders.sales.triggers import frozen
from privacy.base import Model, Remnant, goes_its_way, release_is_final, released, stays_released
from privacy.copies.models import private_storage

PHOTOS = ("photo_1", "photo_2", "photo_3")
"""What the pictures of a defect are called; more come by mail."""


def _photo(label: Any) -> "models.FileField":
    return models.FileField(label, storage=private_storage, max_length=100, blank=True)


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    """Complaints, by where they stand."""

    def open(self) -> Self:
        """Keep those in which something is still to be decided or done."""
        return self.filter(state__in=OPEN)


class Complaint(Remnant, Model):
    """One complaint about a defect, as it came, and what became of it."""

    class Way(models.TextChoices):
        MEMBER = "member", pgettext_lazy("complaint", "By the buyer, signed in")
        ADDRESS = "address", pgettext_lazy("complaint", "From the order's page")
        PHONE = "phone", pgettext_lazy("complaint", "By telephone, written down by staff")
        MAIL = "mail", pgettext_lazy("complaint", "By e-mail or letter, written down by staff")

    number = models.CharField(_("number"), max_length=24, unique=True)
    submission = models.UUIDField(
        unique=True, editable=False, help_text=_("The form that sent it: sent twice, it is one.")
    )
    order = models.ForeignKey(
        Order,
        verbose_name=pgettext_lazy("purchase", "order"),
        on_delete=models.PROTECT,
        related_name="complaints",
    )
    received_at = models.DateTimeField(_("received"))
    way = models.CharField(_("how it came"), max_length=7, choices=Way)
    email = NormalEmailField(_("e-mail address"), blank=True)
    words = models.TextField(_("what is wrong"), max_length=2000, blank=True)
    photo_1 = _photo(_("picture 1"))
    photo_2 = _photo(_("picture 2"))
    photo_3 = _photo(_("picture 3"))
    noticed_date = models.DateField(_("noticed"), null=True, blank=True)
    wish = models.CharField(_("what the buyer wants"), max_length=11, choices=Remedy)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    flags = ArrayField(
        models.CharField(max_length=10, choices=Flag),
        verbose_name=_("to look at"),
        default=list,
        blank=True,
    )
    state = models.CharField(
        pgettext_lazy("complaint", "state"),
        max_length=9,
        choices=ComplaintState,
        default=ComplaintState.RECEIVED,
    )

    # What the shop decided, and did
    remedy = models.CharField(
        pgettext_lazy("complaint", "remedy"), max_length=11, choices=Remedy, blank=True
    )
    answer = models.TextField(_("answer to the buyer"), max_length=2000, blank=True)
    promised_date = models.DateField(_("promised by"), null=True, blank=True)
    taken_in_date = models.DateField(_("taken in for repair"), null=True, blank=True)
    given_back_date = models.DateField(_("given back repaired"), null=True, blank=True)
    return_case = models.OneToOneField(
        ReturnCase,
        verbose_name=pgettext_lazy("goods", "return"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="complaint",
    )
    credit_note = models.OneToOneField(
        Invoice,
        verbose_name=pgettext_lazy("document", "credit note"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="complaint",
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("defect", "complaint")
        verbose_name_plural = pgettext_lazy("defects", "complaints")
        ordering = ["-received_at"]
        indexes = [
            models.Index(fields=["-received_at"], name="complaints_by_time"),
            models.Index(fields=["email"], name="complaints_by_email"),
            models.Index(
                fields=["received_at"], condition=Q(state__in=OPEN), name="complaints_open"
            ),
            models.Index(
                Greatest("received_at", "closed_at"),
                condition=~released("typed"),
                name="complaints_with_typed_data",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=GRANTED) & ~Q(remedy="")
                | ~Q(state__in=GRANTED) & Q(remedy=""),
                name="what_is_granted_has_a_remedy",
            ),
            models.CheckConstraint(
                condition=~Q(state=ComplaintState.REFUSED) | released("typed") | ~Q(answer=""),
                name="complaint_is_refused_with_reasons",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, state__in=OPEN)
                | Q(closed_at__isnull=False) & ~Q(state__in=OPEN),
                name="complaint_knows_when_it_was_closed",
            ),
            models.CheckConstraint(
                condition=Q(remedy=Remedy.CANCELLING, return_case__isnull=False)
                | ~Q(remedy=Remedy.CANCELLING) & Q(return_case=None),
                name="what_had_a_defect_comes_back_as_a_return",
            ),
            models.CheckConstraint(
                condition=Q(
                    remedy=Remedy.REDUCTION,
                    state=ComplaintState.REMEDIED,
                    credit_note__isnull=False,
                )
                | ~Q(remedy=Remedy.REDUCTION, state=ComplaintState.REMEDIED) & Q(credit_note=None),
                name="reduction_of_a_price_has_its_credit_note",
            ),
            models.CheckConstraint(
                condition=~Q(remedy=Remedy.REPAIR, state=ComplaintState.REMEDIED)
                | Q(taken_in_date__isnull=False, given_back_date__gte=F("taken_in_date")),
                name="repair_knows_its_days",
                violation_error_message=_("Say from when until when it was being repaired."),
            ),
            stays_released("complaint", "typed", "email", "words", "answer", *PHOTOS),
        ]
        triggers = [
            release_is_final("complaint"),
            frozen(
                "complaints_are_never_rewritten",
                "number",
                "submission",
                "order_id",
                "received_at",
                "way",
                "noticed_date",
                "wish",
                "language",
            ),
            buyer_only_goes("complaint", "typed", "email", "words", *PHOTOS),
            goes_its_way("complaint_goes_its_way", COMPLAINT_WAYS),
            pgtrigger.Protect(name="complaints_are_never_taken_away", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def photo_places(self) -> list[str]:
        """Give the places at which there is a picture, as addresses name them."""
        return [column.removeprefix("photo_") for column in PHOTOS if getattr(self, column)]

    @property
    def flag_words(self) -> Iterable[Any]:
        return [Flag(flag).label for flag in self.flags]


class ComplaintLine(Model):
    """So many pieces of an order line that have a defect, and how many of them are made good."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="lines")
    order_line = models.ForeignKey(
        OrderLine,
        verbose_name=_("order line"),
        on_delete=models.PROTECT,
        related_name="complained_of",
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    granted = models.PositiveIntegerField(_("made good"), default=0)
    reduction = models.DecimalField(
        _("price reduction, €"), max_digits=12, decimal_places=2, default=0
    )

    class Meta:
        verbose_name = pgettext_lazy("complaint", "line")
        verbose_name_plural = pgettext_lazy("complaint", "lines")
        ordering = ["complaint", "order_line__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "order_line"], name="a_complaint_names_a_line_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1), name="complaint_line_is_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(granted__lte=F("quantity")), name="no_more_is_made_good_than_was_told"
            ),
            models.CheckConstraint(
                condition=Q(reduction=0) | Q(reduction__gt=0, granted__gte=1),
                name="reduction_is_of_some_pieces",
            ),
        ]
        triggers = [
            complaint_is_of_what_was_ordered(),
            frozen("complaint_lines_are_frozen", "complaint_id", "order_line_id", "quantity"),
            pgtrigger.Protect(
                name="complaint_lines_are_never_taken_away", operation=pgtrigger.Delete
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.order_line_id}"


class ComplaintStep(Model):
    """One step of a complaint: where it led, when, and by whose hand."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(
        pgettext_lazy("complaint", "state"), max_length=9, choices=ComplaintState
    )
    at = models.DateTimeField(_("when"))
    staff = models.ForeignKey(
        Account,
        verbose_name=_("by staff"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = pgettext_lazy("complaint", "step")
        verbose_name_plural = pgettext_lazy("complaint", "steps")
        ordering = ["complaint", "at"]
        triggers = [
            frozen("complaint_steps_are_never_rewritten", "complaint_id", "state", "at"),
            pgtrigger.Protect(
                name="complaint_steps_are_never_taken_away", operation=pgtrigger.Delete
            ),
        ]

    def __str__(self) -> str:
        return self.state
