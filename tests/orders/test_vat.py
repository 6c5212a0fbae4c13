import datetime as dt
import itertools
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders import money, vat
from orders.catalogue.vat_rates import DATED_RATES, TAX_CLASSES
from orders.vat import Taxed, VatRow
from tests import vectors

RATES = [Decimal(rate) for rate in ("25.5", "24", "14", "13.5", "10", "0")]
gross_amounts = st.decimals("0", "100000", places=2)
lines = st.lists(st.builds(Taxed, rate=st.sampled_from(RATES), amount=gross_amounts), max_size=40)


def _amount_and_rate(row: dict[str, str]) -> tuple[Decimal, Decimal]:
    [(amount, rate)] = re.findall(r"^([\d.]+)(?: gross)? @([\d.]+)$", row["input"])
    return Decimal(amount), Decimal(rate)


def test_every_kind_of_rounding_has_a_test() -> None:
    """The last two stand in `test_money`."""
    assert {row["kind"] for row in vectors.rows("rounding")} == {
        "vat_of_net",
        "split_gross",
        "unreachable_gross",
        "invoice_total",
        "sum_lines_vs_total",
        "allocate",
        "percent_discount",
    }


@pytest.mark.parametrize("row", vectors.rows("rounding", kind="vat_of_net"), ids=vectors.name)
def test_tax_is_added_to_a_net_sum_as_published(row: dict[str, str]) -> None:
    assert vat.split_net(*_amount_and_rate(row)).vat == Decimal(row["expected"])


@pytest.mark.parametrize(
    "row",
    vectors.rows("rounding", kind="split_gross")
    + vectors.rows("rounding", kind="unreachable_gross"),
    ids=vectors.name,
)
def test_a_gross_price_is_split_as_published(row: dict[str, str]) -> None:
    split = vat.split_gross(*_amount_and_rate(row))

    assert f"net {split.net} vat {split.vat}" == row["expected"]


@pytest.mark.parametrize(
    "row", vectors.rows("rounding", kind="unreachable_gross"), ids=vectors.name
)
def test_no_net_price_gives_these_gross_prices(row: dict[str, str]) -> None:
    gross, rate = _amount_and_rate(row)
    net = vat.split_gross(gross, rate).net

    nearby = [vat.split_net(net + step * money.CENT, rate).gross for step in (-1, 0, 1)]
    assert gross not in nearby


@pytest.mark.parametrize("row", vectors.rows("rounding", kind="invoice_total"), ids=vectors.name)
def test_an_invoice_sums_up_as_published(row: dict[str, str]) -> None:
    rows = vat.summary_of_net(
        [Taxed(Decimal("25.5"), Decimal("822.00")), Taxed(Decimal("13.5"), Decimal("50.00"))]
    )

    net, tax, gross = vat.total(rows)
    assert row["input"] == f"net {net} + vat {tax}"
    assert gross == Decimal(row["expected"])


@pytest.mark.parametrize(
    "row", vectors.rows("rounding", kind="sum_lines_vs_total"), ids=vectors.name
)
def test_the_tax_of_a_rate_is_counted_on_the_sum_once(row: dict[str, str]) -> None:
    [(count, amount, rate)] = re.findall(r"^(\d+) lines of ([\d.]+) gross @([\d.]+)$", row["input"])
    sold = [Taxed(Decimal(rate), Decimal(amount))] * int(count)

    line_by_line = sum(vat.split_gross(line.amount, line.rate).vat for line in sold)
    [once] = vat.summary(sold)

    assert row["expected"] == f"per-line sum {line_by_line}; per-rate total {once.vat}"


@given(gross_amounts, st.sampled_from(RATES))
def test_the_gross_stays_the_truth(gross: Decimal, rate: Decimal) -> None:
    split = vat.split_gross(gross, rate)

    assert split.gross == gross
    assert split.net + split.vat == gross
    assert 0 <= split.vat <= gross
    assert abs(split.net * (100 + rate) / 100 - gross) <= Decimal("0.0065")


@given(lines)
def test_the_summary_loses_no_cent(sold: list[Taxed]) -> None:
    rows = vat.summary(sold)

    assert [row.rate for row in rows] == sorted({line.rate for line in sold}, reverse=True)
    assert vat.total(rows)[2] == sum((line.amount for line in sold), start=money.ZERO)


@given(gross_amounts, lines.filter(bool))
def test_a_delivery_charge_follows_the_rates_of_its_goods(
    charge: Decimal, goods: list[Taxed]
) -> None:
    parts = vat.divide_over_rates(charge, goods)

    assert sum((part.amount for part in parts), start=money.ZERO) == charge
    assert {part.rate for part in parts} <= {line.rate for line in goods}


def test_the_charge_of_a_mixed_basket_is_divided_in_proportion() -> None:
    goods = [Taxed(Decimal("25.5"), Decimal("30.00")), Taxed(Decimal("13.5"), Decimal("10.00"))]

    assert vat.divide_over_rates(Decimal("5.90"), goods) == [
        Taxed(Decimal("25.5"), Decimal("4.43")),
        Taxed(Decimal("13.5"), Decimal("1.47")),
    ]


def test_the_charge_of_free_goods_follows_their_highest_rate() -> None:
    goods = [Taxed(Decimal("13.5"), money.ZERO), Taxed(Decimal("25.5"), money.ZERO)]

    assert vat.divide_over_rates(Decimal("5.90"), goods) == [
        Taxed(Decimal("25.5"), Decimal("5.90"))
    ]


def test_a_charge_without_goods_is_refused() -> None:
    with pytest.raises(vat.NothingSold):
        vat.divide_over_rates(Decimal("5.90"), [])


def test_a_row_that_does_not_sum_up_cannot_exist() -> None:
    with pytest.raises(ValueError, match="is not"):
        VatRow(rate=Decimal(24), net=Decimal(1), vat=Decimal(1), gross=Decimal(3))


@pytest.mark.parametrize("rate", ["-1", "100.5", "NaN"])
def test_what_is_no_rate_is_refused(rate: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        vat.split_gross(Decimal(1), Decimal(rate))


@pytest.mark.parametrize("row", vectors.rows("vat_fi_dates"), ids=vectors.name)
def test_the_rate_of_the_day_that_decides_is_chosen(row: dict[str, str]) -> None:
    dates = {
        word: dt.date.fromisoformat(day)
        for word, day in re.findall(r"(delivered|paid)(?: in advance)? (\S{10})", row["tax_point"])
    }
    day = vat.tax_point(**dates) if dates else dt.date.fromisoformat(row["tax_point"])

    rate = vat.rate_on(DATED_RATES, tax_class=row["class"], day=day)

    assert rate == Decimal(row["expected_rate"])


def test_the_dated_rates_are_those_of_the_sources() -> None:
    published = {
        (row["class"], row["valid_from"], row["valid_to"], Decimal(row["rate"]))
        for row in vectors.rows("vat_fi_timeline")
    }
    ours = {
        (
            dated.tax_class,
            dated.valid_from.isoformat(),
            dated.valid_to.isoformat() if dated.valid_to else "",
            dated.rate,
        )
        for dated in DATED_RATES
    }

    assert {row for row in ours if row[0] != "zero"} == published
    assert {dated.tax_class for dated in DATED_RATES} == {known.code for known in TAX_CLASSES}


def test_the_rates_of_a_class_neither_overlap_nor_leave_a_gap() -> None:
    for known in TAX_CLASSES:
        dated = [rate for rate in DATED_RATES if rate.tax_class == known.code]
        for earlier, later in itertools.pairwise(dated):
            assert earlier.valid_to is not None
            assert later.valid_from - earlier.valid_to == dt.timedelta(days=1)
        assert dated[-1].valid_to is None


def test_a_day_before_the_first_rate_has_none() -> None:
    with pytest.raises(vat.NoRateInForce):
        vat.rate_on(DATED_RATES, tax_class="standard", day=dt.date(2012, 12, 31))
    with pytest.raises(vat.NoRateInForce):
        vat.rate_on(DATED_RATES, tax_class="luxury", day=dt.date(2026, 1, 1))


def test_without_delivery_and_payment_there_is_no_tax_point() -> None:
    with pytest.raises(ValueError, match="Neither"):
        vat.tax_point()
