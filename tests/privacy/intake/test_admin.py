"""The staff's page for taking in people: who may, what it shows, and what becomes of the file."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import Settings

from customers.models import Account, Customer
from privacy.files import destroy_file
from privacy.intake import runs
from privacy.intake.models import Intake
from privacy.intake.tasks import carry_out_intake, check_intake, forget_old_intakes
from privacy.provenance.models import SourceNotice
from privacy.sweep import sweep
from soluto_shop.staff_groups import ensure_groups
from tests.doors import let_in
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

HEAD = "email,first_name,last_name,language,birth_date\n"
GOOD = f"{HEAD}anna@example.fi,Anna,Ojala,fi,1980-01-01\nrikki,B,C,fi,\n"
ADD = reverse("admin:privacy_intake_add")
State = Intake.State


@pytest.fixture(autouse=True)
def private(tmp_path: Path, settings: Settings) -> Path:
    settings.PRIVATE_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def desk(client: Client, bertil: Account) -> Client:
    """Bertil, signed in."""
    return let_in(client, bertil)


def upload(desk: Client, content: str = GOOD, kind: str = "customers") -> Intake:
    file = SimpleUploadedFile("anna-ojala.csv", content.encode())
    answer = desk.post(ADD, {"file": file, "format": "auto", "kind": kind, "party": "Vanha Oy"})
    assert answer.status_code == 302, answer.context["form"].errors
    return Intake.objects.latest("created_at")


def do(desk: Client, intake: Intake, deed: str) -> None:
    desk.post(reverse(f"admin:privacy_intake_{deed}", args=[intake.pk]))
    intake.refresh_from_db()


def destroy() -> None:
    """Let the worker destroy what has been let go."""
    for job in ProcrastinateJob.objects.filter(task_name__endswith="destroy_file"):
        destroy_file(**job.args)


def files(private: Path) -> list[Path]:
    return [path for path in private.rglob("*") if path.is_file()]


def test_what_a_file_would_do_is_shown_before_anything_is_written(
    desk: Client, private: Path
) -> None:
    intake = upload(desk)

    assert intake.state == State.CHECKED
    assert not Customer.objects.exists()
    page = desk.get(intake.get_absolute_url()).content.decode()
    assert "birth_date" in page
    assert "first_name" in page
    assert reverse("admin:privacy_intake_confirm", args=[intake.pk]) in page
    assert "Ojala" not in page
    assert "anna" not in json.dumps(intake.result).casefold()
    [file] = files(private)
    assert (file.name, file.stat().st_mode & 0o777) == (str(intake.pk), 0o600)


def test_confirmed_it_is_taken_in_by_the_worker_and_the_file_is_destroyed(
    desk: Client, private: Path
) -> None:
    intake = upload(desk)

    for _twice in range(2):
        do(desk, intake, "confirm")
    jobs = ProcrastinateJob.objects.filter(task_name__endswith="carry_out_intake")
    assert [job.args for job in jobs] == [{"intake_id": str(intake.pk)}]
    assert not Customer.objects.exists()
    carry_out_intake(str(intake.pk))
    destroy()

    intake.refresh_from_db()
    assert (intake.state, intake.file.name) == (State.FINISHED, "")
    assert files(private) == []
    card = Customer.objects.get()
    assert SourceNotice.objects.get().card == card
    assert "Ojala" not in desk.get(intake.get_absolute_url()).content.decode()


def test_a_long_file_is_checked_by_the_worker(desk: Client) -> None:
    lines = "".join(f"a{n}@example.fi,A,B,fi,\n" for n in range(runs.MOST_LINES_AT_ONCE + 1))
    intake = upload(desk, HEAD + lines)

    assert intake.state == State.CHECKING
    assert "hx-get" in desk.get(intake.get_absolute_url()).content.decode()
    check_intake(str(intake.pk))

    intake.refresh_from_db()
    assert (intake.state, intake.rows_done) == (State.CHECKED, intake.rows_total)
    assert intake.report.counts["cards_new"] == runs.MOST_LINES_AT_ONCE + 1
    assert not Customer.objects.exists()


def test_a_discarded_file_is_destroyed_and_nothing_is_taken(desk: Client, private: Path) -> None:
    intake = upload(desk)

    do(desk, intake, "discard")
    destroy()

    assert (intake.state, intake.file.name, files(private)) == (State.FAILED, "", [])
    do(desk, intake, "confirm")
    assert intake.state == State.FAILED
    assert not Customer.objects.exists()


def test_after_a_week_the_file_goes_by_itself_and_after_a_year_what_was_told(
    desk: Client, private: Path
) -> None:
    intake = upload(desk)
    now = timezone.now()

    sweep(at=now + timedelta(days=7))
    intake.refresh_from_db()
    assert intake.file
    sweep(at=now + timedelta(days=8))
    destroy()

    intake.refresh_from_db()
    assert (intake.file.name, files(private)) == ("", [])
    do(desk, intake, "confirm")
    assert intake.state == State.CHECKED
    forget_old_intakes(int((now + timedelta(days=364)).timestamp()))
    assert Intake.objects.exists()
    forget_old_intakes(int((now + timedelta(days=366)).timestamp()))
    assert not Intake.objects.exists()


def test_an_import_whose_worker_died_goes_on(desk: Client) -> None:
    intake = upload(desk)
    do(desk, intake, "confirm")
    do(desk, intake, "wake")
    jobs = ProcrastinateJob.objects.filter(task_name__endswith="carry_out_intake")
    assert jobs.count() == 1  # it is at work still

    Intake.objects.update(touched_at=timezone.now() - timedelta(minutes=5))
    do(desk, intake, "wake")

    assert jobs.count() == 2
    for _each in jobs:
        carry_out_intake(str(intake.pk))
    assert Customer.objects.count() == 1


def test_what_is_no_file_about_people_is_told_at_the_field_and_not_kept(
    desk: Client, private: Path
) -> None:
    file = SimpleUploadedFile("x.csv", b"nimi,osoite\nAnna,Katu 1\n")
    answer = desk.post(ADD, {"file": file, "format": "auto", "kind": "customers"})

    assert answer.status_code == 200
    assert "file" in answer.context["form"].errors
    assert not Intake.objects.exists()
    assert files(private) == []


@pytest.mark.parametrize("role", ["gdpr_contact", "care", "catalogue"])
def test_only_who_was_given_the_right_brings_people_in(
    role: str, desk: Client, client: Client
) -> None:
    intake = upload(desk)
    ensure_groups()
    other = let_in(Client(), StaffFactory.create(role=role, is_superuser=False))

    assert other.get(ADD).status_code == 403
    looked = other.get(intake.get_absolute_url())
    assert looked.status_code == (200 if role == "gdpr_contact" else 403)
    if role == "gdpr_contact":
        assert "/confirm/" not in looked.content.decode()
    do(other, intake, "confirm")
    assert intake.state == State.CHECKED
