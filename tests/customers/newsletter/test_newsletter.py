"""A newsletter reaches once each whose consent stands when it leaves, and nobody else."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import (
    IntegrityError,
    ProgrammingError,
    close_old_connections,
    connection,
    transaction,
)
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from customers.newsletter import operations
from customers.newsletter.models import Newsletter
from customers.newsletter.operations import NotWhole, ReleasedAlready, release, write_some
from customers.newsletter.tasks import finish_newsletters, write_newsletter
from privacy.consents.models import Consent
from privacy.consents.operations import withdraw
from privacy.consents.purposes import For, Place
from privacy.erase import erase
from privacy.outbox.models import Letter
from privacy.outbox.tasks import send_letter
from privacy.requests.operations import ask
from privacy.requests.states import Kind
from privacy.restriction.models import Restriction
from privacy.restriction.operations import restrict
from privacy.subject import subject_of
from soluto_shop.staff_groups import ensure_groups
from tests.conftest import NOON
from tests.doors import let_in
from tests.factories import ProcessorFactory, StaffFactory
from tests.post_office import opened, work_off_the_queue
from tests.privacy.consents.test_consents import subscribed
from tests.privacy.lives import login_of, member
from tests.races import at_once

pytestmark = pytest.mark.django_db

ANNA, CELIA = "anna@example.fi", "celia@example.fi"
HOUR = timedelta(hours=1)


def newsletter(**facts: object) -> Newsletter:
    said: dict[str, object] = {f"subject_{code}": f"Uutta {code}" for code in ("fi", "sv", "en")}
    said |= {f"text_{code}": f"Hei {code}.\n\nKatso https://x.fi" for code in ("fi", "sv", "en")}
    return Newsletter.objects.create(created_at=NOON, **{**said, **facts})


def released(**facts: object) -> Newsletter:
    return release(newsletter(**facts), at=NOON + HOUR)


def write_all(of: Newsletter) -> None:
    while write_some(of.pk, at=NOON + HOUR):
        pass
    of.refresh_from_db()


def guests(count: int) -> list[str]:
    emails = [f"vieras{number:02}@example.fi" for number in range(count)]
    for email in emails:
        subscribed(email)
    Letter.objects.all().delete()
    return emails


def receivers_of(of: Newsletter) -> list[str]:
    return sorted(Letter.objects.filter(about=of.pk).values_list("to", flat=True))


def test_it_is_written_once_to_each_in_batches_and_in_their_language(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(operations, "BATCH", 2)
    account = login_of(member(ANNA))
    account.language = "sv"
    account.save()
    subscribed(ANNA)
    emails = guests(4)
    member(CELIA)  # has consented to nothing

    letter = released()
    write_all(letter)
    write_all(letter)

    assert receivers_of(letter) == sorted([ANNA, *emails])
    assert (letter.written, letter.finished_at) == (5, NOON + HOUR)
    assert Letter.objects.get(to=ANNA).subject == "Uutta sv"
    assert "Hei fi." in Letter.objects.get(to=emails[0]).text


def test_a_worker_that_is_killed_has_written_none_of_its_batch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    emails = guests(3)
    letter = released()
    write, lives = operations._write, iter([True, True, False])

    def write_until_killed(of: Newsletter, consent: Consent, at: datetime) -> bool:
        if not next(lives, True):
            raise KeyboardInterrupt
        return write(of, consent, at)

    monkeypatch.setattr(operations, "_write", write_until_killed)
    with pytest.raises(KeyboardInterrupt):
        write_some(letter.pk, at=NOON + HOUR)
    assert receivers_of(letter) == []

    finish_newsletters(0)

    assert receivers_of(letter) == emails
    letter.refresh_from_db()
    assert letter.written == len(emails)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_workers_at_once_write_to_nobody_twice() -> None:
    emails = guests(6)
    letter = released()

    def work() -> None:
        try:
            while write_some(letter.pk, at=NOON + HOUR):
                pass
        finally:
            connection.close()

    assert at_once([work, work]) == [None, None]
    assert receivers_of(letter) == emails
    close_old_connections()


def test_the_database_itself_lets_nobody_be_written_to_twice() -> None:
    guests(1)
    letter = released()
    write_all(letter)
    twin = Letter.objects.get(about=letter.pk)
    twin.pk, twin._state.adding = UUID(int=1), True
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


@pytest.mark.parametrize("how", ["withdrawn", "restricted", "objected"])
def test_what_ends_after_it_was_written_and_before_it_leaves_stops_it(how: str) -> None:
    account = login_of(member(ANNA))
    subscribed(ANNA)
    person = subject_of(accounts=[account.pk])
    letter = released()
    write_all(letter)
    now = timezone.now()
    if how == "withdrawn":
        withdraw(
            purpose=For.NEWSLETTER,
            subject=person,
            place=Place.ONE_CLICK,
            language="fi",
            at=now,
        )
    elif how == "restricted":
        restrict(person, reason=Restriction.Reason.ACCURACY, at=now)
    else:
        ask(kind=Kind.OBJECTION, account_id=account.pk, said="Ei.", language="fi", at=now)

    send_letter(str(Letter.objects.get(about=letter.pk).pk))

    assert not Letter.objects.filter(about=letter.pk).exists()
    assert receivers_of(released()) == []


def test_whoever_is_restricted_is_not_written_to() -> None:
    subscribed(ANNA)
    restrict(subject_of(emails=[ANNA]), reason=Restriction.Reason.ACCURACY, at=NOON)
    letter = released()
    write_all(letter)
    assert receivers_of(letter) == []


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_an_erasure_takes_the_waiting_letter_along() -> None:
    subscribed(ANNA)
    letter = released()
    write_all(letter)
    erase(subject_of(emails=[ANNA]), at=NOON + 2 * HOUR)
    assert receivers_of(letter) == []
    again = released()
    write_all(again)
    assert receivers_of(again) == []


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_mail_programs_find_the_way_out_in_its_head(settings: Settings) -> None:
    subscribed(ANNA)
    Letter.objects.all().delete()
    letter = released()
    with opened() as office:
        settings.EMAIL_BACKEND = "privacy.egress.mail.MailServer"
        settings.LETTERS_STAY_HERE = False
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
        ProcessorFactory.create(role="mail", hosts=["127.0.0.1"])
        write_newsletter.defer(newsletter_id=str(letter.pk))
        work_off_the_queue()
    (sent,) = office.letters
    address = sent["List-Unsubscribe"].strip("<>")
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    program = Client(enforce_csrf_checks=True)
    path = "/" + address.removeprefix("http://").partition("/")[2]
    assert program.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not Consent.objects.filter(ended_at=None).exists()
    body = sent.as_string()
    assert "<img" not in body
    assert "https://x.fi?" not in body


@pytest.mark.parametrize(
    "change", [{"text_fi": "Toista"}, {"released_at": None}, {"written": 0}, {"subject_sv": "X"}]
)
def test_what_is_released_stays_as_it_is(change: dict[str, object]) -> None:
    guests(1)
    letter = released()
    write_all(letter)
    with pytest.raises(ProgrammingError), transaction.atomic():
        Newsletter.objects.filter(pk=letter.pk).update(**change)
    with pytest.raises(ProgrammingError), transaction.atomic():
        Newsletter.objects.all().delete()


def test_it_goes_whole_and_once() -> None:
    with pytest.raises(NotWhole):
        released(text_sv=" ")
    with pytest.raises(ReleasedAlready):
        release(released(), at=NOON + 2 * HOUR)


def test_staff_write_it_look_at_it_get_a_proof_and_send_it(client: Client) -> None:
    ensure_groups()
    emails = guests(2)
    let_in(client, StaffFactory.create(role="care", is_superuser=False))
    said = {f"subject_{code}": f"Uutta {code}" for code in ("fi", "sv", "en")}
    said |= {f"text_{code}": "Hei <b>vaan</b>" for code in ("fi", "sv", "en")}
    answer = client.post(reverse("admin:customers_newsletter_add"), said)
    assert answer.status_code == 302
    letter = Newsletter.objects.get()

    def address(name: str) -> str:
        return reverse(f"admin:customers_newsletter_{name}", args=[letter.pk])

    preview = client.get(address("preview"), {"language": "sv"})
    assert "Uutta sv" in preview.content.decode()
    assert "&lt;b&gt;vaan" in preview.content.decode()

    client.post(address("proof"))
    proofs = Letter.objects.filter(kind="newsletter_proof")
    assert sorted({proof.language for proof in proofs}) == ["en", "fi", "sv"]
    assert not Letter.objects.filter(to__in=emails).exists()

    client.post(address("release"))
    while write_some(letter.pk, at=timezone.now()):
        pass
    assert receivers_of(letter) == emails
    page = client.get(address("change")).content.decode()
    assert not any(email in page for email in emails)
    assert ">2<" not in page
    letter.refresh_from_db()
    assert letter.written == len(emails)
    assert client.post(address("change"), {**said, "subject_fi": "Toista"}).status_code == 403
