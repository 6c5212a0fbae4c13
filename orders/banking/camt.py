"""Account statements and notifications of ISO 20022: camt.053 and camt.054, versions 02 and 08.

The versions differ in a few places only (a status in a <Cd>, a party in a <Pty>), so one reader
looks in both. Names are compared without their namespace, which banks write in several ways.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation

from orders.banking.facts import BadEntry, Facts, Format, Problem, Statement, UnreadableStatement
from orders.banking.xml import Node, elements
from orders.money import CENT, ZERO

ROOTS = {
    "BkToCstmrStmt": Format.STATEMENT,
    "BkToCstmrDbtCdtNtfctn": Format.NOTIFICATION,
}
_BOOKED = "BOOK"
_CREDIT, _DEBIT = "CRDT", "DBIT"
_DIRECTIONS = {_CREDIT: True, _DEBIT: False}
LARGEST = Decimal(10) ** 10
LONGEST_NUMBER = 35
MOST_DIGITS = 9


def read(content: bytes) -> Statement:
    """Read the booked entries of a file.

    :raises UnreadableStatement: when the file as a whole is none of this kind.
    """
    found: Statement | None = None
    account = ""
    for path, node in elements(content, "Ntry", "Acct", "GrpHdr"):
        if found is None:
            found = Statement(_format(path, node))
        if node.name == "Acct":
            account = node.said("Id/IBAN").replace(" ", "")
        elif node.name == "Ntry":
            _take(found, node, account)
    if found is None:
        raise UnreadableStatement(Problem("unknown_format"))
    return found


def _format(path: tuple[str, ...], node: Node) -> Format:
    for name in path:
        if name in ROOTS:
            return ROOTS[name]
    raise UnreadableStatement(Problem("unknown_format", node.line))


def _take(found: Statement, entry: Node, account: str) -> None:
    """Add an entry's payments, or say what is wrong with it."""
    if not account:
        raise UnreadableStatement(Problem("no_account", entry.line))
    if entry.said("Sts/Cd", "Sts") != _BOOKED:
        return
    try:
        found.entries.extend(_payments(entry, account))
    except BadEntry as refusal:
        found.problems.append(refusal.problem)


def _payments(entry: Node, account: str) -> Iterator[Facts]:
    """Give the payments of an entry: its details, or itself where there are none."""
    details = entry.all("NtryDtls/TxDtls")
    whole = _facts(entry, account)
    if not details:
        yield whole
        return
    if len(details) == 1:
        yield _detail(details[0], entry, whole, only=True)
        return
    parts = [_detail(each, entry, whole, only=False) for each in details]
    if sum(part.amount for part in parts) != whole.amount:
        raise BadEntry(Problem("details_differ", entry.line, "NtryDtls"))
    yield from _told_apart(parts, whole)


def _told_apart(parts: list[Facts], whole: Facts) -> Iterator[Facts]:
    """Take numbers only where they tell payments apart: some banks repeat the sum's in each."""
    count = Counter(part.number for part in parts)
    for part in parts:
        is_own = count[part.number] == 1 and part.number != whole.number
        yield part if is_own else replace(part, number="")


def _facts(entry: Node, account: str) -> Facts:
    amount = _needed(entry, "Amt")
    count = entry.said("NtryDtls/Btch/NbOfTxs")
    return Facts(
        account=account,
        is_credit=_is_credit(entry),
        amount=_amount(amount),
        currency=_currency(amount),
        booked=_date(_needed(entry, "BookgDt")),
        line=entry.line,
        number=_short(entry, "AcctSvcrRef", "NtryRef"),
        message=entry.said("AddtlNtryInf")[:500],
        is_reversal=entry.said("RvslInd") in ("true", "1"),
        holds=int(count) if count.isdecimal() and len(count) <= MOST_DIGITS else 1,
    )


def _detail(detail: Node, entry: Node, whole: Facts, *, only: bool) -> Facts:
    """Give one payment of an entry; one alone has the entry's own amount and number."""
    amount, currency = whole.amount, whole.currency
    if not only:
        said = detail.first("Amt", "AmtDtls/TxAmt/Amt")
        if said is None:
            raise BadEntry(Problem("missing", detail.line, "Amt"))
        amount, currency = _amount(said), _currency(said)
    own = _short(detail, "Refs/AcctSvcrRef")
    side = "Dbtr" if whole.is_credit else "Cdtr"
    unstructured = " ".join(
        " ".join(node.text.split()) for node in detail.all("RmtInf/Ustrd") if node.text.strip()
    )
    return Facts(
        account=whole.account,
        is_credit=whole.is_credit,
        amount=amount,
        currency=currency,
        booked=whole.booked,
        line=detail.line,
        number=own or (whole.number if only else ""),
        batch=whole.number,
        reference=detail.said("RmtInf/Strd/CdtrRefInf/Ref")[:140],
        name=detail.said(f"RltdPties/{side}/Pty/Nm", f"RltdPties/{side}/Nm")[:140],
        other_account=detail.said(f"RltdPties/{side}Acct/Id/IBAN").replace(" ", "")[:34],
        message=unstructured[:500],
        is_reversal=whole.is_reversal or detail.said("RvslInd") in ("true", "1"),
    )


def _is_credit(entry: Node) -> bool:
    said = _needed(entry, "CdtDbtInd")
    direction = _DIRECTIONS.get(said.text.strip())
    if direction is None:
        raise BadEntry(Problem("unknown_direction", said.line, "CdtDbtInd"))
    return direction


def _needed(node: Node, name: str) -> Node:
    found = node.first(name)
    if found is None:
        raise BadEntry(Problem("missing", node.line, name))
    return found


def _amount(node: Node) -> Decimal:
    try:
        amount = Decimal(node.text.strip())
        is_money = ZERO < amount < LARGEST and amount == amount.quantize(CENT)
    except InvalidOperation:
        is_money = False
    if not is_money:
        raise BadEntry(Problem("not_an_amount", node.line, node.name))
    return amount.quantize(CENT)


def _currency(node: Node) -> str:
    said = node.attributes.get("Ccy", "")
    if not (said.isascii() and said.isalpha() and len(said) == len("EUR")):
        raise BadEntry(Problem("missing", node.line, "Amt/@Ccy"))
    return said.upper()


def _date(node: Node) -> date:
    said = node.said("Dt", "DtTm")
    try:
        return date.fromisoformat(said[:10])
    except ValueError:
        raise BadEntry(Problem("not_a_date", node.line, node.name)) from None


def _short(node: Node, *paths: str) -> str:
    said = node.said(*paths)
    if len(said) > LONGEST_NUMBER:
        raise BadEntry(Problem("too_long", node.line, paths[0]))
    return said
