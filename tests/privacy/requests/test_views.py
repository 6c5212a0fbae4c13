"""Somebody without an account asks, proves the mailbox, sees first, and decides then."""

import html
import re
import time
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from customers.models import Account, Customer
from orders.sales.models import Order
from privacy import limits
from privacy.copies.models import DataCopy
from privacy.evidence import Erasure
from privacy.outbox.models import Letter
from privacy.requests.copying import answer_with_copy
from privacy.requests.letters import key_of
from privacy.requests.links import told_address
from privacy.requests.models import Request
from privacy.requests.operations import register
from privacy.requests.states import Channel, Identity, Kind, State
from tests.privacy.lives import finish, login_of, member, order_of

pytestmark = pytest.mark.django_db

ASK = "/tietosuoja/pyynnot/"
SENT = "/tietosuoja/pyynnot/lahetetty/"
ANNA, CELIA = "anna@example.fi", "celia@example.fi"
HERE = {"Sec-Fetch-Site": "same-origin"}


def ask(email: str, kind: str = "erasure", said: str = "", *, address: str = "192.0.2.7") -> Any:
    form = {"email": email, "kind": kind, "said": said}
    return Client(REMOTE_ADDR=address).post(ASK, form)


def link_in(letter: Letter) -> str:
    [path] = re.findall(r"https?://[^/\s]+(/\S+/vahvista/\S+)", letter.text)
    return str(path)


def asked_by(email: str, kind: str = "erasure", said: str = "") -> str:
    """Let somebody ask, and give the link that comes to the mailbox."""
    ask(email, kind, said)
    return link_in(Letter.objects.filter(to=email, kind="request_link").latest("created_at"))


def press(address: str, step: str = "confirm") -> Any:
    return Client().post(address, {"step": step})


def page_of(answer: Any) -> str:
    return html.unescape(str(answer.content.decode()))


def an_old_order(card: Customer | None, email: str, **facts: object) -> Order:
    last_year = timezone.now() - timedelta(days=366)
    return finish(order_of(card, email, at=last_year, **facts), at=last_year)


# --- The form


@pytest.mark.parametrize("address", [ASK, SENT, "/sv/dataskydd/begaran/", "/en/privacy/requests/"])
def test_anybody_reaches_the_form_and_no_cookie_is_set(address: str) -> None:
    answer = Client().get(address)

    assert answer.status_code == 200
    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]
    assert 'content="noindex"' in page_of(answer)


def test_a_link_from_the_rights_chooses_the_kind() -> None:
    for typed in ("erasure", "nonsense", ""):
        page = page_of(Client().get(ASK, {"kind": typed}))
        [chosen] = re.findall(r'value="(\w+)"[^>]*checked', page)
        assert chosen == (typed if typed == "erasure" else "access")


@pytest.mark.parametrize("kind", Kind)
def test_each_right_can_be_used_without_an_account(kind: Kind) -> None:
    answer = ask(ANNA, kind, "Perustelut ovat tässä.")

    assert answer["Location"] == SENT
    asked = Request.objects.get()
    assert (asked.kind, asked.email, asked.state) == (kind, ANNA, State.UNCONFIRMED)
    assert asked.said == "Perustelut ovat tässä."
    assert Letter.objects.get().to == ANNA


@pytest.mark.parametrize("kind", ["rectification", "restriction", "objection"])
def test_what_nobody_could_answer_without_words_asks_for_them(kind: str) -> None:
    answer = ask(ANNA, kind)

    assert answer.status_code == 200
    page = page_of(answer)
    assert f'value="{ANNA}"' in page
    assert re.search(rf'value="{kind}"[^>]*checked', page)
    assert not Request.objects.exists()


def test_an_identity_code_is_refused_and_nothing_typed_is_lost() -> None:
    answer = ask(ANNA, "objection", "Olen 131052-308T ja vastustan.")

    page = page_of(answer)
    assert "Poista henkilötunnus" in page
    assert "131052-308T ja vastustan." in page
    assert not Request.objects.exists()


def test_pa_05_a_card_number_is_refused_and_not_kept() -> None:
    answer = ask(ANNA, "objection", "Korttini 4153 0139 9970 0313 on väärin.")

    assert "Poista kortin numero" in page_of(answer)
    assert not Request.objects.exists()


@pytest.mark.parametrize("email", ["", "anna", "anna@", "anna@example.fi\nBcc: x@example.fi"])
def test_what_is_no_address_is_told(email: str) -> None:
    answer = ask(email)

    assert answer.status_code == 200
    assert "error-summary" in page_of(answer)
    assert not Letter.objects.exists()


def test_law_12_known_and_unknown_get_the_same_page_by_the_same_queries() -> None:
    an_old_order(member(ANNA), ANNA)
    seen = {}
    ask("first@example.fi")
    for email in (ANNA, "nobody@example.fi"):
        with CaptureQueriesContext(connection) as queries:
            answer = ask(email)
        shapes = [re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in queries]
        seen[email] = (answer.status_code, answer["Location"], shapes)

    assert seen[ANNA] == seen["nobody@example.fi"]
    assert page_of(Client().get(SENT)) == page_of(Client().get(SENT))
    letters = {letter.to: letter for letter in Letter.objects.filter(kind="request_link")}
    assert letters[ANNA].subject == letters["nobody@example.fi"].subject


def test_au_04_an_answer_comes_no_sooner_although_no_letter_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("privacy.limits.SAME_TIME", 0.2)
    for number in range(4):
        began = time.monotonic()
        assert ask(ANNA, address=f"192.0.2.{number}")["Location"] == SENT
        assert time.monotonic() - began >= 0.2
    assert Letter.objects.count() == 3


def test_lo_08_three_letters_an_hour_go_to_an_address_whatever_form_it_is_typed_into() -> None:
    member(ANNA)
    for number in range(4):
        computer = Client(REMOTE_ADDR=f"192.0.2.{number}")
        computer.post("/tili/salasana/unohtui/", {"email": ANNA})
        ask(ANNA, address=f"192.0.2.{number}")

    assert Letter.objects.filter(to=ANNA).count() == 3


def test_one_computer_cannot_write_to_many_addresses() -> None:
    answers = [ask(f"x{number}@example.fi") for number in range(limits.MOST_FORMS + 1)]

    assert [answer.status_code for answer in answers] == [302] * limits.MOST_FORMS + [429]
    assert answers[-1]["Retry-After"] == "3600"
    assert f'value="x{limits.MOST_FORMS}@example.fi"' in page_of(answers[-1])
    assert Letter.objects.count() == limits.MOST_FORMS
    assert ask("y@example.fi", address="192.0.2.8").status_code == 302


# --- The link


def test_looking_at_the_link_does_nothing() -> None:
    order_of(None, ANNA)
    link = asked_by(ANNA)
    for method in ("get", "head", "get"):
        answer = getattr(Client(), method)(link)
        assert answer.status_code == 200
        assert not answer.cookies
        assert "no-store" in answer["Cache-Control"]

    assert Request.objects.get().state == State.UNCONFIRMED
    assert Order.objects.get().email == ANNA


def test_an_erasure_shows_its_lists_before_anything_is_destroyed() -> None:
    an_old_order(None, ANNA)
    link = asked_by(ANNA)

    answer = press(link, "destroy")  # the lists have not been shown, so this only confirms

    assert answer["Location"] == link
    asked = Request.objects.get()
    assert (asked.state, asked.identity) == (State.OPEN, Identity.MAILBOX)
    page = page_of(Client().get(link))
    assert "Hävitetään heti" in page
    assert "Säilytetään lain vuoksi" in page
    assert f"31.12.{timezone.now().year + 5}" in page
    assert Order.objects.get().email == ANNA
    assert not Erasure.objects.exists()

    answer = press(link, "destroy")

    receipt = Erasure.objects.get()
    page = page_of(Client().get(answer["Location"]))
    assert receipt.number in page
    assert "1336/1997" in page
    assert ANNA not in page
    assert (Order.objects.get().email, Order.objects.get().last_name) == ("", "Virtanen")
    letter = Letter.objects.get()
    assert (letter.kind, letter.to, letter.is_answer) == ("request_answer", ANNA, True)


def test_who_is_not_known_is_told_so_and_leaves_nothing() -> None:
    order_of(None, CELIA)
    link = asked_by(ANNA)
    press(link)

    assert "Meillä ei ole sinusta muuta kuin tämä pyyntö" in page_of(Client().get(link))
    press(link, "destroy")

    assert Request.objects.get().email == ""
    assert Order.objects.get().email == CELIA


def test_an_open_order_goes_to_the_contact_person() -> None:
    order = order_of(None, ANNA)
    link = asked_by(ANNA)
    press(link)

    page = page_of(Client().get(link))
    assert f"Tilaus {order.number}" in page
    assert order.get_absolute_url() in page
    assert 'value="destroy"' not in page
    refused = press(link, "destroy")
    assert refused.status_code == 409
    assert not Erasure.objects.exists()

    told = Client().get(press(link, "send")["Location"])
    press(link, "send")

    assert "Jani-Petteri Pohjonen" in page_of(told)
    assert Request.objects.get().is_open
    assert Letter.objects.filter(kind="request_received").count() == 1
    assert Order.objects.get().email == ANNA


def test_it_can_be_taken_back_after_the_lists_were_seen() -> None:
    order = an_old_order(None, ANNA)
    link = asked_by(ANNA)
    press(link)

    told = Client().get(press(link, "withdraw")["Location"])

    assert "Pyyntö on peruttu" in page_of(told)
    assert Request.objects.get().state == State.WITHDRAWN
    order.refresh_from_db()
    assert order.email == ANNA
    assert Client().get(link).status_code == 404


def test_a_copy_is_made_and_fetched_at_a_press(settings: Settings, tmp_path: Path) -> None:
    settings.PRIVATE_ROOT = tmp_path
    order_of(None, ANNA, note="Annan viesti")
    link = asked_by(ANNA, "access")

    told = Client().get(press(link)["Location"])
    assert "Kopiotasi tehdään" in page_of(told)
    answer_with_copy(Request.objects.get().pk, at=timezone.now())

    letter = Letter.objects.get(kind="request_answer")
    [address] = re.findall(r"https?://[^/\s]+(/\S+/kopio/\S+)", letter.text)
    looked = Client().get(address)
    assert looked["Content-Type"].startswith("text/html")
    assert "Annan viesti" not in page_of(looked)
    fetched = Client().post(address, headers=HERE)
    assert fetched["Content-Type"] == "application/zip"
    assert fetched.getvalue()[:2] == b"PK"
    assert DataCopy.objects.get().request == Request.objects.get()


def test_confirmed_twice_is_asked_once() -> None:
    links = [asked_by(ANNA, "objection", "En halua."), asked_by(ANNA, "objection", "En halua.")]
    for link in [*links, links[0]]:
        assert press(link).status_code == 302

    assert Request.objects.get().state == State.OPEN
    assert Letter.objects.filter(kind="request_received").count() == 1


def test_the_second_of_two_clicks_gets_the_page_of_the_first() -> None:
    an_old_order(None, ANNA)
    link = asked_by(ANNA)
    press(link)

    first, second = press(link, "destroy"), press(link, "destroy")

    pages = [page_of(Client().get(answer["Location"])) for answer in (first, second)]
    number = Erasure.objects.get().number
    assert all(number in page for page in pages)


# --- Links that lead nowhere


def test_used_expired_and_forged_links_are_one_page(monkeypatch: pytest.MonkeyPatch) -> None:
    used = asked_by(ANNA)
    press(used)
    press(used, "destroy")
    expired = asked_by(CELIA)
    a_day = timedelta(days=1, minutes=1).total_seconds()
    later = time.time() + a_day
    forged = used[:-5] + "xxxx/"
    pages = {page_of(Client().get(address)) for address in (used, forged)}
    statuses = {Client().get(address).status_code for address in (used, forged)}
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    pages.add(page_of(Client().get(expired)))
    copy = "/tietosuoja/pyynnot/kopio/x/"
    told = "/tietosuoja/pyynnot/tilanne/x/"
    pages |= {page_of(Client().get(address)) for address in (copy, told)}

    plain = {re.sub(r'(href|hreflang|value)="[^"]*"', "", page) for page in pages}
    assert len(plain) == 1
    assert statuses == {404}
    assert "Tämä linkki ei enää toimi" in plain.pop()
    assert Client().post(forged, headers=HERE).status_code == 404


def test_a_link_of_one_kind_is_no_key_for_another() -> None:
    an_old_order(None, ANNA)
    asked_by(ANNA)
    key = key_of(Request.objects.get())

    assert Client().get(f"/tietosuoja/pyynnot/tilanne/{key}/").status_code == 404
    assert Client().get(f"/tietosuoja/pyynnot/kopio/{key}/").status_code == 404
    unconfirmed = told_address(Request.objects.get())
    assert Client().get(unconfirmed).status_code == 404


# --- Whose mailbox it is


def test_the_mailbox_of_an_account_is_enough_for_the_account() -> None:
    anna, celia = member(ANNA), member(CELIA)
    account = login_of(anna)
    link = asked_by(ANNA)
    press(link)
    press(link, "destroy")

    assert not Account.objects.filter(pk=account.pk).exists()
    assert Customer.objects.get() == celia


def test_an_account_with_a_second_factor_is_not_destroyed_by_the_mailbox_alone() -> None:
    anna = member(ANNA)
    account = login_of(anna)
    Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data={})
    link = asked_by(ANNA)
    press(link)

    page = page_of(Client().get(link))
    assert "kaksivaiheinen tunnistautuminen" in page
    assert 'value="destroy"' not in page
    assert press(link, "destroy").status_code == 409
    press(link, "send")

    assert Account.objects.filter(pk=account.pk).exists()
    assert Request.objects.get().is_open


def test_law_20_with_celias_mailbox_nothing_of_annas_is_reached() -> None:
    anna = an_old_order(member(ANNA), ANNA)
    link = asked_by(CELIA)
    press(link)
    assert anna.number not in page_of(Client().get(link))
    press(link, "destroy")

    anna.refresh_from_db()
    assert anna.email == ANNA
    assert Account.objects.get().email == ANNA


def test_law_20_from_elsewhere_nothing_is_confirmed() -> None:
    an_old_order(None, ANNA)
    link = asked_by(ANNA)
    client = Client(enforce_csrf_checks=True)
    for headers in ({}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        for address in (link, ASK):
            assert client.post(address, {"step": "confirm"}, headers=headers).status_code == 403
    assert Request.objects.get().state == State.UNCONFIRMED

    assert client.post(link, {"step": "confirm"}, headers=HERE).status_code == 302


def test_a_request_that_was_written_down_is_proved_by_its_link(bertil: Account) -> None:
    an_old_order(None, ANNA)
    now = timezone.now()
    asked = register(
        kind=Kind.ERASURE,
        channel=Channel.PHONE,
        received_at=now,
        language="fi",
        by=bertil,
        at=now,
        email=ANNA,
    )
    link = f"/tietosuoja/pyynnot/vahvista/{key_of(asked)}/"
    see = partial(Client().get, link)

    assert 'value="destroy"' not in page_of(see())
    press(link)
    assert 'value="destroy"' in page_of(see())
    press(link, "destroy")

    asked.refresh_from_db()
    assert (asked.state, asked.answered_by) == (State.PARTLY, None)
