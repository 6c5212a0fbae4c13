"""A ZIP of pictures beside a catalogue: what is taken, and every way in which it may be bad."""

import io
import struct
import zipfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django.fixtures import Settings

from customers.models import Account
from orders.catalogue.models import Picture
from orders.importing import archive, runs, tasks
from orders.importing.archive import ArchiveRefused, pictures_in, unpacked
from orders.importing.models import ImportRun
from tests.doors import let_in

pytestmark = pytest.mark.django_db

CATALOGUE = (
    "product,sku,name_fi,price,images\n"
    "muki,M1,Muki,9.50,MUKI.png | puuttuu.png\n"
    "lautanen,L1,Lautanen,12.00,lautanen.png\n"
)


def png(colour: str = "red") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(written, "PNG")
    return written.getvalue()


def packed(entries: Iterable[tuple[str, bytes]], kind: int = zipfile.ZIP_STORED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", kind) as made:
        for name, content in entries:
            made.writestr(name, content)
    return written.getvalue()


GOOD = packed(
    [
        ("muki.png", png("red")),
        ("lautanen.png", png("blue")),
        ("ylimääräinen.png", png("green")),
        ("__MACOSX/._muki.png", b"notes"),
        ("kansio/", b""),
    ]
)


@pytest.fixture(autouse=True)
def var(tmp_path: Path, settings: Settings) -> Path:
    settings.VAR_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path


@pytest.fixture
def desk(client: Client, bertil: Account) -> Client:
    return let_in(client, bertil)


def send(desk: Client, pictures: bytes) -> tuple[int, str]:
    said = {
        "file": SimpleUploadedFile("luettelo.csv", CATALOGUE.encode()),
        "pictures": SimpleUploadedFile("kuvat.zip", pictures),
        "format": "auto",
        "language": "fi",
    }
    answer = desk.post(reverse("admin:orders_importrun_add"), said, follow=True)
    return answer.status_code, answer.content.decode()


def test_the_preview_tells_which_names_are_found_and_which_are_not(desk: Client) -> None:
    status, page = send(desk, GOOD)

    run = ImportRun.objects.get()
    assert (status, run.state) == (200, ImportRun.State.CHECKED)
    assert run.report.pictures == {
        "found": ["MUKI.png", "lautanen.png"],
        "missing": ["puuttuu.png"],
        "unnamed": ["ylimääräinen.png"],
    }
    assert run.report.counts["pictures_new"] == 2
    for words in ("Ei löytynyt: 1", "<code>puuttuu.png</code>", "Löytyi: 2"):
        assert words in page
    assert not Picture.objects.exists()


def test_the_pictures_hang_with_their_products_and_nothing_stays_behind(
    desk: Client, var: Path
) -> None:
    send(desk, GOOD)
    run = ImportRun.objects.get()
    desk.post(reverse("admin:orders_importrun_confirm", args=[run.pk]))
    tasks.carry_out_import(str(run.pk))

    assert set(Picture.objects.values_list("product__slug", flat=True)) == {"muki", "lautanen"}
    assert sorted(path.name for path in (var / "imports").iterdir()) == sorted(
        [str(run.pk), f"{run.pk}.pictures"]
    )
    assert runs.forget_old(at=run.created_at + runs.FILE_IS_KEPT * 2) == 1
    assert not list((var / "imports").iterdir())
    run.refresh_from_db()
    assert not run.pictures


@pytest.mark.parametrize(
    "name",
    [
        "../muki.png",
        "..\\muki.png",
        "/etc/muki.png",
        "C:\\muki.png",
        "kansio/muki.png",
        "muki\0.png",
        "muki\n.png",
        ".muki.png",
        "%2e%2e/muki.png",
        "\u202egnp.png",
        "m" * 300 + ".png",
        "muki.svg",
        "muki.png.exe",
        "muki",
    ],
)
def test_in_04_a_name_that_is_a_path_or_no_picture_is_refused(
    name: str, desk: Client, var: Path
) -> None:
    status, page = send(desk, with_name(name))

    assert status == 200
    assert 'class="errorlist' in page
    assert not ImportRun.objects.exists()
    assert not [path for path in var.rglob("*") if path.is_file()]


def with_name(name: str) -> bytes:
    """Pack a picture under a name that Python would not write by itself."""
    stand_in = "x" * len(name.encode())
    made = packed([(stand_in, png())])
    return made.replace(stand_in.encode(), name.encode())


BOMB = packed([("pommi.png", b"\0" * 16_000_000)], zipfile.ZIP_DEFLATED)
MANY = packed([(f"{number}.png", b"") for number in range(archive.MOST_PICTURES + 1)])
TWINS = packed([("muki.png", png()), ("MUKI.png", png())])
PACKED_STRANGELY = packed([("muki.png", png())], zipfile.ZIP_LZMA)


@pytest.mark.parametrize(
    "content", [b"", b"PK\5\6", b"no zip at all", GOOD[:-30], BOMB, MANY, TWINS, PACKED_STRANGELY]
)
def test_in_04_an_archive_that_is_none_or_a_bomb_is_refused(content: bytes, desk: Client) -> None:
    assert len(BOMB) < 100_000
    status, page = send(desk, content)

    assert status == 200
    assert 'class="errorlist' in page
    assert not ImportRun.objects.exists()


def test_in_04_all_together_may_not_be_more_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_IN_ALL", 1_000)
    with pytest.raises(ArchiveRefused):
        pictures_in(io.BytesIO(packed([("a.png", b"a" * 600), ("b.png", b"b" * 600)])))


def test_in_04_what_lies_about_its_size_is_found_while_unpacking(tmp_path: Path) -> None:
    content = b"a" * 5_000
    lying = packed([("a.png", content)], zipfile.ZIP_DEFLATED)
    path = tmp_path / "lies.zip"
    path.write_bytes(lying.replace(struct.pack("<L", len(content)), struct.pack("<L", 10)))

    with pytest.raises(ArchiveRefused), unpacked(path):
        pass
    assert list(tmp_path.iterdir()) == [path]


def test_what_only_calls_itself_a_picture_is_not_hung(desk: Client) -> None:
    send(desk, packed([("muki.png", b"<svg onload=alert(1)>"), ("lautanen.png", png())]))
    run = ImportRun.objects.get()
    desk.post(reverse("admin:orders_importrun_confirm", args=[run.pk]))
    tasks.carry_out_import(str(run.pk))

    assert list(Picture.objects.values_list("product__slug", flat=True)) == ["lautanen"]
    run.refresh_from_db()
    assert "picture_unreadable" in [issue.code for issue in run.report.issues]
