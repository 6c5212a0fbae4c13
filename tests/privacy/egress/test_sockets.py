"""At the level of sockets: what the shop does all day calls nobody but this machine."""

import io
import socket
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from orders.catalogue.pictures import add_picture
from orders.sales.models import Order
from privacy.outbox.models import Letter
from tests import sockets
from tests.factories import ProductFactory, VariantFactory, in_stock
from tests.orders.buying import BANK, fill_in, order, put, see_summary
from tests.orders.importing.bringing import bring, own
from tests.post_office import opened, work_off_the_queue

PICTURE = Path(__file__).parents[3] / "orders/catalogue/demo/pictures/kuura-teekannu.webp"


def test_the_witness_stops_and_notes_whoever_would_call_another() -> None:
    with pytest.raises(sockets.CalledAnother), socket.socket() as plug:
        plug.connect(("192.0.2.1", 25))
    with pytest.raises(sockets.CalledAnother):
        urlopen("https://shop.example/", timeout=1)
    with pytest.raises(sockets.CalledAnother):
        socket.getaddrinfo("mail.example", 25)
    with pytest.raises(sockets.CalledAnother), socket.socket(type=socket.SOCK_DGRAM) as plug:
        plug.sendto(b"x", ("192.0.2.1", 53))

    assert len(sockets.outsiders) == 4
    sockets.outsiders.clear()


@pytest.mark.django_db(transaction=True)
def test_a_purchase_its_letter_a_picture_and_an_import_call_nobody_else(
    settings: Settings, tmp_path: Path
) -> None:
    settings.BANK_ACCOUNT = BANK
    settings.MEDIA_ROOT = tmp_path / "media"
    jug = ProductFactory.create(slug="jug", name_fi="Kannu")
    in_stock(3, variant=VariantFactory.create(product=jug, sku="JUG"))
    buyer = Client()
    with opened() as office:
        settings.EMAIL_BACKEND = "privacy.egress.mail.MailServer"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = office.port
        settings.LETTERS_STAY_HERE = False

        put(buyer, "JUG")
        fill_in(buyer)
        order(buyer, see_summary(buyer))
        picture = add_picture(product=jug, file=io.BytesIO(PICTURE.read_bytes()), alt_fi="Kannu")
        work_off_the_queue()
        report = bring(
            own(tmp_path, {"product": "mug", "name_fi": "Muki", "sku": "M", "price": "9"})
        )
        work_off_the_queue()

    assert Order.objects.count() == 1
    assert [each["To"] for each in office.letters] == [Order.objects.get().email]
    assert not Letter.objects.waiting().exists()
    picture.refresh_from_db()
    assert picture.rendition_widths
    assert report.counts["products_new"] == 1
    assert sockets.outsiders == []


@pytest.mark.django_db
def test_the_database_of_the_tests_is_on_this_machine() -> None:
    host = str(connection.get_connection_params()["host"])

    assert host.startswith("/") or sockets.is_here(host)
