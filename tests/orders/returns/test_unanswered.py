"""No acknowledgement is lost: it is tried again, shown to staff, and never sent in floods."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from customers.models import Account
from orders.returns.following import NotThatWay, take_up
from orders.returns.models import WithdrawalNotice
from orders.returns.unanswered import acknowledge_by_hand, send_again, some_wait, try_again
from privacy.outbox.models import Letter
from privacy.outbox.tasks import send_letter
from tests.conftest import NOON
from tests.doors import let_in
from tests.orders.money_matters import three_rates
from tests.orders.returns.withdrawing import withdraw
from tests.privacy.lives import finish

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def letter_of(notice: WithdrawalNotice) -> Letter:
    return Letter.objects.get(kind="withdrawal_received", about=notice.pk)


@pytest.fixture(autouse=True)
def mail_server(settings: Any) -> None:
    settings.LETTERS_STAY_HERE = False
    settings.EMAIL_HOST = "localhost"


def test_a_notice_whose_job_was_lost_is_taken_up_all_the_same() -> None:
    order = finish(three_rates(), at=NOON)
    notice = withdraw(order=order)
    unknown = withdraw(order_number="1")
    assert try_again(at=NOON + timedelta(minutes=4)) == 0
    assert try_again(at=NOON + timedelta(minutes=6)) == 2
    assert try_again(at=NOON + timedelta(minutes=16)) == 0
    for each in (notice, unknown):
        assert letter_of(each)


def test_what_the_mail_server_refused_is_known_until_it_took_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    notice = withdraw(order=finish(three_rates(), at=NOON))
    take_up(notice_id=notice.pk, at=NOON)
    letter = letter_of(notice)

    def away(*_said: object, **_more: object) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr("privacy.outbox.tasks.EmailMultiAlternatives.send", away)
        with pytest.raises(ConnectionRefusedError):
            send_letter(letter_id=str(letter.pk))
    notice.refresh_from_db()
    assert (notice.acknowledged_at, notice.receipt_left_at) == (NOON, None)
    assert not some_wait(at=NOON + HOUR)
    assert some_wait(at=NOON + HOUR + timedelta(seconds=1))
    assert send_again(at=NOON + timedelta(hours=23)) == 0
    assert send_again(at=NOON + timedelta(hours=25)) == 1

    send_letter(letter_id=str(letter.pk))
    notice.refresh_from_db()
    assert notice.receipt_left_at is not None
    assert not some_wait(at=NOON + 99 * HOUR)
    assert len(mail.outbox) == 1


def test_what_a_stranger_causes_is_left_to_staff(client: Client, bertil: Account) -> None:
    for number in range(4):
        notice = withdraw(order_number=str(number))
        take_up(notice_id=notice.pk, at=NOON)
    assert try_again(at=NOON + 9 * HOUR) == 0
    assert Letter.objects.filter(kind="withdrawal_received").count() == 3
    fourth = WithdrawalNotice.objects.get(acknowledged_at=None)

    desk = let_in(client, bertil)
    assert "?waiting=receipt" in desk.get("/admin/").content.decode()
    page = "/admin/orders/withdrawalnotice/"
    assert str(fourth.pk) in desk.get(f"{page}?waiting=receipt").content.decode()
    desk.post(f"{page}{fourth.pk}/deed/", {"deed": "acknowledge"})
    assert Letter.objects.filter(kind="withdrawal_received").count() == 4


def test_by_hand_it_is_written_anew_until_it_has_left() -> None:
    notice = withdraw(order=finish(three_rates(), at=NOON))
    take_up(notice_id=notice.pk, at=NOON)
    first = letter_of(notice)
    acknowledge_by_hand(notice=notice, at=NOON + HOUR)
    second = letter_of(notice)
    assert first.pk != second.pk
    send_letter(letter_id=str(second.pk))
    with pytest.raises(NotThatWay):
        acknowledge_by_hand(notice=notice, at=NOON + 2 * HOUR)
