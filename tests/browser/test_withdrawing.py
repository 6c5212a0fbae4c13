"""Buyers withdraw: a guest by number and address, a guest from the order's page, and a member."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from customers.models import Account, Customer
from orders.returns.following import take_up
from orders.returns.models import ReturnCase, WithdrawalNotice
from orders.sales.models import Order
from tests.browser.conftest import Witness, in_each_size
from tests.doors import let_in
from tests.orders.money_matters import three_rates
from tests.orders.returns.withdrawing import withdraw
from tests.privacy.lives import finish, order_of

OpenPage = Callable[..., Page]
Axe = Callable[[Page], None]
Screenshot = Callable[[Page, str], Path]


@pytest.fixture
def look(axe: Axe, screenshot: Screenshot) -> Screenshot:
    """Ask that a page has no faults and fits its screen, and keep a picture."""

    def look_at(page: Page, name: str) -> Path:
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        return screenshot(page, name)

    return look_at


@pytest.fixture
def order() -> Order:
    return finish(three_rates(), at=timezone.now())


@pytest.fixture
def bertils_cookie(client: Client, bertil: Account, live_server: LiveServer) -> dict[str, str]:
    """Let Bertil be at the desk: the cookie by which his browser is known there."""
    key = let_in(client, bertil).cookies["sessionid"].value
    return {"name": "sessionid", "value": key, "url": live_server.url}


def test_a_guest_withdraws_from_the_footer_in_two_steps(
    new_page: OpenPage, look: Screenshot, order: Order
) -> None:
    for javascript in (True, False):
        page = new_page(width=360 if javascript else 1280, javascript=javascript)

        def glance(name: str, page: Page = page, *, javascript: bool = javascript) -> None:
            if javascript:
                for size in in_each_size(page, [(1280, False), (360, False)]):
                    look(page, f"withdraw-{name}-{size}")

        page.goto("/")
        page.get_by_role("link", name="Peruuta sopimus tästä").click()
        page.get_by_label("Tilausnumero").fill(order.number)
        page.get_by_label("Sähköpostiosoite").fill("anna@example.fi")
        page.get_by_label("Nimesi").fill("Anna Virtanen")
        glance("form")
        page.get_by_role("button", name="Jatka").click()
        glance("confirm")
        page.get_by_role("button", name="Vahvista peruuttaminen").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(
            "Peruuttamisilmoituksesi on vastaanotettu"
        )
        glance("done")
        if javascript:
            with page.expect_download() as fetched:
                page.get_by_role("link", name="Lataa vahvistus (PDF)").click()
            assert fetched.value.suggested_filename == "peruuttamisilmoitus.pdf"
    assert WithdrawalNotice.objects.filter(order=order).count() == 2


def test_the_orders_page_leads_to_a_choice_of_pieces(
    new_page: OpenPage, look: Screenshot, order: Order
) -> None:
    def glance(page: Page, name: str) -> None:
        for size in in_each_size(page, [(1280, True), (1280, False), (360, False)]):
            look(page, f"{name}-{size}")

    page = new_page(width=360)
    page.goto(f"/tilaus/{order.secret}/")
    glance(page, "withdraw-order")
    page.locator("#withdrawing").get_by_role("link", name="Peruuta sopimus tästä").click()
    page.get_by_label("Kirja").fill("1")
    glance(page, "withdraw-pieces")
    page.get_by_role("button", name="Jatka").click()
    expect(page.locator("dl.facts")).to_contain_text("1 × Kirja")
    glance(page, "withdraw-pieces-confirm")


def test_a_member_withdraws_without_typing_a_number(
    new_page: OpenPage, look: Screenshot, witness: Witness, anna: Customer
) -> None:
    order = finish(order_of(anna, "anna@example.fi"), at=timezone.now())
    assert anna.account is not None
    key = let_in(Client(), anna.account).cookies["sessionid"].value
    page = new_page()
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": witness.home}])
    page.goto("/peruuttaminen/")
    look(page, "withdraw-member-1280")
    page.get_by_role("link", name=f"Tilaus {order.number}").click()
    page.get_by_role("button", name="Jatka").click()
    page.get_by_role("button", name="Vahvista peruuttaminen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Peruuttamisilmoituksesi on vastaanotettu"
    )
    assert WithdrawalNotice.objects.get().order == order


def test_goods_are_sent_back_by_the_page_and_the_desk_leaves_out_what_never_left(
    new_page: OpenPage,
    look: Screenshot,
    order: Order,
    bertils_cookie: dict[str, str],
) -> None:
    def look_around(page: Page, name: str) -> None:
        for size in in_each_size(page):
            look(page, f"{name}-{size}")

    take_up(notice_id=withdraw(order=order).pk, at=timezone.now())
    waiting = three_rates(at=timezone.now(), informed_at=None)
    book = waiting.lines.get(sku="KIRJA")
    part = withdraw(order=waiting, quantities={book.pk: 2})
    take_up(notice_id=part.pk, at=timezone.now())
    case = ReturnCase.objects.get(order=order)
    page = new_page()
    page.goto(f"/tilaus/{order.secret}/")
    page.get_by_role("link", name="Näin palautat tavarat").click()
    expect(page.locator("main")).to_contain_text(f"Palautus {order.number}")
    look_around(page, "send-back")
    page.goto(f"/tilaus/{waiting.secret}/")
    expect(page.locator("main")).to_contain_text("Peruutettu ennen lähettämistä: 2 kpl")
    look_around(page, "left-out")
    page.get_by_role("link", name="Peru tilaus").click()
    look_around(page, "cancel")

    page.context.add_cookies([cast(Any, bertils_cookie)])
    page.goto(f"/admin/orders/order/{waiting.pk}/change/")
    expect(page.locator(".errornote")).to_contain_text("2 × Kirja, KIRJA")
    page.get_by_text("Ostajalle kerrottiin myöhemmin").click()
    look_around(page, "desk-left-out")
    page.goto(f"/admin/orders/withdrawalnotice/{part.pk}/change/")
    look_around(page, "desk-notice")
    page.goto(f"/admin/orders/returncase/{case.pk}/change/")
    look_around(page, "desk-return")
    page.get_by_role("button", name="Tavarat saapuivat").click()
    look(page, "desk-return-seen")
