"""The Finnish banks' list of incoming reference payments (KTL), in records of ninety characters.

A batch begins with a record 0 and ends with a record 9 that says how many payments there were and
how much; between them each payment is a record 3 or, from a direct debit, 5. A payment that the
bank takes back says so by its correction sign.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from orders.banking.accounts import iban_of
from orders.banking.facts import BadEntry, Facts, Format, Problem, Statement, UnreadableStatement
from orders.money import from_cents

LENGTH = 90
_BATCH, _PAYMENTS, _SUM = "0", ("3", "5"), "9"
_EURO = "1"
_CORRECTED = "1"
_LETTERS = str.maketrans("[\\]", "ÄÖÅ")
"""Old seven-bit files write Finnish letters with these signs."""


def looks_like(content: bytes) -> bool:
    """Tell whether a file begins with a batch record."""
    first = content[: LENGTH + 2].splitlines()[:1]
    return bool(first) and first[0][:11].isdigit() and first[0][:1] == _BATCH.encode()


def read(content: bytes) -> Statement:
    """Read all batches of a list.

    :raises UnreadableStatement: when it breaks off, or does not add up.
    """
    found = Statement(Format.REFERENCE_LIST)
    batch: _Batch | None = None
    for line, record in _records(content):
        kind = record[:1]
        if kind == _BATCH and batch is None:
            batch = _Batch()
        elif kind == _SUM and batch is not None:
            batch.compare(record, line)
            batch = None
        elif kind in _PAYMENTS and batch is not None:
            _take(found, batch, record, line)
        else:
            raise UnreadableStatement(Problem("unknown_record", line))
    if batch is not None:
        raise UnreadableStatement(Problem("no_sum"))
    return found


def _records(content: bytes) -> Iterator[tuple[int, str]]:
    for line, raw in enumerate(content.splitlines(), start=1):
        record = raw.decode("latin-1").translate(_LETTERS)
        if record.strip():
            yield line, record.ljust(LENGTH)


class _Batch:
    """Payments between two records, to be compared with what the bank has counted."""

    def __init__(self) -> None:
        self.count: Counter[bool] = Counter()
        self.sum: dict[bool, Decimal] = {False: from_cents(0), True: from_cents(0)}
        self.has_bad = False

    def add(self, facts: Facts) -> None:
        self.count[facts.is_reversal] += 1
        self.sum[facts.is_reversal] += facts.amount

    def compare(self, record: str, line: int) -> None:
        """Compare with the sum record; what could not be read was listed already.

        :raises UnreadableStatement: when something is missing or too much.
        """
        try:
            said = [
                (int(record[start : start + 6]), from_cents(int(record[start + 6 : start + 17])))
                for start in (1, 18)
            ]
        except ValueError:
            raise UnreadableStatement(Problem("wrong_sum", line)) from None
        read = [(self.count[kind], self.sum[kind]) for kind in (False, True)]
        if said != read and not self.has_bad:
            raise UnreadableStatement(Problem("wrong_sum", line))


def _take(found: Statement, batch: _Batch, record: str, line: int) -> None:
    try:
        facts = _facts(record, line)
    except BadEntry as refusal:
        batch.has_bad = True
        found.problems.append(refusal.problem)
    else:
        batch.add(facts)
        found.entries.append(facts)


def _facts(record: str, line: int) -> Facts:
    amount = record[77:87]
    if not amount.isdecimal() or not int(amount):
        raise BadEntry(Problem("not_an_amount", line, "78–87"))
    is_reversal = record[87] == _CORRECTED
    return Facts(
        account=iban_of(record[1:15]),
        is_credit=not is_reversal,
        amount=from_cents(int(amount)),
        currency="EUR" if record[75] == _EURO else "",
        booked=_date(record[15:21], line, "16–21"),
        line=line,
        number=record[27:43].strip(),
        reference=record[43:63].strip().lstrip("0"),
        name=record[63:75].strip(),
        is_reversal=is_reversal,
    )


def _date(said: str, line: int, place: str) -> date:
    try:
        return date.fromisoformat(f"20{said[:2]}-{said[2:4]}-{said[4:]}")
    except ValueError:
        raise BadEntry(Problem("not_a_date", line, place)) from None
