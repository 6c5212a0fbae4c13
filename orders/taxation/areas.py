"""Where the value added tax of the Union reaches, and where it ends although the country does not.

Directive 2006/112/EC, articles 5 to 7: some parts of the member states lie outside the area of the
tax, Monaco is taxed as France, and Northern Ireland counts as the Union for goods.
"""

from dataclasses import dataclass
from enum import StrEnum

HOME = "FI"
NORTHERN_IRELAND = "XI"
ALAND = "AX"
MEMBERS = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
    ]
)

_BY_POSTCODE = {
    "FI": ("22",),
    # Ceuta, Melilla and the Canary Islands
    "ES": ("35", "38", "51", "52"),
    # Livigno and Campione d'Italia
    "IT": ("23041", "22061"),
    # Büsingen and Heligoland
    "DE": ("78266", "27498"),
    # Mount Athos
    "GR": ("63086", "63087"),
    # Overseas; Monaco has 980
    "FR": ("97", "984", "986", "987", "988"),
}
"""How the postcodes of those parts begin."""
_TAXED_AS = {"MC": "FR", "IM": "GB", "EL": "GR", "UK": "GB"}


class Area(StrEnum):
    """How the Finnish tax sees a place."""

    HOME = "home"
    ALAND = "aland"
    MEMBER = "member"
    NORTHERN_IRELAND = "northern ireland"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Place:
    """A country and a postcode, as they stand in an address."""

    country: str = HOME
    postcode: str = ""

    @property
    def area(self) -> Area:
        """Tell where the place lies for the tax."""
        if self.tax_country == ALAND:
            return Area.ALAND
        if self.tax_country == NORTHERN_IRELAND:
            return Area.NORTHERN_IRELAND
        if self.tax_country not in MEMBERS or self._is_left_out:
            return Area.OUTSIDE
        return Area.HOME if self.tax_country == HOME else Area.MEMBER

    @property
    def tax_country(self) -> str:
        """Give the country by its name in the law of the tax: XI and AX stand alone."""
        country = _TAXED_AS.get(self.country, self.country)
        if country == HOME and self._is_left_out:
            return ALAND
        return NORTHERN_IRELAND if country == "GB" and self._code.startswith("BT") else country

    @property
    def _code(self) -> str:
        return "".join(self.postcode.upper().split()).replace("-", "")

    @property
    def _is_left_out(self) -> bool:
        code = self._code.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        return code.startswith(_BY_POSTCODE.get(self.country, ())) if code else False
