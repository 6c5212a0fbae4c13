"""Letters leave through the door: to this machine, or to a mail service in force."""

import html
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from customers.models import Account
from orders.catalogue.models import Variant
from orders.checkout.operations import place_order, show_summary
from orders.sales.models import Order
from privacy.checks import letters_may_leave
from privacy.egress.models import Transfer
from privacy.outbox.models import Letter
from privacy.outbox.operations import post
from privacy.outbox.tasks import LETTERS, let_go, send_letter
from privacy.processors.models import Processor
from privacy.registry import Role, registry
from tests.conftest import NOON
from tests.doors import let_in
from tests.factories import ProcessorFactory
from tests.orders.buying import BANK
from tests.orders.checkout.conftest import Fill, fill, variant
from tests.post_office import PostOffice, opened, work_off_the_queue
from tests.privacy.lives import member, order_of

__all__ = ["fill", "variant"]

pytestmark = pytest.mark.django_db

OUTSIDE = "mail.reipas.example"
WORDS = {
    "/admin": "postipalvelu",
    "/sv/admin": "e-posttjänst",
    "/en/admin": "No mail service in force is reached at the mail server's host",
}


@pytest.fixture
def outside(settings: Settings) -> None:
    """Let the mail server be another's."""
    settings.LETTERS_STAY_HERE = False
    settings.EMAIL_HOST = OUTSIDE


def letter(to: str = "anna@example.fi", *, about: UUID | None = None) -> Letter:
    written = post(to=to, language="fi", kind="x", subject="x", text="Terve", at=NOON, about=about)
    Letter.objects.filter(pk=written.pk).update(created_at=NOON)
    return written


def mail_service(**facts: object) -> Processor:
    return ProcessorFactory.create(name="Reipas Posti Oy", role=Role.MAIL, hosts=[OUTSIDE], **facts)


def test_a_letter_waits_while_its_server_is_in_no_register(
    outside: None, mailoutbox: list[object]
) -> None:
    written = letter()

    send_letter(letter_id=str(written.pk))

    written.refresh_from_db()
    assert (written.sent_at, written.last_trouble) == (None, "not_registered")
    assert mailoutbox == []
    assert not Transfer.objects.exists()


@pytest.mark.parametrize("admin", WORDS)
def test_the_admin_says_why_in_the_readers_language(
    outside: None, bertil: Account, admin: str
) -> None:
    written = letter()
    send_letter(letter_id=str(written.pk))
    desk = let_in(Client(), bertil)

    for page in ("/privacy/letter/", f"/privacy/letter/{written.pk}/change/"):
        shown = html.unescape(desk.get(f"{admin}{page}").content.decode())
        assert WORDS[admin].lower() in shown.lower()
        assert "not_registered" not in shown


def test_the_duties_and_the_start_page_turn_red_until_it_is_registered(
    outside: None, bertil: Account
) -> None:
    desk = let_in(Client(), bertil)

    assert desk.get("/healthz/duties").json()["mail"] is False
    start = html.unescape(desk.get("/en/admin/").content.decode())
    assert "Enter the service in the processors register" in start
    assert "/en/admin/privacy/processor/" in start

    mail_service()
    assert desk.get("/healthz/duties").json()["mail"] is True
    assert "Enter the service" not in html.unescape(desk.get("/en/admin/").content.decode())


def test_nothing_is_lost_and_all_leaves_once_the_row_is_there(
    outside: None, mailoutbox: list[object]
) -> None:
    letters = [letter(), letter("celia@example.fi")]
    for each in letters:
        send_letter(letter_id=str(each.pk))
    assert let_go(at=timezone.now()) == 0

    row = mail_service()
    assert let_go(at=timezone.now()) == 2
    assert let_go(at=timezone.now()) == 0, "each is queued once"
    for each in letters:
        send_letter(letter_id=str(each.pk))

    assert len(mailoutbox) == 2
    assert not Letter.objects.waiting().exists()
    assert {noted.processor for noted in Transfer.objects.all()} == {row}


def test_a_row_that_lists_too_little_lets_no_letter_leave(outside: None) -> None:
    mail_service(lines=["email"])
    written = letter()

    send_letter(letter_id=str(written.pk))

    written.refresh_from_db()
    assert written.last_trouble == "lines_missing"


def test_what_was_handed_over_is_noted_about_its_order_for_fourteen_days(outside: None) -> None:
    mail_service()
    order = order_of(member("anna@example.fi"), "anna@example.fi")
    about, alone = letter(about=order.pk), letter()

    for each in (about, alone):
        send_letter(letter_id=str(each.pk))

    noted = {each.about: each for each in Transfer.objects.all()}
    assert set(noted) == {order.pk, alone.pk}
    first = noted[order.pk]
    assert first.kept_until - first.at == timedelta(days=14)
    assert f"<{about.pk}@" in first.reference
    assert first.is_confirmed


def test_a_server_on_this_machine_needs_no_row(
    settings: Settings, mailoutbox: list[object]
) -> None:
    settings.LETTERS_STAY_HERE = False
    settings.EMAIL_HOST = "127.0.0.1"
    written = letter()

    send_letter(letter_id=str(written.pk))

    assert len(mailoutbox) == 1
    assert not Transfer.objects.exists()
    assert letters_may_leave(None) == []


def test_the_deployment_check_warns(outside: None) -> None:
    [warning] = letters_may_leave(None)
    assert warning.id == "privacy.W028"
    heard = StringIO()
    call_command("check", "--deploy", stdout=heard, stderr=heard)
    assert "privacy.W028" in heard.getvalue()

    mail_service()
    assert letters_may_leave(None) == []


@pytest.fixture
def office(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    """Open a real mail server, and let it count as another's."""
    with opened() as open_office:
        settings.EMAIL_BACKEND = "privacy.egress.mail.MailServer"
        settings.LETTERS_STAY_HERE = False
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = open_office.port
        monkeypatch.setattr("privacy.egress.door.is_own_machine", lambda _host: False)
        yield open_office


@pytest.mark.django_db(transaction=True)
def test_a_real_letter_waits_and_then_leaves_by_itself(office: PostOffice) -> None:
    letter()
    work_off_the_queue()
    assert office.letters == []

    ProcessorFactory.create(role=Role.MAIL, hosts=["127.0.0.1"])
    assert let_go(at=timezone.now()) == 1
    work_off_the_queue()

    [arrived] = office.letters
    assert arrived["To"] == "anna@example.fi"
    assert Transfer.objects.get().reference == arrived["Message-ID"]


def test_what_a_letter_repeats_of_an_order_is_declared_to_go_to_the_mail_service(
    fill: Fill, variant: Variant, settings: Settings
) -> None:
    settings.BANK_ACCOUNT = BANK
    settings.SITE_ADDRESS = "https://kauppa.example"
    words = {
        "first_name": "Kanariaetu",
        "last_name": "Kanariasuku",
        "street": "Kanariakatu 1",
        "city": "Kanariala",
        "note": "Kanariaviesti",
        "phone": "+358401112223",
        "company_name": "Kanaria Oy",
        "buyer_reference": "Kanariaviite",
        "delivery_name": "Kanariasaaja",
        "delivery_street": "Kanariakuja 2",
        "delivery_city": "Kanariakylä",
        "email": "kanaria@example.fi",
    }
    draft = fill(
        variant,
        1,
        for_company=True,
        business_id="2077474-0",
        deliver_elsewhere=True,
        delivery_postcode="00500",
        **words,
    )
    show_summary(draft=draft, at=NOON)
    place_order(draft_id=draft.pk, at=NOON)

    sent = Letter.objects.get()
    told = f"{sent.to} {sent.subject} {sent.text} {sent.html}"
    declared = registry[Order].data
    repeated = {name for name, value in words.items() if value in told}
    assert repeated >= {"last_name", "street", "company_name", "delivery_street", "email"}
    undeclared = {name for name in repeated if Role.MAIL not in declared[name].recipients}
    assert undeclared == set()
    assert {declared[name].line for name in repeated} <= LETTERS.lines
    assert repeated.isdisjoint({"phone", "note"})
