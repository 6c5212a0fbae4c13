"""Whoever is signed in sees their rights, uses them, and is forgotten at their own word."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Account, Customer, Session
from orders.sales.models import Order
from privacy import erase as erasing
from privacy.evidence import Erasure
from privacy.outbox.models import Letter
from privacy.requests import answering
from privacy.requests.answering import NeedsTheContact, refuse, serve
from privacy.requests.models import Request
from privacy.requests.operations import ask, ask_by_email, confirm
from privacy.requests.states import Kind, Refusal, State
from privacy.telling.rights import rights
from tests.conftest import NOON
from tests.doors import let_in, let_in_just_now, seen_by
from tests.factories import PASSWORD
from tests.privacy.lives import finish, login_of, member, order_of
from tests.races import at_once

pytestmark = pytest.mark.django_db

PAGE = "/tili/oikeudet/"
ERASURE = "/tili/oikeudet/havittaminen/"
SAYING = {
    Kind.RECTIFICATION: "/tili/oikeudet/oikaisu/",
    Kind.RESTRICTION: "/tili/oikeudet/rajoitus/",
    Kind.OBJECTION: "/tili/oikeudet/vastustus/",
}
ANNA, CELIA = "anna@example.fi", "celia@example.fi"


def proved(card: Customer) -> Client:
    """Sign somebody in by the password, a moment ago."""
    return let_in_just_now(Client(), login_of(card))


def page_of(answer: Any) -> str:
    return html.unescape(str(answer.content.decode()))


def promise_in(answer: Any) -> str:
    [promise] = re.findall(r'name="promise" value="([^"]+)"', page_of(answer))
    return str(promise)


def press(client: Client, step: str, promise: str | None = None) -> Any:
    """Look at the lists, and press a button."""
    form = {"step": step, "promise": promise or promise_in(client.get(ERASURE))}
    return client.post(ERASURE, form)


def an_old_order(card: Customer | None, email: str) -> Order:
    last_year = timezone.now() - timedelta(days=366)
    return finish(order_of(card, email, at=last_year), at=last_year)


# --- The list


def test_every_right_has_its_page_signed_in_and_without_an_account() -> None:
    client = proved(member(ANNA))
    page = page_of(client.get(PAGE))
    for right in rights():
        assert right.name in page
        for each in right.pages:
            assert f'href="{each.address}"' in page
            if each.address.startswith("/"):
                assert client.get(each.address).status_code == 200
        if right.article != "77":
            assert right.guest is not None
            assert Client().get(right.guest.address).status_code == 200


def test_the_statement_leads_to_every_page_and_promises_none_for_later() -> None:
    page = page_of(Client().get("/en/privacy/"))
    for kind in Kind:
        assert f'/en/privacy/requests/?kind={kind}"' in page
    assert "no page for it yet" not in page
    assert Client().get("/").content.decode().count('href="/tietosuoja/pyynnot/"') == 1


def test_orders_and_the_account_lead_to_the_rights() -> None:
    anna = member(ANNA)
    order = order_of(anna, ANNA)
    client = seen_by(anna)

    assert 'href="/tietosuoja/pyynnot/"' in page_of(Client().get(order.get_absolute_url()))
    for address in (f"/tili/tilaukset/{order.number}/", "/tili/", "/tili/omat-tiedot/"):
        assert f'href="{PAGE}"' in page_of(client.get(address)), address


def test_strangers_are_sent_to_sign_in() -> None:
    for address in (PAGE, ERASURE, *SAYING.values()):
        for method in ("get", "post") if address != PAGE else ("get",):
            answer = getattr(Client(), method)(address)
            assert answer["Location"] == f"/tili/kirjaudu/?next={address}"


@pytest.mark.parametrize("address", [PAGE, ERASURE, *SAYING.values()])
def test_the_pages_are_kept_and_found_by_nobody(address: str) -> None:
    answer = proved(member(ANNA)).get(address)

    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert 'content="noindex"' in page_of(answer)


def test_requests_stand_there_with_number_days_and_state(bertil: Account) -> None:
    anna = member(ANNA)
    account = login_of(anna)
    open_one = ask(kind=Kind.OBJECTION, account_id=account.pk, said="x", language="fi", at=NOON)
    done = ask(kind=Kind.RECTIFICATION, account_id=account.pk, said="x", language="fi", at=NOON)
    refuse(done, refusal=Refusal.ACCURATE, reason="Oikein.", by=bertil, at=NOON)
    ask_by_email(kind=Kind.RESTRICTION, email=ANNA, said="x", language="fi", at=NOON)
    by_mail = confirm(Request.objects.get(channel="link"), at=NOON)
    ask_by_email(kind=Kind.ACCESS, email=ANNA, said="", language="fi", at=NOON)
    typed = Request.objects.get(state=State.UNCONFIRMED)

    for address in (PAGE, "/tili/omat-tiedot/"):
        page = page_of(seen_by(anna).get(address))
        for asked in (open_one, done, by_mail):
            assert asked.number in page
        assert typed.number not in page
        assert "23.11.2026" in page
        assert "23.12.2026" in page
        assert "Evätty" in page


def test_nobody_elses_requests_stand_there() -> None:
    celia = member(CELIA)
    other = ask(
        kind=Kind.OBJECTION, account_id=login_of(celia).pk, said="x", language="fi", at=NOON
    )

    client = seen_by(member(ANNA))
    assert other.number not in page_of(client.get(PAGE))
    assert client.post(f"/tili/oikeudet/peru/{other.pk}/").status_code == 404
    other.refresh_from_db()
    assert other.is_open


def test_an_open_request_is_withdrawn_once() -> None:
    anna = member(ANNA)
    asked = ask(kind=Kind.OBJECTION, account_id=login_of(anna).pk, said="", language="fi", at=NOON)
    client = seen_by(anna)
    address = f"/tili/oikeudet/peru/{asked.pk}/"
    assert client.get(address).status_code == 405

    assert client.post(address)["Location"] == PAGE
    asked.refresh_from_db()
    assert asked.state == State.WITHDRAWN
    assert "Pyyntö peruttiin." in page_of(client.get(PAGE))
    client.post(address)
    assert "Pyyntöön on jo vastattu." in page_of(client.get(PAGE))


# --- In one's own words


@pytest.mark.parametrize("kind", SAYING)
def test_what_is_said_reaches_the_contact_person(kind: Kind) -> None:
    anna = member(ANNA)
    client = proved(anna)

    answer = client.post(SAYING[kind], {"said": "Sukunimeni on Virta."})

    assert answer["Location"] == PAGE
    asked = Request.objects.get()
    assert (asked.kind, asked.said, asked.account) == (kind, "Sukunimeni on Virta.", anna.account)
    assert (asked.state, asked.identity) == ("open", "signed_in")
    letter = Letter.objects.get()
    assert (letter.kind, letter.to) == ("request_received", ANNA)
    assert asked.number in page_of(client.get(PAGE))
    assert asked.number in page_of(client.get(SAYING[kind]))
    client.post(SAYING[kind], {"said": "Uudelleen."})
    assert Request.objects.get().said == "Sukunimeni on Virta."
    assert Letter.objects.count() == 1


@pytest.mark.parametrize("kind", SAYING)
def test_without_words_or_with_an_identity_code_nothing_is_asked(kind: Kind) -> None:
    client = proved(member(ANNA))
    for typed in ("", "   ", "Tunnukseni on 131052-308T, korjatkaa."):
        answer = client.post(SAYING[kind], {"said": typed})
        assert answer.status_code == 200
        assert "error-summary" in page_of(answer)
    assert "131052-308T, korjatkaa." in page_of(answer)
    assert not Request.objects.exists()


def test_the_password_is_asked_once_more_and_what_was_typed_goes_on() -> None:
    client = seen_by(member(ANNA))
    answer = client.post(SAYING[Kind.OBJECTION], {"said": "En halua lokia."})
    assert "todista" in answer["Location"] or "vahvista" in answer["Location"]
    assert not Request.objects.exists()

    client.post(answer["Location"], {"password": PASSWORD})

    assert Request.objects.get().said == "En halua lokia."


# --- To be forgotten


def test_the_lists_are_shown_only_after_the_password() -> None:
    answer = seen_by(member(ANNA)).get(ERASURE)
    assert answer.status_code == 302
    assert not Erasure.objects.exists()


def test_who_has_nothing_open_is_forgotten_at_once() -> None:
    anna, celia = member(ANNA), member(CELIA)
    an_old_order(anna, ANNA)
    account = login_of(anna)
    client, elsewhere = proved(anna), proved(anna)
    shown = page_of(client.get(ERASURE))
    assert "Hävitä tietoni nyt" in shown
    assert "Säilytetään lain vuoksi" in shown
    assert not Erasure.objects.exists()

    answer = press(client, "destroy")

    receipt = Erasure.objects.get()
    told = page_of(Client().get(answer["Location"]))
    assert receipt.number in told
    assert f"31.12.{timezone.now().year + 5}" in told
    assert ANNA not in told
    assert "Anna" not in told
    assert not Account.objects.filter(pk=account.pk).exists()
    assert Customer.objects.get() == celia
    assert not Session.objects.filter(account=account.pk).exists()
    for visitor in (client, elsewhere):
        assert visitor.get("/tili/")["Location"] == "/tili/kirjaudu/?next=/tili/"
    assert not Session.objects.exists()
    letter = Letter.objects.get()
    assert (letter.to, letter.is_answer) == (ANNA, True)
    assert Request.objects.get().state == State.PARTLY


def test_the_password_in_between_does_not_change_what_is_done() -> None:
    anna = member(ANNA)
    promise = promise_in(proved(anna).get(ERASURE))
    client = seen_by(anna)

    asked = client.post(ERASURE, {"step": "destroy", "promise": promise})
    assert Account.objects.filter(email=ANNA).exists()
    answer = client.post(asked["Location"], {"password": PASSWORD})

    assert not Account.objects.filter(email=ANNA).exists()
    assert Erasure.objects.get().number in page_of(Client().get(answer["Location"]))
    assert not Session.objects.exists()


def test_an_open_order_is_explained_and_sent_to_the_contact_person() -> None:
    anna = member(ANNA)
    order = order_of(anna, ANNA)
    client = proved(anna)

    page = page_of(client.get(ERASURE))
    assert f"Tilaus {order.number}" in page
    assert order.get_absolute_url() in page
    assert "Tilausta ei ole vielä toimitettu ja maksettu." in page
    assert 'value="destroy"' not in page

    assert press(client, "send")["Location"] == PAGE

    asked = Request.objects.get()
    assert (asked.kind, asked.is_open) == (Kind.ERASURE, True)
    assert Letter.objects.get().kind == "request_received"
    assert Customer.objects.filter(pk=anna.pk).exists()
    page = page_of(client.get(ERASURE))
    assert asked.number in page
    assert 'name="step"' not in page


def test_when_the_order_is_done_the_open_request_is_carried_out_at_once() -> None:
    anna = member(ANNA)
    last_year = timezone.now() - timedelta(days=366)
    order = order_of(anna, ANNA, at=last_year)
    client = proved(anna)
    press(client, "send")
    asked = Request.objects.get()
    finish(order, at=last_year)

    press(client, "destroy")

    asked.refresh_from_db()
    assert (asked.state, asked.answered_by) == (State.PARTLY, None)
    assert not Account.objects.filter(email=ANNA).exists()


def test_an_order_placed_after_the_lists_were_seen_stops_it() -> None:
    anna = member(ANNA)
    client = proved(anna)
    promise = promise_in(client.get(ERASURE))
    order = order_of(anna, ANNA)

    answer = press(client, "destroy", promise)

    assert answer.status_code == 409
    assert order.number in page_of(answer)
    assert not Erasure.objects.exists()
    assert not Request.objects.exists()


def test_an_order_placed_at_the_last_moment_leaves_it_to_the_contact_person(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    anna = member(ANNA)
    client = proved(anna)

    def checked_out_first(*args: Any, **kwargs: Any) -> Erasure:
        order_of(anna, ANNA)
        return erasing.erase(*args, **kwargs)

    monkeypatch.setattr(answering, "erase", checked_out_first)
    answer = press(client, "destroy")

    assert answer["Location"] == PAGE
    assert Request.objects.get().is_open
    assert not Erasure.objects.exists()
    assert Order.objects.get().email == ANNA
    assert [letter.kind for letter in Letter.objects.all()] == ["request_received"]


def test_law_20_what_a_contract_holds_nobody_but_staff_can_let_go() -> None:
    anna = member(ANNA)
    order_of(anna, ANNA)
    asked = ask(kind=Kind.ERASURE, account_id=login_of(anna).pk, said="", language="fi", at=NOON)

    with pytest.raises(NeedsTheContact):
        answering.destroy(asked, at=NOON)
    assert serve(asked, at=NOON).is_open
    assert not Erasure.objects.exists()


def test_law_20_nobody_else_starts_anything_about_anna(bertil: Account) -> None:
    anna, celia = member(ANNA), member(CELIA)
    promise = promise_in(proved(anna).get(ERASURE))
    clerk = let_in(Client(), bertil)
    session = clerk.session
    session["account_authentication_methods"][0]["reauthenticated"] = True
    session.save()

    for client in (proved(celia), clerk):
        answer = press(client, "destroy", promise)
        assert answer.status_code in {200, 302}
    assert press(Client(), "destroy", promise)["Location"].startswith("/tili/kirjaudu/")
    strict = Client(enforce_csrf_checks=True)
    let_in(strict, login_of(anna))
    assert strict.post(ERASURE, {"step": "destroy", "promise": promise}).status_code == 403
    for method in ("get", "head", "options"):
        getattr(proved(anna), method)(ERASURE, {"step": "destroy", "promise": promise})

    assert not Erasure.objects.exists()
    assert not Request.objects.exists()
    assert Customer.objects.count() == 2


def test_a_late_second_tab_learns_that_it_is_done() -> None:
    anna = member(ANNA)
    first, second = proved(anna), proved(anna)
    promises = [promise_in(tab.get(ERASURE)) for tab in (first, second)]
    press(first, "destroy", promises[0])

    again = press(first, "destroy", promises[0])
    other = press(second, "destroy", promises[1])

    assert Erasure.objects.get().number in page_of(Client().get(again["Location"]))
    assert other.status_code == 200
    assert "Tietosi on hävitetty" in page_of(other)
    assert Erasure.objects.count() == 1


def test_a_request_withdrawn_in_another_tab_is_not_taken_for_an_erasure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    anna = member(ANNA)
    order_of(anna, ANNA)
    client = proved(anna)

    def withdrawn_first(asked: Request, **kwargs: Any) -> Request:
        answering.withdraw(asked, at=NOON + timedelta(days=30))
        return answering.acknowledge(asked, **kwargs)

    monkeypatch.setattr("customers.rights.acknowledge", withdrawn_first)
    answer = press(client, "send")

    assert answer.status_code == 409
    assert "Tietosi on hävitetty" not in page_of(answer)
    assert client.get("/tili/").status_code == 200


@pytest.mark.parametrize("typed", ["", "x", "x:y:z"])
def test_a_forged_promise_only_shows_the_lists(typed: str) -> None:
    anna = member(ANNA)
    answer = proved(anna).post(ERASURE, {"step": "destroy", "promise": typed})

    assert answer.status_code == 200
    assert Customer.objects.filter(pk=anna.pk).exists()


def test_the_queries_stay_level_with_the_orders() -> None:
    anna = member(ANNA)
    client = proved(anna)
    counts = []
    order_of(anna, ANNA)
    client.get(ERASURE)
    for more in (1, 10):
        for _each in range(more):
            order_of(anna, ANNA)
        with CaptureQueriesContext(connection) as queries:
            client.get(ERASURE)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_five_clicks_at_once_are_one_erasure() -> None:
    anna = member(ANNA)
    client = proved(anna)
    promise = promise_in(client.get(ERASURE))
    key = client.cookies["sessionid"].value

    def click() -> Any:
        tab = Client()
        tab.cookies["sessionid"] = key
        return press(tab, "destroy", promise)

    answers = at_once([click] * 5)

    assert Erasure.objects.count() == 1
    number = Erasure.objects.get().number
    for answer in answers:
        assert isinstance(answer, HttpResponse), answer
        assert answer.status_code == 302, page_of(answer)
        assert number in page_of(Client().get(answer["Location"]))
    assert not Session.objects.exists()
    assert not Account.objects.filter(email=ANNA).exists()
    assert Request.objects.filter(state=State.DONE).count() == 1
