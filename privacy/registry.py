"""What the shop holds about people: line of the statement, purpose, basis, ground and period.

Each app declares its own tables in `personal_data.py`. From these declarations the statement is
completed, requests are answered and rows are cleared; nothing of it is written a second time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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


class Ground(StrEnum):
    """The three grounds of section 7 that can keep data from being destroyed on request."""

    LAW = "law"
    CONTRACT = "contract"
    SERVICE = "service"


@dataclass(frozen=True)
class Keep:
    """How long a field stays: what holds it against a request, and when it is cleared unasked.

    A ground holds a field, never an account.
    """

    since: str
    """The date field of the same row (or a path to one) that the period is counted from."""
    period: timedelta
    """After this time the nightly sweep clears the field though nobody asked."""
    ground: Ground | None = None
    because: Words = ""
    """The statute or the matter behind the ground, in words for the person."""
    held_while: Q = field(default_factory=Q)
    """The rows in which the ground holds; without a ground nothing does."""
    ends_with_year: bool = False
    """The period begins at the end of the calendar year, as in the Accounting Act 2:10 §."""
    when: Words = ""
    """What happened at `since`, as a clause for the person: "the order was placed"."""


@dataclass(frozen=True)
class Datum:
    """One declared column: its line, why and on what basis it is held, whence, and how long."""

    line: Line
    purposes: tuple[Purpose, ...]
    basis: Basis
    keep: Keep
    source: Source = Source.CUSTOMER
    recipients: tuple[Words, ...] = ()
    provided: bool = False
    """The person gave it, on consent or contract: it belongs to the portable copy (Art. 20)."""
    needed: bool = False
    """Without it there can be no contract; whatever else is provided, is by choice."""
    interest: Words = ""
    """On the basis of legitimate interest: which interest that is (Art. 13(1)(d))."""


class By(StrEnum):
    """How a row points at its person."""

    CARD = "card"
    """A path to the primary key of the register card."""
    ACCOUNT = "account"
    """A path to the primary key of the account."""
    EMAIL = "email"
    """A column with an e-mail address in its normal form."""
    NONE = "none"
    """Nobody can be found by what the table holds; only time clears it."""


@dataclass(frozen=True)
class Declaration:
    """All columns of one table, each either personal or not."""

    model: type[models.Model]
    data: Mapping[str, Datum]
    impersonal: frozenset[str]
    person: tuple[tuple[By, str], ...]
    delete_row: bool
    withheld: frozenset[str] = frozenset()
    called: Words = ""
    words: Mapping[str, Words] = field(default_factory=dict)

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
    withheld: Iterable[str] = (),
    called: Words = "",
    words: Mapping[str, Words] | None = None,
) -> None:
    """Say of every column of a table whether it is personal, and of whom.

    :param person: how a row is found from its person; several ways are tried in turn.
    :param delete_row: the whole row goes when its personal fields go.
    :param withheld: columns whose value is a secret that protects the person or another: that
        it is held is told, the value is handed to nobody.
    :param called: what the person would call these rows, where the table's own name will not do.
    :param words: what the person would call a column, where its own name will not do.
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
        withheld=frozenset(withheld),
        called=called,
        words=dict(words or {}),
    )


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
