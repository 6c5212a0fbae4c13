"""Pictures: what may come in, what is kept, drawn and swept."""

import contextlib
import io
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import modelform_factory
from django.test import Client
from django.utils.datastructures import MultiValueDict
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin
from procrastinate.contrib.django.models import ProcrastinateJob

from orders.catalogue import picture_files, pictures
from orders.catalogue.admin import PictureForm
from orders.catalogue.models import Picture
from orders.catalogue.pictures import (
    PictureRefused,
    add_picture,
    check,
    remove_picture,
    replace_file,
)
from orders.catalogue.renditions import image_of
from tests.factories import ProductFactory, VariantFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def drawn(kind: str = "JPEG", size: tuple[int, int] = (1000, 500), **said: Any) -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", size, (40, 90, 70)).save(out, kind, **said)
    out.seek(0)
    return out


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("kind", "ending"),
    [("JPEG", "jpg"), ("PNG", "png"), ("GIF", "png"), ("WEBP", "webp"), ("AVIF", "webp")],
)
def test_the_usual_kinds_of_pictures_come_in(kind: str, ending: str) -> None:
    checked = check(drawn(kind))

    assert checked.ending == ending
    with Image.open(io.BytesIO(checked.content)) as kept:
        assert kept.size == (1000, 500)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a<script>alert(1)</script>",
        b"<html>",
        drawn("BMP").getvalue(),
        drawn("TIFF").getvalue(),
        drawn("JPEG").getvalue()[:400],
        drawn("PNG").getvalue()[:60],
    ],
)
def test_what_is_no_whole_picture_is_refused(content: bytes) -> None:
    with pytest.raises(PictureRefused):
        check(io.BytesIO(content))


@given(st.binary(max_size=400), st.sampled_from(["JPEG", "PNG", "GIF", "WEBP", "AVIF"]), st.data())
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_broken_file_raises_anything_else(noise: bytes, kind: str, data: st.DataObject) -> None:
    whole = drawn(kind, (40, 30)).getvalue()
    place = data.draw(st.integers(0, len(whole)))

    with contextlib.suppress(PictureRefused):
        check(io.BytesIO(whole[:place] + noise + whole[place + len(noise) :]))


def test_a_picture_of_absurd_size_is_refused_before_it_is_unpacked() -> None:
    bomb = drawn("PNG", (12_500, 10))
    many = io.BytesIO()
    Image.new("1", (9_000, 9_000)).save(many, "PNG")

    started = time.process_time()
    for file in (bomb, many):
        with pytest.raises(PictureRefused, match="kuvapiste"):
            check(file)
    assert time.process_time() - started < 1


def test_a_file_of_absurd_length_is_not_read_to_its_end() -> None:
    with pytest.raises(PictureRefused, match="megatavua"):
        check(io.BytesIO(drawn().getvalue() + b"\0" * pictures.MOST_BYTES))


def test_what_a_photo_tells_of_its_maker_is_left_out() -> None:
    exif = Image.Exif()
    exif[0x010E] = "Annan olohuone"
    exif[0x0112] = 6  # lies on its side
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "salainen")

    photo = check(drawn("JPEG", (60, 30), exif=exif, comment=b"salainen"))
    drawing = check(drawn("PNG", pnginfo=words))

    assert b"olohuone" not in photo.content
    assert b"salainen" not in photo.content + drawing.content
    with Image.open(io.BytesIO(photo.content)) as kept:
        assert kept.size == (30, 60)
        assert not kept.getexif()


def test_see_through_pictures_stay_so() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(out, "PNG")

    with Image.open(io.BytesIO(check(out).content)) as kept:
        assert kept.getchannel("A").getextrema() == (0, 0)


def test_the_renditions_are_made_by_the_worker_and_the_original_is_shown_until_then(
    files: Path,
) -> None:
    picture = add_picture(product=ProductFactory.create(), file=drawn(), alt_fi="Kannu")

    job = ProcrastinateJob.objects.get(task_name__endswith="draw_picture")
    assert job.args == {"picture_id": str(picture.pk)}
    before = image_of(picture)
    assert (before.src, before.srcset_avif) == (f"/media/{picture.file.name}", "")
    assert (before.width, before.height) == (1000, 500)

    picture_files.make_renditions(picture.pk)
    made = names(files)
    picture_files.make_renditions(picture.pk)

    picture.refresh_from_db()
    assert picture.rendition_widths == [320, 640, 960]
    assert names(files) == made
    assert len(made) == 7
    after = image_of(picture)
    stem = str(picture.file.name).removesuffix(".jpg")
    assert after.src == f"/media/{stem}-960.webp"
    assert after.srcset_avif.split(", ")[0] == f"/media/{stem}-320.avif 320w"
    with Image.open(files / f"{stem}-640.avif") as rendition:
        assert (rendition.format, rendition.size) == ("AVIF", (640, 320))


def test_a_small_picture_is_not_made_larger(files: Path) -> None:
    picture = add_picture(
        product=ProductFactory.create(), file=drawn(size=(200, 100)), alt_fi="Kannu"
    )
    picture_files.make_renditions(picture.pk)

    picture.refresh_from_db()
    assert picture.rendition_widths == [200]


def test_the_same_file_is_not_added_twice() -> None:
    product = ProductFactory.create()

    first = add_picture(product=product, file=drawn(), alt_fi="Kannu")
    again = add_picture(product=product, file=drawn(), alt_fi="Toinen")
    other = add_picture(product=product, file=drawn(size=(20, 20)), alt_fi="Kansi")

    assert again == first
    assert [first.position, other.position] == [0, 1]


def test_the_files_of_a_removed_picture_go_after_the_commit(
    files: Path, django_capture_on_commit_callbacks: Any
) -> None:
    picture = add_picture(product=ProductFactory.create(), file=drawn(), alt_fi="Kannu")
    picture_files.make_renditions(picture.pk)
    picture.refresh_from_db()

    with django_capture_on_commit_callbacks() as callbacks:
        remove_picture(picture=picture)
    assert names(files)
    for callback in callbacks:
        callback()

    assert not names(files)


def test_another_file_has_another_name(
    files: Path, django_capture_on_commit_callbacks: Any
) -> None:
    picture = add_picture(product=ProductFactory.create(), file=drawn(), alt_fi="Kannu")
    before = str(picture.file.name)
    picture_files.make_renditions(picture.pk)

    with django_capture_on_commit_callbacks(execute=True):
        replace_file(picture=picture, file=drawn("PNG", (400, 400)))

    picture.refresh_from_db()
    assert picture.file.name != before
    assert (picture.width, picture.height, picture.rendition_widths) == (400, 400, [])
    assert names(files) == {Path(str(picture.file.name)).name}


def test_files_that_no_picture_shows_are_swept_away_once_they_are_old(files: Path) -> None:
    product = ProductFactory.create()
    shown = add_picture(product=product, file=drawn(), alt_fi="Kannu")
    gone = add_picture(product=product, file=drawn(size=(30, 30)), alt_fi="Kansi")
    Picture.objects.filter(pk=gone.pk).delete()

    assert picture_files.sweep(older_than=time.time() - 3600) == 0
    assert picture_files.sweep(older_than=time.time() + 3600) == 1
    assert names(files) == {Path(str(shown.file.name)).name}


def test_a_picture_is_sent_to_be_kept_for_ever(client: Client) -> None:
    picture = add_picture(product=ProductFactory.create(), file=drawn(), alt_fi="Kannu")

    answer = client.get(f"/media/{picture.file.name}")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer
    assert answer.getvalue()[:2] == b"\xff\xd8"


def test_nothing_but_pictures_is_sent(client: Client, files: Path) -> None:
    product = ProductFactory.create()
    picture = add_picture(product=product, file=drawn(), alt_fi="Kannu")
    folder = files / "pictures" / str(product.pk)
    (files / "secret.txt").write_text("salainen")
    (folder / "secret.html").write_text("salainen")
    name = Path(str(picture.file.name)).name
    (folder / f"{name}.html").write_text("salainen")

    for address in (
        "secret.txt",
        "",
        "pictures/",
        f"pictures/{product.pk}/",
        f"pictures/{product.pk}/secret.html",
        f"pictures/{product.pk}/{name}.html",
        f"pictures/{product.pk}/../../secret.txt",
        f"pictures/{product.pk}/%2e%2e%2f%2e%2e%2fsecret.txt",
        f"pictures/{product.pk}/..%5c..%5csecret.txt",
        f"pictures/{product.pk}/{name}%00.html",
        f"pictures/../pictures/{product.pk}/{name}",
        f"pictures/{VariantFactory.create().product_id}/{name}",
    ):
        assert client.get(f"/media/{address}").status_code in {400, 404}, address
    assert client.post(f"/media/{picture.file.name}").status_code == 405


def test_staff_are_told_why_a_file_is_refused(
    files: Path, django_capture_on_commit_callbacks: Any
) -> None:
    product = ProductFactory.create()
    form_of = modelform_factory(Picture, form=PictureForm, fields=["file", "alt_fi", "position"])
    said = {"alt_fi": "Kannu", "position": "0"}

    bad = SimpleUploadedFile("kannu.jpg", drawn().getvalue()[:300], content_type="image/jpeg")
    assert (
        "file"
        in form_of(said, MultiValueDict({"file": [bad]}), instance=Picture(product=product)).errors
    )

    good = SimpleUploadedFile("../kannu.png", drawn("PNG").getvalue(), content_type="image/png")
    picture = form_of(
        said, MultiValueDict({"file": [good]}), instance=Picture(product=product)
    ).save()
    assert [job.args for job in ProcrastinateJob.objects.all()] == [{"picture_id": str(picture.pk)}]
    assert names(files) == {f"{picture.pk}-{picture.checksum[:16]}.png"}

    other = SimpleUploadedFile("pannu.png", drawn("PNG", (9, 9)).getvalue())
    with django_capture_on_commit_callbacks(execute=True):
        picture = form_of(
            {**said, "alt_fi": "Pannu"}, MultiValueDict({"file": [other]}), instance=picture
        ).save()
    picture.refresh_from_db()
    assert (picture.alt_fi, picture.width) == ("Pannu", 9)
    assert names(files) == {Path(str(picture.file.name)).name}
