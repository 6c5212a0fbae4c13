"""Who wants to be forgotten: a customer, a guest by mail, and one whose order is still open."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from customers.models import Account, Customer
from orders.sales.models import Order
from privacy.evidence import Erasure
from privacy.outbox.models import Letter
from privacy.requests.models import Request
from tests.browser.conftest import SIZES, Witness, in_each_size
from tests.doors import let_in_just_now
from tests.post_office import PostOffice, opened, work_off_the_queue
from tests.privacy.lives import finish, login_of, member, order_of

OpenPage = Callable[..., Page]
Picture = Callable[[Page, str], Path]
Look = Callable[[Page, str], None]
Axe = Callable[[Page], None]
ANNA = "anna@example.fi"


@pytest.fixture(autouse=True)
def surroundings(settings: Settings, tmp_path: Path, live_server: object) -> None:
    settings.SITE_ADDRESS = str(live_server)
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def post_office(settings: Settings) -> Iterator[PostOffice]:
    """Open a mail server, and let the shop use it."""
    with opened() as office:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = office.port
        settings.LETTERS_STAY_HERE = False
        yield office


def text_of(office: PostOffice, number: int) -> str:
    body = office.letters[number].get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(text: str) -> str:
    [link] = re.findall(r"https?://\S+", text)[:1]
    return str(link)


def an_old_paid_order(card: Customer | None) -> Order:
    last_year = timezone.now() - timedelta(days=366)
    return finish(order_of(card, ANNA, at=last_year), at=last_year)


def sign_in(page: Page, card: Customer) -> None:
    key = let_in_just_now(Client(), login_of(card)).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": settings.SITE_ADDRESS}])


def fits(page: Page) -> bool:
    width = page.evaluate("document.documentElement.clientWidth")
    return bool(page.evaluate("document.documentElement.scrollWidth") <= width)


@pytest.fixture
def look(axe: Axe, screenshot: Picture) -> Look:
    """Require a page to fit each screen and to have no faults, and keep pictures of it."""

    def look_at(page: Page, name: str) -> None:
        for size in in_each_size(page):
            axe(page)
            screenshot(page, f"{name}-{size}")

    return look_at


def test_a_customer_asks_and_is_forgotten_but_for_what_the_law_keeps(
    page: Page, look: Look, post_office: PostOffice
) -> None:
    card = member(ANNA)
    an_old_paid_order(card)
    sign_in(page, card)
    page.goto("/tili/")
    page.get_by_role("main").get_by_role("link", name="Tietosi ja oikeutesi").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tietosi ja oikeutesi")
    look(page, "forget-rights")

    page.get_by_role("link", name="Hävitä tietosi").click()
    expect(page.get_by_role("heading", name="Säilytetään lain vuoksi")).to_be_visible()
    last_day = f"31.12.{timezone.now().year + 5}"
    expect(page.locator("main")).to_contain_text(last_day)
    look(page, "forget-lists")
    assert Account.objects.filter(email=ANNA).exists()

    page.get_by_role("button", name="Hävitä tietoni nyt").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tietosi on hävitetty")
    number = Erasure.objects.get().number
    expect(page.locator("main")).to_contain_text(number)
    expect(page.locator("main")).to_contain_text(last_day)
    look(page, "forget-done")
    page.goto("/tili/")
    page.wait_for_url("**/tili/kirjaudu/**")

    work_off_the_queue()
    letter = text_of(post_office, -1)
    assert number in letter
    assert last_day in letter
    assert "tietosuoja@om.fi" in letter
    assert not Letter.objects.filter(to=ANNA).exists()


def test_a_guest_is_forgotten_by_mail_without_a_script_or_a_cookie(
    new_page: OpenPage, screenshot: Picture, post_office: PostOffice
) -> None:
    an_old_paid_order(None)
    page = new_page(width=360, javascript=False)
    page.goto("/")
    page.locator("footer").get_by_role("link", name="Tietosi ja oikeutesi").click()
    page.get_by_label("Haluan, että tietoni hävitetään").check()
    screenshot(page, "forget-guest-form")
    page.get_by_role("button", name="Lähetä linkki").click()
    expect(page.locator(".error-summary")).to_be_visible()
    assert page.get_by_label("Haluan, että tietoni hävitetään").is_checked()
    page.get_by_label("Sähköpostiosoite").fill(ANNA)
    page.get_by_role("button", name="Lähetä linkki").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Katso sähköpostisi")
    screenshot(page, "forget-guest-sent")

    work_off_the_queue()
    link = link_in(text_of(post_office, 0))
    page.goto(link)
    screenshot(page, "forget-guest-confirm")
    page.get_by_role("button", name="Vahvista ja näytä tietoni").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mitä hävitettäisiin")
    for size in in_each_size(page, SIZES[::-1]):
        screenshot(page, f"forget-guest-lists-{size}")
    assert Order.objects.get().email == ANNA
    page.get_by_role("button", name="Hävitä tietoni nyt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tietosi on hävitetty")
    assert page.context.cookies() == []
    assert Order.objects.get().email == ""

    work_off_the_queue()
    assert Erasure.objects.get().number in text_of(post_office, -1)
    assert not Letter.objects.filter(to=ANNA).exists()


def test_the_guests_pages_have_no_faults(
    new_page: OpenPage,
    axe: Axe,
    screenshot: Picture,
    post_office: PostOffice,
    witness: Witness,
) -> None:
    witness.allow("404")
    order_of(None, ANNA)
    page = new_page()
    page.goto("/tietosuoja/pyynnot/?kind=erasure")
    axe(page)
    page.get_by_label("Sähköpostiosoite").fill(ANNA)
    page.get_by_label("Omin sanoin").fill("Tunnukseni on 131052-308T.")
    page.get_by_role("button", name="Lähetä linkki").click()
    expect(page.locator(".error-summary")).to_be_visible()
    axe(page)
    screenshot(page, "forget-guest-error")
    page.get_by_label("Omin sanoin").fill("Kiitos.")
    page.get_by_role("button", name="Lähetä linkki").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Katso sähköpostisi")
    axe(page)
    work_off_the_queue()
    link = link_in(text_of(post_office, 0))
    page.goto(link)
    axe(page)
    page.get_by_role("button", name="Vahvista ja näytä tietoni").click()
    expect(page.get_by_role("heading", name="Vielä kesken")).to_be_visible()
    axe(page)
    screenshot(page, "forget-guest-open")
    page.get_by_role("button", name="Lähetä pyyntö").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pyyntösi on perillä")
    axe(page)
    screenshot(page, "forget-guest-received")
    page.goto(f"{link[:-6]}xxxxx/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tämä linkki ei enää toimi")
    axe(page)
    screenshot(page, "forget-guest-gone")


def test_a_guest_fetches_a_copy_from_the_letters_address(
    new_page: OpenPage, axe: Axe, screenshot: Picture, post_office: PostOffice
) -> None:
    order_of(None, ANNA)
    page = new_page(width=360)
    page.goto("/tietosuoja/pyynnot/")
    page.get_by_label("Sähköpostiosoite").fill(ANNA)
    page.get_by_role("button", name="Lähetä linkki").click()
    work_off_the_queue()
    page.goto(link_in(text_of(post_office, 0)))
    page.get_by_role("button", name="Vahvista pyyntö").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kopiotasi tehdään")
    axe(page)
    screenshot(page, "forget-copy-being-made")
    work_off_the_queue()  # the copy
    work_off_the_queue()  # and the letter that tells of it
    page.goto(link_in(text_of(post_office, -1)))
    axe(page)
    screenshot(page, "forget-copy-ready")
    with page.expect_download() as fetched:
        page.get_by_role("button", name="Lataa kopio").click()
    assert Path(fetched.value.path()).read_bytes()[:2] == b"PK"


@pytest.mark.parametrize("javascript", [True, False])
def test_with_an_open_order_the_contact_person_is_asked(
    new_page: OpenPage, look: Look, screenshot: Picture, *, javascript: bool
) -> None:
    card = member(ANNA)
    order = order_of(card, ANNA)
    page = new_page(width=1280 if javascript else 360, javascript=javascript)
    sign_in(page, card)
    page.goto("/tili/oikeudet/havittaminen/")
    expect(
        page.get_by_role("link", name=re.compile(f"Katso tilanne.*{order.number}"))
    ).to_be_visible()
    assert fits(page)
    if javascript:
        look(page, "forget-open")

    page.get_by_role("button", name="Lähetä pyyntö").click()
    expect(page.get_by_role("heading", name="Pyyntösi")).to_be_visible()
    asked = Request.objects.get()
    expect(page.locator("main")).to_contain_text(asked.number)
    assert fits(page)
    if javascript:
        look(page, "forget-asked")
    assert Account.objects.filter(email=ANNA).exists()

    page.goto("/tili/oikeudet/vastustus/")
    page.get_by_role("button", name="Lähetä pyyntö").click()
    expect(page.locator(".error-summary")).to_be_visible()
    screenshot(page, f"forget-say-{'wide' if javascript else 'plain'}")
    page.goto("/tili/oikeudet/")
    page.get_by_role("button", name="Peru pyyntö").click()
    expect(page.get_by_text("Pyyntö peruttiin.")).to_be_visible()
