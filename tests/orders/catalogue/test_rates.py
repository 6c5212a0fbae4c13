"""Rates by class, country and day, as a new shop has them."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from orders.catalogue.eu_rates import GENERAL_RATES, KNOWN_FROM, REDUCED_RATES
from orders.catalogue.models import VatClass, VatRate
from orders.catalogue.rates import rates_on
from tests import vectors

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("row", vectors.rows("vat_eu_rates"), ids=vectors.name)
def test_a_new_shop_knows_the_rates_of_a_member_state(row: dict[str, str]) -> None:
    country = row["country"]
    assert rates_on(date(2026, 11, 29), country=country)["standard"] == Decimal(row["standard"])
    if country != "FI":
        lower = f"{row['reduced']} {row['super_reduced']} {row['parking']}".split()
        assert REDUCED_RATES.get(country, ()) == tuple(sorted({Decimal(rate) for rate in lower}))


def test_it_knows_all_of_them_and_northern_ireland() -> None:
    assert len(GENERAL_RATES) == 27  # 26 other members, and one that is not
    assert rates_on(KNOWN_FROM, country="XI")["standard"] == Decimal(20)


def test_a_class_without_a_rate_abroad_has_the_general_one_and_never_less() -> None:
    rates = rates_on(KNOWN_FROM, country="DE")
    assert set(rates) == set(VatClass.objects.values_list("pk", flat=True))
    assert set(rates.values()) == {Decimal(19)}
    assert rates["zero"] == Decimal(19)


def test_a_rate_of_its_own_goes_before_from_its_first_day() -> None:
    first = date(2027, 1, 1)
    VatRate.objects.create(
        vat_class_id="food", country="DE", rate=7, valid=DateRange(first, None, "[)")
    )
    assert rates_on(date(2026, 12, 31), country="DE")["food"] == Decimal(19)
    assert rates_on(first, country="DE")["food"] == Decimal(7)
    assert rates_on(first, country="DE")["book"] == Decimal(19)


def test_a_country_of_which_nothing_is_known_has_no_rates() -> None:
    assert rates_on(date(2026, 1, 1), country="DE") == {}
    assert rates_on(KNOWN_FROM, country="NO") == {}


def test_two_rates_of_a_class_and_country_never_hold_on_one_day() -> None:
    valid = DateRange(date(2026, 10, 1), date(2026, 11, 1), "[)")
    with pytest.raises(IntegrityError, match="one_vat_rate_a_day"), transaction.atomic():
        VatRate.objects.create(vat_class_id="standard", country="SE", rate=24, valid=valid)
    VatRate.objects.create(vat_class_id="food", country="SE", rate=12, valid=valid)


@pytest.mark.parametrize("country", ["NO", "de", "ZZ"])
def test_staff_cannot_add_a_rate_of_a_country_whose_tax_is_not_asked(country: str) -> None:
    rate = VatRate(
        vat_class_id="food", country=country, rate=7, valid=DateRange(KNOWN_FROM, None, "[)")
    )
    with pytest.raises(ValidationError, match="country"):
        rate.full_clean()
