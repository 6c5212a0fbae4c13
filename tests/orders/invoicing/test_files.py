"""The files of an invoice are made once, after it was issued, and only its readers get them."""

from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from django.core import mail
from django.db import DatabaseError, transaction
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from customers.models import Account, Customer
from orders.checkout.steps import ship_order
from orders.invoicing import files
from orders.invoicing.models import Invoice
from orders.invoicing.operations import credit_all, issue
from orders.sales.models import OrderEvent
from orders.sales.operations import move
from orders.sales.states import Status, Step
from privacy.bounded import work
from privacy.bounded.work import DiedOfIt, TookTooLong
from privacy.erase import erase
from privacy.files import destroy_file
from privacy.outbox.enclosures import Enclosure, TooLarge, packed, unpacked
from privacy.outbox.models import Letter
from privacy.outbox.tasks import send_letter
from privacy.paper import typesetting
from privacy.subject import subject_of
from privacy.sweep import sweep
from tests.conftest import NOON
from tests.doors import let_in, seen_by
from tests.orders.buying import BANK
from tests.orders.money_matters import TODAY, invoiced, three_rates
from tests.privacy.bounded.works import eat, hang_alone
from tests.privacy.lives import finish
from tests.races import at_once

COMPANY = {"company_name": "Puro Oy", "business_id": "2077474-0"}


@pytest.fixture(autouse=True)
def seller(settings: Any, tmp_path: Path) -> None:
    settings.BANK_ACCOUNT = BANK
    settings.CONTROLLER = {**settings.CONTROLLER, "business_id": "2077474-0"}
    settings.PRIVATE_ROOT = tmp_path / "private"


def made(**facts: Any) -> Invoice:
    return files.make_documents(invoice_id=invoiced(**facts).pk, at=NOON)


def jobs(name: str) -> int:
    return ProcrastinateJob.objects.filter(task_name__endswith=name).count()


@pytest.mark.django_db
def test_the_issue_queues_the_files_and_waits_for_none() -> None:
    invoice = invoiced()
    assert (invoice.pdf.name, jobs("make_documents")) == ("", 1)
    issue(order=invoice.order, tax_point=TODAY, at=NOON)
    assert jobs("make_documents") == 1


@pytest.mark.django_db
def test_a_person_gets_a_pdf_and_a_company_files_for_machines_too() -> None:
    private, business = made(), made(**COMPANY)

    assert private.pdf.name == f"invoices/{private.pk}.pdf"
    assert (private.finvoice.name, private.ubl.name) == ("", "")
    assert business.finvoice.open().read().startswith(b"<?xml")
    assert business.ubl.name == f"invoices/{business.pk}.ubl.xml"


@pytest.mark.django_db
def test_made_again_nothing_changes_and_no_second_letter_goes() -> None:
    invoice = made()
    first = invoice.pdf.open().read()
    files.make_documents(invoice_id=invoice.pk, at=NOON + timedelta(days=1))

    assert Invoice.objects.get(pk=invoice.pk).pdf.open().read() == first
    assert Letter.objects.filter(kind="invoice").count() == 1


@pytest.mark.django_db
def test_fa_08_a_renderer_that_fails_hangs_or_eats_memory_leaves_order_and_number_alone(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    order = three_rates()
    move(order=order, step=Step.PACK, at=NOON)

    def broken(invoice: Invoice) -> bytes:
        raise OSError("the setter has died")

    with monkeypatch.context() as patch:
        patch.setattr(files, "invoice_pdf", broken)
        ship_order(order=order, tracking_code="", at=NOON)
        invoice = Invoice.objects.get(order=order)
        with pytest.raises(OSError, match="died"):
            files.make_documents(invoice_id=invoice.pk, at=NOON)
    order.refresh_from_db()
    assert (order.status, invoice.number, invoice.pdf.name) == (Status.SHIPPED, 1, "")
    assert not Letter.objects.filter(kind="invoice").exists()

    settings.RENDERING_SECONDS, settings.RENDERING_MEGABYTES = 2, 300
    for wicked, why in ((hang_alone, TookTooLong), (eat, DiedOfIt)):
        with monkeypatch.context() as patch:
            patch.setattr(work, "TO_BEGIN", 2)
            patch.setattr(typesetting, "set_document", wicked)
            with pytest.raises(why):
                files.make_documents(invoice_id=invoice.pk, at=NOON)
        invoice.refresh_from_db()
        assert (invoice.number, invoice.pdf.name) == (1, "")

    settings.RENDERING_SECONDS, settings.RENDERING_MEGABYTES = 20, 1024
    assert files.make_documents(invoice_id=invoice.pk, at=NOON).pdf.name
    assert invoiced().number == 2


@pytest.mark.django_db
def test_a_file_for_machines_that_does_not_add_up_is_not_laid_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(files, "ubl_findings", lambda _document: ["BR-CO-10"])
    invoice = invoiced(**COMPANY)
    with pytest.raises(files.NotRight, match="BR-CO-10"):
        files.make_documents(invoice_id=invoice.pk, at=NOON)
    invoice.refresh_from_db()
    assert invoice.ubl.name == ""


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_lay_in_one_file_and_write_one_letter() -> None:
    invoice = invoiced()
    at_once([partial(files.make_documents, invoice_id=invoice.pk, at=NOON)] * 4)
    assert Letter.objects.filter(kind="invoice").count() == 1


@pytest.mark.django_db
def test_the_letter_brings_the_pdf_by_the_mail_server(settings: Any) -> None:
    settings.LETTERS_STAY_HERE = False
    settings.EMAIL_HOST = "localhost"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    invoice = made(language="sv")
    letter = Letter.objects.get(kind="invoice")
    send_letter(letter_id=str(letter.pk))

    message = mail.outbox[-1]
    assert message.subject == f"Faktura 1 · Beställning {invoice.order.number}"
    assert message.to == ["anna@example.fi"]
    name, content, kind = message.attachments[0]
    assert (name, kind) == ("faktura-1.pdf", "application/pdf")
    assert content == invoice.pdf.open().read()
    assert OrderEvent.objects.filter(order=invoice.order, detail="invoice").exists()


def test_enclosures_are_kept_and_large_ones_refused() -> None:
    one = Enclosure("a.pdf", "application/pdf", b"\x00\xff")
    assert unpacked(packed([one])) == [one]
    assert packed([]) == ""
    assert unpacked("") == []
    with pytest.raises(TooLarge):
        packed([Enclosure("a", "b", b"x" * (2 * 1024 * 1024 + 1))])


@pytest.mark.django_db
def test_a_file_is_laid_in_once_and_never_exchanged() -> None:
    invoice = made()
    assert not files.lay_in(invoice_id=invoice.pk, column="pdf", content=b"x", at=NOON)
    with pytest.raises(DatabaseError), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(pdf="toinen.pdf")


@pytest.mark.django_db
def test_with_the_buyer_the_files_go_and_are_not_made_again() -> None:
    invoice = made(**COMPANY)
    kept = Path(invoice.pdf.path)
    finish(invoice.order, at=NOON)
    erase(subject_of(emails=["anna@example.fi"]), at=NOON + timedelta(days=30))
    assert kept.exists()  # the voucher is kept as long as the law says

    sweep(at=NOON.replace(year=2033, month=1, day=1))
    invoice.refresh_from_db()
    assert (invoice.pdf.name, invoice.finvoice.name, invoice.ubl.name) == ("", "", "")
    for job in ProcrastinateJob.objects.filter(task_name="privacy.files.destroy_file"):
        destroy_file(**job.args)
    assert list(kept.parent.iterdir()) == []
    assert files.make_documents(invoice_id=invoice.pk, at=NOON).pdf.name == ""


# --- Who gets them


@pytest.mark.django_db
def test_the_buyer_sees_page_and_pdf_and_celia_neither(anna: Customer, celia: Customer) -> None:
    order = three_rates()
    type(order).objects.filter(pk=order.pk).update(customer=anna)
    invoice = issue(order=order, tax_point=TODAY, at=NOON)
    page = f"/en/account/orders/{order.number}/invoice/1/"
    mine, other = seen_by(anna), seen_by(celia)

    assert mine.get(f"{page}pdf/").status_code == 404  # not made yet
    files.make_documents(invoice_id=invoice.pk, at=NOON)
    shown = mine.get(page)
    assert "189,40\xa0€" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    pdf = mine.get(f"{page}pdf/")
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf["Content-Disposition"] == 'attachment; filename="lasku-1.pdf"'
    assert b"".join(cast(Any, pdf)).startswith(b"%PDF")
    assert "no-store" in pdf["Cache-Control"]
    for address in (page, f"{page}pdf/"):
        assert other.get(address).status_code == 404
        assert Client().get(address).status_code == 302


@pytest.mark.django_db
def test_whoever_has_the_orders_address_sees_its_invoices_and_no_others() -> None:
    invoice, another = made(), made()
    guest = Client()
    address = f"/en/order/{invoice.order.secret}/"

    assert f"/invoice/{invoice.number}/pdf/" in guest.get(address).content.decode()
    assert guest.get(f"{address}invoice/{invoice.number}/").status_code == 200
    assert guest.get(f"{address}invoice/{invoice.number}/pdf/").status_code == 200
    assert guest.get(f"{address}invoice/{another.number}/").status_code == 404
    assert guest.get(f"{address}invoice/{another.number}/pdf/").status_code == 404
    assert guest.get(f"/media/invoices/{invoice.pk}.pdf").status_code == 404


@pytest.mark.django_db
def test_staff_find_an_invoice_by_number_order_and_reference(bertil: Account) -> None:
    invoice, another = made(**COMPANY), made()
    note = credit_all(invoice=another, reason=Invoice.Reason.DEFECT, at=NOON)
    desk = let_in(Client(), bertil)

    for typed in (str(invoice.number), invoice.order.number, invoice.reference):
        page = desk.get("/admin/orders/invoice/", {"q": typed}).content.decode()
        assert f"/admin/orders/invoice/{invoice.pk}/change/" in page
        assert f"/admin/orders/invoice/{another.pk}/change/" not in page
    page = desk.get(f"/admin/orders/invoice/{another.pk}/change/").content.decode()
    assert f"/admin/orders/invoice/{note.pk}/change/" in page
    pdf = desk.get(f"/admin/orders/invoice/{invoice.pk}/ubl/")
    assert pdf["Content-Type"] == "application/xml"
    assert desk.get(f"/admin/orders/invoice/{another.pk}/ubl/").status_code == 404


@pytest.mark.django_db
def test_the_list_asks_as_little_for_many_as_for_few(
    bertil: Account, django_assert_max_num_queries: Any
) -> None:
    desk = let_in(Client(), bertil)
    for _each in range(2):
        invoiced()
    desk.get("/admin/orders/invoice/")
    with django_assert_max_num_queries(40) as few:
        desk.get("/admin/orders/invoice/")
    for _each in range(5):
        invoiced()
    with django_assert_max_num_queries(40) as many:
        desk.get("/admin/orders/invoice/")
    assert len(many) <= len(few)
