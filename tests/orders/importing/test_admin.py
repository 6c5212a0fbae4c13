"""The staff's page for importing: who may, what it shows, what it does."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.fixtures import Settings

from customers.models import Account
from orders.catalogue.models import Product
from orders.importing import runs, tasks
from orders.importing.models import ImportRun
from privacy.intake.report import UnreadableFile
from tests.doors import grant_what_is_written, let_in
from tests.factories import AccountFactory, ProductFactory, VariantFactory
from tests.orders.importing.bringing import bring, own
from tests.orders.importing.snapshot import snapshot

pytestmark = pytest.mark.django_db

GOOD = "product,sku,name_fi,price\nmuki,M1,=Muki,9.50\nlautanen,L1,Lautanen,halpa\n"
State = ImportRun.State


@pytest.fixture(autouse=True)
def var(tmp_path: Path, settings: Settings) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


@pytest.fixture
def desk(client: Client, bertil: Account) -> Client:
    """Bertil, signed in."""
    let_in(client, bertil)
    return client


def upload(desk: Client, content: str = GOOD, **said: str) -> ImportRun:
    file = SimpleUploadedFile("../../luettelo.csv", content.encode())
    answer = desk.post(
        reverse("admin:orders_importrun_add"),
        {"file": file, "format": "auto", "language": "fi", **said},
    )
    assert answer.status_code == 302, answer.context["form"].errors
    return ImportRun.objects.latest("created_at")


def page(desk: Client, run: ImportRun) -> str:
    return desk.get(run.get_absolute_url()).content.decode()


def work(run: ImportRun) -> None:
    tasks.carry_out_import(str(run.pk))
    run.refresh_from_db()


def test_a_short_file_is_checked_at_once_and_nothing_is_written(desk: Client) -> None:
    before = snapshot()

    run = upload(desk)

    assert (run.state, run.file_name) == (State.CHECKED, "luettelo.csv")
    assert snapshot() == before
    with translation.override("fi"):
        shown = page(desk, run)
    assert "Muoto: Tämän kaupan oma" in shown
    assert "=Muki" in shown
    assert str(run.report.issues[0].reason) in shown
    assert reverse("admin:orders_importrun_confirm", args=[run.pk]) in shown


def test_a_confirmed_import_is_the_worker_s(desk: Client) -> None:
    run = upload(desk)

    desk.post(reverse("admin:orders_importrun_confirm", args=[run.pk]))
    run.refresh_from_db()
    assert (run.state, Product.objects.count()) == (State.IMPORTING, 0)
    jobs = ProcrastinateJob.objects.filter(task_name__endswith="carry_out_import")
    assert [job.args for job in jobs] == [{"run_id": str(run.pk)}]

    work(run)
    assert run.state == State.FINISHED
    assert run.report.counts["products_new"] == 1
    product = Product.objects.get()
    assert (product.name_fi, product.search_is_stale) == ("=Muki", False)


def test_an_import_begins_once(desk: Client) -> None:
    run = upload(desk)
    address = reverse("admin:orders_importrun_confirm", args=[run.pk])

    for _ in range(2):
        desk.post(address)

    assert ProcrastinateJob.objects.filter(task_name__endswith="carry_out_import").count() == 1


def test_a_long_file_is_checked_by_the_worker(desk: Client) -> None:
    lines = "".join(f"tuote-{n},T{n},Tuote {n},1\n" for n in range(runs.MOST_LINES_AT_ONCE + 1))

    run = upload(desk, GOOD + lines)

    assert run.state == State.CHECKING
    assert "hx-get" in page(desk, run)
    tasks.check_import(str(run.pk))
    run.refresh_from_db()
    assert run.state == State.CHECKED
    assert run.rows_done == run.rows_total > 1_000
    assert "hx-get" not in page(desk, run)
    assert not Product.objects.exists()


@pytest.mark.parametrize("content", ["a,b\n1,2\n", "\0\0", "[1"])
def test_what_is_no_catalogue_is_told_at_the_field_and_not_kept(
    desk: Client, content: str, var: Path
) -> None:
    file = SimpleUploadedFile("x.csv", content.encode())
    answer = desk.post(
        reverse("admin:orders_importrun_add"), {"file": file, "format": "csv", "language": "fi"}
    )
    assert answer.status_code == 200
    file.seek(0)
    answer = desk.post(
        reverse("admin:orders_importrun_add"), {"file": file, "format": "own", "language": "fi"}
    )

    assert answer.status_code == 200
    assert answer.context["form"].errors["file"]
    assert not ImportRun.objects.exists()
    assert list((var / "imports").iterdir()) == []


def test_json_that_breaks_later_fails_kindly(desk: Client) -> None:
    run = upload(desk, '[{"sku": "A", "title": "A", "price": 1}, {"sku"')

    assert run.state == State.FAILED
    assert "JSON" in page(desk, run)


def test_the_report_is_a_table_without_formulas(desk: Client) -> None:
    run = upload(desk, "product,sku,name_fi,price\nmuki,M1,Muki,=1+1\n,=A,N,1\n")

    answer = desk.get(reverse("admin:orders_importrun_report", args=[run.pk]))

    assert answer["Content-Disposition"].startswith("attachment")
    table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[0] for row in table[1:] if row[0]] == ["2", "3"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in table for cell in row)


def test_an_export_is_what_an_import_takes(desk: Client, tmp_path: Path) -> None:
    bring(own(tmp_path, {"product": "muki", "name_fi": "=Muki", "sku": "M1", "price": "9.50"}))

    answer = desk.get(reverse("admin:orders_importrun_export"))

    path = tmp_path / "export.csv"
    path.write_bytes(answer.getvalue())
    assert bring(path).is_unchanged


def test_a_stuck_import_goes_on(desk: Client) -> None:
    run = upload(desk)
    desk.post(reverse("admin:orders_importrun_confirm", args=[run.pk]))
    wake = reverse("admin:orders_importrun_wake", args=[run.pk])
    desk.post(wake)
    assert ProcrastinateJob.objects.filter(task_name__endswith="carry_out_import").count() == 1

    ImportRun.objects.update(touched_at=timezone.now() - timedelta(minutes=5))
    assert wake in page(desk, run)
    desk.post(wake)

    assert ProcrastinateJob.objects.filter(task_name__endswith="carry_out_import").count() == 2


def test_files_are_destroyed_after_a_week(desk: Client, var: Path) -> None:
    run = upload(desk)
    now = timezone.now()
    assert len(list((var / "imports").iterdir())) == 1

    runs.forget_old(at=now + timedelta(days=6))
    assert len(list((var / "imports").iterdir())) == 1
    runs.forget_old(at=now + timedelta(days=8))
    assert list((var / "imports").iterdir()) == []

    assert ImportRun.objects.get().file.name == ""
    desk.post(reverse("admin:orders_importrun_confirm", args=[run.pk]))
    run.refresh_from_db()
    assert run.state == State.CHECKED
    runs.forget_old(at=now + timedelta(days=400))
    assert not ImportRun.objects.exists()


def test_only_who_keeps_the_shelves_may_import(desk: Client, client: Client) -> None:
    run = upload(desk)
    clerk = AccountFactory.create(is_staff=True, full_name="Kalle")
    clerk.user_permissions.add(Permission.objects.get(codename="view_product"))
    let_in(client, clerk)

    for name in ("confirm", "wake"):
        address = reverse(f"admin:orders_importrun_{name}", args=[run.pk])
        assert client.post(address).status_code == 403
    for name, args in (("add", []), ("export", []), ("report", [run.pk]), ("change", [run.pk])):
        assert client.get(reverse(f"admin:orders_importrun_{name}", args=args)).status_code == 403
    clerk.user_permissions.add(
        *Permission.objects.filter(codename__in=["add_product", "change_product"])
    )
    grant_what_is_written(clerk)
    assert client.get(reverse("admin:orders_importrun_add")).status_code == 200


def test_nothing_is_done_by_looking(desk: Client) -> None:
    run = upload(desk)

    for name in ("confirm", "wake"):
        answer = desk.get(reverse(f"admin:orders_importrun_{name}", args=[run.pk]))
        assert answer.status_code == 405


def test_the_list_asks_no_more_for_more_imports(desk: Client) -> None:
    address = reverse("admin:orders_importrun_changelist")
    upload(desk)
    desk.get(address)
    with CaptureQueriesContext(connection) as few:
        desk.get(address)
    for _ in range(5):
        upload(desk)
    with CaptureQueriesContext(connection) as many:
        answer = desk.get(address)

    assert len(many) == len(few)
    assert answer.content.decode().count("luettelo.csv") == 6


def test_uploading_says_what_the_file_is_not(var: Path) -> None:
    with pytest.raises(UnreadableFile):
        runs.upload(
            file=SimpleUploadedFile("x", b"a,b\n"),
            asked_format="own",
            language="fi",
            by=None,
            at=timezone.now(),
        )


def test_the_changes_of_a_run_are_those_of_its_file(desk: Client) -> None:
    VariantFactory.create(sku="M1", product=ProductFactory.create(slug="muki"))

    run = upload(desk)

    counts = run.report.counts
    assert (counts["products_new"], counts["products_changed"]) == (0, 1)
    assert counts["variants_changed"] == 1
