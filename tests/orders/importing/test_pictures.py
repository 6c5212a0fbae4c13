"""Pictures come from the given folder, once, and never from another server."""

from pathlib import Path

import pytest
from PIL import Image
from pytest_django.fixtures import Settings

from orders.catalogue.models import Picture
from tests.orders.importing.bringing import SAMPLES, bring, done, own, warnings
from tests.orders.importing.snapshot import snapshot

pytestmark = pytest.mark.django_db

MUG = {"product": "muki", "name_fi": "Muki", "sku": "M1", "price": "10.00"}
SECOND = {"product": "muki", "sku": "M2", "price": "10.00"}


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder with three pictures, one of them deeper down."""
    place = tmp_path / "kuvat"
    (place / "alla").mkdir(parents=True)
    for name, colour in (("a.png", "red"), ("b.png", "blue"), ("alla/c.png", "green")):
        Image.new("RGB", (40, 30), colour).save(place / name)
    return place


def shown() -> list[tuple[str, str | None]]:
    return list(Picture.objects.order_by("position").values_list("alt_fi", "variant__sku"))


def test_pictures_are_found_by_name_and_hung_once(tmp_path: Path, folder: Path) -> None:
    path = own(
        tmp_path,
        MUG | {"images": "a.png | C.PNG", "images_fi": "Punainen | Vihreä", "images_en": "Red"},
        SECOND | {"images": "b.png", "images_fi": "Sininen"},
    )

    first = bring(path, images=folder)
    before = snapshot()
    second = bring(path, images=folder)

    assert done(first)["pictures_new"] == 3
    assert shown() == [("Punainen", None), ("Vihreä", None), ("Sininen", "M2")]
    assert (done(second)["pictures_unchanged"], second.is_unchanged) == (3, True)
    assert snapshot() == before


def test_a_dry_run_hangs_nothing(tmp_path: Path, folder: Path) -> None:
    report = bring(own(tmp_path, MUG | {"images": "a.png"}), images=folder, dry_run=True)

    assert done(report)["pictures_new"] == 1
    assert not Picture.objects.exists()
    assert not (tmp_path / "media").exists()


def test_new_words_for_a_picture_are_taken_over(tmp_path: Path, folder: Path) -> None:
    bring(own(tmp_path, MUG | {"images": "a.png", "images_fi": "Vanha"}), images=folder)

    report = bring(own(tmp_path, MUG | {"images": "a.png", "images_fi": "Uusi"}), images=folder)

    assert done(report)["pictures_changed"] == 1
    assert shown() == [("Uusi", None)]


def test_a_picture_of_another_server_is_not_fetched(tmp_path: Path, folder: Path) -> None:
    named = {"images": "https://kuvat.example/x/a.png?v=1 | https://kuvat.example/z.png | y.png"}

    report = bring(own(tmp_path, MUG | named), images=folder)

    assert done(report)["pictures_new"] == 1
    assert warnings(report) == [
        (2, "images", "picture_is_remote"),
        (2, "images", "picture_not_found"),
    ]


@pytest.mark.parametrize("name", ["../salaisuus.png", "/etc/passwd", "..\\salaisuus.png"])
def test_nothing_outside_the_folder_is_read(tmp_path: Path, folder: Path, name: str) -> None:
    Image.new("RGB", (9, 9)).save(tmp_path / "salaisuus.png")
    (folder / "linkki.png").symlink_to(tmp_path / "salaisuus.png")

    report = bring(own(tmp_path, MUG | {"images": f"{name} | linkki.png"}), images=folder)

    assert [code for _, _, code in warnings(report)] == ["picture_not_found"] * 2
    assert not Picture.objects.exists()


def test_a_file_that_is_no_picture_is_told(tmp_path: Path, folder: Path) -> None:
    (folder / "rikki.png").write_bytes(b"ei kuva")

    report = bring(own(tmp_path, MUG | {"images": "rikki.png | a.png"}), images=folder)

    assert warnings(report) == [(2, "images", "picture_unreadable")]
    assert done(report)["pictures_new"] == 1


def test_a_variant_s_picture_that_is_also_the_product_s_hangs_once(folder: Path) -> None:
    (folder / "a.png").rename(folder / "tuoli-1.jpg")
    (folder / "tuoli-musta.jpg").write_bytes((folder / "tuoli-1.jpg").read_bytes())

    first = bring(SAMPLES / "shopify.csv", images=folder)
    second = bring(SAMPLES / "shopify.csv", images=folder)

    assert done(first)["pictures_new"] == 1
    assert shown() == [("Musta tuoli", "TUOLI-M-I")]
    assert second.is_unchanged


def test_skipped_pictures_of_shopify_are_told_with_their_lines() -> None:
    report = bring(SAMPLES / "shopify.csv")

    assert warnings(report)[1:] == [
        (2, "image src", "picture_is_remote"),
        (4, "image src", "picture_is_remote"),
        (2, "variant image", "picture_is_remote"),
    ]
