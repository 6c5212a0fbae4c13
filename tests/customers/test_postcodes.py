import pytest

from customers import postcodes
from customers.postcodes import Doubt, Kind
from tests import vectors

KINDS = {
    "ordinary": Kind.ORDINARY,
    "PO boxes": Kind.PO_BOXES,
    "corporate": Kind.CORPORATE,
    "reply mail": Kind.REPLY_MAIL,
    "parcel machine": Kind.PARCEL_MACHINE,
    "pickup point": Kind.PICKUP_POINT,
}


@pytest.mark.parametrize("row", vectors.rows("postcodes_fi"), ids=vectors.name)
def test_postcodes_are_read_as_published(row: dict[str, str]) -> None:
    match row["expected"]:
        case "bad-format":
            with pytest.raises(postcodes.NotAPostcode):
                postcodes.find(row["postcode"])
        case "normalise":
            assert f"-> {postcodes.normalise(row['postcode'])}" in row["note"]
        case "unknown":
            assert postcodes.find(row["postcode"]) is None
            assert postcodes.doubts(row["postcode"]) == [Doubt.UNKNOWN]
        case _:
            _is_in_the_list(row)


def _is_in_the_list(row: dict[str, str]) -> None:
    found = postcodes.find(row["postcode"])
    assert found is not None
    if not row["city_fi"]:
        return
    assert found.name_fi.upper() == row["city_fi"]
    assert found.name_sv.upper() == row["city_sv"]
    assert found.municipality_fi == row["municipality_fi"]
    assert found.municipality_sv == row["municipality_sv"]
    assert found.kind is KINDS[row["type"]]
    assert found.is_in_aland is (row["aland"] == "true")


@pytest.mark.parametrize(
    ("capitals", "spelled"),
    [
        ("HELSINKI", "Helsinki"),
        ("YLÖJÄRVI", "Ylöjärvi"),
        ("ÅBO", "Åbo"),
        ("ALA-HONKAJOKI", "Ala-Honkajoki"),
        ("LUOMA-AHO", "Luoma-aho"),
        ("YLI-II", "Yli-Ii"),
        ("II AS", "Ii as"),
        ("HANGÖ NORRA", "Hangö norra"),
        ("NORRA VALLGRUND", "Norra Vallgrund"),
        ("KOSKI TL", "Koski Tl"),
        ("SJUNDEÅ KBY", "Sjundeå kby"),
    ],
)
def test_place_names_are_spelled_as_people_write_them(capitals: str, spelled: str) -> None:
    assert postcodes.ordinary_spelling(capitals) == spelled


@pytest.mark.parametrize(
    ("code", "finnish", "swedish"),
    [
        ("00100", "Helsinki", "Helsingfors"),
        ("20100", "Turku", "Åbo"),
        ("22100", "Mariehamn", "Mariehamn"),
        ("37565", "Lempäälä", "Lempäälä"),
        ("33184", "Tampere", "Tammerfors"),
        ("00077", "HSL", "HSL"),
    ],
)
def test_the_city_is_told_in_the_buyers_language(code: str, finnish: str, swedish: str) -> None:
    found = postcodes.find(code)

    assert found is not None
    assert (found.city("fi"), found.city("sv"), found.city("en")) == (finnish, swedish, finnish)


def test_a_parcel_machine_is_no_home() -> None:
    assert postcodes.doubts("33184", "Tampere") == [Doubt.NOT_A_HOME]


def test_a_po_box_and_an_own_code_are_addresses() -> None:
    assert postcodes.doubts("00101", "Helsinki") == []
    assert postcodes.doubts("00077", "hsl") == []


def test_another_city_is_asked_about_but_either_language_is_right() -> None:
    assert postcodes.doubts("20100", " åbo") == []
    assert postcodes.doubts("47650", "Kouvola") == []
    assert postcodes.doubts("20100", "Tampere") == [Doubt.OTHER_CITY]


@pytest.mark.parametrize(
    "text", ["", "1234", "123456", "00 580", "ABCDE", "٠٠١٠٠", "SE-12345", "0" * 10_000]
)
def test_what_is_no_postcode_is_refused(text: str) -> None:
    with pytest.raises(postcodes.NotAPostcode):
        postcodes.normalise(text)


def test_a_code_outside_the_list_may_be_in_aland_all_the_same() -> None:
    assert postcodes.find("22999") is None
    assert postcodes.is_in_aland("22999")
