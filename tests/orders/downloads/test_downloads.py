"""What is bought as a download is fetched once it is paid, by its buyer, and by nobody else."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from orders.basket.operations import NotForSale, put
from orders.catalogue.exclusions import Exclusion
from orders.catalogue.models import Product, Variant
from orders.catalogue.ware_files import lay_in, take_away
from orders.catalogue.wares import Ware, without_wares
from orders.checkout.operations import place_order, show_summary
from orders.checkout.steps import cancel_order, mark_paid
from orders.downloads.files import can_be_fetched
from orders.downloads.models import Fetched
from orders.downloads.operations import note_fetched, supply
from orders.history.downloads import bought
from orders.returns.cases import open_case_of_defect
from orders.sales.models import Order, OrderEvent
from orders.sales.states import PaymentStatus, Status
from privacy.files import destroy_file
from privacy.outbox.models import Letter
from tests.conftest import NOON
from tests.doors import let_in
from tests.factories import (
    AccountFactory,
    BasketFactory,
    BasketLineFactory,
    CheckoutDraftFactory,
    CustomerFactory,
    ProductFactory,
    VariantFactory,
    in_stock,
    ware_of,
)
from tests.privacy.lives import login_of, member
from tests.races import at_once

GUIDE = b"%PDF-1.7 the guide"


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def digital(**facts: Any) -> Variant:
    product = ProductFactory.create(
        kind=Product.Kind.DIGITAL, withdrawal_exclusion=Exclusion.DIGITAL, **facts
    )
    return VariantFactory.create(product=product, price=Decimal("12.90"))


def buy(*variants: Variant, **said: Any) -> Order:
    """Let somebody buy things, and want what is digital at once."""
    draft = CheckoutDraftFactory.create(**said)
    for variant in variants:
        BasketLineFactory.create(basket=draft.basket, variant=variant, quantity=1)
    show_summary(draft=draft, at=NOON)
    return place_order(draft_id=draft.pk, at=NOON, digital_consent=True)


@pytest.fixture
def guide(db: None) -> Variant:
    variant = digital()
    ware_of(variant, GUIDE)
    return variant


@pytest.fixture
def annas(guide: Variant) -> Order:
    """Let Anna, a guest, buy the guide alone."""
    return buy(guide, delivery_method=None)


def page_of(order: Order) -> str:
    return f"/en/order/{order.secret}/"


def file_of(order: Order) -> str:
    return f"{page_of(order)}file/{Ware.objects.get().pk}/"


def asked(client: Client, address: str) -> int:
    return client.get(address).status_code


def letters() -> list[Letter]:
    return list(Letter.objects.filter(kind="downloads_ready"))


def test_nothing_is_fetched_before_it_is_paid_and_the_page_says_when(
    client: Client, annas: Order
) -> None:
    page = client.get(page_of(annas)).content.decode()
    assert "You can download your files here as soon as the order is paid." in page
    assert "/file/" not in page
    assert asked(client, file_of(annas)) == 404
    assert (letters(), Fetched.objects.count()) == ([], 0)


def test_what_is_paid_is_delivered_told_of_once_and_fetched_as_it_was_laid_in(
    client: Client, annas: Order
) -> None:
    mark_paid(order=annas, at=NOON)
    annas.refresh_from_db()
    assert (annas.status, annas.payment_status) == (Status.DELIVERED, PaymentStatus.PAID)

    supply(order=annas, at=NOON)
    [letter] = letters()
    assert (letter.to, letter.language) == (annas.email, annas.language)
    assert f"{annas.secret}/#downloads" in letter.text
    assert "Opas, suomeksi (PDF, 18" in letter.text

    page = client.get(page_of(annas)).content.decode()
    assert f'href="{file_of(annas)}"' in page
    answer = client.get(file_of(annas))
    assert answer.getvalue() == GUIDE
    told = {name: answer[name] for name in ("Content-Type", "Cache-Control", "Content-Length")}
    assert told == {
        "Content-Type": "application/pdf",
        "Cache-Control": "private, no-store, max-age=0, no-cache, must-revalidate",
        "Content-Length": "18",
    }
    assert answer["Content-Disposition"] == 'attachment; filename="Opas_suomeksi.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"

    client.head(file_of(annas))
    asked(client, file_of(annas))
    noted = Fetched.objects.get()
    assert (noted.line.order, noted.times) == (annas, 2)
    with pytest.raises(DatabaseError), transaction.atomic():
        Fetched.objects.update(first_at=NOON + timedelta(days=1))


def test_celia_and_strangers_get_nothing_of_annas(client: Client, guide: Variant) -> None:
    anna = member("anna@example.fi")
    basket = BasketFactory.create(customer=anna)
    order = buy(guide, basket=basket, email=anna.email, delivery_method=None)
    mark_paid(order=order, at=NOON)
    own = f"/en/account/orders/{order.number}/file/{Ware.objects.get().pk}/"
    celia = AccountFactory.create(email="celia@example.fi")
    CustomerFactory.create(account=celia, email=celia.email)
    hers = buy(in_stock(1), email=celia.email)
    mark_paid(order=hers, at=NOON)

    assert asked(let_in(Client(), login_of(anna)), own) == 200
    assert asked(let_in(Client(), celia), own) == 404
    assert asked(client, own) == 302
    assert asked(client, f"{page_of(hers)}file/{Ware.objects.get().pk}/") == 404
    assert Fetched.objects.get().times == 1


def test_what_is_cancelled_or_comes_back_is_fetched_no_more(
    client: Client, annas: Order, guide: Variant
) -> None:
    mark_paid(order=annas, at=NOON)
    assert asked(client, file_of(annas)) == 200
    with_a_lamp = buy(guide, in_stock(1))
    mark_paid(order=with_a_lamp, at=NOON)
    with_a_lamp.refresh_from_db()
    assert with_a_lamp.status == Status.PLACED
    assert asked(client, file_of(with_a_lamp)) == 200

    cancel_order(order=with_a_lamp, at=NOON)
    assert asked(client, file_of(with_a_lamp)) == 404
    assert "/file/" not in client.get(page_of(with_a_lamp)).content.decode()

    line = annas.lines.get()
    with transaction.atomic():
        open_case_of_defect(
            Order.objects.select_for_update(of=("self",)).get(pk=annas.pk),
            quantities={line.pk: 1},
            at=NOON,
        )
    assert asked(client, file_of(annas)) == 404
    assert "no longer yours to download" in client.get(page_of(annas)).content.decode()


def test_without_the_buyers_consent_nothing_of_the_excluded_is_given(
    client: Client, guide: Variant
) -> None:
    """Of what can be withdrawn from, the buyer keeps that right, and has the file at once."""
    Product.objects.update(withdrawal_exclusion="")
    order = buy(guide, delivery_method=None)
    assert order.digital_consent_at is None
    order = mark_paid(order=order, at=NOON)
    assert asked(client, file_of(order)) == 200

    # No way of the shop leads there; the file asks all the same.
    [download] = bought(order)
    download.line.withdrawal_exclusion = Exclusion.DIGITAL
    assert not can_be_fetched(order, download)
    order.digital_consent_at = NOON
    assert can_be_fetched(order, download)


def test_the_buyer_gets_the_newest_and_the_old_file_is_destroyed(
    client: Client, annas: Order, tmp_path: Path
) -> None:
    mark_paid(order=annas, at=NOON)
    ware = Ware.objects.get()
    old = str(ware.file.name)
    lay_in(ware=ware, file=ContentFile(b"%PDF-1.7 second", name="x.PDF"), at=NOON)
    destroy_file(table="orders.Ware", column="file", file=old)

    assert client.get(file_of(annas)).getvalue() == b"%PDF-1.7 second"
    [kept] = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert kept.stat().st_mode & 0o777 == 0o600
    assert asked(client, f"/media/{kept.relative_to(tmp_path)}") == 404


@pytest.mark.django_db(transaction=True)
def test_a_file_that_somebody_has_bought_is_not_taken_away(guide: Variant) -> None:
    order = buy(guide, delivery_method=None)
    with pytest.raises(DatabaseError, match="no file any more"):
        take_away(ware=Ware.objects.get())
    ware_of(guide, b"other", position=1)
    take_away(ware=Ware.objects.first() or Ware())
    cancel_order(order=order, at=NOON)
    take_away(ware=Ware.objects.get())
    assert not Ware.objects.exists()


@pytest.mark.django_db
def test_without_a_file_it_is_neither_sold_nor_kept_silent() -> None:
    lonely = digital()
    basket = BasketFactory.create()
    with pytest.raises(NotForSale):
        put(basket=basket, sku=lonely.sku, quantity=1, at=timezone.now())
    assert list(without_wares()) == [lonely.product]

    ware_of(lonely, variant=VariantFactory.create(product=lonely.product))
    with pytest.raises(NotForSale):
        put(basket=basket, sku=lonely.sku, quantity=1, at=timezone.now())
    ware_of(lonely)
    assert put(basket=basket, sku=lonely.sku, quantity=1, at=timezone.now()).quantity == 1
    assert not without_wares().exists()


@pytest.mark.django_db
def test_files_are_laid_to_downloads_and_their_own_variants_alone() -> None:
    with pytest.raises(DatabaseError, match="only digital products"), transaction.atomic():
        ware_of(VariantFactory.create())
    with pytest.raises(DatabaseError, match="another product"), transaction.atomic():
        ware_of(digital(), variant=VariantFactory.create())


@pytest.mark.django_db(transaction=True)
def test_two_at_once_count_twice_and_write_one_letter(guide: Variant) -> None:
    order = buy(guide, delivery_method=None)
    mark_paid(order=order, at=NOON)
    Letter.objects.all().delete()
    OrderEvent.objects.filter(detail="downloads_ready").delete()
    line = order.lines.get()

    at_once([lambda: supply(order=order, at=NOON)] * 3)
    at_once([lambda: note_fetched(line=line, at=NOON)] * 3)

    assert len(letters()) == 1
    assert Fetched.objects.get().times == 3


@pytest.mark.django_db
def test_of_a_buyer_who_is_forgotten_nothing_new_is_noted(client: Client, annas: Order) -> None:
    mark_paid(order=annas, at=NOON)
    Order.objects.update(email="")
    assert asked(client, file_of(annas)) == 200
    assert not Fetched.objects.exists()
