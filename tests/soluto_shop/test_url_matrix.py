"""Law 8: nobody sees another person's anything, whatever the address.

The pages are read from the address map itself, all but the staff's site, which has its own matrix.
What each answers to a stranger, to Anna whose things they are, to Celia and to somebody of the
staff stands in `tests/data/url_matrix.csv`: a page that is new, and has no row there, turns this
test red and says which row it would write.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import signing
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from pytest_django import Settings

from customers.companies.operations import key_of as invitation_key
from customers.models import Account, Address, Customer, Invitation, Membership
from orders.bookings.models import SALT as APPOINTMENT
from orders.bookings.models import Booking
from orders.catalogue.agreements import Agreement
from orders.catalogue.models import Category, Product
from orders.catalogue.wares import Ware
from orders.checkout.models import Confirmation, PurchaseRequest
from orders.invoicing.files import lay_in
from orders.invoicing.models import Invoice
from orders.quotes.models import SALT as QUOTE
from orders.quotes.models import Quote
from orders.returns.models import WithdrawalNotice
from orders.returns.views import SALT
from orders.reviews.models import Review
from orders.sales.models import Order, OrderLine
from orders.sales.operations import move
from orders.sales.states import Step
from orders.subscriptions.models import SALT as SERVICE
from orders.subscriptions.models import Subscription
from orders.wishes.awaited import Awaited
from orders.wishes.letters import key_of as key_of_awaited
from orders.wishes.models import Wish, WishList
from privacy.consents.links import ASKED
from privacy.consents.links import key_of as key_of_consent
from privacy.consents.models import AskedConsent, Consent
from privacy.copies.models import DataCopy
from privacy.copies.operations import fill_copy, key_of
from privacy.requests.models import Request
from tests.doors import give_passkey, let_in_just_now
from tests.factories import (
    AccountFactory,
    CategoryFactory,
    CustomerFactory,
    ProductFactory,
    StaffFactory,
    VariantFactory,
    in_stock,
    put_on_shelf,
    ware_of,
)
from tests.privacy.lives import login_of, whole_life

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).parents[1] / "data" / "url_matrix.csv"
WHO = ("nobody", "anna", "celia", "staff")
OK, NOT_ALLOWED = 200, 405
ANNA = "anna@example.fi"

SECRETS = {"secret", "key"}
"""What stands in the address of a page that is for whoever has the address."""
FILES = {"picture"}
"""What may be kept, whoever asked for it."""

Row = tuple[str, str]
"""The name of a page, and how it is asked for."""


def pages(patterns: list[Any], space: str = "") -> Iterator[tuple[str, list[str]]]:
    """List every named page of the shop with what stands in its address."""
    for entry in patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace != "admin":
                inside = f"{entry.namespace}:" if entry.namespace else ""
                yield from pages(entry.url_patterns, space + inside)
        else:
            assert isinstance(entry, URLPattern)
            assert entry.name, f"{entry.pattern} has no name"
            yield space + entry.name, list(entry.pattern.regex.groupindex)


@pytest.fixture
def annas(tmp_path: Path, settings: Settings) -> Customer:
    """Let Anna have something in every table, and goods on the shelf."""
    settings.PRIVATE_ROOT = tmp_path
    settings.MEDIA_ROOT = tmp_path
    clerk = StaffFactory.create(email="vilma@example.fi")
    card = whole_life(ANNA, clerk=clerk)
    account = login_of(card)
    give_passkey(account, "Annan avain")
    Authenticator.objects.create(
        user=account,
        type=Authenticator.Type.RECOVERY_CODES,
        data={"migrated_codes": ["annan-koodi"]},
    )
    fill_copy(DataCopy.objects.get(account=account).pk, at=timezone.now())
    lay_in(invoice_id=Invoice.objects.get().pk, column="pdf", content=b"x", at=timezone.now())
    confirmation = Confirmation.objects.get()
    confirmation.pdf.save("x.pdf", ContentFile(b"x"), save=False)
    confirmation.save(update_fields=["pdf"])
    bought_a_download(Order.objects.get())
    lamp = ProductFactory.create(slug="lamppu")
    in_stock(3, variant=VariantFactory.create(product=lamp))
    put_on_shelf(lamp, CategoryFactory.create(slug="koti"))
    return card


def bought_a_download(order: Order) -> None:
    """Let an order be paid, and let a file belong to it."""
    guide = VariantFactory.create(product=ProductFactory.create(kind="digital"))
    ware_of(guide)
    OrderLine.objects.create(
        order=order,
        variant=guide,
        position=2,
        sku=guide.sku,
        name="Opas",
        kind="digital",
        quantity=1,
        unit_price=0,
        vat_rate=Decimal("25.5"),
        total=0,
    )
    move(order=order, step=Step.PAY, at=timezone.now())


def addresses() -> dict[str, dict[str, Any]]:
    """Give what stands in the addresses of pages: Anna's own keys and numbers."""
    order, invoice = Order.objects.get(), Invoice.objects.get()
    request = Request.objects.get()
    copy, address = DataCopy.objects.get(), Address.objects.get()
    passkey = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    of_secret = {"secret": order.secret}
    of_number = {"order": order.number, "number": invoice.number}
    edition = {"number": 1}
    buys = Membership.objects.get(customer__email=ANNA)
    company, member = {"key": buys.company_id}, {"key": buys.company_id, "member": buys.pk}
    invitation = Invitation.objects.get()
    wished = WishList.objects.get()
    wishes, wish = {"key": wished.pk}, {"key": wished.pk, "wish": Wish.objects.get().pk}
    of_agreement = {"key": Agreement.objects.get().pk}
    quote = {"key": signing.dumps(str(Quote.objects.get().pk), salt=QUOTE)}
    appointment = signing.dumps(str(Booking.objects.get().pk), salt=APPOINTMENT)
    notice = signing.dumps(str(WithdrawalNotice.objects.get().pk), salt=SALT)
    return {
        "sitemap-part": {"number": 1},
        "picture": {"product": Product.objects.get(slug="lamppu").pk, "name": "x.webp"},
        "orders:category": {"path": Category.objects.get(slug="koti").slug},
        "orders:product": {"slug": "lamppu"},
        "orders:pay": of_secret,
        **dict.fromkeys(("orders:agreement", "orders:agreement-document"), of_agreement),
        "orders:agreement-accept": of_agreement,
        "orders:order": of_secret,
        "orders:invoice": {**of_secret, "number": invoice.number},
        "orders:invoice-pdf": {**of_secret, "number": invoice.number},
        "orders:own-order": {"number": order.number},
        "orders:own-invoice": of_number,
        "orders:own-invoice-pdf": of_number,
        "orders:confirmation": of_secret,
        "orders:own-confirmation": {"number": order.number},
        "orders:download": {**of_secret, "ware": Ware.objects.get().pk},
        "orders:own-download": {"number": order.number, "ware": Ware.objects.get().pk},
        "orders:terms-edition": {"edition": 1},
        "orders:terms-changes": {"edition": 1},
        "orders:withdrawn": {"key": notice},
        "orders:withdrawal-receipt": {"key": notice},
        "orders:withdraw-order": of_secret,
        "orders:withdraw-own": {"number": order.number},
        "orders:send-back": of_secret,
        "orders:send-back-own": {"number": order.number},
        "orders:cancel-order": of_secret,
        "orders:cancel-own": {"number": order.number},
        "orders:service": {"key": signing.dumps(str(Subscription.objects.get().pk), salt=SERVICE)},
        "orders:quote": quote,
        "orders:quote-accept": quote,
        "orders:own-quote": {"number": Quote.objects.get().number},
        "orders:own-quote-accept": {"number": Quote.objects.get().number},
        "orders:booking": {"key": appointment},
        "orders:booking-calendar": {"key": appointment},
        "orders:complain": of_secret,
        "orders:complain-own": {"number": order.number},
        "orders:complaint-photo": {
            "number": order.number,
            "complaint": f"{order.number}-1",
            "place": "1",
        },
        "privacy:edition": edition,
        "privacy:edition-pdf": edition,
        "privacy:difference": {"older": 1, "newer": 1},
        "privacy:request-confirm": {"key": str(request.pk)},
        "privacy:request-told": {"key": str(request.pk)},
        "privacy:request-copy": {"key": str(request.pk)},
        "privacy:consent-confirm": {
            "key": signing.dumps(str(AskedConsent.objects.get().pk), salt=ASKED)
        },
        "privacy:consent": {"key": key_of_consent(Consent.objects.filter(ended_at=None)[0])},
        "account_confirm_email": {"key": "x"},
        "account_reset_password_from_key": {"uidb36": "x", "key": "x"},
        "mfa_remove_webauthn": {"pk": passkey.pk},
        "mfa_edit_webauthn": {"pk": passkey.pk},
        "customers:address": {"key": address.pk},
        "customers:remove-address": {"key": address.pk},
        "customers:withdraw": {"key": request.pk},
        "customers:invitation": {"key": invitation_key(invitation)},
        "customers:company-page": company,
        "customers:company-details": company,
        "customers:company-history": company,
        "customers:invite": company,
        "customers:leave-company": company,
        "customers:withdraw-invitation": {**company, "invitation": invitation.pk},
        "customers:member": member,
        "customers:remove-member": member,
        "orders:wish-list": wishes,
        "orders:wish-list-show": wishes,
        "orders:wish-list-hide": wishes,
        "orders:wish-list-delete": wishes,
        "orders:wish-remove": wish,
        "orders:wish-buy": wish,
        "orders:review": {"slug": "lamppu"},
        "orders:review-delete": {"slug": "lamppu"},
        "orders:review-report": {"key": Review.objects.get().pk},
        "orders:awaited": {"key": key_of_awaited(Awaited.objects.get())},
        "orders:shown-wishes": {"secret": wished.secret},
        "orders:company-orders": company,
        "orders:company-invoices": company,
        "orders:purchases": company,
        "orders:purchase": {**company, "purchase": PurchaseRequest.objects.get().pk},
        "customers:copy": {"key": key_of(copy)},
    }


def browsers() -> dict[str, Client]:
    """Let everybody in, each with a browser of their own."""
    celia = AccountFactory.create(email="celia@example.fi")
    CustomerFactory.create(account=celia, email=celia.email, first_name="Celia")
    people = {"anna": Account.objects.get(email=ANNA), "celia": celia}
    people["staff"] = StaffFactory.create(email="bertil@example.fi")
    let_in = {who: let_in_just_now(Client(), account) for who, account in people.items()}
    return {"nobody": Client(), **let_in}


@dataclass(frozen=True)
class Answer:
    status: int
    said: str
    kind: str
    kept: str


def ask(client: Client, how: str, address: str) -> Answer:
    """Ask for a page; nothing of what it does stays, in the shop or in the browser."""
    brought = SimpleCookie(client.cookies)
    with transaction.atomic():
        answer = client.generic(how, address)
        said = b"".join(answer).decode(errors="replace") if answer.status_code == OK else ""
        transaction.set_rollback(True)
    client.cookies = brought
    kind, kept = (answer.get(name, "") for name in ("Content-Type", "Cache-Control"))
    return Answer(answer.status_code, said, kind, kept)


class Privacy:
    """Laws 15 and PR-11, of each page that is not everybody's: what it lets others know of Anna."""

    def __init__(self, marks: tuple[str, ...]) -> None:
        self.marks = marks
        self.kept: list[str] = []
        self.indexed: list[str] = []
        self.named: list[tuple[str, str]] = []
        self.met = 0
        self.own_words = WishList.objects.get().name  # its owner calls it so

    def judge(self, page: str, parts: list[str], annas: Answer, nobodys: Answer) -> None:
        """Judge one page: caches, search engines, title and addresses."""
        if annas.status != OK or page in FILES:
            return
        if "private" not in annas.kept:
            self.kept.append(page)
        everybodys = nobodys.status == OK
        if "html" not in annas.kind or (everybodys and not set(parts) & SECRETS):
            return
        self.met += 1
        said = annas.said.replace(self.own_words, "")
        if 'name="robots" content="noindex' not in said:
            self.indexed.append(page)
        told = re.findall(r"<title>(.*?)</title>", said, re.DOTALL)
        told += re.findall(r'(?:href|src|action)="(?!mailto:|tel:)([^"]*)"', said)
        self.named += [(page, each) for each in told if any(mark in each for mark in self.marks)]


def test_law_8_every_page_answers_everybody_as_its_row_says(annas: Customer) -> None:
    """Of the same answers PR-11 and law 15 are asked: what is somebody's is neither kept nor named.

    Caches may not keep it nor search engines find it, and its title and addresses name nobody.
    """
    with TABLE.open(newline="") as file:
        rows = list(csv.DictReader(file))
    expected = {(row["page"], row["how"]): [row[who] for who in WHO] for row in rows}
    for_holders = {row["page"] for row in rows if row["whoever has the address"]}
    people, known = browsers(), addresses()
    marks = [ANNA, annas.phone, annas.last_name, Order.objects.get().number, "Kotikatu"]
    marks += [str(annas.pk), str(annas.account_id), "annan-koodi", "Annan avain"]
    privacy = Privacy((ANNA, annas.first_name, annas.last_name, annas.phone))
    found: dict[Row, list[str]] = {}
    seen: list[tuple[str, str, str]] = []
    for page, parts in pages(get_resolver().url_patterns):
        assert not parts or page in known, f"{page}: say what stands in its address"
        address = reverse(page, kwargs=known.get(page, {}))
        for how in ("GET", "POST"):
            if how == "POST" and not parts and (page, "GET") in found:
                continue  # without a key in the address there is nothing of Anna's to change
            answers = {who: ask(client, how, address) for who, client in people.items()}
            if how == "GET":
                privacy.judge(page, parts, answers["anna"], answers["nobody"])
            if {answer.status for answer in answers.values()} == {NOT_ALLOWED}:
                continue
            found[page, how] = [str(answers[who].status) for who in WHO]
            seen += [
                (page, who, mark)
                for who in ("nobody", "celia", "staff")
                for mark in marks
                if page not in for_holders and mark in answers[who].said
            ]

    new = [
        ",".join([*row, *answers, ""])
        for row, answers in found.items()
        if expected.get(row) != answers
    ]
    assert new == [], "say in url_matrix.csv what is right:\n" + "\n".join(new)
    assert set(expected) == set(found)
    assert seen == []
    assert privacy.met > 40
    assert (privacy.kept, privacy.indexed, privacy.named) == ([], [], [])
