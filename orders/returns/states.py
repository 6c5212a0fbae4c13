"""The ways a notice of withdrawal may go: one table, read by people, Python and the database."""

from django.db import models
from django.utils.translation import pgettext_lazy


class NoticeState(models.TextChoices):
    """What has become of a notice."""

    RECEIVED = "received", pgettext_lazy("withdrawal", "Received")
    TO_DECIDE = "to_decide", pgettext_lazy("withdrawal", "Waits for the shop's answer")
    TAKEN = "taken", pgettext_lazy("withdrawal", "In hand")
    ANSWERED = "answered", pgettext_lazy("withdrawal", "Answered, nothing to return")
    SETTLED = "settled", pgettext_lazy("withdrawal", "Settled")


class Flag(models.TextChoices):
    """Why staff must look at a notice before anything follows from it."""

    UNMATCHED = "unmatched", pgettext_lazy("withdrawal", "No order with this number and address")
    LATE = "late", pgettext_lazy("withdrawal", "After the last day")
    DOUBLE = "double", pgettext_lazy("withdrawal", "Withdrawn from already")
    IN_WORDS = "in_words", pgettext_lazy("withdrawal", "The products are told in words")
    EXCLUDED = "excluded", pgettext_lazy("withdrawal", "Something without a right of withdrawal")
    COMPANY = "company", pgettext_lazy("withdrawal", "Bought by a company")


OPEN = (NoticeState.RECEIVED, NoticeState.TO_DECIDE, NoticeState.TAKEN)

NOTICE_WAYS: dict[NoticeState, tuple[NoticeState, ...]] = {
    NoticeState.RECEIVED: (NoticeState.TO_DECIDE, NoticeState.TAKEN, NoticeState.SETTLED),
    NoticeState.TO_DECIDE: (NoticeState.TAKEN, NoticeState.ANSWERED, NoticeState.SETTLED),
    NoticeState.TAKEN: (NoticeState.SETTLED,),
    NoticeState.ANSWERED: (NoticeState.TAKEN, NoticeState.SETTLED),
}


class Ground(models.TextChoices):
    """Why goods come back."""

    WITHDRAWN = "withdrawn", pgettext_lazy("return", "The buyer withdrew")
    DEFECT = "defect", pgettext_lazy("return", "The sale is off because of a defect")


class CaseState(models.TextChoices):
    """Where goods that come back are."""

    ANNOUNCED = "announced", pgettext_lazy("return", "Announced")
    RECEIVED = "received", pgettext_lazy("return", "Come back")
    INSPECTED = "inspected", pgettext_lazy("return", "Inspected")
    SETTLED = "settled", pgettext_lazy("return", "Settled")


class Outcome(models.TextChoices):
    """What becomes of what came back."""

    RESTOCK = "restock", pgettext_lazy("return", "Back on the shelf")
    WRITE_OFF = "write_off", pgettext_lazy("return", "Written off")


class Loss(models.TextChoices):
    """Why something is worth less than it was; the buyer answers for nothing else (KSL 6:18)."""

    USED = "used", pgettext_lazy("return", "Used more than trying it needs")
    DAMAGED = "damaged", pgettext_lazy("return", "Damaged by the buyer")
    INCOMPLETE = "incomplete", pgettext_lazy("return", "Parts are missing")


CASE_WAYS: dict[CaseState, CaseState] = {
    CaseState.ANNOUNCED: CaseState.RECEIVED,
    CaseState.RECEIVED: CaseState.INSPECTED,
    CaseState.INSPECTED: CaseState.SETTLED,
}


def case_changes() -> list[tuple[str, str]]:
    """List the permitted changes of a return, for the database."""
    return sorted((a.value, b.value) for a, b in CASE_WAYS.items())
