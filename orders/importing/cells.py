"""Reading what people and programs write into cells: numbers, dates, lists, and no formulas."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time
from decimal import Decimal

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.text import slugify

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


_GRAMS = {
    "g": Decimal(1),
    "kg": Decimal(1000),
    "lb": Decimal("453.59237"),
    "lbs": Decimal("453.59237"),
    "oz": Decimal("28.349523125"),
}
_CENTIMETRES = {
    "mm": Decimal("0.1"),
    "cm": Decimal(1),
    "m": Decimal(100),
    "in": Decimal("2.54"),
    "ft": Decimal("30.48"),
    "yd": Decimal("91.44"),
}


def grams(amount: Decimal, unit: str) -> int:
    """Turn a weight into whole grams.

    :raises Unreadable: when the unit is unknown.
    """
    factor = _GRAMS.get(unit.strip().casefold())
    if factor is None:
        raise Unreadable("unknown_unit", unit)
    return int((amount * factor).to_integral_value())


def centimetres(amount: Decimal, unit: str) -> Decimal:
    """Turn a length into centimetres with one decimal.

    :raises Unreadable: when the unit is unknown.
    """
    factor = _CENTIMETRES.get(unit.strip().casefold())
    if factor is None:
        raise Unreadable("unknown_unit", unit)
    return (amount * factor).quantize(Decimal("0.1"))


def written(amount: Decimal) -> str:
    """Write a number so that it is read as the same one: a point, no needless noughts."""
    plain = f"{amount:f}"
    return (plain.rstrip("0").rstrip(".") if "." in plain else plain) or "0"


def written_moment(at: datetime) -> str:
    """Write a moment so that it is read as the same one."""
    return at.astimezone(UTC).isoformat()


# --- Lists in a cell ----------------------------------------------------------------------

ITEM, STEP, IS, PART = "|", ">", "=", ":"


def joined(items: Iterable[str]) -> str:
    """Write several things into one cell; each must have been escaped."""
    return f" {ITEM} ".join(items)


def escaped(text: str, *signs: str) -> str:
    """Write words so that none of their own signs is taken for a separator."""
    written = text.replace("\\", "\\\\")
    for sign in (ITEM, *signs):
        written = written.replace(sign, f"\\{sign}")
    return written


def split(cell: str, sign: str = ITEM, *, most: int = -1) -> list[str]:
    """Take a cell apart at a sign and the one space on each side of it; escapes stay in place."""
    parts = [""]
    for piece in _pieces(cell):
        if piece == sign and (most < 0 or len(parts) <= most):
            parts.append("")
        else:
            parts[-1] += piece
    last = len(parts) - 1
    return [
        _trimmed(part, before=place > 0, after=place < last) for place, part in enumerate(parts)
    ]


def _trimmed(part: str, *, before: bool, after: bool) -> str:
    part = part[1:] if before and part.startswith(" ") else part
    return part[:-1] if after and part.endswith(" ") else part


def _pieces(cell: str) -> Iterator[str]:
    """Give the signs of a cell; an escaped one together with its backslash."""
    signs = iter(cell)
    for sign in signs:
        yield sign + next(signs, "") if sign == "\\" else sign


def unescaped(text: str) -> str:
    """Give the words behind the escapes."""
    return "".join(
        piece[1:] if piece.startswith("\\") and len(piece) > 1 else piece for piece in _pieces(text)
    )


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


# --- Codes --------------------------------------------------------------------------------

_BESIDE_LATIN = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "đ": "d", "ł": "l", "þ": "th"})
_TAIL = 8


def code_of(name: str, most: int) -> str:
    """Make a code of a name: a–z, digits and hyphens, the same for the same name always.

    A name that leaves nothing (in another script) or too much is told apart by a checksum.
    """
    plain = slugify(name.casefold().translate(_BESIDE_LATIN)).strip("-_")
    if plain and len(plain) <= most:
        return plain
    tail = hashlib.sha256(name.casefold().encode("utf-8", "surrogatepass")).hexdigest()[:_TAIL]
    return f"{plain[: most - _TAIL - 1].strip('-')}-{tail}".strip("-")


def composed(text: str) -> str:
    """Bring letters and their accents together, as the shop's own pages do (NFC)."""
    return unicodedata.normalize("NFC", text)
