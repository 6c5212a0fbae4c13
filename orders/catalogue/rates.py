"""The rate of value added tax that each class has on a day."""

import datetime as dt
from decimal import Decimal

from orders.catalogue.models import VatRate


def rates_on(day: dt.date, *, country: str = "FI") -> dict[str, Decimal]:
    """Give the rate of every class, in per cent."""
    return dict(VatRate.objects.on(day, country).values_list("vat_class_id", "rate"))
