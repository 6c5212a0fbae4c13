"""Whose a row on the screen is: the numbers under which its person finds the look again."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.db import models

from privacy.normal import normal_email
from privacy.registry import By, Declaration, registry
from privacy.subject import UUIDS

_POINTERS = (By.CARD, By.ACCOUNT, By.ABOUT)
_NAMES = (By.NAME, By.EMAIL)


def declaration_of_people(model: type[models.Model]) -> Declaration | None:
    """Give the declaration of a table whose rows are somebody's; nothing for any other table."""
    declaration = registry.get(model._meta.concrete_model or model)
    if declaration is None or not (declaration.data or declaration.person):
        return None
    return declaration


def numbers_of(declaration: Declaration, keys: Sequence[Any]) -> list[UUID]:
    """Give the numbers that looks at these rows are noted under.

    A row that stays as long as its person has one of its own. One that comes and goes (a letter, an
    entry of the sign-in log) is noted under what it is about: the look is remembered longer than
    the row. At most three queries, whatever the number of rows; none for the first kind.
    """
    if stands_for_itself(declaration):
        return list(dict.fromkeys(keys))
    return list(dict.fromkeys(_pointed_at(declaration, keys)))


def stands_for_itself(declaration: Declaration) -> bool:
    """Tell whether a row of the table is found by its own number as long as its person is."""
    ways = dict(declaration.person)
    stays = not declaration.delete_row or By.LAST_CARD in ways or "pk" in ways.values()
    return has_own_number(declaration) and stays


def has_own_number(declaration: Declaration) -> bool:
    """Tell whether rows of the table have numbers that no row of another table has."""
    return isinstance(declaration.model._meta.pk, models.UUIDField)


def _pointed_at(declaration: Declaration, keys: Sequence[Any]) -> Iterator[UUID]:
    pointers = [path for by, path in declaration.person if by in _POINTERS]
    names = [path for by, path in declaration.person if by in _NAMES]
    rows = list(
        declaration.model._base_manager.filter(pk__in=keys).values_list("pk", *pointers, *names)
    )
    first_name = 1 + len(pointers)
    owners = _owners({str(name) for row in rows for name in row[first_name:] if name}, declaration)
    for row in rows:
        found = [number for value in row[1:first_name] for number in _uuids_in(value)]
        found += [number for name in row[first_name:] for number in owners.get(str(name), [])]
        if not found and has_own_number(declaration):
            found = [row[0]]
        yield from found


def _uuids_in(value: Any) -> Iterable[UUID]:
    return [value] if isinstance(value, UUID) else map(UUID, UUIDS.findall(str(value)))


def _owners(names: set[str], declaration: Declaration) -> dict[str, list[UUID]]:
    """Find whose the names are: who proved the address, and for a log who signs in with it."""
    if not names:
        return {}
    wanted = {normal_email(name): name for name in names}
    proved = EmailAddress.objects.filter(email__in=wanted, verified=True)
    pairs = list(proved.values_list("email", "user"))
    if By.NAME in dict(declaration.person):
        name = get_user_model().USERNAME_FIELD
        accounts = get_user_model()._base_manager.filter(**{f"{name}__in": wanted})
        pairs += accounts.values_list(name, "pk")
    found: dict[str, list[UUID]] = {}
    for email, account in pairs:
        found.setdefault(wanted[normal_email(email)], []).append(account)
    return found
