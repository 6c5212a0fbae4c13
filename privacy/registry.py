"""What the shop holds about people: line of the statement, purpose, basis, ground and period.

Each app declares its own tables in `personal_data.py`. From these declarations the statement is
completed, requests are answered and rows are cleared; nothing of it is written a second time.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from graphlib import TopologicalSorter
from typing import Any, Protocol

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import Combinable
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from privacy.base import Remnant
from privacy.terms import Term, midnight

Words = str | Promise


class Line(models.TextChoices):
    """The lines of section 5 of the register statement, in its own order and words."""

    COMPANY_NAME = "company_name", _("Company name")
    COMPANY_ADDRESS = "company_address", _("Company address")
    NAME = "name", _("Person's name")
    ADDRESS = "address", _("Person's address")
    EMAIL = "email", _("E-mail address")
    PHONE = "phone", _("Telephone number")
    ORDERS = "orders", _("Order data")
    PAYMENT = "payment", _("Data relating to payment and invoicing")
    CUSTOMERSHIP = "customership", _("Data relating to the customer relationship and the contract")
    SERVICES = "services", _("Data relating to services and products")
    USER_NAME = "user_name", _("User name")
    IP_ADDRESS = "ip_address", _("IP address of the computer")
    LANDING_PAGE = "landing_page", _("Page of arrival on the site")
    SIGN_IN_TIME = "sign_in_time", _("Time of login, if any")
    FAILED_SIGN_IN = "failed_sign_in", _("Record of failed authentication, if any")


class Purpose(models.TextChoices):
    """Why data are processed: section 4 of the statement, one value for each thing it names."""

    REGISTER = "register", _("Maintaining the customer register")
    ORDERS = "orders", _("Archiving and processing orders")
    CARE = "care", _("Managing the customer relationship")
    SERVICES = "services", _("Providing services")
    DEVELOPMENT = "development", _("Developing operations")
    STATISTICS = "statistics", _("Statistics")
    TARGETED_CONTENT = "targeted_content", _("More personal targeted content and communication")


class Basis(models.TextChoices):
    """The legal bases of Article 6(1) of Regulation (EU) 2016/679 that the shop relies on."""

    CONSENT = "a", _("Consent")
    CONTRACT = "b", _("Performance of a contract")
    LAW = "c", _("Legal obligation")
    INTEREST = "f", _("Legitimate interest")


class Source(models.TextChoices):
    """Where data come from: section 6 of the statement."""

    CUSTOMER = "customer", _("The customer")
    AUTHORITY = "authority", _("An authority")
    THIRD_PARTY = "third_party", _("Another third party")
    SHOP = "shop", _("The shop itself, while it is used")


class Role(models.TextChoices):
    """What a company does for the shop with the data that it receives."""

    MAIL = "mail", _("E-mail service")
    CARRIER = "carrier", _("Carrier")
    PAYMENT = "payment", _("Payment service")
    HOSTING = "hosting", _("Hosting")
    ACCOUNTING = "accounting", _("Accounting")
    OTHER = "other", _("Another service")

    @property
    def words(self) -> str:
        """Say who that is, as a part of a sentence."""
        return str(_ROLE_WORDS[self])


_ROLE_WORDS: dict[Role, Words] = {
    Role.MAIL: _("the e-mail service that carries our letters"),
    Role.CARRIER: _("the carrier that brings the order"),
    Role.PAYMENT: _("the payment service through which you pay"),
    Role.HOSTING: _("the service on whose machines the shop runs"),
    Role.ACCOUNTING: _("the accountant who keeps our books"),
    Role.OTHER: _("another service that works for us"),
}

HOLDS_EVERYTHING = Role.HOSTING
"""Whoever runs the machines holds what lies on them; no declaration need say so."""


class Ground(StrEnum):
    """The three grounds of section 7 that can keep data from being destroyed on request."""

    LAW = "law"
    CONTRACT = "contract"
    SERVICE = "service"


Since = str | Combinable
"""A date field of the row, a path to one, or an expression of several."""


@dataclass(frozen=True, eq=False)
class Hold:
    """One ground that blocks a requested erasure, in the rows and for the time that it holds.

    A ground holds a field, never an account.
    """

    ground: Ground
    because: Words
    """The statute, or the matter behind the ground, in words for the person."""
    rows: Q = field(default_factory=Q)
    since: Since = ""
    term: Term | None = None
    """Without a term the ground holds as long as the rows are as `rows` says."""

    def holds(self, at: datetime) -> Q:
        """Give the rows that the ground holds at a moment."""
        if self.term is None:
            return self.rows
        first = midnight(self.term.first_running(timezone.localdate(at)))
        return self.rows & Q(GreaterThanOrEqual(clock(self.since), first))

    def until(self, since: datetime | None) -> date | None:
        """Give the last day of a row whose term began then; without a term no day is known."""
        if self.term is None or since is None:
            return None
        return self.term.last_day(timezone.localdate(since))


@dataclass(frozen=True, eq=False)
class Keep:
    """How long columns stay: two clocks, one for the person's request and one for the sweep."""

    since: Since
    """What the period is counted from."""
    period: Term
    """After this time the nightly sweep clears the columns though nobody asked."""
    held_while: tuple[Hold, ...] = ()
    """What blocks a requested erasure, and the sweep too; without it a request clears at once."""
    group: str = ""
    """How a row that stays remembers that these columns have been cleared for good."""
    in_use: Q | None = None
    """Rows that the sweep passes over though their period has ended."""
    when: Words = ""
    """What happened at `since`, as a clause for the person: "the order was placed"."""

    def held(self, at: datetime) -> Q:
        """Give the rows in which some ground holds the columns."""
        held = Q(pk__in=[])
        for hold in self.held_while:
            held |= hold.holds(at)
        return held

    def lapsed(self, at: datetime) -> Q:
        """Give the rows whose period has ended."""
        lapsed = ended(self.since, self.period, at)
        return lapsed if self.in_use is None else lapsed & ~self.in_use


def ended(since: Since, term: Term, at: datetime) -> Q:
    """Give the rows in which a term that is counted from `since` has ended."""
    first = midnight(term.first_running(timezone.localdate(at)))
    return Q(LessThan(clock(since), first))


def clock(since: Since) -> Combinable:
    """Give the expression that a term is counted from."""
    return F(since) if isinstance(since, str) else since


@dataclass(frozen=True)
class Datum:
    """One declared column: its line, why and on what basis it is held, whence, and how long."""

    line: Line
    purposes: tuple[Purpose, ...]
    basis: Basis
    keep: Keep
    source: Source = Source.CUSTOMER
    recipients: tuple[Role, ...] = ()
    """Who receives it to work for the shop; the processors register says which companies."""
    provided: bool = False
    """The person gave it, on consent or contract: it belongs to the portable copy (Art. 20)."""
    needed: bool = False
    """Without it there can be no contract; whatever else is provided, is by choice."""
    interest: Words = ""
    """On the basis of legitimate interest: which interest that is (Art. 13(1)(d))."""
    whole_for: Term | None = None
    """An IP address: so long the whole of it stays, counted as `keep` counts; then its network."""


class By(StrEnum):
    """How a row points at its person."""

    CARD = "card"
    """A path to the primary key of the register card."""
    ACCOUNT = "account"
    """A path to the primary key of the account."""
    EMAIL = "email"
    """A column with an e-mail address in its normal form; whoever has proved it, has the row."""
    GUEST = "guest"
    """The same, where the row names no card or account: another's row may hold the address."""
    NAME = "name"
    """A column with a user name: proved addresses, and what the account signs in with."""
    LAST_CARD = "last_card"
    """A path to cards; the row is the person's when no other card is left on it."""
    PART = "part"
    """A foreign key to another table's row: this row is whose that one is."""
    ABOUT = "about"
    """A column that names one of the person's own rows by its number."""
    INSIDE = "inside"
    """A sealed column of a row that names nobody; the person's addresses and numbers are sought."""
    NONE = "none"
    """Nobody can be found by what the table holds; only time clears it."""


@dataclass(frozen=True)
class Matter:
    """What a row is to its person: an order, a subscription, with its state and its page."""

    name: str
    state: str
    address: str
    ways_out: tuple[tuple[str, str], ...] = ()
    """Where the person can end it, each in words and with its address."""


class Paper(Protocol):
    """A file that a row holds in one of its columns."""

    @property
    def name(self) -> str: ...

    @property
    def content(self) -> bytes: ...


@dataclass(frozen=True, eq=False)
class Declaration:
    """All columns of one table, each either personal or not."""

    model: type[models.Model]
    data: Mapping[str, Datum]
    impersonal: frozenset[str]
    person: tuple[tuple[By, str], ...]
    delete_row: bool
    ends: bool = False
    at_work: Q | None = None
    withheld: frozenset[str] = frozenset()
    papers: Mapping[str, Callable[[Any], Iterable[Paper]]] = field(default_factory=dict)
    untold: Q | None = None
    inward: frozenset[str] = frozenset()
    is_log: bool = False
    called: Words = ""
    words: Mapping[str, Words] = field(default_factory=dict)
    matter: Callable[[Any], Matter] | None = None
    secrets_of: Callable[[Any], Iterable[str]] | None = None

    @property
    def known(self) -> frozenset[str]:
        return frozenset(self.data) | self.impersonal

    @property
    def name(self) -> str:
        """Call the table as its person would."""
        return str(self.called or self.model._meta.verbose_name_plural)

    def name_of(self, column: str) -> str:
        """Call a column as its person would."""
        field = self.model._meta.get_field(column)
        return str(self.words.get(column) or getattr(field, "verbose_name", column))

    @property
    def label(self) -> str:
        return self.model._meta.label

    @property
    def is_remnant(self) -> bool:
        return issubclass(self.model, Remnant)

    def by_keep(self) -> dict[Keep, list[str]]:
        """Give the personal columns, gathered by what keeps them."""
        groups: dict[Keep, list[str]] = {}
        for name, datum in self.data.items():
            groups.setdefault(datum.keep, []).append(name)
        return groups

    def column(self, name: str) -> "models.Field[Any, Any]":
        column = self.model._meta.get_field(name)
        if not isinstance(column, models.Field):
            raise FieldDoesNotExist(name)
        return column

    def blank(self, name: str) -> str | None:
        """Give what an empty column holds: nothing, or no words. Never a made-up value.

        :raises CannotBeEmpty: when the column can be neither.
        """
        column = self.column(name)
        if column.null:
            return None
        if isinstance(column, models.CharField | models.TextField | models.FileField):
            return ""
        raise CannotBeEmpty(f"{self.label}.{name}")

    def is_blank(self, name: str) -> Q:
        """Give the rows in which a column holds nothing; one that must hold something never is."""
        column = self.column(name)
        nothing = Q(**{f"{name}__isnull": True}) if column.null else Q(pk__in=[])
        if isinstance(column, models.CharField | models.TextField | models.FileField):
            nothing |= Q(**{name: ""})
        return nothing

    def withholds(self, name: str, row: Any) -> bool:
        """Tell whether the value in a row is a secret that is handed to nobody."""
        more = self.secrets_of(row) if self.secrets_of is not None else ()
        return name in self.withheld or name in more

    def rows(self) -> "models.QuerySet[Any]":
        """Give all rows that nobody is at work on just now."""
        rows = self.model._base_manager.all()
        return rows if self.at_work is None else rows.exclude(self.at_work)

    def told_rows(self, keys: Iterable[Any]) -> "models.QuerySet[Any]":
        """Give those of some rows of which their person may be told."""
        rows = self.model._base_manager.filter(pk__in=list(keys))
        return rows if self.untold is None else rows.exclude(self.untold)


class CannotBeEmpty(Exception):
    """The column can hold neither NULL nor an empty text: its row has to be deleted instead."""


registry: dict[type[models.Model], Declaration] = {}


class DeclaredTwice(Exception):
    """The table already has a declaration."""


def declare(
    model: type[models.Model],
    *,
    data: Mapping[str, Datum] | None = None,
    impersonal: Iterable[str] = (),
    person: Mapping[By, str] | None = None,
    delete_row: bool = False,
    ends: bool = False,
    at_work: Q | None = None,
    withheld: Iterable[str] = (),
    papers: Mapping[str, Callable[[Any], Iterable[Paper]]] | None = None,
    untold: Q | None = None,
    inward: Iterable[str] = (),
    is_log: bool = False,
    called: Words = "",
    words: Mapping[str, Words] | None = None,
    matter: Callable[[Any], Matter] | None = None,
    secrets_of: Callable[[Any], Iterable[str]] | None = None,
) -> None:
    """Say of every column of a table whether it is personal, and of whom.

    :param person: how a row is found from its person; any one of several ways is enough.
    :param delete_row: the whole row goes when its personal fields go.
    :param ends: a request empties the row, and the sweep takes it away when its period is over.
    :param at_work: rows left alone while something works on them; they go by themselves.
    :param withheld: columns whose value is a secret that protects the person or another: that
        it is held is told, the value is handed to nobody.
    :param papers: columns that hold files, and how these are read out of them: withheld as a
        value, and handed to their person as files.
    :param untold: rows of which a law forbids to tell the person: they are forgotten like all
        others, but shown and counted to nobody.
    :param inward: columns that name who of the staff did something, or hold codes of the shop's
        own; the person is not told of them.
    :param is_log: told row by row; of all other tables the same value is told once.
    :param called: what the person would call these rows, where the table's own name will not do.
    :param words: what the person would call a column, where its own name will not do.
    :param secrets_of: the columns of a row that are withheld in this row, though not in all.
    :param matter: what the person would call a row that a contract or a service holds.
    :raises DeclaredTwice: when the table has been declared before.
    """
    if model in registry:
        raise DeclaredTwice(model._meta.label)
    registry[model] = Declaration(
        model=model,
        data=dict(data or {}),
        impersonal=frozenset(impersonal),
        person=tuple((person or {}).items()),
        delete_row=delete_row,
        ends=ends,
        at_work=at_work,
        withheld=frozenset([*withheld, *(papers or {})]),
        papers=dict(papers or {}),
        untold=untold,
        inward=frozenset(inward),
        is_log=is_log,
        called=called,
        words=dict(words or {}),
        matter=matter,
        secrets_of=secrets_of,
    )


def passed_to(role: Role) -> set[Line]:
    """Give the lines that some declaration passes to a role."""
    if role is HOLDS_EVERYTHING:
        return set(Line)
    data = [datum for declaration in registry.values() for datum in declaration.data.values()]
    return {datum.line for datum in data if role in datum.recipients}


def children_first() -> list[Declaration]:
    """List all declarations so that a table comes before those that its rows point at."""
    points_at = {
        model: {
            column.related_model
            for column in model._meta.concrete_fields
            if column.related_model in registry and column.related_model is not model
        }
        for model in registry
    }
    return [registry[model] for model in reversed([*TopologicalSorter(points_at).static_order()])]


def concrete_fields(model: type[models.Model]) -> list[str]:
    """Name the table's columns that a declaration must speak of: all but a bare row number."""
    return [field.name for field in model._meta.concrete_fields if not _is_row_number(field)]


def _is_row_number(column: "models.Field[Any, Any]") -> bool:
    return column.primary_key and isinstance(column, (models.AutoField, models.UUIDField))


def held_models() -> list[type[models.Model]]:
    """List every table of every installed app, the joining ones too.

    Tables that Django does not manage (procrastinate's) are tables all the same.
    """
    everything = apps.get_models(include_auto_created=True)
    return [model for model in everything if not model._meta.proxy and not model._meta.swapped]
