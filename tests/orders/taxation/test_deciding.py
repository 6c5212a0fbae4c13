"""Which VAT a sale bears: every published scenario, and the edges between them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.catalogue.rates import rates_on
from orders.taxation.areas import MEMBERS, Area, Place
from orders.taxation.deciding import Buyer, Decision, Sale, Seller, Supply, decide
from orders.taxation.treatments import UNTAXED, Treatment
from orders.taxation.vat_ids import NotAVatId, country_of, normal_vat_id
from tests import vectors

DAY = date(2026, 11, 23)
REGISTERED = Seller(oss_since=date(2026, 1, 1))
SWEDE = Buyer(Place("SE"), is_company=True, vat_id="SE556012579001", is_checked=True)
PLACES = {
    "FI 00580": Place("FI", "00580"),
    "FI 00580 food": Place("FI", "00580"),
    "AX 22100 Mariehamn": Place("FI", "22100"),
    "Northern Ireland": Place("GB", "BT1 5GS"),
    "Canary Islands 35xxx/38xxx": Place("ES", "35001"),
}
EXPECTED = {
    "domestic": Treatment.DOMESTIC,
    "distance sale, destination VAT": Treatment.DISTANCE,
    "destination VAT from that sale on": Treatment.DISTANCE,
    "distance sale of goods as EU destination": Treatment.DISTANCE,
    "reverse charge, 0 %": Treatment.REVERSE,
    "Åland: outside the EU VAT territory, tax border": Treatment.ALAND,
    "export, 0 %": Treatment.EXPORT,
    "outside EU VAT area -> export": Treatment.EXPORT,
}


def goods(to: Place, net: str = "100.00") -> Sale:
    return Sale(Supply.GOODS, to, Decimal(net), DAY)


def consumer(country: str, postcode: str = "") -> Buyer:
    return Buyer(Place(country, postcode))


def scenario(row: dict[str, str]) -> Decision:
    """Read a published row: "service" stands where the others say where goods go."""
    to = PLACES.get(row["delivery_to"], Place(row["buyer_country"]))
    buyer = Buyer(
        Place(row["buyer_country"]),
        is_company=row["buyer"] == "business",
        vat_id=SWEDE.vat_id if row["buyer_country"] == "SE" else row["vat_number"],
        is_checked="valid" in row["vat_number"],
    )
    seller = REGISTERED if row["oss"] in ("registered", "any") else Seller(None, Decimal("9900.01"))
    supply = Supply.SERVICE if row["delivery_to"] == "service" else Supply.GOODS
    return decide(Sale(supply, to, Decimal("100.00"), DAY), buyer, seller)


@pytest.mark.parametrize("row", vectors.rows("vat_scenarios"), ids=vectors.name)
def test_a_sale_is_taxed_as_published(row: dict[str, str]) -> None:
    assert scenario(row).treatment == EXPECTED[row["expected"]]


@pytest.mark.django_db
@pytest.mark.parametrize("row", vectors.rows("vat_scenarios"), ids=vectors.name)
def test_a_sale_has_the_published_rate(row: dict[str, str]) -> None:
    from_the_tables = rates_on(DAY, country=scenario(row).rates_of)
    asked = from_the_tables["food" if "food" in row["delivery_to"] else "standard"]
    untaxed = scenario(row).treatment in UNTAXED
    assert (Decimal(0) if untaxed else asked) == Decimal(row["rate"])


def test_the_sale_that_passes_the_threshold_bears_the_destination_s_tax() -> None:
    sold = Seller(None, sold_this_year=Decimal("9900.00"))
    german = consumer("DE")

    to_the_cent = decide(goods(Place("DE"), "100.00"), german, sold)
    assert to_the_cent == Decision(Treatment.BELOW, "DE")
    assert to_the_cent.rates_of == "FI"
    over = decide(goods(Place("DE"), "100.01"), german, sold)
    assert over == Decision(Treatment.DISTANCE, "DE")
    assert over.rates_of == "DE"


def test_whoever_passed_it_last_year_or_is_registered_taxes_where_it_goes() -> None:
    last_year = Seller(None, sold_last_year=Decimal("10000.01"))
    assert decide(goods(Place("EE")), consumer("EE"), last_year).treatment == Treatment.DISTANCE
    tomorrow = Seller(oss_since=date(2026, 11, 24))
    assert decide(goods(Place("EE")), consumer("EE"), tomorrow).treatment == Treatment.BELOW


def test_a_company_of_the_union_pays_no_tax_once_its_vat_id_was_checked() -> None:
    sale = goods(Place("SE"))
    assert decide(sale, SWEDE, REGISTERED) == Decision(Treatment.INTRA, "SE")

    unchecked = Buyer(Place("SE"), is_company=True, vat_id=SWEDE.vat_id)
    assert decide(sale, unchecked, REGISTERED).treatment == Treatment.DISTANCE
    assert decide(sale, unchecked, Seller()).treatment == Treatment.BELOW


def test_a_finnish_company_pays_finnish_tax_wherever_in_the_union_its_goods_go() -> None:
    finn = Buyer(Place("FI", "00100"), is_company=True, vat_id="FI20774740", is_checked=True)
    assert decide(goods(Place("SE")), finn, REGISTERED).treatment == Treatment.DOMESTIC


def test_goods_that_stay_in_finland_bear_its_tax_whoever_buys() -> None:
    assert decide(goods(Place("FI", "00100")), SWEDE, REGISTERED).treatment == Treatment.DOMESTIC


@pytest.mark.parametrize(
    ("supply", "buyer", "treatment"),
    [
        (Supply.SERVICE, consumer("DE"), Treatment.DOMESTIC),
        (Supply.SERVICE, consumer("NO"), Treatment.DOMESTIC),
        (Supply.SERVICE, Buyer(Place("NO"), is_company=True), Treatment.ABROAD),
        (Supply.DIGITAL, consumer("DE"), Treatment.DISTANCE),
        (Supply.DIGITAL, consumer("NO"), Treatment.ABROAD),
        (Supply.DIGITAL, consumer("ES", "38001"), Treatment.ABROAD),
        (Supply.DIGITAL, consumer("GB", "BT1 5GS"), Treatment.ABROAD),
        (Supply.DIGITAL, consumer("FI", "22100"), Treatment.DOMESTIC),
        (Supply.DIGITAL, SWEDE, Treatment.REVERSE),
        (
            Supply.SERVICE,
            Buyer(Place("SE"), is_company=True, vat_id=SWEDE.vat_id),
            Treatment.DOMESTIC,
        ),
    ],
)
def test_a_service_follows_its_buyer(supply: Supply, buyer: Buyer, treatment: Treatment) -> None:
    sale = Sale(supply, Place("FI", "00100"), Decimal(100), DAY)
    assert decide(sale, buyer, REGISTERED).treatment == treatment


@pytest.mark.parametrize(
    ("country", "postcode", "area"),
    [
        ("FI", "00580", Area.HOME),
        ("FI", "22100", Area.ALAND),
        ("AX", "22100", Area.ALAND),
        ("FI", "FI-22100", Area.ALAND),
        ("FI", "02200", Area.HOME),
        ("ES", "28013", Area.MEMBER),
        ("ES", "51001", Area.OUTSIDE),
        ("ES", "52001", Area.OUTSIDE),
        ("IT", "23041", Area.OUTSIDE),
        ("IT", "22061", Area.OUTSIDE),
        ("IT", "22100", Area.MEMBER),
        ("DE", "78266", Area.OUTSIDE),
        ("DE", "27498", Area.OUTSIDE),
        ("DE", "D-27498", Area.OUTSIDE),
        ("DE", "22111", Area.MEMBER),
        ("GR", "63086", Area.OUTSIDE),
        ("GR", "630 87", Area.OUTSIDE),
        ("FR", "97110", Area.OUTSIDE),
        ("FR", "98714", Area.OUTSIDE),
        ("FR", "98000", Area.MEMBER),
        ("MC", "98000", Area.MEMBER),
        ("GP", "97110", Area.OUTSIDE),
        ("GB", "SW1A 1AA", Area.OUTSIDE),
        ("GB", "bt1 5gs", Area.NORTHERN_IRELAND),
        ("XI", "BT1 5GS", Area.NORTHERN_IRELAND),
        ("IM", "IM1 1AA", Area.OUTSIDE),
        ("NO", "0150", Area.OUTSIDE),
    ],
)
def test_special_territories_are_known_by_their_postcodes(
    country: str, postcode: str, area: Area
) -> None:
    assert Place(country, postcode).area == area


@given(
    supply=st.sampled_from(Supply),
    country=st.sampled_from(sorted(MEMBERS)),
    buyer_country=st.sampled_from(sorted(MEMBERS)),
    is_company=st.sampled_from(["", "yes"]),
    net=st.decimals("0", "20000", places=2),
)
def test_within_the_union_nobody_is_untaxed_without_evidence(
    supply: Supply, country: str, buyer_country: str, is_company: str, net: Decimal
) -> None:
    buyer = Buyer(Place(buyer_country), is_company=bool(is_company), vat_id="SE556012579001")
    decision = decide(Sale(supply, Place(country), net, DAY), buyer, Seller())
    assert decision.treatment not in UNTAXED


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("se 5560-12579001", "SE556012579001"),
        ("EL094259216", "EL094259216"),
        ("GR094259216", "EL094259216"),
        ("DE 136 695 976", "DE136695976"),
        ("XI925901618", "XI925901618"),
    ],
)
def test_a_vat_id_is_brought_to_the_form_of_vies(typed: str, kept: str) -> None:
    assert normal_vat_id(typed) == kept


@pytest.mark.parametrize("typed", ["", "DE123456789", "NO123456785MVA", "SE", "x" * 100])
def test_what_no_member_state_gives_is_refused(typed: str) -> None:
    with pytest.raises(NotAVatId):
        normal_vat_id(typed)


def test_greece_has_two_names() -> None:
    assert country_of("EL094259216") == "GR"
