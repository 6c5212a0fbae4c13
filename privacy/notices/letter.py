"""What Article 14 asks to be told of data that others gave, made from notes and declarations."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from privacy.outbox.addresses import absolute
from privacy.processors.in_force import partners
from privacy.provenance.models import OTHERS, Provenance, SourceNotice
from privacy.provenance.operations import WAYS_TO_A_CARD, source_words
from privacy.registry import Basis, Purpose, children_first, registry
from privacy.telling.recipients import recipients_of
from privacy.telling.rights import Right, rights
from privacy.telling.supplement import (
    Facts,
    Told,
    capitalised,
    data_of,
    distinct,
    machines,
    times_of,
)
from privacy.telling.words import basis_words


@dataclass(frozen=True)
class Gift:
    """What one party gave at one time."""

    source: str
    is_public: bool
    at: datetime
    columns: list[str]


@dataclass(frozen=True)
class Notice:
    """All that is told."""

    gifts: list[Gift]
    facts: Facts
    machines: list[str]
    rights: list[tuple[str, str, str]]
    """Each right's name, words, and the address of the page that serves it."""
    statement_address: str


def notes_about(notice: SourceNotice) -> list[Provenance]:
    """Find all that an authority or a third party gave about the person, and still stands."""
    where = Q(pk__in=[])
    for declaration in children_first():
        if not isinstance(declaration.model._meta.pk, models.UUIDField):
            continue
        for path in (path for by, path in declaration.person if by in WAYS_TO_A_CARD):
            rows = declaration.model._base_manager.filter(**{path: notice.card_id})
            table = ContentType.objects.get_for_model(declaration.model)
            where |= Q(table=table, row__in=rows.values("pk"))
    notes = Provenance.objects.filter(where, whence__in=OTHERS).order_by("at", "column", "id")
    return list(notes.select_related("table"))


def notice_of(notes: list[Provenance]) -> Notice:
    """Tell of notes what Article 14(1) and (2) ask, in the language in use."""
    pairs = list(_told(notes))
    told = [each for _note, each in pairs]
    return Notice(
        gifts=_gifts(pairs),
        facts=[
            (_("Kinds of data"), distinct(str(each.datum.line.label) for each in told)),
            (_("Why"), _purposes(pairs)),
            (_("Legal basis"), distinct(_basis(note, each) for note, each in pairs)),
            (_("How long"), [str(time) for time in times_of(told)]),
            (
                _("Recipients"),
                [capitalised(who) for who in recipients_of(data_of(told), partners())]
                or [_("Nobody outside the shop")],
            ),
            (
                _("Transfers outside the EU and the EEA"),
                [_("No data go outside the European Union and the European Economic Area.")],
            ),
            (
                _("Controller"),
                [settings.CONTROLLER["name"], settings.CONTROLLER["address"]],
            ),
            (
                _("Contact person"),
                [settings.CONTROLLER["contact_person"], settings.CONTROLLER["contact_email"]],
            ),
        ],
        machines=machines(told),
        rights=[(right.name, right.words, _address_of(right)) for right in rights()],
        statement_address=absolute(reverse("privacy:statement")),
    )


def _told(notes: list[Provenance]) -> Iterator[tuple[Provenance, Told]]:
    for note in notes:
        model: Any = note.table.model_class()
        declaration = registry.get(model)
        if declaration is not None and note.column in declaration.data:
            yield note, Told(declaration, note.column, declaration.data[note.column])


def _gifts(pairs: list[tuple[Provenance, Told]]) -> list[Gift]:
    gifts: dict[tuple[str, bool, datetime], Gift] = {}
    for note, told in pairs:
        key = (str(source_words(note)), note.is_public, note.at)
        gift = gifts.setdefault(key, Gift(*key, columns=[]))
        if told.name not in gift.columns:
            gift.columns.append(told.name)
    return list(gifts.values())


def _purposes(pairs: list[tuple[Provenance, Told]]) -> list[str]:
    said = [str(Purpose(note.purpose).label) for note, _each in pairs]
    declared = [str(why.label) for _note, each in pairs for why in each.datum.purposes]
    return distinct([*said, *declared])


def _basis(note: Provenance, told: Told) -> str:
    """Name the basis on which others' data are held; an interest is said by its purpose."""
    interest = Purpose(note.purpose).label if note.basis == Basis.INTEREST else ""
    return basis_words(replace(told.datum, basis=Basis(note.basis), interest=interest))


def _address_of(right: Right) -> str:
    """Give the page on which a right is used by somebody who may have no account."""
    page = right.guest or next(iter(right.pages), None)
    if page is None:
        return ""
    return absolute(page.address) if page.address.startswith("/") else page.address
