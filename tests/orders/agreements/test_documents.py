"""The documents of agreements: taken in, read by their party, accepted once, never changed."""

import io
import zipfile
import zlib
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, transaction
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from customers.models import Account, Company, Customer
from orders.agreements.operations import (
    OPEN_FOR,
    AnotherDocument,
    NotAccepted,
    NotADraft,
    NothingToRead,
    NotOffered,
    OfferOver,
    Overlaps,
    accept,
    lay_in,
    let_old_drafts_go,
    offer,
    put_in_force,
    take_back,
    take_back_what_waits_in_vain,
)
from orders.agreements.papers import MOST_BYTES, Acts, Locked, NotAPdf, TooLarge, check
from orders.basket.contents import contents_of
from orders.catalogue.agreements import Agreement, AgreementDocument, ListPrice
from orders.catalogue.models import Variant
from privacy.erase import erase
from privacy.files import destroy_file
from privacy.outbox.models import Letter
from privacy.reading.models import Reading
from privacy.subject import subject_of
from privacy.sweep import sweep
from tests.conftest import NOON
from tests.doors import let_in, seen_by
from tests.factories import (
    AccountFactory,
    BasketFactory,
    BasketLineFactory,
    CompanyFactory,
    CustomerFactory,
    MembershipFactory,
    VariantFactory,
    in_stock,
)
from tests.orders.agreements.agreeing import drafted, pdf_of
from tests.orders.catalogue.shelf import page, words
from tests.privacy.copying import copied
from tests.races import at_once

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MINE, ADMIN = "/en/account/agreements/", "/admin/orders/agreement/"
WAITING = {"accepted_by": None, "accepted_at": None}


@pytest.fixture(autouse=True)
def private(settings: Any, tmp_path: Path) -> Path:
    settings.PRIVATE_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def lamp() -> Variant:
    return in_stock(500, variant=VariantFactory.create(sku="LAMPPU", price=Decimal("12.55")))


@pytest.fixture
def company(anna: Customer, celia: Customer) -> Company:
    """Let Anna look after a company that Celia buys for."""
    made = CompanyFactory.create(name="Lamppu Oy", business_id="2077474-0")
    MembershipFactory.create(company=made, customer=anna, role="admin")
    MembershipFactory.create(company=made, customer=celia, role="approver")
    return made


def laid_before(party: Customer | Company, lamp: Variant, **facts: Any) -> Agreement:
    draft = drafted(party, {lamp: {1: "8.38"}}, **WAITING, **facts)
    lay_in(agreement=draft, content=pdf_of(), at=NOON)
    return offer(agreement=draft, at=NOON)


def refused(deed: Callable[[], object], why: str) -> None:
    with pytest.raises(Error, match=why), transaction.atomic():
        deed()


def test_a_plain_document_is_taken_and_what_acts_is_not() -> None:
    plain = pdf_of()
    check(plain)
    check(plain.replace(b"(Sopimus)", b"(/JavaScript /JS)"))  # words on the page do nothing
    script = zlib.compress(b"1 0 <</S/JavaScript/JS(app.alert(1))>>")
    packed = b"5 0 obj\n<</Type/ObjStm/Filter/FlateDecode>>\nstream\n" + script + b"\nendstream"
    for content, reason in (
        (b"%PDF-1.7\nhalf", NotAPdf),
        (b"<html>%%EOF", NotAPdf),
        (pdf_of(more="/OpenAction<</S/JavaScript/JS(x)>>"), Acts),
        (pdf_of(more="/OpenAction<</S/J#61vaScript>>"), Acts),
        (pdf_of(more="/AA<</O<</S/Launch/F(cmd)>>>>"), Acts),
        (pdf_of(more="/Names<</EmbeddedFiles 9 0 R>>"), Acts),
        (plain.replace(b"trailer", packed + b"\nendobj\ntrailer"), Acts),
        (plain.replace(b"/Root", b"/Encrypt 9 0 R/Root"), Locked),
        (plain + b" " * MOST_BYTES, TooLarge),
    ):
        with pytest.raises(reason):
            check(content)


def test_another_document_is_another_edition_and_none_is_ever_rewritten(
    company: Company, lamp: Variant, private: Path
) -> None:
    draft = drafted(company, {lamp: {1: "8.38"}}, **WAITING)
    first = lay_in(agreement=draft, content=pdf_of("Yksi"), at=NOON)
    assert lay_in(agreement=draft, content=pdf_of("Yksi"), at=NOON) == first
    second = lay_in(agreement=draft, content=pdf_of("Kaksi"), at=NOON)

    assert [each.edition for each in draft.documents.all()] == [1, 2]
    assert second.sha256 == sha256(pdf_of("Kaksi")).hexdigest()
    [one, two] = sorted((private / "agreements").iterdir())
    assert (one.read_bytes(), two.read_bytes()) == (pdf_of("Yksi"), pdf_of("Kaksi"))
    assert two.stat().st_mode & 0o077 == 0  # nobody's but the shop's own user's
    rows = AgreementDocument.objects.filter(pk=second.pk)
    refused(lambda: rows.update(sha256="0" * 64), "documents_are_never_rewritten")
    refused(lambda: rows.update(file="agreements/x.pdf"), "documents_are_never_rewritten")

    offer(agreement=draft, at=NOON)
    with pytest.raises(NotADraft):
        lay_in(agreement=draft, content=pdf_of("Kolme"), at=NOON)
    another = AgreementDocument(
        agreement=draft, edition=3, file="x", size=1, sha256="0" * 64, added_at=NOON
    )
    refused(lambda: another.save(force_insert=True), "documents_are_laid_before_drafts")
    refused(rows.delete, "accepted_documents_stay")


def test_what_waits_gives_no_price_until_its_party_accepts_just_what_it_read(
    company: Company, lamp: Variant, anna: Customer, celia: Customer
) -> None:
    basket = BasketFactory.create(customer=anna)
    BasketLineFactory.create(basket=basket, variant=lamp, quantity=1)
    bare = drafted(company, {lamp: {1: "8.38"}}, **WAITING)
    with pytest.raises(NothingToRead):
        offer(agreement=bare, at=NOON)
    waits = laid_before(company, lamp, number="S-1")
    seen = sha256(pdf_of()).hexdigest()
    mine = Agreement.objects.filter(pk=waits.pk)

    assert list(Letter.objects.values_list("to", "kind")) == [(anna.email, "agreement_offered")]
    assert contents_of(basket, at=NOON).lines[0].unit_price == Decimal("12.55")
    changes: list[dict[str, Any]] = [{"payment_days": 90}, {"customer": celia, "company": None}]
    for change_of in [*changes, {"number": "X"}]:
        refused(partial(mine.update, **change_of), "accepted_agreements_stay")
    refused(lambda: ListPrice.objects.update(net=1), "given_prices_stay")
    past = {"state": "in_force", "party_name": "x", "accepted_at": NOON}
    refused(lambda: mine.update(**past), "agreement_accepts_its_last_document")

    for by, said, refusal in (
        (celia, seen, NotAccepted),  # she approves, and signs nothing
        (CustomerFactory.create(), seen, NotAccepted),
        (anna, "0" * 64, AnotherDocument),
    ):
        with pytest.raises(refusal):
            accept(agreement=waits, by=by, seen=said, at=NOON)
    with pytest.raises(OfferOver):
        accept(agreement=waits, by=anna, seen=seen, at=NOON + OPEN_FOR + DAY)
    accepted = accept(agreement=waits, by=anna, seen=seen, at=NOON)

    assert (accepted.accepted_by, accepted.accepted_at) == (anna, NOON)
    assert (accepted.accepted_online, accepted.accepted_sha256) == (True, seen)
    assert accepted.party_name == "Lamppu Oy"
    assert contents_of(basket, at=NOON).lines[0].unit_price == Decimal("10.52")
    receipt = Letter.objects.get(kind="agreement_accepted")
    assert (receipt.to, seen in receipt.text) == (anna.email, True)
    changes = [{"accepted_by": celia}, {"accepted_at": NOON + DAY}, {"accepted_online": False}]
    for change_of in [*changes, {"accepted_sha256": "0" * 64}]:
        refused(partial(mine.update, **change_of), "accepted_agreements_stay")
    with pytest.raises(NotOffered):
        accept(agreement=waits, by=anna, seen=seen, at=NOON)
    with pytest.raises(Overlaps):  # told to staff as they offer it, not to the party
        laid_before(company, lamp)


def test_a_paper_signed_elsewhere_is_recorded_by_staff_with_its_checksum(
    company: Company, lamp: Variant, celia: Customer
) -> None:
    draft = drafted(company, {lamp: {1: "8.38"}}, accepted_by=celia)
    lay_in(agreement=draft, content=pdf_of("Allekirjoitettu"), at=NOON)

    recorded = put_in_force(agreement=draft, at=NOON)

    assert (recorded.accepted_by, recorded.accepted_online) == (celia, False)
    assert recorded.accepted_sha256 == sha256(pdf_of("Allekirjoitettu")).hexdigest()
    assert not Letter.objects.exists()


def test_of_accepting_and_taking_back_at_once_one_happens(
    transactional_db: None, company: Company, lamp: Variant, anna: Customer
) -> None:
    waits = laid_before(company, lamp)
    seen = sha256(pdf_of()).hexdigest()

    outcomes = at_once(
        [
            lambda: accept(agreement=waits, by=anna, seen=seen, at=NOON),
            lambda: accept(agreement=waits, by=anna, seen=seen, at=NOON),
            lambda: take_back(agreement=waits, at=NOON),
        ]
    )

    assert sorted(type(each).__name__ for each in outcomes) == [
        "Agreement",
        "NotOffered",
        "NotOffered",
    ]
    waits.refresh_from_db()
    assert Letter.objects.filter(kind="agreement_accepted").count() == waits.covers.count()
    assert waits.is_in_force == waits.accepted_online


def test_what_nobody_accepts_becomes_a_draft_again_and_goes_with_its_files(
    company: Company, lamp: Variant, private: Path
) -> None:
    waits = laid_before(company, lamp, created_at=NOON)
    assert take_back_what_waits_in_vain(at=NOON + OPEN_FOR) == 0
    assert take_back_what_waits_in_vain(at=NOON + OPEN_FOR + DAY) == 1
    waits.refresh_from_db()
    assert (waits.is_draft, waits.offered_at) == (True, None)

    assert let_old_drafts_go(at=NOON + 1096 * DAY) == 1
    assert not AgreementDocument.objects.exists()
    assert files_after_destroying(private) == []


def files_after_destroying(private: Path) -> list[str]:
    for job in ProcrastinateJob.objects.filter(task_name="privacy.files.destroy_file"):
        destroy_file(**job.args)
    return [file.name for file in (private / "agreements").iterdir()]


def test_the_document_is_in_its_partys_copy_and_goes_as_the_agreement_goes(
    anna: Customer, celia: Customer, lamp: Variant, private: Path
) -> None:
    for card in (anna, celia):
        draft = drafted(card, {lamp: {1: "8.00"}}, valid_until=date(2026, 12, 31))
        lay_in(agreement=draft, content=pdf_of(f"Sopimus {card.first_name}"), at=NOON)
        put_in_force(agreement=draft, at=NOON)
    subject = subject_of(cards=[anna.pk])
    with zipfile.ZipFile(io.BytesIO(copied(subject, language="fi", at=NOON))) as copy:
        files = [copy.read(name) for name in copy.namelist() if name.endswith(".pdf")]
    assert files == [pdf_of("Sopimus Anna")]

    erase(subject, at=NOON)
    assert len(files_after_destroying(private)) == 2  # the contract holds it to its last day
    assert AgreementDocument.objects.count() == 2
    sweep(at=NOON + 60 * DAY)
    assert AgreementDocument.objects.get().agreement.customer == celia
    assert len(files_after_destroying(private)) == 1


# --- Pages


def test_its_party_reads_and_accepts_in_two_steps_and_nobody_else_gets_near(
    company: Company, lamp: Variant, anna: Customer, celia: Customer
) -> None:
    waits = laid_before(company, lamp, number="S-7", valid_until=timezone.localdate() + 99 * DAY)
    Agreement.objects.filter(pk=waits.pk).update(offered_at=timezone.now())
    stranger = seen_by(CustomerFactory.create(account=AccountFactory.create()))
    annas, celias = seen_by(anna), seen_by(celia)
    one = f"{MINE}{waits.pk}/"
    seen = sha256(pdf_of()).hexdigest()

    assert "Waits for acceptance" in words(page(annas, MINE))
    told = words(page(annas, one))
    for said in ("Agreement S-7", "Lamppu Oy", "edition 1", seen):
        assert said in told
    answer = annas.get(f"{one}document/")
    assert b"".join(cast(Any, answer)) == pdf_of()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer["Cache-Control"]
    asked = page(annas, f"{one}accept/")
    assert "Nothing has been accepted yet" in words(asked)
    assert "An admin of the company reads and accepts it." in words(page(celias, one))
    for client in (celias, stranger):
        for address in (f"{one}document/", f"{one}accept/"):
            assert client.get(address).status_code == 404
        assert client.post(f"{one}accept/", {"seen": seen}).status_code == 404
    page(stranger, one, status=404)

    told = words(annas.post(f"{one}accept/", {"seen": "x"}, follow=True).content.decode())
    assert "The document has changed since you opened the page." in told
    assert Agreement.objects.get().is_offered
    told = words(annas.post(f"{one}accept/", {"seen": seen}, follow=True).content.decode())
    assert "The agreement is accepted." in told
    assert "in the account" in told
    assert Agreement.objects.get().accepted_by == anna
    assert annas.get(f"{one}accept/").status_code == 302


def test_staff_lay_documents_in_and_ask_the_party(
    client: Client, bertil: Account, company: Company, lamp: Variant
) -> None:
    let_in(client, bertil)
    draft = drafted(company, {lamp: {1: "8.38"}}, **WAITING)
    change = f"{ADMIN}{draft.pk}/change/"

    def lay(content: bytes) -> str:
        file = SimpleUploadedFile("Annan sopimus.pdf", content)
        answer = client.post(f"{ADMIN}{draft.pk}/lay-in/", {"document": file}, follow=True)
        return str(answer.content.decode())

    def deed(name: str) -> None:
        client.post(f"{ADMIN}{draft.pk}/deed/", {"deed": name})
        draft.refresh_from_db()

    deed("offer")
    assert draft.is_draft
    assert 'class="error"' in lay(b"MZ\x90")
    assert not AgreementDocument.objects.exists()
    lay(pdf_of("Yksi"))
    assert sha256(pdf_of("Kaksi")).hexdigest() in lay(pdf_of("Kaksi"))
    assert "Annan" not in page(client, change)
    looked = client.get(f"{ADMIN}{draft.pk}/paper/?edition=1")
    assert b"".join(cast(Any, looked)) == pdf_of("Yksi")
    assert b"".join(cast(Any, client.get(f"{ADMIN}{draft.pk}/paper/"))) == pdf_of("Kaksi")
    assert Reading.objects.filter(kind="file", about=draft.pk).count() == 2

    deed("offer")
    assert draft.is_offered
    assert "lay-in/" not in page(client, change)
    assert client.post(f"{ADMIN}{draft.pk}/delete/", {"post": "yes"}).status_code == 403
    deed("take_back")
    assert draft.is_draft
    client.post(f"{ADMIN}{draft.pk}/delete/", {"post": "yes"})
    assert not Agreement.objects.exists()
    gone = ProcrastinateJob.objects.filter(task_name="privacy.files.destroy_file")
    assert gone.count() == 2
