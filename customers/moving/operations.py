"""Customers of a former shop, brought into the register without overwriting anybody.

A card is joined by its e-mail address where nothing speaks against it. Whoever has an account, or
is called otherwise, is left alone and reported: anybody can type anybody's address into a file.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _

from customers.address_book.operations import MOST
from customers.models import Account, Address, Company, Customer, Membership
from customers.moving.layouts import LAYOUTS
from customers.moving.rows import CustomerRow, read
from privacy.intake.layouts import Opened, PersonRow, opened
from privacy.intake.people import PeopleReport
from privacy.intake.report import REASONS
from privacy.intake.source import lines_of
from privacy.intake.spool import Spool
from privacy.intake.taking import Importer, Outcome, Progress, Taker, Wish, offer, silent
from privacy.ledger import forgotten_among
from privacy.locks import hold_people
from privacy.provenance.models import Whence
from privacy.provenance.operations import note_provenance
from privacy.registry import Basis, Purpose, Source
from privacy.restriction.honouring import of_the_restricted

FORMER_SHOP = "Former web shop"
COMPARED = ("first_name", "last_name", "phone")

REASONS.update(
    {
        "has_account": _("Somebody has an account with this address; the card is left as it is."),
        "several_cards": _("Several cards have this address; which is meant cannot be told."),
        "differs": _("The card with this address says otherwise; nothing was overwritten."),
        "company_known": _(
            "The company is registered by others; who buys for it is for them to say."
        ),
        "book_is_full": _("The address book of this card is full; the address was left out."),
    }
)


def import_customers(
    path: Path, wish: Wish, *, at: datetime, progress: Progress = silent
) -> PeopleReport:
    """Take the customers of a file into the register and tell what was done.

    Every batch is a transaction of its own. What stops the import leaves whole cards, and the same
    file again goes on from there; what is in the register already is not written a second time.

    :raises UnreadableFile: when the file as a whole cannot be read; then nobody was taken in.
    """
    report = PeopleReport()
    file = opened(path, LAYOUTS, wish.format, report)
    lines = max(lines_of(path), 1)
    taker = Taker[CustomerRow](lambda rows: _Batch(rows, wish, at).write(), report, wish.dry_run)
    with Spool() as seen:
        taker.take(_rows(file, report, seen), of=lines, progress=progress)
    return report


def _rows(
    file: Opened, report: PeopleReport, seen: Spool
) -> Iterator[tuple[int, CustomerRow | None]]:
    for line, written in file.records():
        report.counts["rows"] += 1
        row = PersonRow(file.rows.record(line, written), file.layout, report)
        customer = read(row)
        if customer is not None and (before := seen.seen_before(_mark(customer.email), line)):
            row.refuse(row.column("email"), "doubled_email", other=before)
            customer = None
        yield line, customer


def _mark(email: str) -> str:
    """Give something by which an address is known again and cannot be read."""
    return blake2b(email.encode(), digest_size=16).hexdigest()


@dataclass
class _Known:
    """What the register has of the people of a batch."""

    cards: dict[str, list[Customer]]
    in_accounts: set[str]
    forgotten: set[str]
    restricted: set[object]


@dataclass
class _Batch:
    """Some customers on their way in; :meth:`write` runs inside a transaction."""

    rows: Sequence[CustomerRow]
    wish: Wish
    at: datetime
    outcome: Outcome = field(default_factory=Outcome)
    written: dict[Model, list[str]] = field(default_factory=dict)
    """The rows that were written, each with its columns."""

    def write(self) -> Outcome:
        """Bring in whoever can be, and note where the data came from."""
        emails = [row.email for row in self.rows]
        hold_people(emails)
        known = _known(emails)
        cards = {}
        for row in self.rows:
            card = self._card(row, known)
            if card is not None:
                cards[row.email] = card
        self._save(list(cards.values()))
        self._addresses(cards)
        self._companies(cards)
        note_provenance(
            rows=self.written,
            source=Whence.THIRD_PARTY,
            party=self.wish.party or FORMER_SHOP,
            basis=Basis.CONTRACT,
            purpose=Purpose.REGISTER,
            at=self.at,
        )
        return self.outcome

    # --- Cards ----------------------------------------------------------------------------

    def _card(self, row: CustomerRow, known: _Known) -> Customer | None:
        """Give the card of a row, with what it said nothing of filled in; None in a conflict."""
        cards = known.cards.get(row.email, [])
        if trouble := _trouble(row.email, cards, known):
            self.outcome.refuse(row.line, trouble)
            return None
        if not cards:
            said = {name: value for name, value in row.said.items() if value}
            card = Customer(email=row.email, source=Source.THIRD_PARTY, created_at=self.at, **said)
            self.written[card] = ["email", *said]
            return card
        card = cards[0]
        for name in COMPARED:
            is_other = _folded(getattr(card, name)) != _folded(row.said.get(name, ""))
            if is_other and getattr(card, name) and row.said.get(name):
                self.outcome.refuse(row.line, "differs", row.columns.get(name, name))
                return None
        filled = [name for name in COMPARED if row.said.get(name) and not getattr(card, name)]
        for name in filled:
            setattr(card, name, row.said[name])
        if filled:
            self.written[card] = filled
        return card

    def _save(self, cards: Sequence[Customer]) -> None:
        new = [card for card in cards if "email" in self.written.get(card, ())]
        old = [card for card in cards if "email" not in self.written.get(card, ())]
        changed = [card for card in old if card in self.written]
        Customer.objects.bulk_create(new)
        Customer.objects.bulk_update(changed, COMPARED)
        self.outcome.counts["cards_new"] += len(new)
        self.outcome.counts["cards_changed"] += len(changed)
        self.outcome.counts["cards_unchanged"] += len(old) - len(changed)

    # --- What hangs on them ---------------------------------------------------------------

    def _addresses(self, cards: dict[str, Customer]) -> None:
        books: dict[UUID, list[Address]] = {card.pk: [] for card in cards.values()}
        for address in Address.objects.filter(customer__in=cards.values()):
            books[address.customer_id].append(address)
        new = []
        for row in self.rows:
            if row.address is None or row.email not in cards:
                continue
            card = cards[row.email]
            book = books[card.pk]
            if any(all(getattr(a, n) == v for n, v in row.address.items()) for a in book):
                self.outcome.counts["addresses_unchanged"] += 1
            elif len(book) >= MOST:
                self.outcome.warn(row.line, "book_is_full")
            else:
                first = {"is_delivery": not book, "is_billing": not book}
                new.append(Address(customer=card, created_at=self.at, **row.address, **first))
        Address.objects.bulk_create(new)
        self.outcome.counts["addresses_new"] += len(new)
        self.written.update({address: [*_ADDRESS] for address in new})

    def _companies(self, cards: dict[str, Customer]) -> None:
        wanted = [(row, *row.company) for row in self.rows if row.company and row.email in cards]
        numbers = {number for _row, _name, number in wanted}
        known = {each.business_id: each for each in Company.objects.filter(business_id__in=numbers)}
        theirs = Membership.objects.filter(company__in=known.values())
        members = set(theirs.values_list("company", "customer"))
        run_by_others = set(
            theirs.exclude(customer__account=None).values_list("company", flat=True)
        )
        for row, name, number in wanted:
            company, card = known.get(number), cards[row.email]
            if company is None:
                company = known[number] = Company.objects.create(
                    name=name, business_id=number, created_at=self.at
                )
                self.written[company] = ["name", "business_id"]
                self.outcome.counts["companies_new"] += 1
            elif (company.pk, card.pk) in members:
                self.outcome.counts["companies_unchanged"] += 1
                continue
            elif company.pk in run_by_others:
                self.outcome.warn(row.line, "company_known")
                continue
            membership = Membership.objects.create(
                company=company, customer=card, created_at=self.at
            )
            members.add((company.pk, card.pk))
            self.written[membership] = ["company", "customer", "role"]


_ADDRESS = ("customer", "name", "street", "postcode", "city")


def _known(emails: Sequence[str]) -> _Known:
    cards: dict[str, list[Customer]] = {}
    found = Customer.objects.filter(email__in=emails).order_by("pk")
    for card in found.select_for_update(of=("self",), no_key=True):
        cards.setdefault(card.email, []).append(card)
    of_accounts = Account.objects.filter(email__in=emails).values_list("email", flat=True)
    proved = EmailAddress.objects.filter(Q(email__in=emails), verified=True)
    return _Known(
        cards=cards,
        in_accounts={*of_accounts, *proved.values_list("email", flat=True)},
        forgotten=forgotten_among(emails),
        restricted=set(
            found.filter(of_the_restricted(Customer)).order_by().values_list("pk", flat=True)
        ),
    )


def _trouble(email: str, cards: Sequence[Customer], known: _Known) -> str:
    """Say what keeps a row from its card."""
    if email in known.forgotten:
        return "was_forgotten"
    if email in known.in_accounts or any(card.account_id for card in cards):
        return "has_account"
    if len(cards) > 1:
        return "several_cards"
    return "is_restricted" if any(card.pk in known.restricted for card in cards) else ""


def _folded(words: str) -> str:
    return " ".join(words.split()).casefold()


CUSTOMERS = offer(
    Importer(
        kind="customers",
        name=_("Customers"),
        layouts=LAYOUTS,
        take=import_customers,
        nouns=(
            ("cards", _("Cards")),
            ("addresses", _("Addresses")),
            ("companies", _("Companies")),
        ),
        words={
            "email": _("E-mail address"),
            "first_name": _("first name"),
            "last_name": _("last name"),
            "name": _("name"),
            "phone": _("telephone"),
            "language": _("language"),
            "company": _("company name"),
            "business_id": _("business ID"),
            "street": _("street address"),
            "street2": _("street address"),
            "postcode": _("postal code"),
            "city": _("town"),
            "country": _("country"),
        },
    )
)
"""Taking in customers."""
