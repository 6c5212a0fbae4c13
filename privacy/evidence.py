"""What is left of a forgetting: receipts that name nobody, each sealed to the one before."""

import hashlib
import json
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pgtrigger
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from privacy.numbers import spoken

Counts = dict[str, int]
"""How many values of each column, such as {"orders.Order.email": 3}."""

_SEALED = ("position", "id", "of_id", "kind", "at", "removed", "kept", "statement_sha256", "before")


class Erasure(models.Model):
    """The receipt of one forgetting: counts, grounds and days; no name, no address, no key."""

    class Kind(models.TextChoices):
        ASKED = "asked", _("Erased on request")
        REPLAYED = "replayed", _("Erased again after a back-up was restored")
        LAPSED = "lapsed", _("Erased when what held it ended")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    position = models.PositiveBigIntegerField(_("position"), unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    of = models.ForeignKey(
        "self",
        verbose_name=_("receipt"),
        null=True,
        on_delete=models.RESTRICT,
        related_name="later",
    )
    at = models.DateTimeField(_("when"))
    removed = models.JSONField(_("removed"), default=dict)
    kept = models.JSONField(_("kept"), default=list)
    told = models.PositiveIntegerField(
        _("recipients told"),
        default=0,
        help_text=_("How many others had received data, and were told."),
    )
    statement_sha256 = models.CharField(_("register statement"), max_length=64)
    before = models.CharField(_("seal of the one before"), max_length=64, blank=True)
    seal = models.CharField(_("seal"), max_length=64)

    class Meta:
        app_label = "privacy"
        verbose_name = _("erasure receipt")
        verbose_name_plural = _("erasure receipts")
        ordering = ["position"]
        triggers = [
            pgtrigger.Protect(
                name="receipts_are_never_rewritten",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Give the number that a person can quote; a replay after a restore keeps it."""
        return spoken(self.id)

    def sealed(self) -> str:
        """Compute the seal from what the receipt says and the seal before it."""
        said = {name: getattr(self, name) for name in _SEALED}
        said["at"] = self.at.timestamp()
        if self.told:  # receipts from before there were recipients keep their seals
            said["told"] = self.told
        text = json.dumps(said, sort_keys=True, default=str, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


class SweepRun(models.Model):
    """One night's sweep, so that a night without one is noticed."""

    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"), db_index=True)
    removed = models.JSONField(_("removed"), default=dict)

    class Meta:
        app_label = "privacy"
        verbose_name = _("sweep")
        verbose_name_plural = _("sweeps")
        ordering = ["-ended_at"]

    def __str__(self) -> str:
        return f"{self.ended_at:%Y-%m-%d %H:%M}"


class LedgerMark(models.Model):
    """Up to which line this database knows the ledger outside it."""

    seen = models.PositiveBigIntegerField(_("line seen"), default=0)

    class Meta:
        app_label = "privacy"
        verbose_name = _("mark of the ledger")
        verbose_name_plural = _("marks of the ledger")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="there_is_one_mark")]

    def __str__(self) -> str:
        return str(self.seen)


def write_receipt(
    *,
    kind: Erasure.Kind,
    at: datetime,
    removed: Counts,
    kept: list[dict[str, Any]],
    statement_sha256: str,
    of: Erasure | None = None,
    key: uuid.UUID | None = None,
    told: int = 0,
) -> Erasure:
    """Add a receipt to the end of the chain; receipts wait for each other until the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('privacy.evidence', 7))")
    last = Erasure.objects.order_by("-position").first()
    receipt = Erasure(
        id=key or uuid.uuid4(),
        position=last.position + 1 if last else 1,
        kind=kind,
        of=of,
        at=at,
        removed=removed,
        kept=kept,
        statement_sha256=statement_sha256,
        told=told,
        before=last.seal if last else "",
    )
    receipt.seal = receipt.sealed()
    receipt.save(force_insert=True)
    return receipt


def seal_holds(receipt: Erasure) -> bool:
    """Tell whether one receipt is as it was sealed, and tied to the one before it."""
    before = Erasure.objects.filter(position=receipt.position - 1).values_list("seal", flat=True)
    is_tied = receipt.before == (before.first() or "")
    return is_tied and receipt.seal == receipt.sealed()


def broken_seals() -> Iterator[str]:
    """Name the receipts that say something else than when they were sealed, or that are missing."""
    before, position = "", 0
    for receipt in Erasure.objects.order_by("position").iterator():
        if receipt.position != position + 1:
            yield f"{position + 1} to {receipt.position - 1}: missing"
        if receipt.before != before or receipt.seal != receipt.sealed():
            yield f"{receipt.number}: altered"
        before, position = receipt.seal, receipt.position
