"""What a buyer pays in another country, who finds out why, and what the order keeps of it."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from unittest.mock import Mock
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from customers.models import Account
from orders import vat
from orders.books.models import LedgerAccount, Posting
from orders.catalogue.models import Variant, VatRate
from orders.checkout.models import CheckoutDraft
from orders.checkout.operations import DraftNotComplete, SomethingChanged, place_order, show_summary
from orders.checkout.steps import cancel_order
from orders.checkout.summary import summarise
from orders.checkout.told import purchase_of, told_before
from orders.delivery.models import DeliveryMethod
from orders.invoicing.checks import finvoice_findings, ubl_findings
from orders.invoicing.document import document_of
from orders.invoicing.finvoice import finvoice
from orders.invoicing.models import Invoice
from orders.invoicing.operations import credit_all, issue
from orders.invoicing.ubl import ubl
from orders.sales.across_borders import sold_across_borders, threshold_mark
from orders.sales.models import Order
from orders.taxation.models import VatIdCheck
from tests.conftest import NOON
from tests.doors import let_in
from tests.factories import (
    DeliveryMethodFactory,
    ProductFactory,
    StaffFactory,
    VariantFactory,
    in_stock,
)
from tests.orders.buying import BANK, CONFIRM, fill_in, order, put, see_summary
from tests.orders.checkout.conftest import Fill
from tests.races import at_once

pytestmark = pytest.mark.django_db

EVERYWHERE = ["FI", "DE", "SE", "NO", "GB", "ES"]
SWEDISH = {
    "for_company": True,
    "company_name": "Köparen AB",
    "vat_id": "SE556012579001",
    "country": "SE",
    "street": "Storgatan 1",
    "postcode": "111 22",
    "city": "Stockholm",
}
GERMAN = {"country": "DE", "street": "Hauptstraße 1", "postcode": "10115", "city": "Berlin"}


@pytest.fixture(autouse=True)
def shop(settings: Any) -> None:
    settings.DELIVERY_COUNTRIES = EVERYWHERE
    settings.BANK_ACCOUNT = BANK
    settings.CONTROLLER = {**settings.CONTROLLER, "business_id": "2077474-0"}


def parcel() -> DeliveryMethod:
    """Give a way to everywhere for 5.90 €."""
    return DeliveryMethodFactory.create(countries=EVERYWHERE, to_aland=True)


def bought(draft: CheckoutDraft, *, at: datetime = NOON) -> Order:
    show_summary(draft=draft, at=at)
    return place_order(draft_id=draft.pk, at=at)


def check(vat_id: str = "SE556012579001", *, is_valid: bool = True, days: int = 1) -> VatIdCheck:
    at = NOON - timedelta(days=days)
    by = StaffFactory.create()
    return VatIdCheck.objects.create(vat_id=vat_id, is_valid=is_valid, checked_at=at, checked_by=by)


def test_below_the_threshold_a_german_pays_finnish_vat(fill: Fill, variant: Variant) -> None:
    placed = bought(fill(variant, 2, delivery_method=parcel(), **GERMAN))

    assert (placed.treatment, placed.destination_country) == ("below", "DE")
    assert [row.rate for row in placed.vat_rows.all()] == [Decimal("25.5")]
    assert placed.country == "DE"
    assert sold_across_borders(2026) == placed.total_net
    cancel_order(order=placed, at=NOON)
    assert sold_across_borders(2026) == 0


def test_registered_the_gross_stays_and_the_rate_is_the_destination_s(
    fill: Fill, variant: Variant, settings: Any
) -> None:
    settings.OSS_SINCE = NOON.date()
    placed = bought(fill(variant, 2, delivery_method=parcel(), **GERMAN))

    assert placed.total == Decimal("31.00")
    assert placed.treatment == "distance"
    assert [(row.rate, row.net, row.vat) for row in placed.vat_rows.all()] == [
        (Decimal("19.0"), Decimal("26.05"), Decimal("4.95"))
    ]
    assert placed.lines.get().vat_rate == Decimal("19.0")

    invoice = issue(order=placed, tax_point=NOON.date(), at=NOON)
    assert (invoice.total_vat, invoice.treatment) == (Decimal("4.95"), "distance")
    [owed] = Posting.objects.filter(account=LedgerAccount.VAT_ABROAD)
    assert (owed.vat_country, owed.vat_rate, owed.amount) == (
        "DE",
        Decimal("19.0"),
        Decimal("-4.95"),
    )
    assert not Posting.objects.filter(account=LedgerAccount.VAT).exists()
    assert (
        "Etämyynti: hinta sisältää määrämaan arvonlisäveron (Saksa)." in document_of(invoice).notes
    )
    credit_all(invoice=invoice, reason=Invoice.Reason.RETURNED, at=NOON)
    assert Posting.objects.filter(account=LedgerAccount.VAT_ABROAD).balance() == 0


def test_the_sale_that_passes_the_threshold_bears_destination_vat(fill: Fill) -> None:
    dear = in_stock(9, variant=VariantFactory.create(price=Decimal("6250.00")))
    first = bought(fill(dear, 2, delivery_method=parcel(), **GERMAN))
    assert (first.treatment, first.total_net) == ("below", Decimal("9964.86"))
    second = bought(fill(dear, delivery_method=parcel(), **GERMAN))
    assert (second.treatment, second.total) == ("distance", Decimal("6255.90"))
    # What was sold last year counts as well.
    next_year = NOON + timedelta(days=60)
    cheap = in_stock(1)
    third = fill(cheap, delivery_method=parcel(), **GERMAN)
    assert bought(third, at=next_year).treatment == "distance"


@pytest.mark.parametrize(
    ("price", "mark"),
    [("5644.00", ""), ("5645.00", "near"), ("6268.00", "near"), ("6300.00", "passed")],
)
def test_staff_without_oss_are_warned_before_the_threshold_is_passed_and_after(
    fill: Fill, settings: Any, bertil: Account, price: str, mark: str
) -> None:
    """Two pieces and 5.90 of delivery, without VAT: 8999.12, 9000.72, 9993.55, and more."""
    dear = in_stock(9, variant=VariantFactory.create(price=Decimal(price)))
    bought(fill(dear, 2, delivery_method=parcel(), **GERMAN))
    assert threshold_mark(at=NOON) == mark
    assert threshold_mark(at=NOON + timedelta(days=60)) == ("passed" if mark == "passed" else "")

    settings.OSS_SINCE = NOON.date()
    assert threshold_mark(at=NOON) == ""
    assert threshold_mark(at=NOON - timedelta(days=1)) == mark
    settings.OSS_SINCE, settings.DELIVERY_COUNTRIES = None, ["FI"]
    assert threshold_mark(at=NOON) == ""


def test_the_start_page_of_staff_says_what_to_do_about_the_threshold(
    monkeypatch: pytest.MonkeyPatch, bertil: Account
) -> None:
    desk = let_in(Client(), bertil)
    for mark, words in (("near", "OSS-järjestelmään ajoissa"), ("passed", "aseta OSS_SINCE")):
        monkeypatch.setattr("orders.desk.today.threshold_mark", Mock(return_value=mark))
        assert words in desk.get(reverse("admin:index")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_passes_and_is_asked_again(fill: Fill) -> None:
    dear = in_stock(9, variant=VariantFactory.create(price=Decimal("6250.00")))
    way = parcel()
    drafts = [
        fill(dear, delivery_method=way, email=f"ostaja{n}@example.fi", **GERMAN) for n in range(2)
    ]
    dearer = VariantFactory.create(price=Decimal("3000.00"))
    bought(fill(in_stock(9, variant=dearer), delivery_method=way, **GERMAN))
    for draft in drafts:
        taxation = summarise(draft, at=NOON).taxation
        assert taxation is not None
        assert taxation.treatment == "below"
        show_summary(draft=draft, at=NOON)

    results = at_once([partial(place_order, draft_id=draft.pk, at=NOON) for draft in drafts])

    assert sum(isinstance(each, Order) for each in results) == 1
    [refused] = [each for each in results if isinstance(each, SomethingChanged)]
    assert {change.what for change in refused.changes} == {"vat"}
    assert sold_across_borders(2026) <= 10_000
    [left] = [draft for draft in drafts if not Order.objects.filter(checkout=draft.pk).exists()]
    assert bought(left).treatment == "distance"


def test_a_checked_company_pays_the_net_and_the_order_keeps_who_checked(
    fill: Fill, variant: Variant
) -> None:
    found = check()
    placed = bought(fill(variant, 3, delivery_method=parcel(), **SWEDISH))

    # 12.55 and 5.90 without 25.5 %
    assert (placed.total, placed.total_vat) == (Decimal("34.70"), Decimal("0.00"))
    assert placed.lines.get().unit_price == Decimal("10.00")
    assert placed.delivery_price == Decimal("4.70")
    assert (placed.treatment, placed.vat_id) == ("intra", "SE556012579001")
    assert (placed.vat_id_checked_at, placed.vat_id_checked_by) == (
        found.checked_at,
        found.checked_by,
    )
    found.delete()
    placed.refresh_from_db()
    assert placed.vat_id_checked_at is not None
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Order.objects.filter(pk=placed.pk).update(treatment="domestic")
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Order.objects.filter(pk=placed.pk).update(vat_id="")


@pytest.mark.django_db
def test_a_checked_company_is_told_before_that_the_tax_is_its_own(
    fill: Fill, variant: Variant
) -> None:
    check()
    draft = fill(variant, 3, delivery_method=parcel(), **SWEDISH)
    with translation.override("en"):
        told = told_before(purchase_of(draft, summarise(draft, at=NOON)))
    [price] = [item for item in told if item["code"] == "price"]
    assert "with delivery and without VAT" in price["short"]
    assert "VAT-exempt intra-Community supply" in price["whole"]
    assert "You account for the VAT yourselves" in price["whole"]


def test_its_invoice_says_why_in_words_and_for_machines(fill: Fill, variant: Variant) -> None:
    check()
    placed = bought(fill(variant, 3, delivery_method=parcel(), language="sv", **SWEDISH))
    invoice = issue(order=placed, tax_point=NOON.date(), at=NOON)

    document = document_of(invoice)
    assert any(note.startswith("Momsfri gemenskapsintern försäljning") for note in document.notes)
    assert ("Köparens momsnummer", "SE556012579001") in document.facts
    assert document.buyer[-1] == "Sverige"
    for written, findings in ((ubl(invoice), ubl_findings), (finvoice(invoice), finvoice_findings)):
        assert findings(written) == []
    text = ubl(invoice).decode()
    assert "VATEX-EU-IC" in text
    assert '<cbc:EndpointID schemeID="9955">SE556012579001</cbc:EndpointID>' in text
    assert "VatCode>K<" in finvoice(invoice).decode()


@pytest.mark.parametrize(
    "known", [{}, {"is_valid": False}, {"days": 31}, {"vat_id": "DE136695976"}], ids=str
)
def test_without_a_fresh_and_valid_check_a_company_pays_as_a_consumer(
    fill: Fill, variant: Variant, known: dict[str, Any]
) -> None:
    if known:
        check(**known)
    placed = bought(fill(variant, delivery_method=parcel(), **SWEDISH))
    assert (placed.treatment, placed.total) == ("below", Decimal("18.45"))
    assert placed.vat_id_checked_at is None


def test_the_database_wants_evidence_of_an_untaxed_company(fill: Fill, variant: Variant) -> None:
    placed = bought(fill(variant, delivery_method=parcel()))
    facts = {field.attname: getattr(placed, field.attname) for field in Order._meta.concrete_fields}
    facts |= {"number": "1", "secret": "x", "reference": "1009", "checkout": variant.pk}
    facts.pop("id")
    with pytest.raises(IntegrityError, match="untaxed_company_was_checked"), transaction.atomic():
        Order.objects.create(
            **{**facts, "treatment": "intra", "total_vat": 0, "total_net": facts["total"]}
        )
    with pytest.raises(IntegrityError, match="untaxed_order_bears_no_tax"), transaction.atomic():
        Order.objects.create(**{**facts, "treatment": "export"})


@pytest.mark.parametrize(
    ("said", "treatment", "country"),
    [
        ({"postcode": "22100", "city": "Mariehamn"}, "aland", "AX"),
        ({"country": "NO", "postcode": "0150"}, "export", "NO"),
        ({"country": "ES", "postcode": "35001"}, "export", "ES"),
        ({"country": "GB", "postcode": "BT1 5GS"}, "below", "XI"),
        (
            {
                "deliver_elsewhere": True,
                "delivery_name": "Ola",
                "delivery_street": "Gata 1",
                "delivery_postcode": "0150",
                "delivery_city": "Oslo",
                "delivery_country": "NO",
            },
            "export",
            "NO",
        ),
    ],
)
def test_where_the_goods_go_decides(
    fill: Fill, variant: Variant, said: dict[str, Any], treatment: str, country: str
) -> None:
    placed = bought(fill(variant, delivery_method=parcel(), **said))
    assert (placed.treatment, placed.destination_country) == (treatment, country)
    untaxed = treatment in ("aland", "export")
    assert placed.total == (Decimal("14.70") if untaxed else Decimal("18.45"))


def test_what_is_picked_up_never_leaves_finland(fill: Fill, variant: Variant) -> None:
    check()
    pickup = DeliveryMethod.objects.get(code="pickup")
    placed = bought(fill(variant, delivery_method=pickup, **SWEDISH))
    assert (placed.treatment, placed.total_vat) == ("domestic", Decimal("2.55"))


def test_where_a_rate_is_not_known_nothing_is_sold(
    fill: Fill, variant: Variant, settings: Any
) -> None:
    settings.OSS_SINCE = NOON.date()
    draft = fill(variant, delivery_method=parcel(), **GERMAN)
    VatRate.objects.filter(country="DE").delete()
    summary = show_summary(draft=draft, at=NOON)
    assert summary.taxation is None
    with pytest.raises(DraftNotComplete):
        place_order(draft_id=draft.pk, at=NOON)
    assert not Order.objects.exists()


HELSINKI = ZoneInfo("Europe/Helsinki")


@pytest.mark.parametrize(
    ("at", "rate"),
    [
        (datetime(2026, 12, 31, 23, 59, 59, tzinfo=HELSINKI), "25.5"),
        (datetime(2027, 1, 1, 0, 0, 1, tzinfo=HELSINKI), "27.0"),
    ],
)
def test_a_rate_changes_at_midnight_in_helsinki(
    fill: Fill, variant: Variant, at: datetime, rate: str
) -> None:
    """MO-07: UTC is two hours behind, and its day is not the one that counts."""
    first = date(2027, 1, 1)
    now = VatRate.objects.get(vat_class="standard", country="FI", valid__contains=NOON.date())
    now.valid = type(now.valid)(now.valid.lower, first, "[)")
    now.save()
    VatRate.objects.create(
        vat_class_id="standard", country="FI", rate=27, valid=type(now.valid)(first, None, "[)")
    )
    placed = bought(fill(variant, delivery_method=parcel()), at=at)
    assert placed.lines.get().vat_rate == Decimal(rate)
    # Delivered later, the goods bear the rate of that day; the order line keeps its own.
    invoice = issue(order=placed, tax_point=first, at=at)
    assert {line.vat_rate for line in invoice.lines.all()} == {Decimal("27.0")}
    assert placed.lines.get().vat_rate == Decimal(rate)


@pytest.mark.parametrize("oss", ["", "registered"])
@pytest.mark.parametrize(
    "said",
    [{}, GERMAN, SWEDISH, {"postcode": "22100"}, {"country": "NO", "postcode": "0150"}],
    ids=["FI", "DE", "SE", "AX", "NO"],
)
@pytest.mark.parametrize("prices", [("0.99", "4.90", "24.90"), ("0.01", "19.99", "99.00")])
def test_lines_and_rates_sum_to_the_total_however_it_is_taxed(
    fill: Fill, settings: Any, said: dict[str, Any], oss: str, prices: tuple[str, ...]
) -> None:
    settings.OSS_SINCE = NOON.date() if oss else None
    check()
    draft = fill(in_stock(9), delivery_method=parcel(), **said)
    assert draft.basket is not None
    for vat_class, price in zip(("food", "press", "book"), prices, strict=True):
        sold = VariantFactory.create(
            product=ProductFactory.create(vat_class_id=vat_class), price=Decimal(price)
        )
        in_stock(9, variant=sold)
        draft.basket.lines.create(variant=sold, quantity=7, shown_price=sold.price)
    service = VariantFactory.create(product=ProductFactory.create(kind="service"))
    draft.basket.lines.create(variant=service, quantity=1, shown_price=service.price)
    placed = bought(draft)
    rows = list(placed.vat_rows.all())
    lines = sum(line.total for line in placed.lines.all())
    assert lines + placed.delivery_price == placed.total
    assert sum(row.gross for row in rows) == placed.total
    assert sum(row.vat for row in rows) == placed.total_vat
    assert all(vat.split_gross(row.gross, row.rate).vat == row.vat for row in rows)

    invoice = issue(order=placed, tax_point=NOON.date(), at=NOON)
    assert (invoice.total, invoice.total_vat) == (placed.total, placed.total_vat)
    owed = Posting.objects.filter(account__in=(LedgerAccount.VAT, LedgerAccount.VAT_ABROAD))
    assert owed.balance() == -placed.total_vat


ABROAD = {"country": "SE", "street": "Storgatan 1", "postcode": "111 22", "city": "Stockholm"}


def in_the_shop(variant: Variant, client: Client, **said: str) -> Client:
    put(client, variant.sku)
    answer = fill_in(client, delivery_method=str(parcel().pk), **said)
    assert answer.status_code == 303, answer.content.decode()
    return client


def test_a_company_is_told_that_its_vat_id_was_not_checked(
    client: Client, variant: Variant
) -> None:
    company = {"for_company": "on", "company_name": "Köparen AB", "vat_id": "se 5560-12579001"}
    in_the_shop(variant, client, **ABROAD, **company)
    page = client.get(CONFIRM).content.decode()
    assert "Nobody here has checked your VAT ID" in page
    check()
    page = client.get(CONFIRM).content.decode()
    assert "Nobody here has checked your VAT ID" not in page
    assert "VAT-exempt intra-Community supply (Directive 2006/112/EC, art. 138)" in page
    assert "You pay the prices without VAT." in page
    assert "€14.70" in page
    assert order(client, see_summary(client)).status_code == 303
    assert Order.objects.get().treatment == "intra"


def test_the_form_knows_each_country_s_postcodes_and_numbers(
    client: Client, variant: Variant
) -> None:
    put(client, variant.sku)
    way = str(parcel().pk)
    company = {"for_company": "on", "company_name": "Köparen AB", "delivery_method": way}
    refused = fill_in(client, **{**ABROAD, **company})
    assert "Fill in this field." in refused.content.decode()
    refused = fill_in(client, **{**ABROAD, **company, "vat_id": "SE123"})
    assert "No EU country gives such a VAT ID." in refused.content.decode()
    refused = fill_in(client, delivery_method=way, **{**ABROAD, "country": "FI"})
    assert "A Finnish postcode has five digits." in refused.content.decode()
    only_here = str(DeliveryMethod.objects.get(code="parcel").pk)
    refused = fill_in(client, **{**ABROAD, "delivery_method": only_here})
    assert refused.status_code == 400
    assert not CheckoutDraft.objects.exists()


def test_where_there_is_one_country_nobody_is_asked(
    client: Client, variant: Variant, settings: Any
) -> None:
    settings.DELIVERY_COUNTRIES = ["FI"]
    put(client, variant.sku)
    page = client.get("/en/checkout/").content.decode()
    assert 'name="country"' not in page
    assert 'name="vat_id"' not in page
    assert 'name="einvoice_address"' in page


COMPANY = {"for_company": "on", "company_name": "Puro Oy", "business_id": "2077474-0"}


def test_an_e_invoice_address_goes_all_the_way_to_the_file(
    client: Client, variant: Variant
) -> None:
    einvoice = {"einvoice_address": "0037 2077 4740", "einvoice_operator": "ndeafihh"}
    in_the_shop(variant, client, **COMPANY, **einvoice)
    order(client)
    placed = Order.objects.get()
    assert (placed.einvoice_address, placed.einvoice_operator) == ("003720774740", "NDEAFIHH")
    invoice = issue(order=placed, tax_point=NOON.date(), at=NOON)
    text = finvoice(invoice).decode()
    assert "<ToIdentifier>003720774740</ToIdentifier>" in text
    assert "<ToIntermediator>NDEAFIHH</ToIntermediator>" in text


@pytest.mark.parametrize(
    ("address", "operator"),
    [("003712345678", "NDEAFIHH"), ("003720774740", ""), ("", "NDEAFIHH"), ("x", "??")],
)
def test_a_wrong_or_half_e_invoice_address_is_refused(
    client: Client, variant: Variant, address: str, operator: str
) -> None:
    put(client, variant.sku)
    said = {"einvoice_address": address, "einvoice_operator": operator}
    refused = fill_in(client, **COMPANY, **said)
    assert refused.status_code == 400
    assert "Puro Oy" in refused.content.decode()
