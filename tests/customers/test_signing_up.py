"""New accounts, proved addresses and forgotten passwords."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from customers.models import Account, Customer, Session
from customers.passwords import NotTriedFirst
from privacy.outbox.models import Letter
from tests.customers.conftest import Door
from tests.doors import give_app, let_in_just_now, lift_limits, prove_email
from tests.factories import PASSWORD, AccountFactory, CustomerFactory
from tests.orders.catalogue.shelf import main_part

pytestmark = pytest.mark.django_db

SIGN_UP = "/tili/rekisteroidy/"
FORGOTTEN = "/tili/salasana/unohtui/"
NEW = "ihan-uusi-salalause-42"
TWINS = ["MIKE@example.org", "ｍike@example.org", "mi\u212ae@example.org", "mi\u200bke@example.org"]


@pytest.fixture(autouse=True)
def no_limits(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Keep allauth's limits out of the way, but where they are what is asked about."""
    if "limits" not in request.keywords:
        lift_limits(monkeypatch)


class Newcomer(Client):
    """Somebody who signs up, and the answer they got."""

    answer: HttpResponse


def sign_up(email: str, password: str = PASSWORD, *, page: str = SIGN_UP) -> Newcomer:
    client = Newcomer()
    form = {"email": email, "password1": password, "password2": password}
    client.answer = HttpResponse()
    answer = client.post(page, form)
    client.answer.status_code = answer.status_code
    client.answer["Location"] = answer.headers.get("Location", "")
    return client


def link_in(letter: Letter) -> str:
    found = re.search(r"https?://[^/]+(/\S+)", letter.text)
    assert found is not None
    return found[1]


# --- A new account -------------------------------------------------------------------------


def test_a_new_account_has_a_card_and_a_letter_in_the_language_of_the_page() -> None:
    sign_up("uusi@example.fi", page="/sv/konto/registrera/")

    account = Account.objects.get()
    assert (account.email, account.language) == ("uusi@example.fi", "sv")
    card = Customer.objects.get()
    assert (card.account, card.email, card.language, card.source) == (
        account,
        "uusi@example.fi",
        "sv",
        "customer",
    )
    letter = Letter.objects.get()
    assert (letter.to, letter.language, letter.kind) == (
        "uusi@example.fi",
        "sv",
        "account_confirm",
    )
    assert letter.subject == "Bekräfta din e-postadress"
    assert "/sv/konto/e-post/bekrafta/" in letter.text
    assert link_in(letter) in letter.html


def test_nobody_gets_in_before_the_address_is_proved(door: Door) -> None:
    sign_up("uusi@example.fi")

    assert door.knock("uusi@example.fi") == 302
    assert door.answer["Location"] == "/tili/sahkoposti/lahetetty/"
    assert door.client.get("/tili/").status_code == 302


def test_the_link_is_looked_at_before_it_acts_and_acts_once(door: Door) -> None:
    sign_up("uusi@example.fi")
    link = link_in(Letter.objects.get())

    page = door.client.get(link)
    assert page.status_code == 200
    assert not EmailAddress.objects.get().verified

    assert door.client.post(link).status_code == 302
    assert EmailAddress.objects.get().verified
    assert door.knock("uusi@example.fi") == 302
    assert door.answer["Location"] == "/tili/"


def test_a_card_that_waited_is_joined_when_the_address_is_proved_and_not_before() -> None:
    guest = CustomerFactory.create(email="vieras@example.fi", first_name="Veera")
    client = sign_up("Vieras@Example.fi")

    guest.refresh_from_db()
    assert guest.account is None
    client.post(link_in(Letter.objects.get()))

    guest.refresh_from_db()
    assert guest.account == Account.objects.get()
    assert list(Customer.objects.all()) == [guest]


def test_the_cards_of_others_stay_as_they_are() -> None:
    other = CustomerFactory.create(email="toinen@example.fi")
    client = sign_up("uusi@example.fi")
    client.post(link_in(Letter.objects.get()))

    other.refresh_from_db()
    assert other.account is None


def test_au_07_no_session_holds_a_password(known: Account, door: Door) -> None:
    sign_up("uusi@example.fi", NEW)
    door.knock("anna@example.fi")
    give_app(known)
    halfway = Door()
    halfway.knock("anna@example.fi")

    assert halfway.answer["Location"].startswith("/tili/kaksivaiheinen/nayta/")
    assert Session.objects.count() == 3
    for session in Session.objects.all():
        said = str(session.get_decoded())
        assert NEW not in said
        assert PASSWORD not in said


# --- AU-03: twins --------------------------------------------------------------------------


@pytest.mark.parametrize("twin", TWINS)
def test_au_03_a_twin_is_the_same_account(twin: str, door: Door) -> None:
    mike = AccountFactory.create(email="mike@example.org")
    prove_email(mike)

    sign_up(twin)
    assert list(Account.objects.all()) == [mike]
    assert [letter.to for letter in Letter.objects.all()] == ["mike@example.org"]
    assert door.knock(twin) == 302


@pytest.mark.parametrize("twin", TWINS)
def test_au_03_the_link_for_a_new_password_goes_to_the_stored_address(
    twin: str, client: Client
) -> None:
    AccountFactory.create(email="mike@example.org")
    client.post(FORGOTTEN, {"email": twin})

    letter = Letter.objects.get()
    assert (letter.to, letter.kind) == ("mike@example.org", "account_reset")


@pytest.mark.parametrize("twin", ["mıke@example.org", "mike\0@example.org", "m\u0456ke@x.org"])
def test_au_03_a_letter_that_only_looks_alike_is_refused(twin: str, client: Client) -> None:
    AccountFactory.create(email="mike@example.org")
    client.post(FORGOTTEN, {"email": twin})
    sign_up(twin)

    assert Account.objects.count() == 1
    assert not Letter.objects.exists()


# --- AU-04: known and unknown --------------------------------------------------------------


def test_au_04_sign_up_answers_the_same_for_a_taken_address(known: Account) -> None:
    taken = sign_up("anna@example.fi")
    free = sign_up("uusi@example.fi")

    answers = [client.answer for client in (taken, free)]
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [
        (302, "/tili/sahkoposti/lahetetty/")
    ] * 2
    pages = [client.get("/tili/sahkoposti/lahetetty/").content for client in (taken, free)]
    assert pages[0] == pages[1]
    assert {letter.to: letter.kind for letter in Letter.objects.all()} == {
        "anna@example.fi": "account_exists",
        "uusi@example.fi": "account_confirm",
    }
    known.refresh_from_db()
    assert check_password(PASSWORD, known.password)


def test_au_04_a_taken_address_costs_as_much_work_as_a_free_one(
    known: Account, hashed: list[str]
) -> None:
    costs = []
    for email in ("anna@example.fi", "uusi@example.fi"):
        hashed.clear()
        sign_up(email, NEW)
        costs.append(list(hashed))

    assert costs == [[NEW], [NEW]]


def test_au_04_a_forgotten_password_is_answered_the_same(known: Account) -> None:
    pages = []
    for email in ("anna@example.fi", "kukaan@example.fi"):
        client = Client()
        answer = client.post(FORGOTTEN, {"email": email}, follow=True)
        pages.append((answer.redirect_chain, answer.content))

    assert pages[0] == pages[1]
    assert {letter.to: letter.kind for letter in Letter.objects.all()} == {
        "anna@example.fi": "account_reset",
        "kukaan@example.fi": "account_unknown",
    }


@pytest.mark.limits
def test_lo_08_a_stranger_causes_three_letters_an_hour_at_most(known: Account) -> None:
    for _ in range(6):
        Client().post(FORGOTTEN, {"email": "anna@example.fi"})
        sign_up("Anna@example.fi")

    assert Letter.objects.filter(to="anna@example.fi").count() == 3


# --- A forgotten password ------------------------------------------------------------------


def ask_for_link(client: Client, email: str = "anna@example.fi") -> str:
    client.post(FORGOTTEN, {"email": email})
    return link_in(Letter.objects.filter(kind="account_reset").latest("created_at"))


def test_law_13_the_link_works_once_and_ends_all_sessions(known: Account, door: Door) -> None:
    door.knock("anna@example.fi")
    client = Client()
    link = ask_for_link(client)
    form = client.get(link)["Location"]
    answer = client.post(form, {"password1": NEW, "password2": NEW})
    assert answer["Location"] == "/tili/salasana/vaihdettu/"

    assert not Session.objects.filter(account=known).exists()
    assert door.client.get("/tili/").status_code == 302
    again = Client().get(link)
    assert again.status_code == 200
    assert "ei enää toimi" in again.content.decode()
    assert Door().knock("anna@example.fi") == 200
    assert Door().knock("anna@example.fi", NEW) == 302


def test_law_13_a_link_never_follows_a_forged_host(
    known: Account, client: Client, settings: Settings
) -> None:
    settings.SITE_ADDRESS = "https://kauppa.example.fi"
    settings.ALLOWED_HOSTS = ["testserver", "evil.example"]
    client.post(FORGOTTEN, {"email": "anna@example.fi"}, HTTP_HOST="evil.example")

    text = Letter.objects.get().text
    assert "https://kauppa.example.fi/tili/salasana/uusi/" in text
    assert "evil" not in text


def test_the_token_leaves_the_address_before_a_page_is_shown(
    known: Account, client: Client
) -> None:
    link = ask_for_link(client)

    answer = client.get(link)
    assert answer.status_code == 302
    assert answer["Location"].endswith("-set-password/")


def test_a_new_password_lifts_the_lock_and_tells_the_owner(known: Account, door: Door) -> None:
    for _ in range(5):
        door.knock("anna@example.fi", "väärin-mennyt-sana")
    assert door.knock("anna@example.fi") == 429

    client = Client()
    form = client.get(ask_for_link(client))["Location"]
    client.post(form, {"password1": NEW, "password2": NEW})

    assert door.knock("anna@example.fi", NEW) == 302
    notice = Letter.objects.get(kind="account_notice")
    assert notice.to == "anna@example.fi"
    assert "Tilisi salasana vaihdettiin." in notice.text
    assert "127.0.0.1" not in notice.text


def test_the_letters_speak_the_accounts_language_not_the_pages(
    known: Account, client: Client
) -> None:
    Account.objects.update(language="en")
    client.post(FORGOTTEN, {"email": "anna@example.fi"})

    letter = Letter.objects.get()
    assert letter.subject == "A new password for your account"
    assert "/en/account/password/new/" in letter.text


# --- A changed address ---------------------------------------------------------------------


def test_an_address_moves_when_the_new_one_is_proved_and_the_old_is_told(
    known: Account, door: Door
) -> None:
    door.knock("anna@example.fi")
    door.client.post("/tili/sahkoposti/", {"action_add": "", "email": "uusi@example.fi"})
    known.refresh_from_db()
    assert known.email == "anna@example.fi"

    door.client.post(link_in(Letter.objects.get(to="uusi@example.fi")))
    known.refresh_from_db()
    assert known.email == known.card.email == "uusi@example.fi"
    assert Letter.objects.get(to="anna@example.fi").kind == "account_notice"
    assert Door().knock("uusi@example.fi") == 302


def test_who_never_proved_an_address_may_ask_for_another_twice_and_keeps_their_own(
    anna: Customer, client: Client
) -> None:
    assert anna.account is not None
    let_in_just_now(client, anna.account)
    assert client.get("/tili/sahkoposti/").status_code == 200, "allauth notes the own address"
    for new in ("eka@example.fi", "toka@example.fi"):
        answer = client.post("/tili/sahkoposti/", {"action_add": "", "email": new})
        assert answer.status_code == 302
    assert "eka@" not in main_part(client.get("/tili/sahkoposti/").content.decode())

    for own in ("anna@example.fi", "eka@example.fi"):
        client.post("/tili/sahkoposti/", {"action_remove": "", "email": own})
    anna.account.refresh_from_db()
    assert anna.account.email == "anna@example.fi"
    waiting = EmailAddress.objects.exclude(email="anna@example.fi")
    assert list(waiting.values_list("email", "verified")) == [("toka@example.fi", False)]
    assert client.post(link_in(Letter.objects.filter(to="eka@example.fi")[0])).status_code == 404

    letters = Letter.objects.filter(to="toka@example.fi").order_by("-created_at")
    client.post(link_in(letters[0]))
    anna.account.refresh_from_db()
    assert anna.account.email == "toka@example.fi"
    assert [each.email for each in EmailAddress.objects.all()] == ["toka@example.fi"]


def test_an_address_that_another_account_holds_cannot_be_taken(known: Account, door: Door) -> None:
    AccountFactory.create(email="toisen@example.fi")
    door.knock("anna@example.fi")
    door.client.post("/tili/sahkoposti/", {"action_add": "", "email": "toisen@example.fi"})
    for letter in Letter.objects.filter(to="toisen@example.fi", kind="account_confirm"):
        assert door.client.post(link_in(letter)).status_code in {200, 302}

    known.refresh_from_db()
    assert known.email == "anna@example.fi"
    assert Account.objects.filter(email="toisen@example.fi").count() == 1


# --- AU-05: passwords ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    [
        "Salasana1",
        "salasana123",
        "Salasana2026!",
        "S4l4s4n4!!",
        "kissakissa",
        "abcabcabcabc",
        "qwertyuiop",
        "1234567890",
        "Lösenord2026",
        "password123",
        "uusi@example.fi",
        "lyhyt",
    ],
)
def test_au_05_what_is_tried_first_is_refused(password: str) -> None:
    client = sign_up("uusi@example.fi", password)

    assert client.answer.status_code == 200
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    ("page", "rule", "trouble"),
    [
        ("/tili/rekisteroidy/", "10–256 merkkiä", "liian lyhyt"),
        ("/sv/konto/registrera/", "10–256 tecken", "för kort"),
        ("/en/account/sign-up/", "10 to 256 characters", "too short"),
    ],
)
def test_au_05_the_rules_are_said_before_and_what_failed_after_in_ones_language(
    client: Client, page: str, rule: str, trouble: str
) -> None:
    before = client.get(page).content.decode()
    assert rule in before
    assert 'aria-describedby="id_password1_helptext"' in before
    assert trouble not in before

    form = {"email": "uusi@example.fi", "password1": "lyhyt", "password2": "lyhyt"}
    after = client.post(page, form).content.decode()
    assert rule in after
    assert trouble in after
    assert 'value="uusi@example.fi"' in after
    assert "lyhyt" not in re.findall(r'value="([^"]*)"', after)


@pytest.mark.parametrize(
    "password",
    ["x7" * 31 + "yö", "pulla sauna lumi kenkä", "kaunis-talvipäivä-2026", "ä" * 127 + "o"],
)
def test_au_05_long_sentences_are_taken(password: str, door: Door) -> None:
    client = sign_up("uusi@example.fi", password)

    assert client.answer.status_code == 302
    EmailAddress.objects.update(verified=True)
    assert door.knock("uusi@example.fi", password) == 302


def test_au_05_an_endless_password_is_refused_at_once(known: Account, door: Door) -> None:
    assert door.knock("anna@example.fi", "x" * 1024 * 1024) == 413
    with CaptureQueriesContext(connection) as asked:
        assert door.knock("anna@example.fi", "x" * 1_000_000) == 200
    assert not any("axes_accessattempt" in query["sql"] for query in asked)


def test_repetition_is_found_wherever_it_breaks() -> None:
    for password in ("aaaaaaaaaaaa", "abababababab", "salasanasalasana"):
        with pytest.raises(ValidationError, match="kokeillaan ensimmäisenä"):
            NotTriedFirst().validate(password)
    NotTriedFirst().validate("abababababac")


def test_every_page_of_the_door_opens_in_every_language(known: Account, door: Door) -> None:
    pages = {
        "fi": ["/tili/kirjaudu/", SIGN_UP, FORGOTTEN, "/tili/salasana/unohtui/lahetetty/"],
        "sv": ["/sv/konto/logga-in/", "/sv/konto/registrera/", "/sv/konto/losenord/glomt/"],
        "en": ["/en/account/sign-in/", "/en/account/sign-up/", "/en/account/password/forgotten/"],
    }
    for language, addresses in pages.items():
        for address in addresses:
            page = door.client.get(address)
            assert page.status_code == 200
            assert f'<html lang="{language}"' in page.content.decode()
