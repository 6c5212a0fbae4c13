"""Orders of a former shop, brought in as history: nothing is sold, moved or posted by them.

Whose an order is, its e-mail address says: the card that has it, where that is one card and its
owner has proved the address or has no account. Else the order is a guest's, and whoever proves
the address can claim it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from allauth.account.models import EmailAddress
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Customer
from orders.former.layouts import LAYOUTS, MOST_LINES
from orders.former.models import FormerOrder
from orders.former.rows import FormerRow, read, spread
from privacy.intake.layouts import Opened, PersonRow, opened
from privacy.intake.people import DROPPED, PeopleReport, flat
from privacy.intake.report import REASONS, Weight
from privacy.intake.spool import Spool
from privacy.intake.taking import Importer, Outcome, Progress, Taker, Wish, offer, silent
from privacy.ledger import forgotten_among
from privacy.locks import hold_people
from privacy.provenance.models import Whence
from privacy.provenance.operations import note_provenance
from privacy.registry import Basis, Purpose
from privacy.restriction.honouring import of_the_restricted
from privacy.terms import AfterFinancialYear

FORMER_SHOP = "Former web shop"
KEPT = AfterFinancialYear(settings.KEEP_VOUCHERS_YEARS, settings.FINANCIAL_YEAR_END_MONTH)
"""As long as the shop knows whose its own orders were."""
FACTS = ("number", "placed_date", "lines", "total", "total_vat")
REASONS.update(
    {
        "not_in_euros": _("The sums are not in euros."),
        "order_differs": _(
            "An order of this number is here and says otherwise; nothing was overwritten."
        ),
    }
)
DROPPED.update(
    {
        "never_bought": _("an order that came to nothing: nothing was bought"),
        "too_old": _("older than the shop keeps the history of orders"),
    }
)


def import_former_orders(
    path: Path, wish: Wish, *, at: datetime, progress: Progress = silent
) -> PeopleReport:
    """Take the orders of a file in as history and tell what was done.

    Every batch is a transaction of its own; what is there already is not written a second time.

    :raises UnreadableFile: when the file as a whole cannot be read; then nothing was taken in.
    """
    report = PeopleReport()
    file = opened(path, LAYOUTS, wish.format, report)
    taker = Taker[FormerRow](lambda rows: _Batch(rows, wish, at).write(), report, wish.dry_run)
    with Spool() as spool:
        _gather(file, spool, report)
        taker.take(_orders(file, spool, report, at), of=max(spool.rows, 1), progress=progress)
    return report


def _gather(file: Opened, spool: Spool, report: PeopleReport) -> None:
    """Lay every row aside with the order it belongs to: an exporter may write them far apart."""
    for line, written in file.records():
        report.counts["rows"] += 1
        cells = flat(file.rows.record(line, written).cells)
        places = file.layout.places
        ranked = sorted(
            (places[name.casefold()][0], value.strip())
            for name, value in cells
            if value.strip() and places.get(name.casefold(), (0, ""))[1] == "number"
        )
        if ranked and ranked[0][1].isprintable():
            spool.lay(ranked[0][1], line, written)
        else:
            report.add(Weight.ERROR, "missing" if not ranked else "bad_characters", line, "number")


def _orders(
    file: Opened, spool: Spool, report: PeopleReport, at: datetime
) -> Iterator[tuple[int, FormerRow | None]]:
    today, done = timezone.localdate(at), 0
    oldest = KEPT.first_running(today)
    for group in spool.gathered():
        done += len(group)
        rows = [
            PersonRow(record, file.layout, report)
            for line, written in group
            for record in spread(file.rows.record(line, written))
        ]
        yield done, read(rows, oldest=oldest, today=today)


@dataclass
class _Batch:
    """Some orders on their way in; :meth:`write` runs inside a transaction."""

    rows: Sequence[FormerRow]
    wish: Wish
    at: datetime
    outcome: Outcome = field(default_factory=Outcome)

    @property
    def shop(self) -> str:
        return self.wish.party or FORMER_SHOP

    def write(self) -> Outcome:
        """Bring in what is not here yet, and note where it came from."""
        emails = [row.email for row in self.rows]
        hold_people(emails)
        self.forgotten = forgotten_among(emails)
        self.cards, self.restricted = _cards(emails)
        numbers = [row.number for row in self.rows]
        there = FormerOrder.objects.filter(shop=self.shop, number__in=numbers)
        known = {order.number: order for order in there}
        new = [order for row in self.rows if (order := self._order(row, known.get(row.number)))]
        FormerOrder.objects.bulk_create(new)
        self.outcome.counts["orders_new"] += len(new)
        note_provenance(
            rows={order: _said(order) for order in new if order.customer_id},
            source=Whence.THIRD_PARTY,
            party=self.shop,
            basis=Basis.CONTRACT,
            purpose=Purpose.ORDERS,
            at=self.at,
        )
        return self.outcome

    def _order(self, row: FormerRow, known: FormerOrder | None) -> FormerOrder | None:
        if row.email in self.forgotten or row.email in self.restricted:
            is_gone = row.email in self.forgotten
            self.outcome.refuse(row.line, "was_forgotten" if is_gone else "is_restricted")
            return None
        if known is not None:
            if any(getattr(known, name) != getattr(row, name) for name in FACTS):
                self.outcome.refuse(row.line, "order_differs")
            else:
                self.outcome.counts["orders_unchanged"] += 1
            return None
        card = self.cards.get(row.email)
        return FormerOrder(
            customer=card,
            email="" if card else row.email,
            shop=self.shop,
            brought_in_at=self.at,
            **{name: getattr(row, name) for name in FACTS},
        )


def _said(order: FormerOrder) -> list[str]:
    return ["customer", *(name for name in FACTS if getattr(order, name) is not None)]


def _cards(emails: Sequence[str]) -> tuple[dict[str, Customer], set[str]]:
    """Find the one card of each address, and whose data may only be stored."""
    found = Customer.objects.filter(email__in=emails).select_related("account").order_by("pk")
    held = list(found.select_for_update(of=("self",), no_key=True))
    proved = set(
        EmailAddress.objects.filter(email__in=emails, verified=True).values_list("user", "email")
    )
    by_email: dict[str, list[Customer]] = {}
    for card in held:
        by_email.setdefault(card.email, []).append(card)
    restricted = Customer.objects.filter(of_the_restricted(Customer), email__in=emails)
    return (
        {
            email: cards[0]
            for email, cards in by_email.items()
            if len(cards) == 1
            and (cards[0].account_id is None or (cards[0].account_id, email) in proved)
        },
        set(restricted.values_list("email", flat=True)),
    )


FORMER_ORDERS = offer(
    Importer(
        kind="former_orders",
        name=_("Orders of a former shop"),
        layouts=LAYOUTS,
        take=import_former_orders,
        nouns=(("orders", pgettext_lazy("purchases", "Orders")),),
        words={
            "number": pgettext_lazy("of an order", "number"),
            "date": pgettext_lazy("of an order", "day"),
            "email": _("E-mail address"),
            "status": pgettext_lazy("import", "state"),
            "cancelled": pgettext_lazy("order", "cancelled"),
            "currency": _("currency"),
            "product": _("what was ordered"),
            "quantity": _("quantity"),
            "sum": _("sum"),
            "total": _("total incl. VAT"),
            "vat": _("VAT"),
            **{f"line_{n}": _("what was ordered") for n in range(1, MOST_LINES + 1)},
        },
    )
)
"""Taking in orders as history."""
