"""Who receives data: in the EEA, under an agreement, in force, and nobody else."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from privacy.checks import processors_agree, ways_carry_what_is_declared
from privacy.processors.countries import Country
from privacy.processors.models import Processor, SubProcessor
from privacy.registry import Line, Role, passed_to
from privacy.ways import OpenedTwice, Way, open_way, ways
from tests.factories import ProcessorFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)


def test_the_thirty_countries_of_the_eea_and_no_other() -> None:
    assert len(Country.values) == 30
    for country in Country.values:
        ProcessorFactory.create(country=country)
    for outside in ("US", "GB", "CH", "UA", "fi", ""):
        with pytest.raises(IntegrityError, match="european_economic"), transaction.atomic():
            ProcessorFactory.create(country=outside)
        with pytest.raises(IntegrityError, match="european_economic"), transaction.atomic():
            Processor.objects.filter(role=Role.CARRIER).update(country=outside)


def test_a_sub_processor_is_in_the_eea_too() -> None:
    processor = ProcessorFactory.create()
    SubProcessor.objects.create(processor=processor, name="Alihankkija Ab", country="SE")

    with pytest.raises(IntegrityError, match="sub_processor_is_in_the"), transaction.atomic():
        SubProcessor.objects.create(processor=processor, name="Cloud Inc.", country="US")


@pytest.mark.parametrize(
    ("said", "constraint"),
    [
        ({"agreed_date": None}, "processor_works_under_an_agreement"),
        ({"agreement": " "}, "processor_works_under_an_agreement"),
        ({"agreed_date": date(2030, 1, 1)}, "processor_works_under_an_agreement"),
        ({"is_example": True}, "example_of_a_processor_is_never_in_force"),
        ({"ends_date": date(2025, 1, 1)}, "processor_ends_after_it_begins"),
        ({"begins_date": None, "ends_date": TODAY}, "processor_ends_after_it_begins"),
        ({"lines": []}, "processor_receives_lines_of_the_statement"),
        ({"lines": ["shoe_size"]}, "processor_receives_lines_of_the_statement"),
        ({"role": "spy", "lines": ["name"]}, "processor_has_a_role"),
        ({"purpose": ""}, "processor_has_a_name_and_a_purpose"),
        ({"hosts": ["Mail.Example"]}, "processor_hosts_are_in_small_letters"),
    ],
)
def test_the_database_refuses(said: dict[str, object], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        ProcessorFactory.create(**said)


def test_a_row_counts_from_its_first_day_to_its_last() -> None:
    row = ProcessorFactory.create(begins_date=TODAY, ends_date=TODAY + timedelta(days=1))
    draft = ProcessorFactory.create(begins_date=None)

    days = [TODAY + timedelta(days=n) for n in (-1, 0, 1, 2)]
    found = [list(Processor.objects.in_force(day)) for day in days]
    assert found == [[], [row], [row], []]
    assert [row.is_in_force(day) for day in days] == [False, True, True, False]
    assert not draft.is_in_force(TODAY)


def test_the_shop_comes_with_examples_that_are_never_called() -> None:
    examples = Processor.objects.all()

    assert {row.role for row in examples} == {"mail", "carrier", "payment"}
    assert all(row.is_example and "esimerkki" in row.name for row in examples)
    assert all(host.endswith(".example") for row in examples for host in row.hosts)
    assert not Processor.objects.in_force(timezone.localdate()).exists()


def test_a_company_that_receives_what_nobody_declared_is_told_of() -> None:
    ProcessorFactory.create(name="Uteliaat Oy", lines=["name", "ip_address"])
    ProcessorFactory.create(name="Mennyt Oy", lines=["ip_address"], ends_date=TODAY)
    ProcessorFactory.create(name="Kone Oy", role=Role.HOSTING, lines=Line.values)

    [warning] = processors_agree(None, ["default"])
    assert warning.id == "privacy.W027"
    assert "Uteliaat Oy receives ip_address" in warning.msg


def test_the_check_asks_no_database_that_is_not_to_be_asked() -> None:
    ProcessorFactory.create(lines=["ip_address"])

    assert processors_agree(None) == []


def test_every_way_carries_declared_lines_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ways_carry_what_is_declared(None) == []
    greedy = Way("spy", Role.CARRIER, {"ip": (Line.IP_ADDRESS,)}, timeout=1, remembered_days=1)
    monkeypatch.setitem(ways, "spy", greedy)

    [error] = ways_carry_what_is_declared(None)
    assert error.id == "privacy.E026"
    with pytest.raises(OpenedTwice):
        open_way(greedy)


def test_who_runs_the_machines_holds_everything() -> None:
    assert passed_to(Role.HOSTING) == set(Line)
    assert Line.IP_ADDRESS not in passed_to(Role.CARRIER)
    assert passed_to(Role.CARRIER) >= {Line.NAME, Line.ADDRESS, Line.PHONE}
