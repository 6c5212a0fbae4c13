"""VAT IDs of companies in the member states and Northern Ireland, by form and check digits."""

from stdnum import exceptions
from stdnum.eu import vat

_LONGEST = 20
_CODES = {"GR": "EL"}


class NotAVatId(ValueError):
    """The text is no VAT ID of the Union."""


def normal_vat_id(text: str) -> str:
    """Bring a VAT ID to the form that VIES knows, with its country before it.

    Whether it belongs to anybody is not told here.

    :raises NotAVatId: when no member state could have given it.
    """
    if len(text) > _LONGEST:
        raise NotAVatId("too long")
    try:
        number: str = vat.validate(text)
    except exceptions.ValidationError as error:
        raise NotAVatId("no such number") from error
    country = _CODES.get(number[:2], number[:2])
    return country + number[2:]


def country_of(vat_id: str) -> str:
    """Give the country of a VAT ID as addresses write it: Greece is EL here and GR there."""
    return {"EL": "GR"}.get(vat_id[:2], vat_id[:2])
