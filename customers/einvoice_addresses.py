"""Where electronic invoices go: organisation codes (OVT), and the operators that carry them."""

import re

from stdnum.exceptions import ValidationError
from stdnum.fi import ytunnus

_OVT = re.compile(r"0037(\d{8})(\w{0,5})", re.ASCII)
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_OWN_CODE = re.compile(r"[A-Z0-9]{6,18}")


class NotAnAddress(ValueError):
    """The text is no e-invoice address, or no operator."""


def ovt_of(business_id: str) -> str:
    """Make the OVT code of a Finnish business ID; nothing of none."""
    return f"0037{business_id.replace('-', '')}" if business_id else ""


def normal_ovt(text: str) -> str:
    """Bring an OVT code to its normal form.

    :raises NotAnAddress: when it is none, or holds a business ID that cannot be.
    """
    compact = _compact(text)
    known = _OVT.fullmatch(compact)
    if known is None:
        raise NotAnAddress("not 0037 and a business ID")
    try:
        ytunnus.validate(known[1])
    except ValidationError as error:
        raise NotAnAddress("the business ID cannot be") from error
    return compact


def is_ovt(text: str) -> bool:
    """Tell whether the text is an OVT code."""
    try:
        normal_ovt(text)
    except NotAnAddress:
        return False
    return True


def normal_operator(text: str) -> str:
    """Bring an operator's code to its normal form: a bank's BIC, an OVT code, or one of its own.

    :raises NotAnAddress: when no operator could have it.
    """
    compact = _compact(text)
    if compact.startswith("0037"):
        return normal_ovt(compact)
    if _BIC.fullmatch(compact) or _OWN_CODE.fullmatch(compact):
        return compact
    raise NotAnAddress("no operator's code")


def _compact(text: str) -> str:
    return "".join(text.split()).replace("-", "").upper()
