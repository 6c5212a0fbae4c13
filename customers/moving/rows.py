"""A customer as a file says them: what section 5 of the statement names, and nothing else."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.conf import settings

from customers import identifiers, postcodes
from customers.identifiers import NotABusinessId, NotAPhoneNumber
from customers.models import ADDRESS
from customers.postcodes import NotAPostcode
from privacy.intake.layouts import PersonRow

LONGEST_NAME = 50
LONGEST_STREET = 50
LONGEST_CITY = 30
LONGEST_COMPANY = 100
HOME = frozenset({"", "fi", "fin", "finland", "suomi", "ax", "ala", "åland", "åland islands"})
_WHERE = ("street", "street2", "postcode", "city", "country")
_LANGUAGES = dict(settings.LANGUAGES)


@dataclass(slots=True)
class CustomerRow:
    """One customer of a file."""

    line: int
    email: str
    said: dict[str, str] = field(default_factory=dict)
    """What stands on a card; what the file does not say is not there."""
    columns: dict[str, str] = field(default_factory=dict)
    """The file's columns in which that stands, to be named where it cannot be taken."""
    address: dict[str, str] | None = None
    company: tuple[str, str] | None = None
    """Its name and its business ID."""


def read(row: PersonRow) -> CustomerRow | None:
    """Read a row; None when it cannot be taken."""
    email = row.email()
    said = dict(_of_the_card(row))
    company = _company(row)
    address = _address(row, f"{said.get('first_name', '')} {said.get('last_name', '')}".strip())
    if not row.is_good:
        return None
    row.count_taken()
    return CustomerRow(
        line=row.line,
        email=email,
        said=said,
        columns={name: row.column(name) or row.column("name") for name in said},
        address=address,
        company=company,
    )


def _of_the_card(row: PersonRow) -> Iterator[tuple[str, str]]:
    if row.value("name") and not (row.value("first_name") or row.value("last_name")):
        first, _space, last = row.value("name").rpartition(" ")
        if max(len(first), len(last)) > LONGEST_NAME:
            row.fit("name", LONGEST_NAME)
        yield from {"first_name": first, "last_name": last}.items()
    else:
        row.leave("name", why="again")
        yield "first_name", row.fit("first_name", LONGEST_NAME)
        yield "last_name", row.fit("last_name", LONGEST_NAME)
    yield "phone", _phone(row)
    language = row.value("language").casefold()
    if language in _LANGUAGES:
        yield "language", language
    else:
        row.leave("language", why="unusable")


def _phone(row: PersonRow) -> str:
    """Read a number; one of another country without its country code would be somebody else's."""
    written = row.value("phone")
    if not written:
        return ""
    is_ours = _is_home(row) or written.startswith(("+", "00"))
    try:
        return identifiers.phone(written).e164 if is_ours else _no_phone(row)
    except NotAPhoneNumber:
        return _no_phone(row)


def _no_phone(row: PersonRow) -> str:
    row.warn(row.column("phone"), "left_out_cell")
    row.leave("phone", why="unusable")
    return ""


def _is_home(row: PersonRow) -> bool:
    return row.value("country").casefold() in HOME


def _company(row: PersonRow) -> tuple[str, str] | None:
    name, written = row.value("company"), row.value("business_id")
    if not name or not written:
        row.leave("company", why="no_business_id")
        row.leave("business_id", why="incomplete")
        return None
    try:
        number = identifiers.business_id(written)
    except NotABusinessId:
        row.warn(row.column("business_id"), "left_out_cell")
        row.leave("business_id", why="unusable")
        row.leave("company", why="no_business_id")
        return None
    return row.fit("company", LONGEST_COMPANY), number


def _address(row: PersonRow, name: str) -> dict[str, str] | None:
    street = ", ".join(filter(None, (row.value("street"), row.value("street2"))))
    said = {"street": street, "postcode": row.value("postcode"), "city": row.value("city")}
    if not any(said.values()):
        row.leave("country", why="incomplete")
        return None
    if not _is_home(row):
        row.leave(*_WHERE, why="abroad")
        return None
    if not all([name, *said.values()]):
        row.leave(*_WHERE, why="incomplete")
        return None
    if unusable := _unusable(said):
        row.warn(row.column(unusable), "left_out_cell")
        row.leave(*_WHERE, why="unusable")
        return None
    said["postcode"] = postcodes.normalise(said["postcode"])
    return {column: {**said, "name": name}[column] for column in ADDRESS}


def _unusable(said: Mapping[str, str]) -> str:
    """Name what of an address has no place in the book; nothing where all has."""
    try:
        postcodes.normalise(said["postcode"])
    except NotAPostcode:
        return "postcode"
    rooms = {"street": LONGEST_STREET, "city": LONGEST_CITY}
    return next((name for name, most in rooms.items() if len(said[name]) > most), "")
