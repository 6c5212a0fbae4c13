"""One's own sessions: seen, ended one by one or all others, and never anybody else's."""

import pytest
from axes.models import AccessFailureLog, AccessLog
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from customers.models import Account, Customer, Session
from customers.sessions import hash_of
from privacy.network import network_words
from tests.customers.conftest import Door
from tests.doors import let_in

pytestmark = pytest.mark.django_db

PAGE = "/tili/turvallisuus/"
END = "/tili/turvallisuus/paata-istunto/"


def signed_in(account: Account, address: str) -> Client:
    door = Door()
    assert door.knock(account.email, address=address) == 302
    return door.client


def key_of(client: Client) -> str:
    key = client.session.session_key
    assert key is not None
    return key


def test_each_open_session_shows_when_and_from_which_network_it_began(known: Account) -> None:
    here = signed_in(known, "192.0.2.7")
    signed_in(known, "2001:db8:17::9")
    page = here.get(PAGE).content.decode()

    assert page.count("tämä selain") == 1
    assert "192.0.2.*" in page
    assert "2001:db8:17:*" in page
    assert "192.0.2.7" not in page
    for session in Session.objects.all():
        assert session.session_key not in page


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("192.0.2.0", "192.0.2.*"),
        ("2001:db8::1", "2001:db8:0:*"),
        ("::1", "0:0:0:*"),
        ("nobody's", ""),
    ],
)
def test_a_network_is_said_without_the_computer(address: str, words: str) -> None:
    assert network_words(address) == words


def test_one_session_is_ended_and_the_others_go_on(known: Account) -> None:
    here, lost, third = (signed_in(known, f"192.0.2.{number}") for number in (7, 8, 9))
    handle = hash_of(key_of(lost))
    here.post(END, {"session": handle})

    assert lost.get("/tili/")["Location"].startswith("/tili/kirjaudu/")
    assert here.get("/tili/").status_code == third.get("/tili/").status_code == 200
    assert AccessLog.objects.get(session_hash=handle).logout_time is not None
    assert AccessLog.objects.filter(logout_time=None).count() == 2


def test_all_others_are_ended_and_the_one_that_asks_goes_on(known: Account) -> None:
    here, *others = (signed_in(known, f"192.0.2.{number}") for number in (7, 8, 9))
    answer = here.post(END, {"session": "others"}, follow=True)

    assert "2 muuta istuntoa päätettiin." in answer.content.decode()
    assert [other.get("/tili/").status_code for other in others] == [302, 302]
    assert here.get("/tili/").status_code == 200


def test_law_8_nobody_ends_anothers_session(known: Account, celia: Customer) -> None:
    mine = signed_in(known, "192.0.2.7")
    assert celia.account is not None
    hers = let_in(Client(), celia.account)
    foreign, missing = (
        hers.post(END, {"session": handle}, follow=True)
        for handle in (hash_of(key_of(mine)), "0" * 64)
    )
    hers.post(END, {"session": "others"})

    assert "oli jo päättynyt" in foreign.content.decode()
    assert "oli jo päättynyt" in missing.content.decode()
    assert mine.get("/tili/").status_code == 200
    assert "192.0.2" not in hers.get(PAGE).content.decode()


def test_se_01_a_session_is_not_ended_by_a_look_or_without_a_token(known: Account) -> None:
    here = signed_in(known, "192.0.2.7")
    other = signed_in(known, "192.0.2.8")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = here.cookies

    assert here.get(END, {"session": "others"}).status_code == 405
    assert strict.post(END, {"session": "others"}).status_code == 403
    assert other.get("/tili/").status_code == 200


def test_own_sign_ins_and_failures_are_shown_the_newest_first(known: Account, door: Door) -> None:
    door.knock(known.email, "väärä", address="198.51.100.3")
    AccessFailureLog.objects.create(username="celia@example.fi", ip_address="203.0.113.9")
    page = signed_in(known, "192.0.2.7").get(PAGE).content.decode()
    log = page[page.index('id="attempts"') :]

    assert log.index("192.0.2.*") < log.index("198.51.100.*")
    assert log.count("epäonnistui") == 1
    assert "203.0.113" not in page


def test_the_page_asks_equally_often_however_many_sessions(
    known: Account, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    here = signed_in(known, "192.0.2.7")
    here.get(PAGE)
    for number in range(12):
        signed_in(known, f"192.0.2.{number}")
    with django_assert_max_num_queries(12):
        assert here.get(PAGE).content.decode().count("Päätä<") == 12
