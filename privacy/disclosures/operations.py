"""Register what an authority asks for, approve it by two, and hand it over once."""

import io
import json
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import translation

from privacy.disclosures.models import Disclosure
from privacy.normal import normal_email
from privacy.registry import Line
from privacy.statement import AUTHENTIC
from privacy.subject import Subject, rows_of, subject_of
from privacy.telling.holdings import Entry, Holding, holdings_of

FORMAT = "soluto-disclosure/1"


class NobodyKnown(Exception):
    """The register holds nothing about whoever the authority asks about."""


class NotTwice(Exception):
    """Whoever has approved cannot be the second as well."""


class Decided(Exception):
    """It has been approved or refused already."""


class NotApproved(Exception):
    """Two people have not approved it yet, or somebody refused it."""


class FetchedAlready(Exception):
    """It has been handed over; it is handed over once."""


class Forgotten(Exception):
    """Its person has been forgotten since, so there is nothing left to hand over."""


def whoever_has(email: str) -> Subject:
    """Give whom the register knows by an address: those who confirmed it, guests, and cards."""
    email = normal_email(email)
    owners = EmailAddress.objects.filter(email__iexact=email, verified=True)
    return subject_of(accounts=owners.values_list("user", flat=True), emails=[email])


@transaction.atomic
def register_disclosure(
    *,
    authority: str,
    statute: str,
    case_number: str,
    email: str,
    lines: Iterable[Line],
    asked_at: datetime,
    silence_statute: str,
    silent_until: date | None,
    by: AbstractBaseUser,
    at: datetime,
) -> Disclosure:
    """Note what an authority asks for; nothing is handed over by that.

    :raises NobodyKnown: when nothing is held about whoever has the address.
    """
    subject = whoever_has(email)
    if not any(rows_of(subject).values()):
        raise NobodyKnown
    chosen = set(lines)
    return Disclosure.objects.create(
        authority=authority,
        statute=statute,
        case_number=case_number,
        lines=[line.value for line in Line if line in chosen],
        about=next(iter(sorted(subject.cards)), None),
        about_email=normal_email(email),
        asked_at=asked_at,
        silence_statute=silence_statute,
        silent_until=silent_until,
        registered_at=at,
        registered_by=by.pk,
        registered_name=str(by)[:150],
    )


@transaction.atomic
def approve(*, disclosure_id: UUID, by: AbstractBaseUser, at: datetime) -> Disclosure:
    """Note somebody's approval; the second, by another person, decides.

    :raises Decided: when it is decided already.
    :raises NotTwice: when the same person has approved before.
    """
    disclosure = _undecided(disclosure_id)
    name = str(by)[:150]
    if disclosure.first_by is None:
        disclosure.first_by, disclosure.first_name, disclosure.first_at = by.pk, name, at
    elif disclosure.first_by == by.pk:
        raise NotTwice
    else:
        disclosure.second_by, disclosure.second_name, disclosure.second_at = by.pk, name, at
    disclosure.save()
    return disclosure


@transaction.atomic
def refuse(*, disclosure_id: UUID, because: str, by: AbstractBaseUser, at: datetime) -> Disclosure:
    """Note that it is not handed over, and why; one person is enough for a no.

    :raises Decided: when it is decided already.
    """
    disclosure = _undecided(disclosure_id)
    disclosure.refused_by, disclosure.refused_name = by.pk, str(by)[:150]
    disclosure.refused_because, disclosure.refused_at = because, at
    disclosure.save()
    return disclosure


def _undecided(disclosure_id: UUID) -> Disclosure:
    disclosure = _held(disclosure_id)
    if disclosure.decided_at:
        raise Decided
    return disclosure


@transaction.atomic
def fetch(*, disclosure_id: UUID, by: AbstractBaseUser, at: datetime) -> bytes:
    """Pack what an approved disclosure hands over, and note that it was fetched: once.

    :raises NotApproved: before two people have approved, and after a refusal.
    :raises FetchedAlready: the second time.
    :raises Forgotten: when the person was forgotten in the meantime.
    """
    disclosure = _held(disclosure_id)
    if disclosure.second_at is None:
        raise NotApproved
    if disclosure.fetched_at:
        raise FetchedAlready
    if not disclosure.names_somebody:
        raise Forgotten
    packed = _packed(disclosure, at)
    disclosure.fetched_by, disclosure.fetched_name = by.pk, str(by)[:150]
    disclosure.fetched_at = at
    disclosure.save()
    return packed


def _held(disclosure_id: UUID) -> Disclosure:
    return Disclosure.objects.select_for_update().get(pk=disclosure_id)


def _packed(disclosure: Disclosure, at: datetime) -> bytes:
    """Write the chosen lines of what is held about the person, and nothing else."""
    person = whoever_has(disclosure.about_email)
    cards = [*person.cards, *([disclosure.about] if disclosure.about else [])]
    subject = subject_of(cards=cards, accounts=person.accounts, emails=person.emails)
    with translation.override(AUTHENTIC):
        said = {
            "format": FORMAT,
            "made_at": at.isoformat(),
            "controller": settings.CONTROLLER,
            "authority": disclosure.authority,
            "statute": disclosure.statute,
            "case_number": disclosure.case_number,
            "lines": [str(line.label) for line in Line if line in disclosure.lines],
            "tables": _tables(holdings_of(subject, at=at), set(disclosure.lines)),
        }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(said, ensure_ascii=False, indent=2))
    return packed.getvalue()


def _tables(holdings: list[Holding], lines: set[str]) -> list[dict[str, Any]]:
    found = []
    for holding in holdings:
        rows = [row for row in (_row(entry, lines) for entry in holding.entries) if row]
        if rows and holding.declaration.model is not Disclosure:
            found.append({"name": holding.name, "rows": rows})
    return found


def _row(entry: Entry, lines: set[str]) -> dict[str, Any]:
    return {
        value.name: value.plain
        for value in entry.values
        if value.datum is not None and value.datum.line in lines and not value.is_withheld
    }
