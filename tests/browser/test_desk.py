"""The contact person at the desk: what comes by letter, what is refused, who is forgotten."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from customers.models import Customer
from privacy.erase import erase
from privacy.evidence import Erasure
from privacy.outbox.models import Letter
from privacy.requests.answering import extend
from privacy.requests.models import Request
from privacy.requests.operations import ask, register, vouch
from privacy.requests.states import Channel, Kind, State
from privacy.restriction.models import Restriction
from privacy.restriction.operations import restrict
from privacy.subject import subject_of
from soluto_shop.staff_groups import GDPR_CONTACT, ensure_groups
from tests.browser.conftest import in_each_size
from tests.doors import let_in
from tests.factories import StaffFactory
from tests.privacy.lives import finish, login_of, member, order_of

OpenPage = Callable[..., Page]
ANNA = "anna@example.fi"


@pytest.fixture
def open_desk(new_page: OpenPage, live_server: LiveServer) -> OpenPage:
    """Open pages for Gunilla, who answers what people ask."""
    ensure_groups()
    gunilla = StaffFactory.create(is_superuser=False, full_name="Gunilla Gård")
    gunilla.groups.add(Group.objects.get(name=GDPR_CONTACT))
    key = let_in(Client(), gunilla).cookies["sessionid"].value

    def open_page(**wish: Any) -> Page:
        page = new_page(**wish)
        page.context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
        return page

    return open_page


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def step(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_letter_is_written_down_vouched_for_extended_and_refused(
    open_desk: OpenPage, *, javascript: bool
) -> None:
    page = open_desk(javascript=javascript)
    page.goto("/admin/privacy/request/")
    page.get_by_role("link", name="Kirjaa pyyntö").click()
    page.select_option("[name=kind]", "rectification")
    page.select_option("[name=channel]", "letter")
    page.fill("[name=received_date]", (timezone.localdate() - timedelta(days=5)).isoformat())
    page.fill("[name=name]", "Anna Virtanen")
    page.fill("[name=postal_address]", "Mannerheimintie 1\n00100 Helsinki")
    page.fill("[name=said]", "Tunnukseni on 131052-308T. Korjatkaa nimeni.")
    press(page, "Kirjaa")
    expect(page.locator(".desk-field.errors")).to_contain_text("Poista henkilötunnus")
    expect(page.locator("[name=name]")).to_have_value("Anna Virtanen")
    page.fill("[name=said]", "Korjatkaa nimeni: Anna Laine.")
    press(page, "Kirjaa")
    asked = Request.objects.get()
    expect(page.locator("h1")).to_contain_text(asked.number)

    step(page, "Kerro, mistä olet varma pyytäjästä")
    page.fill("[name=note]", "Tiesi kaksi tilausnumeroa.")
    press(page, "Kerro, mistä olet varma pyytäjästä")
    expect(page.locator(".request-desk")).to_contain_text("Tiesi kaksi tilausnumeroa.")

    step(page, "Pidennä kahdella kuukaudella")
    page.fill("[name=reason]", "Pyyntöjä on paljon.")
    press(page, "Katso kirjettä")
    expect(page.locator(".letter-text")).to_contain_text("Pyyntöjä on paljon.")
    press(page, "Lähetä")
    expect(page.get_by_role("link", name="Pidennä kahdella kuukaudella")).to_have_count(0)

    step(page, "Epää")
    page.select_option("[name=refusal]", "accurate")
    press(page, "Katso kirjettä")
    expect(page.locator(".desk-field.errors")).to_have_count(1)
    page.fill("[name=reason]", "Nimi on väestötietojen mukainen.")
    press(page, "Katso kirjettä")
    expect(page.locator(".letter-text")).to_contain_text("tietosuojavaltuutetun")
    press(page, "Lähetä")

    expect(page.locator(".request-desk")).to_contain_text("Evätty")
    letters = Letter.objects.to_be_posted()
    assert [letter.kind for letter in letters.order_by("created_at")] == [
        "request_extended",
        "request_answer",
    ]
    page.goto("/admin/privacy/letter/?state=post")
    page.locator("#result_list tbody th a").first.click()
    page.get_by_role("link", name="Kirje on postitettu").click()
    press(page, "Kirje on postitettu")
    assert letters.count() == 1


def test_an_erasure_with_an_open_order_is_carried_out_and_the_letter_names_what_stays(
    open_desk: OpenPage,
) -> None:
    anna = member(ANNA)
    order_of(anna, ANNA)
    asked = ask(
        kind=Kind.ERASURE,
        account_id=login_of(anna).pk,
        said="Poistakaa kaikki tietoni.",
        language="fi",
        at=timezone.now(),
    )
    page = open_desk(javascript=False)
    page.goto("/admin/privacy/request/")
    page.get_by_role("link", name=asked.number).click()
    expect(page.locator(".plan-later")).to_contain_text("Sopimus")
    step(page, "Hävitä tiedot ja vastaa")
    expect(page.locator(".letter-text")).to_contain_text("Hävitetään myöhemmin")
    press(page, "Hävitä tiedot ja vastaa")
    expect(page.locator(".desk-field.errors")).to_have_count(1)
    assert Customer.objects.filter(pk=anna.pk).exists()

    page.check("[name=read]")
    press(page, "Hävitä tiedot ja vastaa")

    expect(page.locator(".request-desk")).to_contain_text("Toteutettu osittain")
    assert not Customer.objects.filter(pk=anna.pk).exists()
    letter = Letter.objects.get(kind="request_answer")
    assert letter.to == ANNA
    for words in ("Tilaukset", "sähköpostiosoite", "sopimuksen vuoksi"):
        assert words in letter.text
    page.get_by_role("link", name=Erasure.objects.get().number).click()
    expect(page.locator(".order-side")).to_contain_text("Sellaisena kuin kirjoitettiin")
    asked.refresh_from_db()
    assert asked.state == State.PARTLY


def test_the_desk_fails_nobody(
    open_desk: OpenPage,
    axe: Callable[[Page], None],
    screenshot: Callable[[Page, str], Path],
) -> None:
    addresses = whole_desk()
    page = open_desk()
    for name, address in addresses.items():
        page.goto(address)
        if name == "look":
            page.fill("[name=reason]", "Olemme jo vastanneet samaan pyyntöön viikko sitten.")
            page.select_option("[name=refusal]", "unfounded")
            press(page, "Katso kirjettä")
            page.wait_for_load_state()
        for size in in_each_size(page):
            axe(page)
            screenshot(page, f"desk-{name}-{size}")


def whole_desk() -> dict[str, str]:
    """Let something of each kind wait, and give the pages that show it."""
    now = timezone.now()
    gunilla = StaffFactory.create(full_name="Gunilla Gård")
    anna = member(ANNA)
    ago = now - timedelta(days=370)
    finish(order_of(anna, ANNA, at=ago), at=ago)
    order_of(anna, ANNA)
    erasure = ask(
        kind=Kind.ERASURE,
        account_id=login_of(anna).pk,
        said="Poistakaa kaikki tietoni.\nEn enää käytä kauppaa.",
        language="fi",
        at=now - timedelta(days=24),
    )
    said: dict[str, Any] = {"language": "fi", "by": gunilla, "at": now}
    late = register(
        kind=Kind.ACCESS,
        channel=Channel.LETTER,
        received_at=now - timedelta(days=40),
        name="Celia Lindström",
        postal_address="Esplanadi 2\n00130 Helsinki",
        **{**said, "language": "sv"},
    )
    vouch(late, note="Tiesi tilausnumeron.")
    rectification = register(
        kind=Kind.RECTIFICATION,
        channel=Channel.EMAIL,
        received_at=now - timedelta(days=2),
        email=ANNA,
        name="Anna Virtanen",
        card_id=anna.pk,
        said="Nimeni on Anna Laine.",
        **said,
    )
    vouch(rectification, note="Tiesi tilausnumeron.")
    restrict(subject_of(cards=[anna.pk]), reason=Restriction.Reason.ACCURACY, at=now)
    restriction = Restriction.objects.get(card=anna)
    doris = member("doris@example.fi")
    order_of(doris, "doris@example.fi")
    receipt = erase(subject_of(cards=[doris.pk]), at=now)
    extend(late, reason="Begäran är omfattande.", at=now - timedelta(days=20))
    letter = Letter.objects.to_be_posted().get()
    queue = "/admin/privacy/request/"
    return {
        "start": "/admin/",
        "queue": queue,
        "empty": f"{queue}?state=answered",
        "register": f"{queue}add/",
        "erasure": f"{queue}{erasure.pk}/change/",
        "destroy": f"{queue}{erasure.pk}/destroy/",
        "access": f"{queue}{late.pk}/change/",
        "rectification": f"{queue}{rectification.pk}/change/",
        "settle": f"{queue}{rectification.pk}/settle/",
        "look": f"{queue}{rectification.pk}/refuse/",
        "restriction": f"/admin/privacy/restriction/{restriction.pk}/change/",
        "tell": f"/admin/privacy/restriction/{restriction.pk}/tell/",
        "receipt": f"/admin/privacy/erasure/{receipt.pk}/change/",
        "print": f"/admin/privacy/letter/{letter.pk}/print/",
        "posted": f"/admin/privacy/letter/{letter.pk}/posted/",
        "who": f"{queue}{rectification.pk}/who/",
    }
