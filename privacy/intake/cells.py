"""Reading what people and programs write into cells: numbers, dates, and no formulas."""

import re
import unicodedata
from datetime import UTC, datetime, time
from decimal import Decimal

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

YES = frozenset({"1", "true", "yes", "y", "on", "kyllä", "ja"})
NO = frozenset({"0", "false", "no", "n", "off", "ei", "nej"})

LONGEST_NUMBER = 40
MOST_MONEY = Decimal("9999999.99")
"""No single piece costs ten millions: a price above is a slip of the decimal point."""
YEARS = range(1900, 2200)


class Unreadable(ValueError):
    """The cell does not say what is expected of it."""

    def __init__(self, code: str, value: object) -> None:
        super().__init__(code)
        self.code = code
        self.value = value


# --- Numbers ------------------------------------------------------------------------------

_PLAIN = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"([+-]?)(\d+),(\d+)", re.ASCII)
_DOTS_THEN_COMMA = re.compile(r"[+-]?\d{1,3}(\.\d{3})+,\d+|[+-]?\d{1,3}(\.\d{3}){2,}", re.ASCII)
_COMMAS_THEN_DOT = re.compile(r"[+-]?\d{1,3}(,\d{3})+\.\d+|[+-]?\d{1,3}(,\d{3}){2,}", re.ASCII)
_SPACED = re.compile(r"[+-]?\d{1,3}(\s\d{3})+([.,]\d+)?")
_SIGNS_OF_EURO = re.compile(r"^(?:€|EUR)\s*|\s*(?:€|EUR)$", re.IGNORECASE)
_THOUSAND = 3


def number(text: str) -> Decimal:
    """Read a number with a decimal point or, where only one reading is possible, a comma.

    “1,5” is one and a half, “1.234,50” and “1,234.50” are both clear; “1,234” is not, for it is
    either a thousand and more or one and a bit.

    :raises Unreadable: when it is no number, or may be two different ones.
    """
    cell = _SIGNS_OF_EURO.sub("", text.strip())
    if not cell or len(cell) > LONGEST_NUMBER:
        raise Unreadable("not_a_number", text)
    if _SPACED.fullmatch(cell):
        cell = re.sub(r"\s", "", cell)
    if _PLAIN.fullmatch(cell):
        return Decimal(cell)
    if _DOTS_THEN_COMMA.fullmatch(cell):
        return Decimal(cell.replace(".", "").replace(",", "."))
    if _COMMAS_THEN_DOT.fullmatch(cell):
        return Decimal(cell.replace(",", ""))
    return _with_comma(cell, text)


def _with_comma(cell: str, text: str) -> Decimal:
    match = _DECIMAL_COMMA.fullmatch(cell)
    if match is None:
        raise Unreadable("not_a_number", text)
    whole, decimals = match[2], match[3]
    if len(decimals) == _THOUSAND and len(whole) <= _THOUSAND and not whole.startswith("0"):
        raise Unreadable("ambiguous_number", text)
    return Decimal(cell.replace(",", "."))


def money(text: str) -> Decimal:
    """Read an amount of euros.

    Three decimals after a point are refused even where they end in a nought: in some countries
    “1.230” is a thousand and more.

    :raises Unreadable: when it is no exact amount of cents.
    """
    amount = number(text)
    if abs(amount) > MOST_MONEY:
        raise Unreadable("too_large", text)
    exponent = amount.as_tuple().exponent
    if exponent == -_THOUSAND and amount != 0 and abs(amount) >= 1:
        raise Unreadable("ambiguous_number", text)
    cents = amount.quantize(Decimal("0.01"))
    if cents != amount:
        raise Unreadable("parts_of_a_cent", text)
    return cents


def whole(text: str) -> int:
    """Read a whole number.

    :raises Unreadable: when it is none.
    """
    amount = number(text)
    if amount != amount.to_integral_value():
        raise Unreadable("not_whole", text)
    return int(amount)


def truth(text: str) -> bool:
    """Read yes or no.

    :raises Unreadable: when it is neither.
    """
    word = text.strip().casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    raise Unreadable("not_yes_or_no", text)


def moment(text: str, *, end_of_day: bool = False) -> datetime:
    """Read a day or a moment; one without a time zone is the shop's own.

    :raises Unreadable: when it is none.
    """
    cell = text.strip()
    try:
        found = parse_datetime(cell) if len(cell) > len("2026-12-31") else None
        day = parse_date(cell) if found is None else None
    except ValueError:
        found, day = None, None
    if day is not None:
        found = datetime.combine(day, time.max if end_of_day else time.min)
    if found is None or found.year not in YEARS:
        raise Unreadable("not_a_date", text)
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def written(amount: Decimal) -> str:
    """Write a number so that it is read as the same one: a point, no needless noughts."""
    plain = f"{amount:f}"
    return (plain.rstrip("0").rstrip(".") if "." in plain else plain) or "0"


def written_moment(at: datetime) -> str:
    """Write a moment so that it is read as the same one."""
    return at.astimezone(UTC).isoformat()


# --- Formulas -----------------------------------------------------------------------------

# A spreadsheet takes a cell that begins with one of these for a formula. A file opened with the
# wrong separator is cut at others than ours, so what follows a semicolon, a tab or a line break
# counts as a beginning too.
_BEGINNING = r"(?:^|(?<=[;\t\r\n]))"
_TO_GUARD = re.compile(_BEGINNING + r"(?='*[=+\-@\t\r])")
_GUARDED = re.compile(_BEGINNING + r"'(?='*[=+\-@\t\r])")


def guarded(cell: str) -> str:
    """Put an apostrophe before whatever a spreadsheet would take for a formula.

    A cell that already looks guarded gets one more, so that :func:`unguarded` gives back exactly
    what went in.
    """
    return _TO_GUARD.sub("'", cell)


def unguarded(cell: str) -> str:
    """Take away the apostrophe that :func:`guarded` has put."""
    return _GUARDED.sub("", cell)


def composed(text: str) -> str:
    """Bring letters and their accents together, as the shop's own pages do (NFC)."""
    return unicodedata.normalize("NFC", text)
