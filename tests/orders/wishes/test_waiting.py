"""Whoever asked first is told first, once, and only while it is still wished."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from customers.models import Account
from orders.catalogue.models import Variant
from orders.stock.operations import count
from orders.wishes import waiting
from orders.wishes.awaited import Awaited
from orders.wishes.letters import CAME_BACK, CONFIRM, write_came_back
from orders.wishes.tasks import tell_who_waits
from orders.wishes.waiting import (
    ask_as_guest,
    await_as_member,
    back_again,
    confirm,
    tell_some,
    wait_no_more,
)
from privacy.erase import erase
from privacy.limits import MOST_LETTERS
from privacy.outbox.models import Letter
from privacy.restriction.models import Restriction
from privacy.restriction.operations import restrict
from privacy.subject import subject_of
from privacy.sweep import sweep
from tests.conftest import NOON
from tests.doors import let_in
from tests.orders.catalogue.shelf import page
from tests.orders.wishes.test_wishes import HERE, ware
from tests.privacy.lives import login_of, member
from tests.races import at_once

pytestmark = pytest.mark.django_db

ANNA, CELIA, GUEST = "anna@example.fi", "celia@example.fi", "vieras@example.fi"
WAIT, PAGE = "/takaisin-varastoon/", "/tuote/lamppu/"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def came_in(variant: Variant, pieces: int) -> None:
    count(level=variant.level, pieces=pieces, at=NOON)


def line(variant: Variant, people: int) -> list[Account]:
    accounts = [login_of(member(f"jonottaja{number}@example.fi")) for number in range(people)]
    for number, account in enumerate(accounts):
        await_as_member(account, variant=variant, at=NOON + timedelta(minutes=number))
    return accounts


def address_in(text: str) -> str:
    """Find the address by which somebody's wish is confirmed and ended."""
    found = re.search(rf"{WAIT}[^/\s]+/", text)
    assert found is not None
    return found[0]


def told() -> list[str]:
    return list(
        Letter.objects.filter(kind=CAME_BACK)
        .order_by("created_at", "to")
        .values_list("to", flat=True)
    )


def names(numbers: Sequence[int]) -> list[str]:
    return [f"jonottaja{number}@example.fi" for number in numbers]


def asked_by_guest(variant: Variant, email: str = GUEST) -> Awaited:
    ask_as_guest(email=email, variant=variant, language="fi", at=timezone.now())
    return Awaited.objects.get(email=email)


# --- In fair order


def test_first_asked_first_told_two_for_a_piece_and_the_next_a_day_later() -> None:
    lamp = ware("lamppu", pieces=0)
    line(lamp, 7)
    assert back_again(NOON + HOUR) == []
    assert tell_some(lamp.pk, at=NOON + HOUR) == 0

    came_in(lamp, 1)
    assert back_again(NOON + HOUR) == [lamp.pk]
    assert tell_some(lamp.pk, at=NOON + HOUR) == 2
    assert tell_some(lamp.pk, at=NOON + 2 * HOUR) == 0  # run twice, told once
    assert told() == names([0, 1])

    came_in(lamp, 2)
    assert tell_some(lamp.pk, at=NOON + 3 * HOUR) == 2
    assert told() == names([0, 1, 2, 3])

    assert tell_some(lamp.pk, at=NOON + DAY + 4 * HOUR) == 3
    assert told() == names(range(7))
    assert back_again(NOON + DAY + 4 * HOUR) == []


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_tell_nobody_twice_and_nobody_too_many() -> None:
    lamp = ware("lamppu", pieces=0)
    line(lamp, 5)
    came_in(lamp, 1)
    results = at_once([partial(tell_some, lamp.pk, at=NOON + HOUR)] * 5)
    assert sum(result for result in results if isinstance(result, int)) == 2
    assert told() == names([0, 1])


def test_a_worker_killed_in_between_has_told_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    lamp = ware("lamppu", pieces=0)
    line(lamp, 2)
    came_in(lamp, 1)

    def dies_at_the_second(awaited: Awaited, *, to: str, at: datetime) -> None:
        if told():
            raise SystemExit
        write_came_back(awaited, to=to, at=at)

    monkeypatch.setattr(waiting, "write_came_back", dies_at_the_second)
    with pytest.raises(SystemExit):
        tell_some(lamp.pk, at=NOON + HOUR)
    assert told() == []
    monkeypatch.undo()
    assert tell_some(lamp.pk, at=NOON + HOUR) == 2
    assert told() == names([0, 1])


def test_who_has_gone_or_may_not_be_written_to_is_passed_over() -> None:
    lamp = ware("lamppu", pieces=0)
    first, second, third, _fourth = line(lamp, 4)
    wait_no_more(Awaited.objects.get(account=first))
    erase(subject_of(accounts=[second.pk]), at=NOON)
    restrict(subject_of(accounts=[third.pk]), reason=Restriction.Reason.ACCURACY, at=NOON)
    came_in(lamp, 5)
    assert tell_some(lamp.pk, at=NOON + HOUR) == 1
    assert told() == names([3])
    assert Awaited.objects.get(account=third).told_at is None


def test_what_is_not_on_sale_is_told_of_to_nobody() -> None:
    lamp = ware("lamppu", pieces=0)
    line(lamp, 1)
    came_in(lamp, 1)
    lamp.product.published_until = NOON
    lamp.product.save()
    assert back_again(NOON + HOUR) == []
    tell_who_waits(timestamp=0)
    assert told() == []


# --- A member


def test_a_member_waits_at_one_press_and_ends_it_as_easily(client: Client) -> None:
    account, lamp = login_of(member(ANNA)), ware("lamppu", pieces=0)
    let_in(client, account)
    assert "Kerro, kun tuote on taas saatavilla" in page(client, PAGE)

    for _twice in range(2):
        answer = client.post(WAIT, {"sku": lamp.sku}, headers=HERE)
        assert answer["Location"] == f"{PAGE}?sku={lamp.sku}"
    awaited = Awaited.objects.get()
    assert (awaited.account, awaited.email, awaited.is_in_line) == (account, "", True)
    assert not Letter.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Awaited.objects.create(
            account=account, variant=lamp, language="fi", asked_at=NOON, until=NOON
        )

    address = address_in(page(client, "/tili/toivelistat/"))
    assert "Se on unohdettu" in Client().post(address, {"end": ""}).content.decode()
    assert not Awaited.objects.exists()
    page(Client(), address, status=404)


def test_what_can_be_had_is_not_waited_for(client: Client) -> None:
    lamp = ware("lamppu", pieces=2)
    let_in(client, login_of(member(ANNA)))
    assert "Kerro, kun" not in page(client, PAGE)
    for someone in (client, Client()):
        said = {"sku": lamp.sku, "email": GUEST}
        assert someone.post(WAIT, said, headers=HERE)["Location"] == f"{PAGE}?sku={lamp.sku}"
    assert not Awaited.objects.exists()
    assert not Letter.objects.exists()


def test_the_letter_is_taken_back_with_the_wish_by_the_mail_program(client: Client) -> None:
    lamp = ware("lamppu", pieces=0)
    line(lamp, 1)
    came_in(lamp, 1)
    tell_some(lamp.pk, at=timezone.now())
    letter = Letter.objects.get(kind=CAME_BACK)
    assert f"{PAGE}?sku={lamp.sku}" in letter.text
    address = "/" + letter.unsubscribe.split("/", 3)[3]

    answer = client.post(address, {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert not Awaited.objects.exists()
    assert not Letter.objects.exists()


# --- A guest


def test_a_guest_waits_once_the_link_was_followed(client: Client) -> None:
    cache.clear()
    lamp = ware("lamppu", pieces=0)
    assert 'name="email"' in page(client, f"{WAIT}?sku={lamp.sku}")
    wrong = client.post(WAIT, {"sku": lamp.sku, "email": "ei osoite"}, headers=HERE)
    assert "ei osoite" in wrong.content.decode()
    answer = client.post(WAIT, {"sku": lamp.sku, "email": GUEST}, headers=HERE)
    assert answer.status_code == 302
    page(client, answer["Location"])
    awaited = Awaited.objects.get()
    assert not awaited.is_in_line
    came_in(lamp, 1)
    assert back_again(timezone.now()) == []

    address = address_in(Letter.objects.get(kind=CONFIRM).text)
    page(client, address)
    awaited.refresh_from_db()
    assert not awaited.is_in_line  # a scanner that looks confirms nothing
    client.post(address)
    client.post(address)
    awaited.refresh_from_db()
    assert awaited.is_in_line
    assert tell_some(lamp.pk, at=timezone.now()) == 1
    assert told() == [GUEST]


def test_known_and_unknown_addresses_get_the_same_answer_and_few_letters(client: Client) -> None:
    cache.clear()
    lamp = ware("lamppu", pieces=0)
    await_as_member(login_of(member(ANNA)), variant=lamp, at=timezone.now())
    confirm(asked_by_guest(lamp), at=timezone.now())
    answers = [
        client.post(WAIT, {"sku": lamp.sku, "email": email}, headers=HERE)
        for email in (ANNA, GUEST, CELIA, GUEST, GUEST, GUEST)
    ]
    assert len({(answer.status_code, answer["Location"]) for answer in answers}) == 1
    assert Letter.objects.filter(kind=CONFIRM, to=GUEST).count() == MOST_LETTERS
    assert Letter.objects.filter(kind=CONFIRM, to=ANNA).count() == 1
    assert Awaited.objects.get(email=GUEST).is_in_line  # asked again, it keeps its place

    # The address is Anna's, who waits already: her one place stays the one.
    confirm(Awaited.objects.get(email=ANNA), at=timezone.now())
    assert Awaited.objects.get(account__email=ANNA).is_in_line
    assert not Awaited.objects.filter(email=ANNA).exists()


def test_it_goes_by_itself(client: Client) -> None:
    cache.clear()
    lamp = ware("lamppu", pieces=0)
    asked = asked_by_guest(lamp)
    account = login_of(member(ANNA))
    await_as_member(account, variant=lamp, at=timezone.now())
    now = timezone.now()
    later = now + timedelta(hours=25)

    assert confirm(asked, at=later) is None
    sweep(at=now + 2 * DAY)
    assert [each.account for each in Awaited.objects.all()] == [account]
    came_in(lamp, 1)
    sweep(at=now + timedelta(days=179))
    assert tell_some(lamp.pk, at=now + timedelta(days=179)) == 1
    sweep(at=now + timedelta(days=182))
    assert not Awaited.objects.exists()
