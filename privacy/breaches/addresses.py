"""Where a person's letters go, found by the declarations: privacy knows no other app's tables."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from privacy.normal import normal_email
from privacy.reading.numbers import stands_for_itself
from privacy.reading.people import AT_ONCE
from privacy.registry import Declaration, Line, children_first


@dataclass(frozen=True)
class Mailbox:
    """An address, and the language its reader was written to in."""

    email: str
    language: str


def addresses_of(people: Collection[UUID]) -> dict[UUID, Mailbox]:
    """Find the mailboxes of people by their numbers; who has none is left out."""
    found: dict[UUID, Mailbox] = {}
    wanted = list(people)
    for declaration in children_first():
        column = _address_column(declaration)
        if column is None:
            continue
        for start in range(0, len(wanted), AT_ONCE):
            found.update(_in_table(declaration, column, wanted[start : start + AT_ONCE]))
    return found


def _address_column(declaration: Declaration) -> str | None:
    if not stands_for_itself(declaration):
        return None
    if declaration.model is get_user_model():
        return str(get_user_model().USERNAME_FIELD)
    for name, datum in declaration.data.items():
        if datum.line == Line.EMAIL and isinstance(declaration.column(name), models.EmailField):
            return name
    return None


def _in_table(declaration: Declaration, column: str, numbers: list[UUID]) -> dict[UUID, Mailbox]:
    rows = declaration.model._base_manager.filter(pk__in=numbers).exclude(**{column: ""})
    language = _language_column(declaration)
    return {
        number: Mailbox(normal_email(email), *said or [settings.LANGUAGE_CODE])
        for number, email, *said in rows.values_list("pk", column, *language)
    }


def _language_column(declaration: Declaration) -> list[str]:
    try:
        return [declaration.column("language").name]
    except FieldDoesNotExist:
        return []
