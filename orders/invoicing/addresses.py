"""Where electronic invoices go: OVT codes, operators, and the seller's address in its parts."""

import re
from dataclasses import dataclass

from customers.einvoice_addresses import (
    NotAnAddress,
    is_ovt,
    normal_operator,
    normal_ovt,
    ovt_of,
)

__all__ = [
    "NotAnAddress",
    "Postal",
    "is_ovt",
    "normal_operator",
    "normal_ovt",
    "ovt_of",
    "postal_of",
]

OVT_SCHEME, BUSINESS_ID_SCHEME = "0216", "0212"
"""How Peppol calls Finnish organisation codes and business IDs."""

_ADDRESS = re.compile(r"(?P<street>.+?),?\s+(?P<postcode>\d{5})\s+(?P<city>[^\d,]+)")


@dataclass(frozen=True, slots=True)
class Postal:
    """An address in its parts."""

    street: str
    postcode: str
    city: str


def postal_of(address: str) -> Postal:
    """Part an address that is written in one line; what cannot be parted is its street."""
    known = _ADDRESS.fullmatch(" ".join(address.split()))
    if known is None:
        return Postal(address, "", "")
    return Postal(known["street"], known["postcode"], known["city"].strip())
