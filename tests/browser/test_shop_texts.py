"""Texts that staff write: the next edition of the terms, and the shop's own pages."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as shop
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from customers.models import Account
from orders.sales.editions import Terms, TermsDraft
from orders.sales.publishing import newest_texts
from tests.browser.conftest import Witness, in_each_size
from tests.doors import let_in

OpenPage = Callable[..., Page]
Look = Callable[[Page, str], Path]
Axe = Callable[[Page], None]
SIZES = [(1280, False), (1280, True), (360, False), (360, True)]


@pytest.fixture
def open_desk(new_page: OpenPage, client: Client, witness: Witness, bertil: Account) -> OpenPage:
    """Open pages for Bertil, who has signed in."""
    let_in(client, bertil)
    cookie = client.cookies[shop.SESSION_COOKIE_NAME].value

    def open_page(**wish: Any) -> Page:
        page = new_page(**wish)
        page.context.add_cookies(
            [{"name": shop.SESSION_COOKIE_NAME, "value": cookie, "url": witness.home}]
        )
        return page

    return open_page


def test_an_edition_is_written_looked_at_and_published(open_desk: OpenPage) -> None:
    page = open_desk()
    page.goto("/admin/orders/termsdraft/add/")
    text = page.locator("[name=text_fi]")
    text.fill(text.input_value().replace("Voit tilata ilman", "Saat tilata ilman"))
    begins = timezone.localtime() + timedelta(days=7)
    page.fill("[name=valid_from_0]", f"{begins:%d.%m.%Y}")
    page.fill("[name=valid_from_1]", f"{begins:%H:%M:%S}")
    page.locator("[name=_continue]").click()
    page.get_by_role("link", name="Esikatselu, muutokset, julkaiseminen").click()
    expect(page.locator("#content ins").first).to_contain_text("Saat")

    page.get_by_role("button", name="Julkaise versio").click()

    expect(page.get_by_text("Versio 3 on julkaistu.")).to_be_visible()
    assert Terms.objects.filter(edition=3, published_by="Bertil Ek").count() == 3


def test_the_pages_of_the_draft_fail_nobody(
    open_desk: OpenPage, axe: Axe, screenshot: Look
) -> None:
    texts = {f"text_{code}": text.replace("14", "30") for code, text in newest_texts().items()}
    draft = TermsDraft.objects.create(**texts)
    page = open_desk()
    for what in ("change", "check", "preview"):
        page.goto(f"/admin/orders/termsdraft/{draft.pk}/{what}/")
        for size in in_each_size(page, SIZES):
            axe(page)
            screenshot(page, f"terms-{what}-{size}")


ADDRESSES = ["/saavutettavuus/", "/toimitus-ja-palautukset/", "/yhteystiedot/", "/en/about/"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_shops_own_pages_fail_nobody(
    address: str, new_page: OpenPage, axe: Axe, screenshot: Look
) -> None:
    page = new_page()
    page.goto(address)
    for size in in_each_size(page, SIZES):
        axe(page)
        name = address.strip("/").replace("/", "-")
        screenshot(page, f"page-{name}-{size}")


def test_a_page_is_changed_and_shown_at_once(
    open_desk: OpenPage, axe: Axe, screenshot: Look
) -> None:
    page = open_desk()
    page.goto("/admin/orders/pageedition/")
    page.get_by_role("link", name="Muuta: Tietoa kaupasta").click()
    page.wait_for_url("**/add/?page=about")
    axe(page)
    screenshot(page, "page-written")
    text = page.locator("[name=text_fi]")
    text.fill(text.input_value().replace("helsinkiläinen", "**helsinkiläinen**"))
    page.locator("[name=_save]").click()
    screenshot(page, "pages-list")

    page.goto("/tietoa-kaupasta/")

    expect(page.locator("main strong")).to_have_text("helsinkiläinen")
