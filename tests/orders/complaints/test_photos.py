"""Pictures of a defect: cleaned, seen by the buyer and staff alone, and gone with the words."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from customers.models import Account, Customer
from orders.complaints.models import PHOTOS, Complaint
from orders.complaints.photos import MOST_BYTES, lay_down
from orders.sales.models import Order
from privacy.reading.models import Reading
from tests.doors import let_in, seen_by
from tests.orders.buying import HERE
from tests.orders.complaints.test_views import typed
from tests.orders.money_matters import three_rates
from tests.privacy.lives import a_picture, finish

pytestmark = pytest.mark.django_db

PLACE_AND_CAMERA = {0x010F: "Annan puhelin", 0x0131: "Anna Virtanen"}


@pytest.fixture(autouse=True)
def private(settings: Any, tmp_path: Path) -> Path:
    settings.PRIVATE_ROOT = tmp_path
    return tmp_path


def photo(name: str = "Anna Virtanen kotona.jpg", kind: str = "JPEG") -> SimpleUploadedFile:
    exif = Image.Exif()
    for tag, words in PLACE_AND_CAMERA.items():
        exif[tag] = words
    page = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(page, kind, exif=exif)
    assert b"Anna" in page.getvalue()
    return SimpleUploadedFile(name, page.getvalue())


def sent(client: Client, order: Order, capture: Any, **said: Any) -> Any:
    with capture(execute=True):
        address = f"/en/order/{order.secret}/complain/"
        return client.post(address, {**typed(order), **said}, headers=HERE)


def test_what_is_kept_is_the_picture_and_nothing_that_was_written_into_it(
    client: Client, private: Path, django_capture_on_commit_callbacks: Any
) -> None:
    order = finish(three_rates(), at=timezone.now())
    form = client.get(f"/en/order/{order.secret}/complain/").content.decode()
    assert 'enctype="multipart/form-data"' in form
    answer = sent(
        client,
        order,
        django_capture_on_commit_callbacks,
        photo_1=photo(),
        photo_3=photo("x.php", "WEBP"),
    )
    assert answer.status_code == 302, answer.content.decode()
    complaint = Complaint.objects.get()
    assert complaint.photo_places == ["1", "2"]
    names = [getattr(complaint, column).name for column in PHOTOS[:2]]
    assert names == [
        f"complaints/{complaint.submission}-1.jpg",
        f"complaints/{complaint.submission}-2.webp",
    ]
    for name in names:
        kept = (private / name).read_bytes()
        assert b"Anna" not in kept
        with Image.open(io.BytesIO(kept)) as drawn:
            assert drawn.size == (40, 30)
            assert not dict(drawn.getexif())


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (SimpleUploadedFile("a.jpg", b"%PDF-1.7"), "The file is no JPEG, PNG"),
        (SimpleUploadedFile("a.svg", b"<svg onload='alert(1)'/>"), "The file is no JPEG, PNG"),
        (SimpleUploadedFile("a.jpg", b"x" * (MOST_BYTES + 1)), "larger than 10 MB"),
    ],
    ids=["pdf", "svg", "giant"],
)
def test_what_is_no_picture_is_refused_and_what_was_typed_stays(
    client: Client, private: Path, wrong: SimpleUploadedFile, words: str
) -> None:
    order = finish(three_rates(), at=timezone.now())
    said = {**typed(order, email="uusi@example.fi"), "photo_2": wrong}
    page = client.post(f"/en/order/{order.secret}/complain/", said, headers=HERE)
    assert page.status_code == 400
    assert words in page.content.decode()
    assert "uusi@example.fi" in page.content.decode()
    assert not Complaint.objects.exists()
    assert not list(private.rglob("*.*"))


def test_a_body_larger_than_three_pictures_is_not_even_read(client: Client) -> None:
    order = finish(three_rates(), at=timezone.now())
    answer = client.post(
        f"/en/order/{order.secret}/complain/",
        b"x",
        content_type="multipart/form-data; boundary=x",
        headers={**HERE, "content-length": str(100 * 1024 * 1024)},
    )
    assert answer.status_code == 413


def of_anna(anna: Customer) -> Complaint:
    order = finish(three_rates(), at=timezone.now())
    Order.objects.filter(pk=order.pk).update(customer=anna)
    complaint = Complaint.objects.create(
        number=f"{order.number}-1",
        submission=order.pk,
        order=order,
        received_at=timezone.now(),
        way=Complaint.Way.MEMBER,
        email="anna@example.fi",
        words="Rikki.",
        wish="repair",
        language="fi",
        photo_1=f"complaints/{order.pk}-1.jpg",
    )
    lay_down(complaint_id=complaint.pk, photos=[a_picture()])
    return complaint


def test_the_buyer_and_staff_see_it_celia_and_the_address_do_not_and_each_look_is_noted(
    anna: Customer, celia: Customer, bertil: Account
) -> None:
    complaint = of_anna(anna)
    order = complaint.order
    address = reverse("orders:complaint-photo", args=[order.number, complaint.number, "1"])
    mine = seen_by(anna)
    answer = mine.get(address)
    assert answer.getvalue() == a_picture().content
    assert answer["Content-Type"] == "image/jpeg"
    assert "no-store" in answer["Cache-Control"]
    assert address in mine.get(reverse("orders:own-order", args=[order.number])).content.decode()
    for place in ("2", "9", "x"):
        missing = reverse("orders:complaint-photo", args=[order.number, complaint.number, place])
        assert mine.get(missing).status_code == 404
    assert seen_by(celia).get(address).status_code == 404
    assert Client().get(address).status_code == 302
    assert address not in Client().get(order.get_absolute_url()).content.decode()

    desk = let_in(Client(), bertil)
    page = reverse("admin:orders_complaint_change", args=[complaint.pk])
    of_the_desk = reverse("admin:orders_complaint_photo", args=[complaint.pk])
    assert f"{of_the_desk}?place=1" in desk.get(page).content.decode()
    before = Reading.objects.filter(kind="file").count()
    assert desk.get(of_the_desk, {"place": "1"}).status_code == 200
    assert Reading.objects.filter(kind="file").count() == before + 1
    assert desk.get(of_the_desk, {"place": "../1"}).status_code == 404


def test_whom_an_erasure_has_forgotten_gets_no_picture_laid_down_late(
    anna: Customer, private: Path
) -> None:
    complaint = of_anna(anna)
    (private / str(complaint.photo_1.name)).unlink()
    Complaint.objects.filter(pk=complaint.pk).update(
        released=["typed"], email="", words="", answer="", photo_1=""
    )
    lay_down(complaint_id=complaint.pk, photos=[a_picture()])
    assert not list(private.rglob("*.jpg"))


def test_the_same_form_again_lays_down_what_was_lost(
    client: Client, private: Path, django_capture_on_commit_callbacks: Any
) -> None:
    order = finish(three_rates(), at=timezone.now())
    said = typed(order)
    for _again in range(2):
        answer = sent(
            client, order, django_capture_on_commit_callbacks, **{**said, "photo_1": photo()}
        )
        assert answer.status_code == 302
        kept = private / str(Complaint.objects.get().photo_1.name)
        assert kept.exists()
        kept.unlink()
