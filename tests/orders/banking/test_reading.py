"""Files of banks are read to the cent, and refused where they are not sound."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from orders.banking.accounts import NotAnAccount, iban_of, is_finnish, normal_iban, written
from orders.banking.facts import Format, UnreadableStatement
from orders.banking.reading import MOST_BYTES, read
from tests import vectors
from tests.orders.banking.files import (
    BANK,
    DAY,
    IBAN,
    Told,
    camt,
    entry,
    record,
    reference_list,
    statement,
)


@pytest.fixture(autouse=True)
def our_account(settings: Any) -> None:
    settings.BANK_ACCOUNT = BANK


def refusal(content: bytes) -> tuple[str, int, str]:
    with pytest.raises(UnreadableStatement) as found:
        read(content)
    problem = found.value.problem
    return problem.code, problem.line, problem.element


@pytest.mark.parametrize("kind", ["053", "054"])
@pytest.mark.parametrize("version", ["02", "08"])
def test_a_payment_is_read_from_each_kind_and_version(kind: str, version: str) -> None:
    told = Told("189.40", "RF332348236", number="20261123593619123456", message="Kiitos")

    [facts] = read(statement(told, kind=kind, version=version)).entries

    assert (facts.account, facts.is_credit, facts.amount) == (IBAN, True, Decimal("189.40"))
    assert (facts.currency, facts.booked, facts.number) == ("EUR", DAY, "20261123593619123456")
    assert (facts.reference, facts.message) == ("RF332348236", "Kiitos")
    assert (facts.name, facts.other_account) == ("Virtanen Anna", "FI3715903000000776")


@pytest.mark.parametrize("prefix", ["", "ns2"])
def test_the_namespace_may_be_written_in_any_way(prefix: str) -> None:
    found = read(camt(entry(Told("1.00")), prefix=prefix))

    assert (found.format, len(found.entries)) == (Format.STATEMENT, 1)


def test_what_is_not_booked_yet_is_not_money() -> None:
    assert read(statement(Told("5.00", booked=False))).entries == []


@pytest.mark.parametrize("version", ["02", "08"])
def test_a_batch_is_its_payments(version: str) -> None:
    parts = (Told("10.00", "1232", number="A1"), Told("2.50", "13", number="A2"))
    content = camt(entry(*parts, version=version, number="SUM"), version=version)

    found = [(each.amount, each.number, each.batch) for each in read(content).entries]

    assert found == [(Decimal("10.00"), "A1", "SUM"), (Decimal("2.50"), "A2", "SUM")]


def test_a_batch_without_details_is_one_sum_of_several() -> None:
    parts = (Told("10.00"), Told("2.50"))

    [facts] = read(camt(entry(*parts, number="SUM", details=False))).entries

    assert (facts.amount, facts.holds) == (Decimal("12.50"), 2)


def test_a_number_that_is_repeated_in_each_detail_names_none_of_them() -> None:
    parts = (Told("10.00", number="SUM"), Told("10.00", number="SUM"))

    assert [each.number for each in read(camt(entry(*parts, number="SUM"))).entries] == ["", ""]


def test_details_that_do_not_add_up_are_listed_and_the_others_go_in() -> None:
    bad = entry(Told("10.00"), Told("2.50")).replace("12.50", "12.60")
    content = camt(entry(Told("1.00")), bad, entry(Told("3.00")))

    found = read(content)

    assert [each.amount for each in found.entries] == [Decimal("1.00"), Decimal("3.00")]
    assert [(each.code, each.line) for each in found.problems] == [("details_differ", 6)]


@pytest.mark.parametrize(
    ("was", "becomes", "code", "element"),
    [
        ('<Amt Ccy="EUR">7.00</Amt>', "", "missing", "Amt"),
        (">7.00<", ">7,00<", "not_an_amount", "Amt"),
        (">7.00<", ">7.001<", "not_an_amount", "Amt"),
        (">7.00<", ">-7.00<", "not_an_amount", "Amt"),
        (">7.00<", ">NaN<", "not_an_amount", "Amt"),
        (">7.00<", ">1E+99<", "not_an_amount", "Amt"),
        ('Ccy="EUR"', 'Ccy="EUROS"', "missing", "Amt/@Ccy"),
        ('Ccy="EUR"', "", "missing", "Amt/@Ccy"),
        ("CRDT", "CREDIT", "unknown_direction", "CdtDbtInd"),
        ("<Dt>2026-11-23</Dt>", "<Dt>23.11.2026</Dt>", "not_a_date", "BookgDt"),
        ("<Dt>2026-11-23</Dt>", "", "not_a_date", "BookgDt"),
        ("<AcctSvcrRef>N", "<AcctSvcrRef>" + "N" * 36, "too_long", "AcctSvcrRef"),
    ],
)
def test_a_bad_entry_is_named_by_line_and_element(
    was: str, becomes: str, code: str, element: str
) -> None:
    bad = entry(Told("7.00", number="N"))
    assert was in bad
    found = read(camt(entry(Told("1.00")), bad.replace(was, becomes)))

    assert [each.amount for each in found.entries] == [Decimal("1.00")]
    [problem] = found.problems
    assert (problem.code, problem.line, problem.element) == (code, 6, element)


def test_the_reason_is_told_in_the_readers_language() -> None:
    [problem] = read(camt(entry(Told("7.00")).replace(">7.00<", ">x<"))).problems
    with translation.override("fi"):
        finnish = f"{problem.place}: {problem.reason}"
    with translation.override("sv"):
        swedish = f"{problem.place}: {problem.reason}"

    assert finnish == "rivi 5, Amt: Tämä ei ole rahamäärä."
    assert swedish == "rad 5, Amt: Det här är inget penningbelopp."


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE Document [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    b"<Document><BkToCstmrStmt><GrpHdr>&b;</GrpHdr></BkToCstmrStmt></Document>"
)
OUTSIDE = b'<!DOCTYPE Document SYSTEM "file:///etc/passwd"><Document/>'


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"%PDF-1.7", "unknown_format"),
        (b"<html><body/></html>", "unknown_format"),
        (
            camt(entry(Told("1.00"))).replace(b"BkToCstmrStmt", b"BkToCstmrAcctRpt"),
            "unknown_format",
        ),
        (camt(entry(Told("1.00")))[:-30], "not_xml"),
        (camt("<Ntry></Ntry>").replace(b"<IBAN>FI2112345600000785</IBAN>", b""), "no_account"),
        (BOMB, "doctype"),
        (b'<?xml version="1.0" encoding="x"?><a/>', "not_xml"),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', "not_xml"),
        (b"0261123120012\0", "not_text"),
        (OUTSIDE, "doctype"),
        (b"<a>" * 50 + b"</a>" * 50, "too_deep"),
        (b"<" + b" " * MOST_BYTES, "too_large"),
        (camt(entry(Told("1.00")), iban="FI3715903000000776"), "not_our_account"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_not_sound_is_refused_whole(content: bytes, code: str) -> None:
    assert refusal(content)[0] == code


def test_a_damaged_file_is_refused_with_its_line() -> None:
    content = camt(entry(Told("1.00")), entry(Told("2.00")).replace("</Sts>", "</Sta>"))

    assert refusal(content) == ("not_xml", 6, "")


def test_without_an_account_of_our_own_nothing_is_read(settings: Any) -> None:
    settings.BANK_ACCOUNT = {"iban": "", "bic": ""}
    assert refusal(statement(Told("1.00")))[0] == "no_own_account"


def test_our_account_may_be_set_as_people_write_it(settings: Any) -> None:
    settings.BANK_ACCOUNT = {"iban": "FI21 1234 5600 0007 85", "bic": ""}
    assert len(read(statement(Told("1.00"))).entries) == 1


# --- The list of reference payments


def test_a_list_is_read_record_by_record() -> None:
    told = Told("189.40", "12344", number="0123456789ABCDEF", name="VIRTANEN ANN")

    [facts] = read(reference_list(told)).entries

    assert (facts.account, facts.amount, facts.currency) == (IBAN, Decimal("189.40"), "EUR")
    assert (facts.reference, facts.number) == ("12344", "0123456789ABCDEF")
    assert (facts.booked, facts.name) == (DAY, "VIRTANEN ANN")
    assert (facts.is_credit, facts.is_reversal) == (True, False)


def test_letters_of_both_alphabets_are_read() -> None:
    told = Told("1.00", "1232", name="M[KI ]KE")
    assert read(reference_list(told)).entries[0].name == "MÄKI ÅKE"
    told = Told("1.00", "1232", name="MÄKI ÅKE")
    assert read(reference_list(told)).entries[0].name == "MÄKI ÅKE"


def test_a_direct_debit_and_a_correction_are_told_apart() -> None:
    back = Told("2.00", "1232", reversal=True)
    debited = Told("3.00", "1232")
    content = reference_list(back, debited, records=[record(back), record(debited, kind="5")])

    found = [(each.is_credit, each.is_reversal, each.amount) for each in read(content).entries]

    assert found == [(False, True, Decimal("2.00")), (True, False, Decimal("3.00"))]


def test_a_bad_record_is_named_and_the_good_ones_go_in() -> None:
    good, bad = Told("1.00", "1232"), Told("2.00", "1232")
    spoilt = record(bad).replace("0000000200", "00000O0200")
    found = read(reference_list(good, bad, records=[record(good), spoilt]))

    assert [each.amount for each in found.entries] == [Decimal("1.00")]
    [problem] = found.problems
    assert (problem.code, problem.line, problem.element) == ("not_an_amount", 3, "78–87")


def test_a_list_that_breaks_off_or_does_not_add_up_is_refused() -> None:
    content = reference_list(Told("1.00", "1232"), Told("2.00", "1232"))
    lines = content.splitlines(keepends=True)

    assert refusal(b"".join(lines[:-1]))[0] == "no_sum"
    assert refusal(b"".join([lines[0], lines[1], lines[3]])) == ("wrong_sum", 3, "")
    assert refusal(b"".join([*lines[:2], b"7" + lines[2][1:], lines[3]])) == (
        "unknown_record",
        3,
        "",
    )


def test_a_list_of_another_account_is_refused() -> None:
    content = reference_list(Told("1.00", "1232")).replace(IBAN[4:].encode(), b"15903000000776")
    assert refusal(content)[0] == "not_our_account"


# --- Accounts


@pytest.mark.parametrize("row", vectors.rows("iban_fi"), ids=vectors.name)
def test_accounts_are_known_by_the_published_examples(row: dict[str, str]) -> None:
    if row["expected"] == "invalid":
        with pytest.raises(NotAnAccount):
            normal_iban(row["input"])
        return
    account = normal_iban(row["input"])
    assert is_finnish(account) is (row["expected"] == "valid")
    if row["formatted"]:
        assert written(account) == row["formatted"]
    if is_finnish(account):
        assert iban_of(account[4:]) == account
