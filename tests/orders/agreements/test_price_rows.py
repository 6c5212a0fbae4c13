"""A price list's rows as CSV: given out, looked at, and taken in whole or not at all."""

import codecs
import re
from decimal import Decimal
from html import unescape
from typing import Any, cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from customers.models import Account, Customer
from orders.agreements.price_rows import (
    MOST_ROWS,
    ListChanged,
    ListStays,
    NotTaken,
    exported,
    looked_at,
    read,
    take,
)
from orders.catalogue.agreements import ListPrice, PriceList
from orders.catalogue.models import Variant
from privacy.intake.report import UnreadableFile
from tests.doors import let_in
from tests.factories import VariantFactory
from tests.orders.agreements.agreeing import agreed, list_of

pytestmark = pytest.mark.django_db
LISTS = "/admin/orders/pricelist/"
HEAD = "sku;from_pieces;net\r\n"


@pytest.fixture
def wares() -> tuple[Variant, Variant]:
    return VariantFactory.create(sku="LAMPPU"), VariantFactory.create(sku="=KAAPELI")


def prices_of(price_list: PriceList) -> dict[tuple[str, int], str]:
    rows = price_list.prices.order_by("variant__sku", "from_pieces")
    return {
        (sku, pieces): str(net)
        for sku, pieces, net in rows.values_list("variant__sku", "from_pieces", "net")
    }


def test_what_was_given_out_changes_nothing_when_it_is_taken_in(
    wares: tuple[Variant, Variant],
) -> None:
    lamp, cable = wares
    mine = list_of({lamp: {1: "8.50", 10: "7.00"}, cable: {1: "0.10"}})
    file = "".join(exported(mine))

    rows = ["'=KAAPELI,1,0.1", "LAMPPU,1,8.5", "LAMPPU,10,7"]
    assert file.splitlines() == ["sku,from_pieces,net", *rows]
    keys = set(mine.prices.values_list("pk", flat=True))
    for content in (codecs.BOM_UTF8 + file.encode(), file.encode("utf-16")):
        cells = read(content)
        outlook = looked_at(mine, cells, is_whole=True)
        counted = (outlook.new, outlook.changed, outlook.unchanged, outlook.gone, outlook.issues)
        assert counted == (0, 0, 3, set(), [])
        take(mine, cells, is_whole=True, seen=outlook.seen)
    assert set(mine.prices.values_list("pk", flat=True)) == keys


def test_tiers_are_taken_and_what_the_file_lacks_goes_only_when_asked(
    wares: tuple[Variant, Variant],
) -> None:
    lamp, cable = wares
    mine = list_of({lamp: {1: "8.50", 10: "7.00"}, cable: {1: "0.10"}})
    other = list_of({lamp: {1: "9.99"}})
    cells = read(f"{HEAD}LAMPPU;;8,40\r\n\r\nLAMPPU;100;1 000,00 €\r\n".encode("cp1252"))

    for is_whole, left in ((False, {("=KAAPELI", 1): "0.10", ("LAMPPU", 10): "7.00"}), (True, {})):
        outlook = looked_at(mine, cells, is_whole=is_whole)
        take(mine, cells, is_whole=is_whole, seen=outlook.seen)
        assert prices_of(mine) == {
            **left,
            ("LAMPPU", 1): "8.40",
            ("LAMPPU", 100): "1000.00",
        }
    assert prices_of(other) == {("LAMPPU", 1): "9.99"}


def test_nothing_is_taken_while_a_line_is_wrong_and_each_is_named(
    wares: tuple[Variant, Variant],
) -> None:
    mine = list_of({wares[0]: {1: "8.50"}})
    lines = ["LAMPPU;2;1.00", "EI-OLE;1;1.00", ";1;1.00", "LAMPPU;0;1.00", "LAMPPU;1,5;x"]
    lines += ["LAMPPU;3;1.0015", "LAMPPU;3;-1", "LAMPPU;3;", "LAMPPU;2;9.00"]
    cells = read((HEAD + "\r\n".join(lines)).encode())
    outlook = looked_at(mine, cells, is_whole=True)

    assert [(issue.line, issue.column, issue.code) for issue in outlook.issues] == [
        (3, "sku", "unknown_sku"),
        (4, "sku", "missing"),
        (5, "from_pieces", "pieces_out_of_range"),
        (6, "from_pieces", "not_whole"),
        (6, "net", "not_a_number"),
        (7, "net", "parts_of_a_cent"),
        (8, "net", "negative"),
        (9, "net", "missing"),
        (10, "sku", "twice"),
    ]
    assert "2" in outlook.issues[-1].reason
    with pytest.raises(NotTaken):
        take(mine, cells, is_whole=True, seen=outlook.seen)
    assert prices_of(mine) == {("LAMPPU", 1): "8.50"}

    for content, code in (
        (b"", "empty"),
        (HEAD.encode(), "no_rows"),
        (b"sku,net\nA,1\n", "missing_columns"),
        (b"sku,from_pieces,net,net\nA,1,1,1\n", "doubled_column"),
        (b"sku\0,from_pieces,net", "not_text"),
        (b"sku,from_pieces,net\n" + b"A,1,1\n" * (MOST_ROWS + 1), "too_many_rows"),
    ):
        with pytest.raises(UnreadableFile) as trouble:
            read(content)
        assert trouble.value.issue.code == code


def test_a_list_that_changed_or_was_agreed_to_meanwhile_is_left_alone(
    wares: tuple[Variant, Variant], anna: Customer
) -> None:
    mine = list_of({wares[0]: {1: "8.50"}})
    cells = read(f"{HEAD}LAMPPU;1;1.00".encode())
    seen = looked_at(mine, cells, is_whole=False).seen
    ListPrice.objects.update(net=Decimal("8.00"))
    with pytest.raises(ListChanged):
        take(mine, cells, is_whole=False, seen=seen)
    agreed(anna, {}, price_list=mine)
    with pytest.raises(ListStays):
        take(mine, cells, is_whole=False, seen=looked_at(mine, cells, is_whole=False).seen)
    assert prices_of(mine) == {("LAMPPU", 1): "8.00"}


def test_staff_look_before_anything_is_written(
    client: Client, bertil: Account, wares: tuple[Variant, Variant], anna: Customer
) -> None:
    let_in(client, bertil)
    mine = list_of({wares[0]: {1: "8.50"}})
    address = f"{LISTS}{mine.pk}/import/"

    def upload(content: str) -> str:
        file = SimpleUploadedFile("x.csv", content.encode())
        return str(client.post(address, {"file": file, "is_whole": "on"}).content.decode())

    wrong = upload(f"{HEAD}EI-OLE;1;1.00")
    assert "EI-OLE" in wrong
    assert 'name="step"' not in wrong
    asked = upload(f"{HEAD}LAMPPU;1;8.00\r\nLAMPPU;5;6.00")
    assert prices_of(mine) == {("LAMPPU", 1): "8.50"}
    hidden = dict(re.findall(r'name="(step|rows|seen|is_whole)" value="([^"]*)"', asked))
    client.post(address, {**{name: unescape(value) for name, value in hidden.items()}})
    assert prices_of(mine) == {("LAMPPU", 1): "8.00", ("LAMPPU", 5): "6.00"}
    client.post(address, {"step": "take", "rows": "[[1]]", "seen": "x"})
    assert len(prices_of(mine)) == 2

    given = client.get(f"{LISTS}{mine.pk}/prices.csv")
    assert b"".join(cast(Any, given)).decode("utf-8-sig").splitlines()[1:] == [
        "LAMPPU,1,8",
        "LAMPPU,5,6",
    ]
    agreed(anna, {}, price_list=mine)
    assert client.get(address).status_code == 403
    assert "/import/" not in client.get(f"{LISTS}{mine.pk}/change/").content.decode()
