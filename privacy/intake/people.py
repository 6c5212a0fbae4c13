"""What a file about people tells after it was read: what was taken, what was dropped and why.

No cell is ever quoted, so that the account can be kept when the people in it are long forgotten.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from privacy.card_numbers import card_numbers
from privacy.identity_codes import identity_codes
from privacy.intake.report import REASONS, AnyReport
from privacy.registry import Words

REASONS.update(
    {
        "not_an_email_address": _("This is no e-mail address; without one nobody can be told."),
        "doubled_email": _("The same e-mail address stands already on line %(other)s."),
        "must_not_be_kept": _(
            "The cell holds an identity code or a card number, which must not be kept. "
            "It was left out."
        ),
        "left_out_cell": _("What stands here cannot be used, and was left out."),
        "was_forgotten": _("This person has had their data erased here, and is not brought back."),
        "is_restricted": _("This person's data may only be stored at present; nothing was added."),
    }
)

DROPPED: dict[str, Words] = {
    "identity": _("an identity code, which we have no ground to process"),
    "card": _("data of a payment card or a bank account, which the shop never keeps"),
    "password": _("a password or another secret: nobody's is taken over"),
    "birth": _("age or birth date: section 5 of the register statement does not name it"),
    "body": _("body, health or sex: section 5 of the register statement does not name it"),
    "consent": _("consent to marketing given elsewhere is no consent here; it is asked anew"),
    "device": _("computer, browser or network of visits elsewhere: serves no purpose here"),
    "account": _("log-in of the former shop: no account is made of it"),
    "words": _("free words about a person: nobody has read what stands in them"),
    "company_address": _("a company's address: its own buyers give it here"),
    "no_business_id": _("a company without its business ID cannot be told from others"),
    "abroad": _("an address abroad: the address book takes Finnish ones"),
    "incomplete": _("an address or a company of which parts are missing"),
    "region": _("a part of an address that one in Finland has not"),
    "other_name": _("a further name: a card has one first and one last name"),
    "again": _("the same was taken from a better column of the row"),
    "unusable": _("is not what the column should hold, such as a number that nobody can have"),
    "not_needed": _("not needed to know what was bought"),
    "not_named": _("section 5 of the register statement does not name it"),
}
"""Why a column is dropped."""

_RULES: tuple[tuple[str, str], ...] = (
    ("consent", r"accepts|marketing|newsletter|consent|subscri|opt ?in|uutiskirje"),
    ("password", r"passw|\bpwd\b|secret|token|\bsalt\b|hash|salasana|user pass"),
    (
        "identity",
        r"\bssn\b|\bein\b|hetu|henkil[öo]tunnus|passport|\b(personal|national|identity) ?(id|nu|c)",
    ),
    ("card", r"\bcard|\bbank|iban|\bbic\b|\bcvv|crypto|wallet|credit|account number|tilinumero"),
    ("birth", r"birth ?da|birth ?year|birthday|\bdob\b|\bage\b|syntym"),
    ("body", r"gender|\bsex\b|blood|height|weight|\beye|\bhair|health|religio|ethnic|sukupuoli"),
    ("device", r"\bip\b|\bmac\b|mac ?address|agent|browser|device|\bhost\b"),
    ("account", r"user ?(name|login)|\blogin|last active|\brole\b|display name"),
    ("words", r"\bnotes?\b|comment|remark|memo\b|huomautus|description|message"),
    ("company_address", r"^company address"),
    ("region", r"\bstate\b|province|coordinates|\bregion"),
    ("other_name", r"maiden|middle name|birth name|nickname"),
)
_JOINTS = re.compile(r"(?<=[a-zåäö])(?=[A-ZÅÄÖ])|[_.\-/\[\]()?]+")
_HARMLESS = re.compile(r"[^\W\d][\w .:/()\[\]&?'#-]{0,59}")
_LONG_NUMBER = re.compile(r"\d{4}")


def reason_to_drop(column: str, value: str, *, otherwise: str) -> str:
    """Say why a column that nobody takes is dropped: by what stands in it, or by its name."""
    if kept_out := must_not_be_kept(value):
        return kept_out
    name = " ".join(_JOINTS.sub(" ", column).split()).casefold()
    return next((reason for reason, rule in _RULES if re.search(rule, name)), otherwise)


def must_not_be_kept(value: str) -> str:
    """Say what a text holds that may be kept nowhere, whatever the column."""
    if identity_codes(value):
        return "identity"
    return "card" if card_numbers(value) else ""


def shown_column(name: str, place: int) -> str:
    """Name a column, unless the name may be somebody's: a file may lack its header."""
    is_name = _HARMLESS.fullmatch(name) and not _LONG_NUMBER.search(name)
    return name if is_name else f"#{place}"


@dataclass(slots=True)
class PeopleReport(AnyReport):
    """The account of a file about people."""

    tells_values: bool = False
    taken: dict[str, dict[str, int]] = field(default_factory=dict)
    """Of each column, as what it was taken and how often."""
    dropped: dict[str, dict[str, int]] = field(default_factory=dict)
    """Of each column, why it was dropped and how often."""

    def take(self, column: str, what: str) -> None:
        """Count a cell that was taken."""
        _count(self.taken, column, what)

    def drop(self, column: str, reason: str) -> None:
        """Count a cell that was dropped."""
        _count(self.dropped, column, reason)

    def as_json(self) -> dict[str, Any]:
        """Put the report down for later."""
        # Lists of pairs: a JSON object would forget the order of the file's columns.
        columns = {"taken": [*self.taken.items()], "dropped": [*self.dropped.items()]}
        return {**AnyReport.as_json(self), **columns}

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Self:
        """Read what was put down; nothing gives an empty report."""
        found = cls(**cls.read(written))
        found.taken = dict(written.get("taken", []))
        found.dropped = dict(written.get("dropped", []))
        return found

    @property
    def drops(self) -> list[tuple[str, Words, int]]:
        """List what was dropped: column, why, how often."""
        return [
            (column, DROPPED[reason], count)
            for column, reasons in self.dropped.items()
            for reason, count in sorted(reasons.items())
        ]


def _count(heap: dict[str, dict[str, int]], column: str, what: str) -> None:
    counts = heap.setdefault(column, {})
    counts[what] = counts.get(what, 0) + 1


def flat(cells: Mapping[str, object], above: str = "") -> Iterable[tuple[str, str]]:
    """Lay out an object with objects inside as columns with dots in their names."""
    for name, value in cells.items():
        column = f"{above}{name}"
        if isinstance(value, Mapping):
            yield from flat(value, f"{column}.")
        elif isinstance(value, list):
            yield column, ", ".join(map(_words, value))
        else:
            yield column, _words(value)


def _words(value: object) -> str:
    if isinstance(value, Mapping):
        return " ".join(words for _column, words in flat(value))
    return "" if value is None else str(value)
