"""Who receives data, as staff keep it and customers read it, on any screen."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from customers.models import Account, Customer
from privacy.disclosures.models import Disclosure
from privacy.disclosures.operations import approve
from privacy.processors.models import SubProcessor
from privacy.recipients.models import RecipientNotice
from privacy.registry import Role
from tests.browser.conftest import in_each_size
from tests.browser.test_being_told import sign_in
from tests.doors import let_in
from tests.factories import ProcessorFactory, StaffFactory
from tests.privacy.lives import disclosure_of, member, order_of, passed_on

OpenPage = Callable[..., Page]
Axe = Callable[[Page], None]
Look = Callable[[Page, str], Path]


@pytest.fixture
def desk(bertil: Account, live_server: LiveServer) -> Callable[[Page], None]:
    """Let a page be Bertil's."""
    key = let_in(Client(), bertil).cookies["sessionid"].value

    def enter(page: Page) -> None:
        page.context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])

    return enter


@pytest.fixture(autouse=True)
def companies() -> None:
    """Let a carrier and a mail service work for the shop, and one that does not answer."""
    carrier = ProcessorFactory.create(name="Reipas Kuljetus Oy", erasure_how="Lomake 3")
    SubProcessor.objects.create(processor=carrier, name="Terminaali AS", country="EE")
    ProcessorFactory.create(name="Reipas Posti Oy", role=Role.MAIL, purpose="Välittää viestit")
    silent = ProcessorFactory.create(name="Hiljaiset Oy", erasure_email="", erasure_how="Soita.")
    for row, days in ((carrier, 1), (silent, 25)):
        RecipientNotice.objects.create(
            processor=row,
            kind=RecipientNotice.Kind.ERASED,
            reference=f"JJFI6457490000020236{days}",
            written_at=timezone.now() - timedelta(days=days),
        )


@pytest.fixture
def disclosure() -> Disclosure:
    """Let the police have asked about Anna, and one have approved."""
    card = member("anna@example.fi")
    order = order_of(card, "anna@example.fi")
    passed_on(order.pk, at=timezone.now())
    asked = disclosure_of(card, "anna@example.fi", at=timezone.now())
    approve(disclosure_id=asked.pk, by=StaffFactory.create(), at=timezone.now())
    return asked


@pytest.fixture
def mail_server(settings: Settings) -> None:
    """Let there be a mail server, which receives data too."""
    settings.LETTERS_STAY_HERE = False
    settings.EMAIL_HOST = "mail.example"


@pytest.mark.usefixtures("mail_server")
def test_the_pages_of_the_register_fail_nobody(
    desk: Callable[[Page], None],
    disclosure: Disclosure,
    page: Page,
    axe: Axe,
    screenshot: Look,
) -> None:
    desk(page)
    for name, address in {
        "start": "/admin/",
        "processors": "/admin/privacy/processor/",
        "processor-new": "/admin/privacy/processor/add/",
        "transfers": "/admin/privacy/transfer/",
        "notices": "/admin/privacy/recipientnotice/",
        "disclosures": "/admin/privacy/disclosure/",
        "disclosure-new": "/admin/privacy/disclosure/add/",
        "disclosure": f"/admin/privacy/disclosure/{disclosure.pk}/change/",
    }.items():
        page.goto(address)
        for size in in_each_size(page):
            screenshot(page, f"passing-{name}-{size}")
            axe(page)


@pytest.mark.usefixtures("mail_server")
def test_staff_hand_over_what_was_asked_for(
    desk: Callable[[Page], None],
    disclosure: Disclosure,
    new_page: OpenPage,
    screenshot: Look,
) -> None:
    page = new_page(width=360)
    desk(page)
    page.goto(f"/admin/privacy/disclosure/{disclosure.pk}/change/")
    page.get_by_role("button", name="Hyväksy").click()
    expect(page.locator("#disclosure-state + p")).to_have_text("Hyväksytty, ei noudettu")
    with page.expect_download() as fetched:
        page.get_by_role("button", name="Nouda paketti").click()
    assert fetched.value.suggested_filename.endswith(".zip")
    page.goto(f"/admin/privacy/disclosure/{disclosure.pk}/change/")
    expect(page.locator("#disclosure-state + p")).to_have_text("Luovutettu")
    for size in in_each_size(page):
        screenshot(page, f"passing-disclosure-done-{size}")


def test_a_customer_reads_who_received_what(
    disclosure: Disclosure, page: Page, axe: Axe, screenshot: Look
) -> None:
    sign_in(page, Customer.objects.get(email=disclosure.about_email))
    page.goto("/tili/omat-tiedot/")

    expect(page.locator("main")).to_contain_text("Pakkokeinolaki 806/2011")
    expect(page.locator("main")).to_contain_text("Reipas Kuljetus Oy (Suomi)")
    for size in in_each_size(page):
        axe(page)
        screenshot(page, f"passing-own-data-{size}")
    page.goto("/tietosuoja/")
    expect(page.locator("main")).to_contain_text("Reipas Kuljetus Oy (Suomi)")
