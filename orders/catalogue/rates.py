"""The rate of value added tax that each class has on a day."""

import datetime as dt
from decimal import Decimal

from orders.catalogue.eu_rates import GENERAL
from orders.catalogue.models import VatClass, VatRate
from orders.taxation.areas import HOME


def rates_on(day: dt.date, *, country: str = HOME) -> dict[str, Decimal]:
    """Give the rate of every class, in per cent.

    Abroad a class without a rate of its own has the country's general one, so that too little tax
    is never asked; at home it has none, and what has no rate is not sold.
    """
    rates = dict(VatRate.objects.on(day, country).values_list("vat_class_id", "rate"))
    if country == HOME or GENERAL not in rates:
        return rates
    return dict.fromkeys(VatClass.objects.values_list("pk", flat=True), rates[GENERAL]) | rates
