"""What a bank's file says, whatever its format: entries, and what of it could not be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Format(StrEnum):
    """The kinds of files that are read."""

    STATEMENT = "camt.053"
    NOTIFICATION = "camt.054"
    REFERENCE_LIST = "ktl"

    @property
    def family(self) -> str:
        """Tell whether the bank numbers entries as in its XML files or as in its lists."""
        return "ktl" if self is Format.REFERENCE_LIST else "camt"


REASONS: Mapping[str, Promise] = {
    # The file as a whole.
    "empty": _("The file is empty."),
    "too_large": _("The file is larger than %(most)s megabytes."),
    "unknown_format": _(
        "This is neither an account statement (camt.053), a notification (camt.054) nor a "
        "Finnish list of reference payments."
    ),
    "not_xml": _("The XML breaks off or is damaged here."),
    "doctype": _("The file brings a document type or entities of its own; banks send none."),
    "too_deep": _("The elements are nested too deeply."),
    "no_account": _("The file does not say which account it is of."),
    "not_our_account": _("The file is of an account that is not ours: %(account)s."),
    "no_own_account": _("The shop has no bank account yet: set BANK_IBAN."),
    "no_sum": _("The sum record is missing: the list breaks off."),
    "wrong_sum": _("The entries do not add up to the sum record."),
    "not_text": _("The file is not text of this format."),
    # An entry.
    "missing": _("The element is missing."),
    "not_an_amount": _("This is no amount of money."),
    "not_a_date": _("This is no date."),
    "unknown_direction": _("It does not say whether money came or went."),
    "details_differ": _("The details do not add up to the entry."),
    "too_long": _("The text is too long."),
    "unknown_record": _("This kind of record is not known."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read: where, and why. It repeats nothing of the file."""

    code: str
    line: int = 0
    element: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """Say why, in the reader's language."""
        return gettext(str(REASONS[self.code])) % self.values

    @property
    def place(self) -> str:
        """Say where."""
        line = gettext("line %(line)s") % {"line": self.line} if self.line else ""
        return ", ".join(part for part in (line, self.element) if part)

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "line": self.line,
            "element": self.element,
            "values": dict(self.values),
        }


class UnreadableStatement(Exception):
    """The file as a whole is refused."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


class BadEntry(Exception):
    """One entry cannot be read; the others can."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Facts:
    """One entry as the bank tells it."""

    account: str
    """Whose account it is of: its IBAN."""
    is_credit: bool
    amount: Decimal
    currency: str
    booked: date
    line: int
    number: str = ""
    """The bank's own number of the entry."""
    batch: str = ""
    """The bank's number of the sum that it was booked in, together with others."""
    reference: str = ""
    """As it stands in the file, in either form, right or wrong."""
    name: str = ""
    other_account: str = ""
    message: str = ""
    is_reversal: bool = False
    holds: int = 1
    """How many payments the entry is the sum of, when their details are not in the file."""


@dataclass(slots=True)
class Statement:
    """What was read of a file."""

    format: Format
    entries: list[Facts] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
