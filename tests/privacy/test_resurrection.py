"""Many things at once with one person, each on a connection of its own: nobody comes back."""

import os
import random
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings as settings_of_the_shop
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.core import mail
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from customers import signing_in
from customers.models import Account, Customer, Session
from customers.operations import change_details
from customers.sessions import SessionStore
from orders.checkout.models import CheckoutDraft
from orders.checkout.operations import place_order
from orders.checkout.summary import summarise
from orders.sales.models import Order
from privacy.base import Gone
from privacy.copies.contents import write_copy
from privacy.copies.models import DataCopy
from privacy.copies.operations import fill_copy, replace_copy
from privacy.erase import erase
from privacy.evidence import Erasure
from privacy.ledger import Entry, seen, the_ledger
from privacy.outbox.models import Letter
from privacy.outbox.operations import post
from privacy.outbox.tasks import send_letter
from privacy.replay import is_behind, replay
from privacy.requests.models import Request
from privacy.requests.operations import ask
from privacy.requests.states import Kind
from privacy.restriction.models import Restriction
from privacy.restriction.operations import Nobody, restrict
from privacy.subject import Subject, subject_of
from privacy.sweep import sweep
from tests.conftest import NOON
from tests.doors import lift_limits
from tests.factories import (
    PASSWORD,
    BasketFactory,
    BasketLineFactory,
    CheckoutDraftFactory,
    TermsFactory,
    in_stock,
)
from tests.privacy.lives import member
from tests.races import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.endure,
]

ROUNDS = 20 * int(os.environ.get("ENDURE", "0")) or 4
PROJECT = Path(__file__).resolve().parents[2]


DOOR_ANSWERS = {200, 302, 400, 410, 503}
"""Refused, let in, session or person gone meanwhile, closed until an erasure has been repeated."""
AFTER_A_RESTORE = 0.3
SIGN_INS = (AccessLog, AccessFailureLog, AccessAttempt)


class Life:
    """A member with a checkout that can be ordered, and stale copies of everything."""

    def __init__(self, number: int) -> None:
        self.email = f"anna{number}@example.fi"
        self.address = f"198.51.{number // 250}.{number % 250}"
        self.card = member(self.email)
        self.account = Account.objects.get(card=self.card)
        basket = BasketFactory.create(customer=self.card)
        BasketLineFactory.create(basket=basket, variant=in_stock(5))
        self.draft = CheckoutDraftFactory.create(basket=basket, email=self.email)
        self.draft.shown = summarise(self.draft, at=NOON).shown()
        self.draft.save()
        self.known = self.subject

    @property
    def subject(self) -> Subject:
        return subject_of(cards=[self.card.pk], accounts=[self.account.pk])

    def check_out(self) -> None:
        place_order(draft_id=self.draft.pk, at=NOON)

    def change_profile(self) -> None:
        change_details(self.card, first_name="Anna", last_name="Virtanen", phone="", language="fi")

    def save_old_card(self) -> None:
        self.card.save()

    def sign_in(self, password: str = PASSWORD) -> None:
        said = {"login": self.email, "password": password}
        door = Client(raise_request_exception=False, REMOTE_ADDR=self.address)
        answer = door.post(reverse("account_login"), said)
        assert answer.status_code in DOOR_ANSWERS, answer.status_code

    def note_old_sign_in(self) -> None:
        self.account.last_login = NOON
        self.account.save(update_fields=["last_login"])

    def ask_for_copy(self) -> None:
        copy = replace_copy(account_id=self.account.pk, language="fi", at=NOON)
        fill_copy(copy.pk, at=NOON)

    def send_letters(self) -> None:
        for letter in Letter.objects.filter(to=self.email):
            send_letter(letter_id=str(letter.pk))

    def object(self) -> None:
        said = f"Vastustan. {self.email}"
        ask(kind=Kind.OBJECTION, account_id=self.account.pk, said=said, language="fi", at=NOON)

    def be_restricted(self) -> None:
        """Let the data be stored only, of the person as the desk knew them before."""
        restrict(self.known, reason=Restriction.Reason.OBJECTION, at=NOON)

    def erase(self) -> Erasure:
        return erase(self.subject, at=NOON)

    def erase_again(self) -> int:
        return replay(at=NOON)

    def was_erased_before_the_restore(self) -> None:
        """Let the ledger know an erasure of this person that the database has lost."""
        book = the_ledger()
        entry = Entry(
            n=seen() + 1,
            at=NOON.isoformat(),
            receipt=str(uuid4()),
            people=(str(self.card.pk), str(self.account.pk)),
            addresses=tuple(book.hashed([self.email])),
        )
        with book.held(to_write=True):
            book.append(entry)

    def actions(self) -> list[Any]:
        return [
            self.check_out,
            self.change_profile,
            self.save_old_card,
            self.note_old_sign_in,
            self.sign_in,
            partial(self.sign_in, "väärä-7731"),
            self.ask_for_copy,
            self.object,
            self.be_restricted,
            self.send_letters,
            partial(sweep, at=NOON),
            partial(replay, at=NOON),
        ]


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> None:
    settings.PRIVATE_ROOT = tmp_path / "private"
    lift_limits(monkeypatch)


def is_forgotten(life: Life) -> bool:
    """Tell whether nothing is left but an open order that a receipt waits for."""
    left = [
        Customer.objects.filter(email=life.email),
        Account.objects.filter(email=life.email),
        Letter.objects.filter(to=life.email),
        CheckoutDraft.objects.filter(email=life.email),
        Order.objects.filter(email=life.email, erasure=None),
        Order.objects.filter(customer=life.card.pk),
        Session.objects.filter(account=life.account.pk),
        DataCopy.objects.filter(account=life.account.pk),
        EmailAddress.objects.filter(email=life.email),
        Request.objects.filter(account=life.account.pk),
        Request.objects.filter(said__contains=life.email),
        Restriction.objects.filter(email=life.email),
        Restriction.objects.filter(card=life.card.pk),
        Restriction.objects.filter(account=life.account.pk),
        *(each.objects.filter(username=life.email) for each in SIGN_INS),
    ]
    return not any(rows.exists() for rows in left)


def test_whatever_happens_at_once_nobody_comes_back() -> None:
    TermsFactory.create()
    dice = random.Random(2026)
    for number in range(ROUNDS):
        life = Life(number)
        forget: Callable[[], object] = life.erase
        if dice.random() < AFTER_A_RESTORE:
            life.was_erased_before_the_restore()
            forget = life.erase_again
        actions = [forget, *dice.sample(life.actions(), 4)]
        dice.shuffle(actions)

        results = at_once(actions)

        refusals = [each for each in results if isinstance(each, Exception)]
        assert all(isinstance(each, Gone | Nobody) for each in refusals), refusals
        assert is_forgotten(life)
        assert not is_behind()
        stale = [life.save_old_card, life.note_old_sign_in, life.ask_for_copy, life.object]
        if not CheckoutDraft.objects.filter(pk=life.draft.pk).exists():
            stale.append(life.check_out)  # else it had become an order, and is that order again
        for action in stale:
            with pytest.raises(Gone):
                action()
        with pytest.raises(Nobody):
            life.be_restricted()
        life.sign_in()
        assert is_forgotten(life)


def meanwhile(target: str, action: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let another connection begin something in the middle of this; give what became of it."""
    begun: list[Future[Any]] = []
    pool = ThreadPoolExecutor(max_workers=1)
    module, _dot, name = target.rpartition(".")
    here = getattr(import_module(module), name)

    def run() -> Any:
        [result] = at_once([action])
        return result

    def go_on(*args: Any, **said: Any) -> Any:
        if not begun:
            begun.append(pool.submit(run))
            assert wait(begun, timeout=0.4).not_done, "it did not wait"
        return here(*args, **said)

    monkeypatch.setattr(target, go_on)
    return lambda: begun[0].result(timeout=20)


def test_co_02_an_order_that_is_confirmed_during_the_erasure_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    TermsFactory.create()
    life = Life(1)
    order = meanwhile("privacy.erase._carry_out", life.check_out, monkeypatch)

    life.erase()

    assert isinstance(order(), Gone)
    assert not Order.objects.exists()
    assert is_forgotten(life)


def test_co_02_an_erasure_that_comes_during_the_order_takes_it_along(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    TermsFactory.create()
    life = Life(1)
    erased = meanwhile("orders.checkout.operations.write_order_placed", life.erase, monkeypatch)

    life.check_out()

    receipt = erased()
    order = Order.objects.get()
    assert (order.customer, order.erasure) == (None, receipt.pk)
    assert not Letter.objects.exists()
    assert is_forgotten(life)


def test_co_02_a_restriction_that_comes_during_the_erasure_brings_no_address_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    life = Life(1)
    restricted = meanwhile("privacy.erase._carry_out", life.be_restricted, monkeypatch)

    life.erase()

    assert isinstance(restricted(), Nobody)
    assert not Restriction.objects.exists()
    assert is_forgotten(life)


def test_co_03_an_old_page_writes_nothing_back_while_the_erasure_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    life = Life(1)
    changed = meanwhile("privacy.erase._carry_out", life.change_profile, monkeypatch)

    life.erase()

    assert isinstance(changed(), Gone)
    assert is_forgotten(life)


def test_pr_04_a_letter_that_waited_is_not_sent_after_the_erasure(settings: Settings) -> None:
    life = Life(1)
    letter = post(to=life.email, language="fi", kind="x", subject="x", text="x", at=NOON)
    settings.LETTERS_STAY_HERE = False
    life.erase()

    send_letter(letter_id=str(letter.pk))

    assert mail.outbox == []
    assert not Letter.objects.exists()


def test_lo_05_fifty_requests_for_a_copy_make_one(monkeypatch: pytest.MonkeyPatch) -> None:
    life = Life(1)
    made: list[Subject] = []

    def note_and_write(subject: Subject, *args: Any, **said: Any) -> None:
        made.append(subject)
        write_copy(subject, *args, **said)

    monkeypatch.setattr("privacy.copies.operations.write_copy", note_and_write)

    ask = partial(replace_copy, account_id=life.account.pk, language="fi", at=NOON)

    at_once([ask] * 50)
    copy = DataCopy.objects.get()
    assert at_once([partial(fill_copy, copy.pk, at=NOON)] * 50) == [None] * 50

    [file] = Path(settings_of_the_shop.PRIVATE_ROOT).rglob("*.zip")
    assert file.name == f"{copy.pk}.zip"
    assert made == [life.subject], "one works, and the others wait for it"


def test_a_late_checkout_is_refused_and_takes_nothing_from_the_shelf() -> None:
    TermsFactory.create()
    life = Life(1)
    life.erase()

    with pytest.raises(Gone):
        life.check_out()

    assert not Order.objects.exists()


def test_who_signs_in_while_being_erased_gets_no_session() -> None:
    life = Life(1)
    session = SessionStore()
    session[SESSION_KEY] = str(life.account.pk)
    life.erase()

    for must_create in (True, False):
        with pytest.raises(UpdateError):
            session.save(must_create=must_create)
    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("password", "status", "kept"), [(PASSWORD, 410, []), ("x-7731", 200, ["unknown"])]
)
def test_who_signs_in_while_being_erased_leaves_no_name_in_the_log(
    password: str, status: int, kept: list[str], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = Life(1)
    look_away = signing_in._forget_the_browser

    def erased_first(request: HttpRequest) -> None:
        at_once([life.erase] if life.subject.cards else [])
        look_away(request)

    monkeypatch.setattr(signing_in, "_forget_the_browser", erased_first)

    said = {"login": life.email, "password": password}
    answer = client.post(reverse("account_login"), said)

    assert answer.status_code == status
    assert is_forgotten(life)
    names = AccessFailureLog.objects.values_list("username", flat=True)
    assert [name.split()[0] for name in names] == kept
    assert not AccessLog.objects.exists()
    assert not Session.objects.filter(account__isnull=False).exists()


def test_a_form_sent_while_being_erased_is_answered_410_and_signs_out(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    life = Life(1)
    client.force_login(life.account)

    def erased_first(card: Customer, **details: Any) -> None:
        life.erase()
        change_details(card, **details)

    monkeypatch.setattr("customers.views.change_details", erased_first)

    said = {"first_name": "Anna", "last_name": "V", "phone": "", "language": "fi"}
    answer = client.post(reverse("customers:details"), said)

    assert answer.status_code == 410
    assert is_forgotten(life)
    assert not Session.objects.exists()
    assert client.get(reverse("customers:account")).status_code == 302
