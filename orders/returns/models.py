"""Notices of withdrawal: each row is the legal receipt of one, written before any letter."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import NormalEmailField
from orders.invoicing.models import Invoice
from orders.returns.states import (
    NOTICE_WAYS,
    OPEN,
    CaseState,
    Flag,
    Ground,
    Loss,
    NoticeState,
    Outcome,
    case_changes,
)
from orders.returns.triggers import buyer_only_goes, no_more_comes_back_than_was_ordered
from orders.sales.models import Order, OrderLine
from orders.sales.triggers import frozen
from privacy.base import Model, Remnant, goes_its_way, release_is_final, released, stays_released

TYPED = ("name", "email", "order_number", "products")
"""What the buyer has typed or confirmed."""


class WithdrawalNoticeQuerySet(models.QuerySet["WithdrawalNotice"]):
    """Notices, by where they stand."""

    def open(self) -> Self:
        """Keep those from which something is still to follow."""
        return self.filter(state__in=OPEN)

    def without_receipt(self, since: datetime) -> Self:
        """Keep those from before a moment whose acknowledgement has not left yet."""
        return self.filter(~Q(email=""), receipt_left_at=None, received_at__lt=since)

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
    receipt_left_at = models.DateTimeField(
        _("acknowledgement left"),
        null=True,
        blank=True,
        help_text=_("When the mail server took it; until then the buyer has no receipt."),
    )
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
                condition=Q(receipt_left_at=None),
                name="withdrawals_without_receipt",
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
            goes_its_way("withdrawal_goes_its_way", NOTICE_WAYS),
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


class ReturnCaseQuerySet(models.QuerySet["ReturnCase"]):
    """Returns, by where they stand."""

    def open(self) -> Self:
        """Keep those whose money has not gone back."""
        return self.exclude(state=CaseState.SETTLED)

    def to_refund(self) -> Self:
        """Keep those whose money need not wait: the goods came, or are shown to be coming."""
        return self.open().filter(Q(received_at__isnull=False) | Q(sent_at__isnull=False))


class ReturnCase(Model):
    """Goods come back, money goes back: after a withdrawal, or since they had a defect."""

    ground = models.CharField(
        _("why"), max_length=9, choices=Ground, default=Ground.WITHDRAWN, editable=False
    )
    notice = models.OneToOneField(
        WithdrawalNotice,
        verbose_name=_("notice of withdrawal"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="case",
    )
    order = models.ForeignKey(
        Order,
        verbose_name=pgettext_lazy("purchase", "order"),
        on_delete=models.PROTECT,
        related_name="returns",
    )
    state = models.CharField(
        pgettext_lazy("return", "state"),
        max_length=9,
        choices=CaseState,
        default=CaseState.ANNOUNCED,
    )
    opened_at = models.DateTimeField(_("opened"))
    due_date = models.DateField(_("refund by"))
    never_sent = models.BooleanField(
        _("never sent"),
        default=False,
        editable=False,
        help_text=_("Withdrawn before it left: nothing is to come back."),
    )
    sent_at = models.DateTimeField(_("sending shown"), null=True, blank=True)
    received_at = models.DateTimeField(_("goods came"), null=True, blank=True)
    inspected_at = models.DateTimeField(_("inspected"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    delivery_refund = models.DecimalField(
        _("delivery given back, €"), max_digits=8, decimal_places=2, default=0
    )
    credit_note = models.OneToOneField(
        Invoice,
        verbose_name=pgettext_lazy("document", "credit note"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="return_case",
    )

    objects = ReturnCaseQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("goods", "return")
        verbose_name_plural = pgettext_lazy("goods", "returns")
        ordering = ["due_date", "opened_at"]
        indexes = [
            models.Index(
                fields=["due_date"],
                condition=~Q(state=CaseState.SETTLED),
                name="returns_by_due_date",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=CaseState.SETTLED, settled_at__isnull=False)
                | ~Q(state=CaseState.SETTLED) & Q(settled_at=None, credit_note=None),
                name="return_knows_when_it_was_settled",
            ),
            models.CheckConstraint(
                condition=Q(notice__isnull=False, ground=Ground.WITHDRAWN)
                | Q(notice=None, ground=Ground.DEFECT),
                name="return_knows_why_it_comes",
            ),
            models.CheckConstraint(
                condition=~Q(state=CaseState.SETTLED)
                | Q(never_sent=True)
                | Q(inspected_at__isnull=False),
                name="what_was_sent_is_inspected_before_it_is_settled",
            ),
            models.CheckConstraint(
                condition=Q(never_sent=False)
                | Q(state=CaseState.SETTLED, sent_at=None, received_at=None),
                name="what_was_never_sent_does_not_come_back",
            ),
            models.CheckConstraint(
                condition=Q(delivery_refund__gte=0), name="return_gives_no_negative_delivery_back"
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="return_goes_its_way", field="state", transitions=case_changes()),
            frozen(
                "return_facts_are_frozen",
                "ground",
                "notice_id",
                "order_id",
                "opened_at",
                "due_date",
                "never_sent",
            ),
            pgtrigger.Protect(name="returns_are_never_taken_away", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(self.pk)[:8]

    @property
    def may_wait(self) -> bool:
        """Tell whether the money may wait for the goods, or for a proof that they were sent."""
        return self.received_at is None and self.sent_at is None


class ReturnLine(Model):
    """So many pieces of an order line that come back, and what becomes of them."""

    case = models.ForeignKey(ReturnCase, on_delete=models.PROTECT, related_name="lines")
    order_line = models.ForeignKey(
        OrderLine,
        verbose_name=_("order line"),
        on_delete=models.PROTECT,
        related_name="returned",
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    price = models.DecimalField(_("total with VAT, €"), max_digits=12, decimal_places=2)
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome, blank=True)
    value_loss = models.DecimalField(
        _("loss of value, €"), max_digits=12, decimal_places=2, default=0
    )
    loss_reason = models.CharField(_("why"), max_length=10, choices=Loss, blank=True)

    class Meta:
        verbose_name = _("returned line")
        verbose_name_plural = _("returned lines")
        ordering = ["case", "order_line__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "order_line"], name="a_return_names_a_line_once"
            ),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="return_line_is_not_empty"),
            models.CheckConstraint(
                condition=Q(value_loss__gte=0, value_loss__lte=F("price")),
                name="value_is_not_lost_beyond_the_price",
                violation_error_message=_("No more can be lost than the price."),
            ),
            models.CheckConstraint(
                condition=Q(value_loss=0, loss_reason="")
                | Q(value_loss__gt=0) & ~Q(loss_reason=""),
                name="value_is_lost_for_a_reason",
                violation_error_message=_("Say why value was lost."),
            ),
        ]
        triggers = [
            no_more_comes_back_than_was_ordered(),
            frozen("return_lines_are_frozen", "case_id", "order_line_id", "quantity", "price"),
            pgtrigger.Protect(name="return_lines_are_never_taken_away", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.order_line_id}"
