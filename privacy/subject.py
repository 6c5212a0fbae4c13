"""Whose data: a person, and the rows that are this person's and nobody else's."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Count, F, Func, Q

from privacy.normal import normal_email
from privacy.registry import By, Declaration, children_first

UUIDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Rows = dict[Declaration, list[Any]]
"""The primary keys of a person's rows, table by table."""


@dataclass(frozen=True)
class Subject:
    """A person as the register knows one: cards, accounts, and addresses that were proved."""

    cards: frozenset[UUID] = frozenset()
    accounts: frozenset[UUID] = frozenset()
    emails: frozenset[str] = frozenset()
    """Addresses that the person was shown to read. What was merely typed is not among them."""
    names: frozenset[str] = frozenset()
    """User names: the proved addresses, and what the accounts sign in with."""

    @property
    def is_nobody(self) -> bool:
        return not (self.cards or self.accounts or self.emails)


def card_model() -> type[models.Model]:
    """Give the model of the register card; the register knows it by a setting only."""
    return apps.get_model(settings.PRIVACY_CARD_MODEL)


def known_email(*, account_id: UUID | None, card_id: UUID | None) -> str:
    """Give the address under which the register itself knows an account or a card, if any."""
    if account_id is not None:
        accounts = get_user_model()._base_manager.filter(pk=account_id)
        return accounts.values_list(get_user_model().USERNAME_FIELD, flat=True).first() or ""
    cards = card_model()._base_manager.filter(pk__in=[card_id] if card_id else [])
    return cards.exclude(email="").values_list("email", flat=True).first() or ""


def subject_of(
    *,
    cards: Iterable[UUID] = (),
    accounts: Iterable[UUID] = (),
    emails: Iterable[str] = (),
) -> Subject:
    """Put together who a person is, from cards, accounts or proved addresses.

    An account's address counts as proved once it has been confirmed. A card without an account is
    found by a proved address; another person's card is not, whatever address stands on it.
    """
    known = card_model()._base_manager.all()
    theirs = known.filter(pk__in=cards, account__isnull=False).values_list("account", flat=True)
    owners = {*accounts, *theirs}
    confirmed = EmailAddress.objects.filter(user__in=owners, verified=True)
    proved = {normal_email(each) for each in (*emails, *confirmed.values_list("email", flat=True))}
    proved.discard("")
    own = Q(pk__in=cards) | Q(account__in=owners) | Q(account=None, email__in=proved)
    logins = get_user_model()._base_manager.filter(pk__in=owners)
    names = logins.values_list(get_user_model().USERNAME_FIELD, flat=True)
    return Subject(
        cards=frozenset(known.filter(own).values_list("pk", flat=True)),
        accounts=frozenset(owners),
        emails=frozenset(proved),
        names=frozenset(proved) | {normal_email(name) for name in names},
    )


def rows_of(subject: Subject) -> Rows:
    """Find every row of a person, each table asked once or twice, whatever the number of rows."""
    rows: Rows = {}
    for declaration in children_first():
        where = _whose(declaration, subject)
        if where is not None:
            keys = declaration.rows().filter(where).values_list("pk", flat=True)
            rows[declaration] = list(dict.fromkeys(keys))
    for declaration in reversed(children_first()):
        if By.PART in dict(declaration.person):
            rows[declaration] = _parts(declaration, rows)
    named = {each.model: set(keys) for each, keys in rows.items() if keys}
    for declaration in children_first():
        found = _that_name(declaration, named, subject)
        if found:
            rows[declaration] = list(dict.fromkeys([*rows.get(declaration, []), *found]))
    return rows


def _that_name(declaration: Declaration, named: "Named", subject: Subject) -> list[Any]:
    """Find rows that speak of the person's other rows, openly or inside."""
    ways = dict(declaration.person)
    found: list[Any] = []
    if By.ABOUT in ways:
        found = _about(declaration, ways[By.ABOUT], named)
    if By.INSIDE in ways:
        found = _inside(declaration, ways, named, subject)
    return found


def _whose(declaration: Declaration, subject: Subject) -> Q | None:
    """Give the rows that name the person, or nothing: "no card" must never mean "any card"."""
    where: Q | None = None
    for by, path in declaration.person:
        way = WAYS.get(by)
        mine = way(declaration, path, subject) if way else None
        if mine is not None:
            where = mine if where is None else where | mine
    return where


def _by(values: Callable[[Subject], frozenset[Any]]) -> "Way":
    def way(declaration: Declaration, path: str, subject: Subject) -> Q | None:
        return Q(**{f"{path}__in": values(subject)}) if values(subject) else None

    return way


def _by_guests_address(declaration: Declaration, path: str, subject: Subject) -> Q | None:
    """Find by address only what no card and no account owns: others may have typed it."""
    if not subject.emails:
        return None
    owners = [way for by, way in declaration.person if by in (By.CARD, By.ACCOUNT)]
    return Q(**{f"{path}__in": subject.emails}, **{f"{owner}__isnull": True for owner in owners})


def _by_last_card(declaration: Declaration, path: str, subject: Subject) -> Q | None:
    """Find what the person shares with nobody who stays."""
    if not subject.cards:
        return None
    mine = Q(**{f"{path}__in": subject.cards})
    every = declaration.model._base_manager.all()
    theirs = every.filter(pk__in=every.filter(mine).values("pk"))
    shared = theirs.annotate(others=Count(path, filter=~mine)).filter(others__gt=0)
    return mine & ~Q(pk__in=shared.values("pk"))


Way = Callable[[Declaration, str, Subject], Q | None]
WAYS: dict[By, Way] = {
    By.CARD: _by(lambda subject: subject.cards),
    By.ACCOUNT: _by(lambda subject: subject.accounts),
    By.EMAIL: _by(lambda subject: subject.emails),
    By.NAME: _by(lambda subject: subject.names),
    By.GUEST: _by_guests_address,
    By.LAST_CARD: _by_last_card,
}


Named = dict[type[models.Model], set[Any]]


def _parts(declaration: Declaration, rows: Rows) -> list[Any]:
    """Find what belongs to the person's rows of another table.

    By their keys rather than by a join: where nothing is sampled (`privacy.statistics`), PostgreSQL
    takes a person's rows for many, and would read the whole table.
    """
    path = dict(declaration.person)[By.PART]
    model = declaration.column(path).related_model
    wholes = next((keys for each, keys in rows.items() if each.model is model), [])
    mine = declaration.rows().filter(**{f"{path}__in": wholes})
    return list(mine.values_list("pk", flat=True))


def _about(declaration: Declaration, path: str, named: Named) -> list[Any]:
    """Find what names the person's rows: by UUID alone, or by table and number."""
    uuids = {key for keys in named.values() for key in keys if isinstance(key, UUID)}
    rows, column = declaration.rows(), declaration.column(path)
    if isinstance(column, models.JSONField):
        said = Func(
            F(path),
            function="jsonb_path_query_array",
            template="%(function)s(%(expressions)s, '$.*')",
            output_field=models.JSONField(),
        )
        rows = rows.alias(said=said).filter(said__has_any_keys=[str(key) for key in uuids])
    elif isinstance(column, models.UUIDField):
        rows = rows.filter(**{f"{path}__in": uuids})
    else:
        where = Q(pk__in=[])
        for model, keys in named.items():
            kind = ContentType.objects.get_for_model(model, for_concrete_model=False)
            numbers = [str(key) for key in keys]
            where |= Q(content_type=kind, **{f"{path}__in": numbers})
        rows = rows.filter(where)
    return list(rows.values_list("pk", flat=True))


def _inside(
    declaration: Declaration, ways: dict[By, str], named: Named, subject: Subject
) -> list[Any]:
    """Open what is sealed and names nobody, and look for the person's addresses and numbers."""
    nobodys = Q(**{f"{ways[by]}__isnull": True for by in (By.CARD, By.ACCOUNT) if by in ways})
    numbers = {str(key) for keys in named.values() for key in keys if isinstance(key, UUID)}
    found = []
    for row in declaration.rows().filter(nobodys).iterator():
        said = json.dumps(row.get_decoded(), ensure_ascii=False)
        if numbers.intersection(UUIDS.findall(said)) or any(e in said for e in subject.emails):
            found.append(row.pk)
    return found
