"""Who is behind a number: the person's own, whatever row it was that was seen or typed."""

from collections.abc import Collection, Iterator
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Q

from privacy.normal import normal_email
from privacy.reading.numbers import has_own_number
from privacy.registry import By, Declaration, registry
from privacy.subject import Subject, card_model, rows_of, subject_of

AT_ONCE = 5000
"""So many numbers are looked up in one query."""
_SHORT = 8
"""So many digits of its number a row is called by."""

People = dict[UUID, set[UUID]]
"""For each number, whose it is: cards; accounts without one; of guests, a row of their own."""


def people_behind(numbers: Collection[UUID]) -> People:
    """Find whose the rows with these numbers are; a number that names no row stands for itself.

    A card is its person. So is an account that has none. Guests are told apart by their address,
    and are called by the first of their rows.
    """
    found: People = {}
    wanted = list(numbers)
    for start in range(0, len(wanted), AT_ONCE):
        found.update(_behind(wanted[start : start + AT_ONCE]))
    return found


def _behind(numbers: list[UUID]) -> People:
    found: People = {}
    for declaration in _tables_of_people():
        for number, people in _in_table(declaration, numbers).items():
            found.setdefault(number, set()).update(people)
    cards = _cards_of({person for people in found.values() for person in people})
    settled = {
        number: {cards.get(person, person) for person in people} for number, people in found.items()
    }
    return {number: settled.get(number) or {number} for number in numbers}


def _tables_of_people() -> Iterator[Declaration]:
    for declaration in registry.values():
        ways = {by for by, _path in declaration.person}
        if has_own_number(declaration) and ways & {By.CARD, By.ACCOUNT, By.LAST_CARD, By.GUEST}:
            yield declaration


def _in_table(declaration: Declaration, numbers: list[UUID]) -> People:
    owners = [path for by, path in declaration.person if by in (By.CARD, By.ACCOUNT, By.LAST_CARD)]
    guest = [path for by, path in declaration.person if by is By.GUEST]
    rows = declaration.model._base_manager.filter(pk__in=numbers)
    found: People = {}
    guests: dict[UUID, str] = {}
    for number, *said in rows.values_list("pk", *owners, *guest):
        people = {owner for owner in said[: len(owners)] if owner is not None}
        found.setdefault(number, set()).update(people)
        if guest and not people and said[-1]:
            guests[number] = said[-1]
    if guests:
        first = _first_rows(declaration, guest[0], set(guests.values()))
        for number, email in guests.items():
            found[number] = {first.get(email, number)}
    return found


def _first_rows(declaration: Declaration, path: str, emails: set[str]) -> dict[str, UUID]:
    """Give for each guest's address the card that waits under it, or the guest's first row."""
    owners = [p for by, p in declaration.person if by in (By.CARD, By.ACCOUNT)]
    nobodys = Q(**{f"{owner}__isnull": True for owner in owners})
    rows = declaration.model._base_manager.filter(nobodys, **{f"{path}__in": emails})
    first = dict(rows.order_by(path, "pk").distinct(path).values_list(path, "pk"))
    waiting = card_model()._base_manager.filter(account=None, email__in=emails)
    return first | dict(waiting.order_by("-pk").values_list("email", "pk"))


def _cards_of(people: set[UUID]) -> dict[UUID, UUID]:
    cards = card_model()._base_manager.filter(account__in=people)
    return dict(cards.values_list("account", "pk"))


def numbers_found_by(typed: str) -> set[UUID]:
    """Give the numbers of all rows of whoever is meant by what one of the staff typed.

    Meant is who has the whole e-mail address, or whose a row with that number is: an order's, or
    the first eight digits by which a card or an account is called.
    """
    named = _named(typed.strip())
    people = {person for found in people_behind(named).values() for person in found}
    mine = rows_of(_subject(people, typed))
    numbers = {key for keys in mine.values() for key in keys if isinstance(key, UUID)}
    return numbers | named | people


def rows_named(typed: str) -> set[UUID]:
    """Give the numbers of the rows that are called by what was typed; none where it means none."""
    return _named(typed.strip())


def _subject(people: set[UUID], typed: str) -> Subject:
    emails = [normal_email(typed)] if "@" in typed else []
    accounts = get_user_model()._base_manager.filter(
        Q(pk__in=people) | Q(**{f"{get_user_model().USERNAME_FIELD}__in": emails})
    )
    cards = card_model()._base_manager.filter(Q(pk__in=people) | Q(email__in=emails))
    return subject_of(
        cards=cards.values_list("pk", flat=True),
        accounts=accounts.values_list("pk", flat=True),
        emails=emails,
    )


def _named(typed: str) -> set[UUID]:
    found: set[UUID] = set()
    for path in settings.PRIVACY_NUMBERED:
        label, _dot, column = path.rpartition(".")
        rows = apps.get_model(label)._base_manager.filter(**{column: typed})
        found |= set(rows.values_list("pk", flat=True))
    bounds = _bounds(typed)
    if bounds is not None:
        for declaration in _tables_of_people():
            rows = declaration.model._base_manager.filter(pk__gte=bounds[0], pk__lte=bounds[1])
            found |= set(rows.values_list("pk", flat=True))
    return found


def _bounds(typed: str) -> tuple[UUID, UUID] | None:
    """Give the first and the last number that begins with what was typed."""
    digits = typed.replace("-", "").lower()
    if len(digits) < _SHORT or len(digits) > len(UUID(int=0).hex):
        return None
    try:
        return UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))
    except ValueError:
        return None
