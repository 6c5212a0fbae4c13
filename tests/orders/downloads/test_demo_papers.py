"""The demo sells papers that are there, in each language that it says."""

import csv
from pathlib import Path
from typing import Any

import pytest

from orders.catalogue.demo.papers import FILES, LANGUAGES, fill_demo_files, paper_of
from orders.catalogue.exclusions import Exclusion
from orders.catalogue.models import Product
from orders.catalogue.wares import Ware, without_wares
from tests.conftest import NOON
from tests.factories import ProductFactory, VariantFactory


def sold() -> list[str]:
    with (FILES.parent / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        return sorted(row["sku"] for row in csv.DictReader(file) if row["kind"] == "digital")


def test_each_download_of_the_demo_has_its_text_in_each_language() -> None:
    written = sorted(path.name for path in FILES.glob("*.txt"))
    assert written == sorted(f"{sku}.{language}.txt" for sku in sold() for language in LANGUAGES)


@pytest.mark.django_db
def test_the_files_are_laid_in_once_and_the_same_each_time(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    for sku in sold():
        product = ProductFactory.create(kind=Product.Kind.DIGITAL)
        VariantFactory.create(product=product, sku=sku)

    assert fill_demo_files(at=NOON) == len(sold()) * 3
    assert fill_demo_files(at=NOON) == 0
    assert not without_wares().exists()
    assert set(Product.objects.values_list("withdrawal_exclusion", flat=True)) == {
        Exclusion.DIGITAL
    }
    for ware in Ware.objects.filter(position=0):
        sku = ware.product.variants.get().sku
        with ware.file.open("rb") as file:
            assert file.read() == paper_of(sku, "fi")
