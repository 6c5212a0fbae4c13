"""Countries that a shop in Finland may deliver to, by name."""

from django.utils.translation import pgettext, pgettext_lazy

_NAMES = {
    "AT": pgettext_lazy("country", "Austria"),
    "BE": pgettext_lazy("country", "Belgium"),
    "BG": pgettext_lazy("country", "Bulgaria"),
    "CH": pgettext_lazy("country", "Switzerland"),
    "CY": pgettext_lazy("country", "Cyprus"),
    "CZ": pgettext_lazy("country", "Czechia"),
    "DE": pgettext_lazy("country", "Germany"),
    "DK": pgettext_lazy("country", "Denmark"),
    "EE": pgettext_lazy("country", "Estonia"),
    "ES": pgettext_lazy("country", "Spain"),
    "FI": pgettext_lazy("country", "Finland"),
    "FR": pgettext_lazy("country", "France"),
    "GB": pgettext_lazy("country", "United Kingdom"),
    "GR": pgettext_lazy("country", "Greece"),
    "HR": pgettext_lazy("country", "Croatia"),
    "HU": pgettext_lazy("country", "Hungary"),
    "IE": pgettext_lazy("country", "Ireland"),
    "IS": pgettext_lazy("country", "Iceland"),
    "IT": pgettext_lazy("country", "Italy"),
    "LT": pgettext_lazy("country", "Lithuania"),
    "LU": pgettext_lazy("country", "Luxembourg"),
    "LV": pgettext_lazy("country", "Latvia"),
    "MT": pgettext_lazy("country", "Malta"),
    "NL": pgettext_lazy("country", "Netherlands"),
    "NO": pgettext_lazy("country", "Norway"),
    "PL": pgettext_lazy("country", "Poland"),
    "PT": pgettext_lazy("country", "Portugal"),
    "RO": pgettext_lazy("country", "Romania"),
    "SE": pgettext_lazy("country", "Sweden"),
    "SI": pgettext_lazy("country", "Slovenia"),
    "SK": pgettext_lazy("country", "Slovakia"),
    "US": pgettext_lazy("country", "United States"),
    "XI": pgettext_lazy("country", "Northern Ireland"),
}


def country_name(code: str) -> str:
    """Call a country by its name in the reader's language; one without a name here by its code."""
    if code == "AX":
        return pgettext("country", "Åland")
    return str(_NAMES.get(code, code))
