"""Finnish rates of value added tax as they were and are: what a new shop's tables begin with.

The rows in the database are the ones that count afterwards: a new rate is added there, with its
first day, when a law changes. Days are inclusive; an open end means "for the time being". Sources:
the Value Added Tax Act (1501/1993), the government proposals HE 141/2024 and HE 93/2025, and the
guidance of the tax administration, as gathered on 29 September 2026. Not settled by them and left
to the merchant's accountant: the rate of a magazine sold as a single copy.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from orders.vat import DatedRate


@dataclass(frozen=True, slots=True)
class TaxClass:
    """A kind of goods or services that the law taxes alike."""

    code: str
    name_fi: str
    name_sv: str
    name_en: str


TAX_CLASSES = (
    TaxClass("standard", "Yleinen verokanta", "Allmän skattesats", "Standard rate"),
    TaxClass("food", "Elintarvikkeet", "Livsmedel", "Food"),
    TaxClass(
        "restaurant",
        "Ravintola- ja ateriapalvelut",
        "Restaurang- och cateringtjänster",
        "Restaurant and catering services",
    ),
    TaxClass("feed", "Rehut", "Foder", "Animal feed"),
    TaxClass("book", "Kirjat", "Böcker", "Books"),
    TaxClass("medicine", "Lääkkeet", "Läkemedel", "Medicines"),
    TaxClass("transport", "Henkilökuljetukset", "Persontransporter", "Passenger transport"),
    TaxClass("accommodation", "Majoituspalvelut", "Inkvarteringstjänster", "Accommodation"),
    TaxClass(
        "culture",
        "Pääsymaksut kulttuuri- ja urheilutilaisuuksiin",
        "Inträden till kultur- och idrottsevenemang",
        "Admission to cultural and sports events",
    ),
    TaxClass("sport", "Liikuntapalvelut", "Motionstjänster", "Physical exercise services"),
    TaxClass(
        "hygiene",
        "Kuukautis- ja inkontinenssisuojat sekä vaipat",
        "Mens- och inkontinensskydd samt blöjor",
        "Sanitary and incontinence protection, nappies",
    ),
    TaxClass(
        "press",
        "Tilatut sanoma- ja aikakauslehdet",
        "Prenumererade tidningar och tidskrifter",
        "Newspapers and periodicals by subscription",
    ),
    TaxClass("broadcast", "Yleisradiotoiminta", "Rundradioverksamhet", "Public broadcasting"),
    TaxClass("alcohol-tobacco", "Alkoholi ja tupakka", "Alkohol och tobak", "Alcohol and tobacco"),
    TaxClass("zero", "Nollaverokanta", "Nollskattesats", "Zero rate"),
)

_FIRST_KNOWN = dt.date(2013, 1, 1)
_GENERAL_ROSE = dt.date(2024, 9, 1)
_BOOKS_ROSE = dt.date(2025, 1, 1)
_MIDDLE_FELL = dt.date(2026, 1, 1)


def _steps(tax_class: str, *steps: tuple[dt.date, str]) -> tuple[DatedRate, ...]:
    """Turn the days on which a rate began into rates that end on the day before the next."""
    ends = [start - dt.timedelta(days=1) for start, _ in steps[1:]]
    return tuple(
        DatedRate(tax_class, start, end, Decimal(rate))
        for (start, rate), end in zip(steps, [*ends, None], strict=True)
    )


_TEN_THEN_FOURTEEN = ((_FIRST_KNOWN, "10.0"), (_BOOKS_ROSE, "14.0"), (_MIDDLE_FELL, "13.5"))
_FOURTEEN = ((_FIRST_KNOWN, "14.0"), (_MIDDLE_FELL, "13.5"))

DATED_RATES = (
    *_steps("standard", (_FIRST_KNOWN, "24.0"), (_GENERAL_ROSE, "25.5")),
    *_steps("food", *_FOURTEEN),
    *_steps("restaurant", *_FOURTEEN),
    *_steps("feed", *_FOURTEEN),
    *_steps("book", *_TEN_THEN_FOURTEEN),
    *_steps("medicine", *_TEN_THEN_FOURTEEN),
    *_steps("transport", *_TEN_THEN_FOURTEEN),
    *_steps("accommodation", *_TEN_THEN_FOURTEEN),
    *_steps("culture", *_TEN_THEN_FOURTEEN),
    *_steps("sport", *_TEN_THEN_FOURTEEN),
    *_steps("hygiene", (_GENERAL_ROSE, "25.5"), (_BOOKS_ROSE, "14.0"), (_MIDDLE_FELL, "13.5")),
    *_steps("press", (_FIRST_KNOWN, "10.0")),
    *_steps("broadcast", (_FIRST_KNOWN, "10.0"), (_MIDDLE_FELL, "13.5")),
    *_steps("alcohol-tobacco", (_GENERAL_ROSE, "25.5")),
    *_steps("zero", (_FIRST_KNOWN, "0.0")),
)
