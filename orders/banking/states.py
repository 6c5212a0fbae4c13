"""The ways an entry of the bank may go: a table read by people, by Python and by the database."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EntryState(models.TextChoices):
    """Where an entry of the bank stands."""

    OPEN = "open", pgettext_lazy("bank entry", "To be looked at")
    MATCHED = "matched", pgettext_lazy("bank entry", "Counted for an order")
    TO_RETURN = "to_return", pgettext_lazy("bank entry", "To be paid back")
    RETURNED = "returned", pgettext_lazy("bank entry", "Paid back")
    NOT_OURS = "not_ours", pgettext_lazy("bank entry", "Nothing of the shop's")
    SETTLED = "settled", pgettext_lazy("bank entry", "Money that we paid back")
    LISTED = "listed", pgettext_lazy("bank entry", "Only listed")


WAYS: dict[EntryState, tuple[EntryState, ...]] = {
    EntryState.OPEN: (
        EntryState.MATCHED,
        EntryState.TO_RETURN,
        EntryState.NOT_OURS,
        EntryState.SETTLED,
        EntryState.LISTED,
    ),
    EntryState.TO_RETURN: (EntryState.OPEN, EntryState.RETURNED),
}
"""What has been counted, paid back or put aside stays so."""


class Why(models.TextChoices):
    """Why an entry was not counted by itself."""

    NO_REFERENCE = "no_reference", _("No reference number")
    BAD_REFERENCE = "bad_reference", _("The reference number is wrong")
    UNKNOWN_REFERENCE = "unknown_reference", _("No order has this reference number")
    CURRENCY = "currency", _("Another currency")
    REVERSAL = "reversal", _("The bank has taken it back")
    SAME_NUMBER = "same_number", _("The bank used this number before, for something else")
    TWIN = "twin", _("Known from a file of another kind")
    SUM = "sum", _("A sum of several payments, which are told elsewhere")
    OUTGOING = "outgoing", _("Money that went out")
