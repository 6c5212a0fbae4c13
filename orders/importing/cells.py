"""What cells of a catalogue hold beside numbers and dates: measures, lists, codes."""

import hashlib
from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.utils.text import slugify

from privacy.intake.cells import (
    Unreadable,
    composed,
    guarded,
    moment,
    money,
    number,
    truth,
    unguarded,
    whole,
    written,
    written_moment,
)

__all__ = [
    "Unreadable",
    "centimetres",
    "code_of",
    "composed",
    "escaped",
    "grams",
    "guarded",
    "joined",
    "moment",
    "money",
    "number",
    "split",
    "truth",
    "unescaped",
    "unguarded",
    "whole",
    "written",
    "written_moment",
]

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
