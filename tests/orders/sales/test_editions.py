"""The terms of sale."""

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from pytest_django.fixtures import Settings

from orders.sales.editions import NoTermsInForce, Terms, edition_in_force, terms_text
from tests.conftest import NOON
from tests.factories import LONG_AGO, TermsFactory
from tests.vectors import rows

pytestmark = pytest.mark.django_db

SELLER = {
    "name": "Kauppa Oy",
    "address": "Katu 1, 00100 Helsinki",
    "business_id": "",
    "email": "kauppa@example.fi",
    "phone": "09 123 456",
}


def test_the_newest_edition_that_has_begun_is_in_force() -> None:
    assert edition_in_force(at=NOON) == 2
    TermsFactory.create(edition=3, valid_from=NOON)
    TermsFactory.create(edition=4, valid_from=NOON.replace(year=2100))

    assert edition_in_force(at=NOON) == 3
    assert edition_in_force(at=LONG_AGO) == 1


def test_without_terms_nothing_is_in_force() -> None:
    with pytest.raises(NoTermsInForce):
        edition_in_force(at=LONG_AGO.replace(year=2020))
    with pytest.raises(NoTermsInForce):
        terms_text(edition=99, language="fi")


@pytest.mark.parametrize("edition", [1, 2])
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", ["14 päivän kuluessa", "maksuvelvollisuus", "Puhelin 09 123 456", "Peruuttamisl"]),
        ("sv", ["inom 14 dagar", "betalningsskyldighet", "Telefon 09 123 456", "ångerblankett"]),
        ("en", ["within 14 days", "obligation to pay", "Telephone 09 123 456", "withdrawal form"]),
    ],
)
def test_the_terms_name_the_seller_and_leave_no_gap(
    edition: int, language: str, words: list[str], settings: Settings
) -> None:
    settings.CONTROLLER = SELLER

    text = terms_text(edition=edition, language=language)

    for said in [*words, "Kauppa Oy", "Katu 1, 00100 Helsinki", "kauppa@example.fi"]:
        assert said in text
    assert "{" not in text
    assert "Y-tunnus" not in text
    assert len([line for line in text.splitlines() if line[:1].isdigit()]) == 9


def test_a_language_that_is_missing_is_read_in_finnish() -> None:
    TermsFactory.create(edition=3, text="Vain suomeksi", valid_from=NOON)

    assert terms_text(edition=3, language="sv") == "Vain suomeksi"


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_second_edition_names_what_the_law_wants_named(language: str) -> None:
    text = terms_text(edition=2, language=language)
    assert rows("withdrawal_buttons", lang=language)[0]["withdraw_button"] in text
    assert rows("withdrawal_buttons", lang=language)[0]["confirm_button"] in text
    board = {"fi": "www.kuluttajariita.fi", "sv": "www.konsumenttvist.fi"}
    for said in ("Paytrail Oyj", "2122839-7", board.get(language, board["fi"])):
        assert said in text
    assert "Paytrail" not in terms_text(edition=1, language=language)


@pytest.mark.parametrize("change", [{"text": "muuta"}, {"edition": 7}, {"language": "xx"}])
def test_terms_are_never_rewritten(change: dict[str, object]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Terms.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Terms.objects.all().delete()


def test_everybody_can_read_them(client: Client) -> None:
    for address, title in (
        ("/toimitusehdot/", "Tilaus- ja toimitusehdot"),
        ("/sv/leveransvillkor/", "Beställnings- och leveransvillkor"),
        ("/en/terms-of-sale/1/", "Terms of sale and delivery"),
    ):
        answer = client.get(address)
        assert answer.status_code == 200
        assert f"<h1>{title}</h1>" in answer.content.decode()
        assert not answer.cookies
    assert client.get("/en/terms-of-sale/99/").status_code == 404


def test_every_page_links_to_them(client: Client) -> None:
    assert 'href="/toimitusehdot/"' in client.get("/tietosuoja/").content.decode()
