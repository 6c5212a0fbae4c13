"""Access given, reviewed and ended; confidentiality promised; sources asked for and told."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from customers.models import Account, Acknowledgement, Customer
from privacy.provenance.models import SourceNotice, Whence
from privacy.provenance.operations import note_provenance
from privacy.registry import Basis, Purpose
from soluto_shop.staff_groups import ensure_groups
from tests.browser.conftest import Witness, in_each_size
from tests.doors import let_in
from tests.factories import CompanyFactory, MembershipFactory, StaffFactory, give_access
from tests.privacy.lives import login_of

OpenPage = Callable[..., Page]
Axe = Callable[[Page], None]
Screenshot = Callable[[Page, str], Path]


@pytest.fixture(autouse=True)
def groups() -> None:
    ensure_groups()


@pytest.fixture
def carl(bertil: Account) -> Account:
    """Carl, who works at the desk for a partner."""
    carl = StaffFactory.create(role="", is_superuser=False, full_name="Carl Clerk")
    long_ago = timezone.now() - timedelta(days=120)
    facts = {"given_by": bertil, "given_at": long_ago, "employer": "Kumppani Oy"}
    give_access(carl, "orders", days=20, reason="Kesän tilaukset", **facts)
    give_access(carl, "care", days=200, reason="Asiakaspalvelun sijaisuus", **facts)
    return carl


def seated(page: Page, server: LiveServer, account: Account) -> Page:
    """Sit down on the staff's side as somebody; the same session serves several pages."""
    session = account.sessions.first()
    key = session.session_key if session else let_in(Client(), account).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": server.url}])
    return page


class Look:
    """Requires a page to fit each screen and to have no faults, and keeps pictures of it."""

    def __init__(self, axe: Axe, take: Screenshot) -> None:
        self.axe, self.take = axe, take

    def __call__(self, page: Page, name: str) -> None:
        """Look at a page as it is on a phone and on a wide screen."""
        for size in in_each_size(page):
            self.axe(page)
            self.take(page, f"access-{name}-{size}")


@pytest.fixture
def look(axe: Axe, screenshot: Screenshot) -> Look:
    return Look(axe, screenshot)


def test_an_owner_looks_after_access(
    bertil: Account,
    carl: Account,
    new_page: OpenPage,
    look: Look,
    live_server: LiveServer,
) -> None:
    page = seated(new_page(), live_server, bertil)
    grant = carl.grants.get(role__name="orders")
    for name, address in {
        "start": "/admin/",
        "list": "/admin/customers/grant/",
        "add": "/admin/customers/grant/add/",
        "grant": f"/admin/customers/grant/{grant.pk}/change/",
        "end": f"/admin/customers/grant/{grant.pk}/end/",
        "reviews": "/admin/customers/grant/reviews/",
        "account": f"/admin/customers/account/{carl.pk}/change/",
        "promises": "/admin/customers/acknowledgement/",
    }.items():
        page.goto(address)
        look(page, name)

    page.goto("/admin/customers/grant/reviews/")
    expect(page.locator(".duty")).to_have_count(2)
    page.locator(".duty button.default").first.click()
    expect(page.locator(".duty")).to_have_count(1)
    page.locator(".duty form").last.locator("button").click()
    expect(page.locator(".duty")).to_have_count(0)
    assert carl.grants.filter(ended_at__isnull=False).count() == 1


def test_staff_promise_confidentiality_without_a_script(
    carl: Account,
    new_page: OpenPage,
    look: Look,
    live_server: LiveServer,
) -> None:
    page = seated(new_page(), live_server, carl)
    Acknowledgement.objects.all().delete()
    page.goto("/admin/orders/order/")
    expect(page.locator("#promised")).to_be_visible()
    look(page, "promise")

    page = seated(new_page(javascript=False), live_server, carl)
    page.goto("/admin/orders/order/")
    page.check("#promised")
    page.click("input[type=submit].default")
    page.wait_for_url("**/admin/orders/order/")
    assert Acknowledgement.objects.get().account == carl


def test_who_has_lost_access_is_told_so(  # noqa: PLR0917 (fixtures)
    bertil: Account,
    carl: Account,
    new_page: OpenPage,
    look: Look,
    witness: Witness,
    live_server: LiveServer,
) -> None:
    witness.allow("403")
    page = seated(new_page(), live_server, carl)
    page.goto("/admin/")
    carl.grants.all().delete()
    yesterday = timezone.localdate() - timedelta(days=1)
    give_access(carl, "orders", begins_date=yesterday, last_date=yesterday)
    page.reload()  # the very next request of an open session
    expect(page.locator("main")).to_contain_text("Bertil Ek")
    look(page, "over")


def test_sources_are_asked_for_and_people_are_told(
    anna: Customer,
    new_page: OpenPage,
    look: Look,
    live_server: LiveServer,
) -> None:
    contact = StaffFactory.create(role="gdpr_contact", is_superuser=False, full_name="Tiina T")
    clerk = StaffFactory.create(role="care", is_superuser=False, full_name="Carl Clerk")
    company = MembershipFactory.create(
        customer=anna, company=CompanyFactory.create(name="Annan Puu Oy")
    ).company
    note_provenance(
        rows={company: ["name", "business_id"], anna: ["last_name"]},
        source=Whence.AUTHORITY,
        party="Patentti- ja rekisterihallitus",
        is_public=True,
        basis=Basis.LAW,
        purpose=Purpose.ORDERS,
        at=timezone.now() - timedelta(days=40),
    )
    notice = SourceNotice.objects.get()
    card = f"/admin/customers/customer/{anna.pk}/change/"
    page = seated(new_page(), live_server, clerk)
    page.goto(card)
    page.fill("[name=phone]", "+358407654321")
    page.click("[name=_save]")
    expect(page.locator("[name=phone]")).to_have_value("+358407654321")
    expect(page.locator("main, #main").first).to_contain_text("keneltä muuttamasi")
    look(page, "card")
    page = seated(new_page(), live_server, contact)
    for name, address in {
        "start-late": "/admin/",
        "notices": "/admin/privacy/sourcenotice/",
        "notice": f"/admin/privacy/sourcenotice/{notice.pk}/change/",
        "sources": "/admin/privacy/provenance/",
    }.items():
        page.goto(address)
        look(page, name)
    page.goto(f"/admin/privacy/sourcenotice/{notice.pk}/change/")
    page.locator(".submit-row button.default").click()
    expect(page.locator(".messagelist")).to_contain_text("matkalla")
    notice.refresh_from_db()
    assert notice.done_by == contact

    page = seated(new_page(), live_server, login_of(anna))  # what Anna reads of it
    page.goto("/tili/omat-tiedot/")
    expect(page.locator("main")).to_contain_text("Patentti- ja rekisterihallitus")
    look.take(page, "access-own-data")
