"""Take in what the bank tells: each payment once, for its order or onto the work list."""

from collections import Counter
from datetime import date, datetime
from functools import partial
from hashlib import sha256
from pathlib import PurePath
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from customers.models import Account
from orders.banking.facts import Facts, Format, Statement
from orders.banking.matching import (
    key_of,
    orders_of,
    reference_of,
    refund_of,
    second_key_of,
    why_not,
)
from orders.banking.models import BankEntry, BankEntryStep, BankFile
from orders.banking.reading import read
from orders.banking.states import EntryState, Why
from orders.books.models import Entry, LedgerAccount
from orders.books.operations import moved, post
from orders.checkout.steps import confirm_payment
from orders.payments.models import Payment, PaymentEvent, Provider, Refund
from orders.payments.operations import settle_refund
from orders.payments.states import PaymentState
from orders.sales.models import Order
from privacy.locks import unless_crossed

EURO = "EUR"


class NotNow(Exception):
    """The entry does not stand where this could be done."""


class NotInEuros(Exception):
    """What came in another currency is not counted for an order."""


# --- Files


@transaction.atomic
def upload(*, content: bytes, file_name: str, by: Account | None, at: datetime) -> BankFile:
    """Read a file and keep it until it is counted; one that came before is given back.

    :raises UnreadableStatement: when it is refused as a whole; then it is not kept.
    """
    checksum = sha256(content).hexdigest()
    known = BankFile.objects.select_for_update(of=("self",)).filter(sha256=checksum).first()
    if known is not None:
        return _with_content(known, content)
    found = read(content)
    try:
        with transaction.atomic():
            return BankFile.objects.create(
                sha256=checksum,
                file_name=PurePath(file_name).name[-200:] or "–",
                format=found.format,
                content=content,
                problems=[problem.as_json() for problem in found.problems],
                uploaded_at=at,
                by=by,
            )
    except IntegrityError:  # somebody else was faster by a moment
        return BankFile.objects.get(sha256=checksum)


def _with_content(file: BankFile, content: bytes) -> BankFile:
    """Give a file that waited for too long its content again."""
    if file.state == BankFile.State.READ and file.content is None:
        file.content = content
        file.save(update_fields=["content"])
    return file


@transaction.atomic
def discard(*, file: BankFile) -> None:
    """Let go of a file of which nothing has been counted.

    :raises NotNow: when something has been.
    """
    file = BankFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if file.state == BankFile.State.COUNTED or file.entries.exists():
        raise NotNow
    file.delete()


def count_file(*, file_id: UUID, at: datetime, by: Account | None = None) -> BankFile:
    """Count the entries of a file, each in a transaction of its own.

    Whoever is stopped midway leaves whole entries, and counting again goes on from there. The file
    itself is let go at the end.
    """
    file = BankFile.objects.get(pk=file_id)
    if file.state == BankFile.State.COUNTED or file.content is None:
        return file
    found = read(bytes(file.content))
    for facts, key in keyed(found):
        unless_crossed(partial(_take, file, facts, key, at=at, by=by))
    return _close(file, found, at)


def keyed(found: Statement) -> list[tuple[Facts, str]]:
    """Give each entry of a file with its identity."""
    seen: Counter[str] = Counter()
    entries = []
    for facts in found.entries:
        alike = key_of(facts, 0)
        entries.append((facts, alike if facts.number else key_of(facts, seen[alike])))
        seen[alike] += 1
    return entries


@transaction.atomic
def _close(file: BankFile, found: Statement, at: datetime) -> BankFile:
    file = BankFile.objects.select_for_update(of=("self",)).get(pk=file.pk)
    if file.state != BankFile.State.COUNTED:
        file.state = BankFile.State.COUNTED
        file.counted_at = at
        file.content = None
        file.known = max(len(found.entries) - file.entries.count(), 0)
        file.save(update_fields=["state", "counted_at", "content", "known"])
    return file


# --- One entry


def put_aside(facts: Facts) -> tuple[EntryState, Why] | None:
    """Tell what is never counted by itself, and why; nothing of what may be."""
    if facts.holds > 1:
        return EntryState.LISTED, Why.SUM
    if facts.is_reversal:
        return EntryState.OPEN, Why.REVERSAL
    if facts.is_credit and facts.currency != EURO:
        return EntryState.OPEN, Why.CURRENCY
    return None


def is_same(known: BankEntry, facts: Facts) -> bool:
    """Tell whether an entry that has the same number tells the same."""
    return (known.amount, known.booked_date, known.is_credit) == (
        facts.amount,
        facts.booked,
        facts.is_credit,
    )


def is_twin(facts: Facts, family: str) -> bool:
    """Tell whether a file of another kind has told of the payment, under another number."""
    reference = reference_of(facts)
    if not reference or not facts.is_credit:
        return False
    alike = BankEntry.objects.filter(
        reference=reference,
        amount=facts.amount,
        booked_date=facts.booked,
        is_credit=True,
        currency=facts.currency,
    )
    others = alike.exclude(family=family).exclude(why__in=(Why.TWIN, Why.SUM)).count()
    return others > alike.filter(family=family, why=Why.TWIN).count()


@transaction.atomic
def _take(
    file: BankFile, facts: Facts, key: str, *, at: datetime, by: Account | None
) -> BankEntry | None:
    """Take in one entry, unless it is known.

    The order is held before anything is written: all who touch its money take turns there.
    """
    aside = put_aside(facts)
    order, refund = _finds(facts) if aside is None else (None, None)
    _hold_reference(facts)
    known = BankEntry.objects.filter(key=key).first()
    if known is not None and is_same(known, facts):
        _note_repeated(known, file, at)
        return None
    if known is not None:
        key, aside = second_key_of(facts), (EntryState.OPEN, Why.SAME_NUMBER)
    elif is_twin(facts, Format(file.format).family):
        aside = EntryState.LISTED, Why.TWIN
    entry = _write(file, facts, key, at)
    if entry is None:
        return None
    if aside is not None:
        return _leave(entry, *aside, at)
    if order is not None:
        return _count(entry, order, at=at, by=by)
    if facts.is_credit:
        return _leave(entry, EntryState.OPEN, why_not(facts), at)
    return _gone_out(entry, refund, at)


def _finds(facts: Facts) -> tuple[Order | None, Refund | None]:
    """Find, and hold, the order that a payment is for, or that of the refund that it is."""
    if facts.is_credit:
        return _held(list(orders_of([reference_of(facts)]).values())), None
    return None, _held_refund(facts)


def _held_refund(facts: Facts) -> Refund | None:
    """Find a refund again once its order is held: somebody may have counted it in between."""
    held = set[UUID]()
    while True:
        refund = refund_of(facts)
        if refund is None or refund.payment.order_id in held:
            return refund
        held.add(refund.payment.order_id)
        _held([refund.payment.order_id])


def _held(keys: list[UUID]) -> Order | None:
    return Order.objects.select_for_update(of=("self",)).filter(pk__in=keys).first()


def _hold_reference(facts: Facts) -> None:
    """Let files that tell of one reference take turns: twins have no row yet to be held."""
    reference = reference_of(facts)
    if reference:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [f"paid to {reference}"]
            )


def _write(file: BankFile, facts: Facts, key: str, at: datetime) -> BankEntry | None:
    """Write the entry as the bank told it; nothing where somebody else has just done so."""
    reference = reference_of(facts)
    wrong = facts.reference if facts.reference and not reference else ""
    try:
        with transaction.atomic():
            return BankEntry.objects.create(
                file=file,
                key=key,
                family=Format(file.format).family,
                number=facts.number,
                is_credit=facts.is_credit,
                amount=facts.amount,
                currency=facts.currency,
                booked_date=facts.booked,
                reference=reference,
                payer_name=facts.name,
                payer_account=facts.other_account,
                message=f"{wrong} {facts.message}".strip()[:700],
                read_at=at,
            )
    except IntegrityError:
        if BankEntry.objects.filter(key=key).exists():
            return None
        raise


def _note_repeated(known: BankEntry, file: BankFile, at: datetime) -> None:
    """Keep that a payment was told once more, by another file."""
    if known.payment_id is not None and known.file_id != file.pk:
        PaymentEvent.objects.create(
            payment_id=known.payment_id,
            source=PaymentEvent.Source.STATEMENT,
            verdict=PaymentEvent.Verdict.REPEATED,
            status=PaymentState.PAID,
            at=at,
        )


def _leave(entry: BankEntry, state: EntryState, why: Why, at: datetime) -> BankEntry:
    """Leave an entry to somebody's eyes; what came or went in euros is in the books at once."""
    entry.why = why
    if state != EntryState.OPEN:
        return _go(entry, state, at=at)
    entry.save(update_fields=["why"])
    if entry.currency == EURO:
        post(
            kind=Entry.Kind.PAYMENT,
            source=entry.pk,
            amounts=moved(entry.signed_amount, to=LedgerAccount.BANK, out_of=LedgerAccount.UNKNOWN),
            at=at,
            on=entry.booked_date,
        )
    BankEntryStep.objects.create(entry=entry, state=state, at=at)
    return entry


def _count(
    entry: BankEntry,
    order: Order,
    *,
    at: datetime,
    by: Account | None,
    out_of_unknown: bool = False,
) -> BankEntry:
    """Count an entry as a payment of an order."""
    payment = Payment.objects.create(
        order=order,
        provider=Provider.BANK,
        amount=entry.amount,
        transaction_id=entry.key,
        created_at=at,
    )
    PaymentEvent.objects.create(
        payment=payment,
        source=PaymentEvent.Source.STATEMENT,
        verdict=PaymentEvent.Verdict.TAKEN,
        status=PaymentState.PAID,
        at=at,
    )
    confirm_payment(
        payment=payment, at=at, on=entry.booked_date, by=by, out_of_unknown=out_of_unknown
    )
    entry.order, entry.payment = order, payment
    return _go(entry, EntryState.MATCHED, at=at, by=by)


def _gone_out(entry: BankEntry, refund: Refund | None, at: datetime) -> BankEntry:
    """Settle what a payment of ours has settled: a refund, or money that was to be paid back."""
    if refund is not None:
        settle_refund(refund=refund, at=at, transaction_id=entry.key, on=entry.booked_date)
        entry.refund, entry.order = refund, refund.payment.order
        return _go(entry, EntryState.SETTLED, at=at)
    returned = (
        BankEntry.objects.select_for_update(of=("self",))
        .filter(
            state=EntryState.TO_RETURN,
            is_credit=True,
            amount=entry.amount,
            payer_account=entry.payer_account,
        )
        .exclude(payer_account="")
        .order_by("booked_date", "pk")
        .first()
    )
    if returned is not None:
        _post_out(returned, Entry.Kind.REFUND, at, on=entry.booked_date)
        _go(returned, EntryState.RETURNED, at=at)
    entry.why = Why.OUTGOING
    return _go(entry, EntryState.LISTED, at=at)


def _go(
    entry: BankEntry, state: EntryState, *, at: datetime, by: Account | None = None
) -> BankEntry:
    entry.state = state
    entry.save(update_fields=["state", "why", "order", "payment", "refund"])
    BankEntryStep.objects.create(entry=entry, state=state, at=at, staff=by)
    return entry


# --- The work list


@transaction.atomic
def match(*, entry: BankEntry, order: Order, at: datetime, by: Account | None) -> BankEntry:
    """Count by hand, for an order, what found none by itself.

    :raises NotNow: when it has been dealt with, or is no money that came.
    :raises NotInEuros: when nobody can say how many euros it was.
    """
    order = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    entry = _hold(entry, EntryState.OPEN)
    if not entry.is_credit:
        raise NotNow
    if entry.currency != EURO:
        raise NotInEuros
    return _count(entry, order, at=at, by=by, out_of_unknown=True)


@transaction.atomic
def to_return(*, entry: BankEntry, at: datetime, by: Account | None) -> BankEntry:
    """Note that money is to be paid back to whoever it came from.

    :raises NotNow: when it has been dealt with, or is no money that came.
    """
    entry = _hold(entry, EntryState.OPEN)
    if not entry.is_credit:
        raise NotNow
    return _go(entry, EntryState.TO_RETURN, at=at, by=by)


@transaction.atomic
def look_again(*, entry: BankEntry, at: datetime, by: Account | None) -> BankEntry:
    """Put back onto the work list what was to be paid back.

    :raises NotNow: when it has been paid back, or was not to be.
    """
    return _go(_hold(entry, EntryState.TO_RETURN), EntryState.OPEN, at=at, by=by)


@transaction.atomic
def returned(*, entry: BankEntry, at: datetime, by: Account | None) -> BankEntry:
    """Note that money has been paid back.

    :raises NotNow: when it has been noted, or was not to be paid back.
    """
    entry = _hold(entry, EntryState.TO_RETURN)
    _post_out(entry, Entry.Kind.REFUND, at)
    return _go(entry, EntryState.RETURNED, at=at, by=by)


@transaction.atomic
def not_ours(*, entry: BankEntry, at: datetime, by: Account | None) -> BankEntry:
    """Take out of the shop's books what is nothing of the shop's.

    :raises NotNow: when it has been dealt with.
    """
    entry = _hold(entry, EntryState.OPEN)
    _post_out(entry, Entry.Kind.MATCH, at)
    return _go(entry, EntryState.NOT_OURS, at=at, by=by)


def _hold(entry: BankEntry, state: EntryState) -> BankEntry:
    entry = BankEntry.objects.select_for_update(of=("self",)).get(pk=entry.pk)
    if entry.state != state:
        raise NotNow
    return entry


def _post_out(entry: BankEntry, kind: Entry.Kind, at: datetime, on: date | None = None) -> None:
    """Post that money which was not matched is no longer on the account."""
    if entry.currency == EURO:
        post(
            kind=kind,
            source=entry.pk,
            amounts=moved(entry.signed_amount, to=LedgerAccount.UNKNOWN, out_of=LedgerAccount.BANK),
            at=at,
            on=on,
        )
