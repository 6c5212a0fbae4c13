"""Notices of withdrawal: each row is the legal receipt of one, written before any letter."""

from collections.abc import Iterable
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import NormalEmailField
from orders.returns.states import OPEN, Flag, NoticeState, notice_changes
from orders.returns.triggers import buyer_only_goes
from orders.sales.models import Order
from orders.sales.triggers import frozen
from privacy.base import Model, Remnant, release_is_final, released, stays_released

TYPED = ("name", "email", "order_number", "products")
"""What the buyer has typed or confirmed."""


class WithdrawalNoticeQuerySet(models.QuerySet["WithdrawalNotice"]):
    """Notices, by where they stand."""

    def open(self) -> Self:
        """Keep those from which something is still to follow."""
        return self.filter(state__in=OPEN)

    def about(self, order: Order) -> Self:
        """Keep the notices that are known to be of an order."""
        return self.filter(order=order)


class WithdrawalNotice(Remnant, Model):
    """One statement of withdrawal, as it came; what it says is never rewritten."""

    class Way(models.TextChoices):
        MEMBER = "member", pgettext_lazy("withdrawal", "By the buyer, signed in")
        ADDRESS = "address", pgettext_lazy("withdrawal", "From the order's page")
        FORM = "form", pgettext_lazy("withdrawal", "By order number and e-mail address")

    submission = models.UUIDField(
        unique=True, editable=False, help_text=_("The form that sent it: sent twice, it is one.")
    )
    received_at = models.DateTimeField(_("received"))
    way = models.CharField(_("how it came"), max_length=7, choices=Way)
    order = models.ForeignKey(
        Order,
        verbose_name=pgettext_lazy("purchase", "order"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="withdrawals",
    )
    name = models.CharField(_("name"), max_length=100, blank=True)
    email = NormalEmailField(_("e-mail address"), blank=True)
    order_number = models.CharField(_("order number as typed"), max_length=40, blank=True)
    products = models.CharField(_("products, in the buyer's words"), max_length=500, blank=True)
    is_whole = models.BooleanField(_("whole order"), default=True)
    pieces = models.JSONField(
        _("pieces"), default=list, help_text=_("Of each order line: its number, SKU and how many.")
    )
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    sha256 = models.CharField(_("checksum of what it says"), max_length=64)
    flags = ArrayField(
        models.CharField(max_length=10, choices=Flag),
        verbose_name=_("to look at"),
        default=list,
        blank=True,
    )
    state = models.CharField(
        pgettext_lazy("withdrawal", "state"),
        max_length=9,
        choices=NoticeState,
        default=NoticeState.RECEIVED,
    )
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = WithdrawalNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice of withdrawal")
        verbose_name_plural = _("notices of withdrawal")
        ordering = ["-received_at"]
        indexes = [
            models.Index(fields=["-received_at"], name="withdrawals_by_time"),
            models.Index(fields=["email"], name="withdrawals_by_email"),
            models.Index(
                fields=["received_at"], condition=Q(state__in=OPEN), name="withdrawals_open"
            ),
            models.Index(
                fields=["received_at"],
                condition=Q(acknowledged_at=None),
                name="withdrawals_unacknowledged",
            ),
            models.Index(
                fields=["received_at"],
                condition=~released("typed"),
                name="withdrawals_with_typed_data",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="withdrawal_has_its_checksum"
            ),
            models.CheckConstraint(
                condition=Q(order__isnull=False) | ~Q(state__in=("taken", "settled")),
                name="what_is_taken_in_hand_is_of_an_order",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, state__in=OPEN)
                | Q(closed_at__isnull=False) & ~Q(state__in=OPEN),
                name="withdrawal_knows_when_it_was_closed",
            ),
            stays_released("withdrawalnotice", "typed", *TYPED),
        ]
        triggers = [
            release_is_final("withdrawalnotice"),
            frozen(
                "withdrawals_are_never_rewritten",
                "submission",
                "received_at",
                "way",
                "is_whole",
                "pieces",
                "language",
                "sha256",
            ),
            buyer_only_goes("withdrawal", "typed", *TYPED),
            pgtrigger.Protect(
                name="withdrawal_is_matched_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.order_id IS NOT NULL AND NEW.order_id IS DISTINCT FROM OLD.order_id"
                ),
            ),
            pgtrigger.FSM(
                name="withdrawal_goes_its_way", field="state", transitions=notice_changes()
            ),
            pgtrigger.Protect(name="withdrawals_are_never_taken_away", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(self.pk)[:8]

    @property
    def is_matched(self) -> bool:
        return self.order_id is not None

    @property
    def flag_words(self) -> Iterable[Any]:
        return [Flag(flag).label for flag in self.flags]
