"""The number under a barcode (GTIN): EAN-8, UPC, EAN-13 and GTIN-14."""

from stdnum import ean
from stdnum.exceptions import ValidationError


class NotAGtin(ValueError):
    """The text is no GTIN: another length, other signs, or a wrong check digit."""


def normalise(text: str) -> str:
    """Bring a GTIN to its digits; spaces and hyphens may stand between them.

    A number of zeros only passes the arithmetic but belongs to no product; imports carry it where
    the number was missing.

    :raises NotAGtin: when it is none.
    """
    try:
        digits = ean.validate(text)
    except ValidationError as error:
        raise NotAGtin(text) from error
    if not digits.strip("0"):
        raise NotAGtin(text)
    return str(digits)
