"""The ways a complaint may go: one table, read by people, Python and the database."""

from django.db import models
from django.utils.translation import pgettext_lazy


class ComplaintState(models.TextChoices):
    """What has become of a complaint."""

    RECEIVED = "received", pgettext_lazy("complaint", "Received")
    EXAMINING = "examining", pgettext_lazy("complaint", "Being examined")
    ACCEPTED = "accepted", pgettext_lazy("complaint", "Accepted, to be made good")
    REFUSED = "refused", pgettext_lazy("complaint", "Refused")
    REMEDIED = "remedied", pgettext_lazy("complaint", "Made good")


class Remedy(models.TextChoices):
    """What a buyer may ask for, and the shop may grant (KSL 5:18 and 5:19; services: KSL 8)."""

    REPAIR = "repair", pgettext_lazy("complaint", "Repair")
    REPLACEMENT = "replacement", pgettext_lazy("complaint", "Replacement")
    REDUCTION = "reduction", pgettext_lazy("complaint", "Price reduction")
    CANCELLING = "cancelling", pgettext_lazy("complaint", "The sale is off, and money back")


class Flag(models.TextChoices):
    """What staff should know before they decide; nothing of it refuses a complaint."""

    LATE = "late", pgettext_lazy("complaint", "Told more than two months after it was noticed")
    NOT_THERE = "not_there", pgettext_lazy("complaint", "The order is not noted as delivered")
    CANCELLED = "cancelled", pgettext_lazy("complaint", "The order was cancelled")
    RETURNED = "returned", pgettext_lazy("complaint", "Some of it comes back or came back already")
    DOUBLE = "double", pgettext_lazy("complaint", "The same was complained of before")
    COMPANY = "company", pgettext_lazy("complaint", "Bought by a company: other law holds")


OPEN = (ComplaintState.RECEIVED, ComplaintState.EXAMINING, ComplaintState.ACCEPTED)

GRANTED = (ComplaintState.ACCEPTED, ComplaintState.REMEDIED)

COMPLAINT_WAYS: dict[ComplaintState, tuple[ComplaintState, ...]] = {
    ComplaintState.RECEIVED: (ComplaintState.EXAMINING,),
    ComplaintState.EXAMINING: (ComplaintState.ACCEPTED, ComplaintState.REFUSED),
    # What was promised may turn out not to be possible; then something else is.
    ComplaintState.ACCEPTED: (ComplaintState.REMEDIED, ComplaintState.EXAMINING),
    # The Consumer Disputes Board, or the buyer, may show that it was wrong.
    ComplaintState.REFUSED: (ComplaintState.EXAMINING,),
}
