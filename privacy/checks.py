"""The shop does not start while it holds a column that nobody has spoken for."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution
from django.core.exceptions import FieldError
from django.db import OperationalError, connection, models
from django.utils import timezone
from psycopg_pool import PoolTimeout

from privacy.base import stays_released
from privacy.editions.agreement import controller_missing_from, has_a_line_for_each
from privacy.editions.models import AUTHENTIC, Edition
from privacy.outbox.tasks import why_letters_stay
from privacy.processors.models import Processor
from privacy.registry import (
    Basis,
    By,
    CannotBeEmpty,
    Datum,
    Declaration,
    Line,
    Role,
    Since,
    clock,
    concrete_fields,
    held_models,
    passed_to,
    registry,
)
from privacy.statement import edition_in_force
from privacy.terms import Days
from privacy.ways import ways

DAY = date(2026, 1, 1)
"""Any day, to measure terms by."""


@register
def every_column_is_declared(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Find columns that no `personal_data.py` names, and names that are no columns."""
    found: list[CheckMessage] = []
    for model in held_models():
        found.extend(_undeclared(model, registry.get(model)))
    return found


def _undeclared(
    model: type[models.Model], declaration: Declaration | None
) -> Iterator[CheckMessage]:
    columns = set(concrete_fields(model))
    known = declaration.known if declaration else frozenset()
    for name in sorted(columns - known):
        yield Error(
            f"{model._meta.label}.{name} is not declared: is it personal data?",
            hint=f"Say so in the personal_data.py that speaks for {model._meta.app_label}.",
            obj=model,
            id="privacy.E001",
        )
    for name in sorted(known - columns):
        yield Error(
            f"{model._meta.label}.{name} is declared, but there is no such column.",
            obj=model,
            id="privacy.E002",
        )


@register
def every_declaration_is_whole(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Find what would leave a person unfound, a column uncleared or a clearing undone."""
    found: list[CheckMessage] = []
    for declaration in registry.values():
        if declaration.known - set(concrete_fields(declaration.model)):
            continue  # the other check names the columns that are not there
        for ask in (_halves, _people, _clocks, _clearing, _remnants, _ties, _addresses, _unsaid):
            found.extend(ask(declaration))
    return found


def _halves(declaration: Declaration) -> Iterator[CheckMessage]:
    for name, datum in declaration.data.items():
        column = f"{declaration.label}.{name}"
        if not datum.purposes:
            yield Error(f"{column} has no purpose.", id="privacy.E003")
        if name in declaration.impersonal:
            yield Error(f"{column} is declared both ways.", id="privacy.E004")
        for hold in datum.keep.held_while:
            if not hold.because or (not hold.rows and hold.term is None):
                yield Error(f"{column} is held, but not said why or when.", id="privacy.E005")


def _people(declaration: Declaration) -> Iterator[CheckMessage]:
    label = declaration.label
    if declaration.data and not declaration.person:
        yield Error(f"{label} holds personal data, but of whom?", id="privacy.E006")
    for by, path in declaration.person:
        if by is By.NONE:
            continue
        try:
            declaration.rows().filter(**{f"{path}__isnull": True})
        except FieldError:
            yield Error(f"{label} has no {path} to find its person by.", id="privacy.E007")


def _clocks(declaration: Declaration) -> Iterator[CheckMessage]:
    for keep, names in declaration.by_keep().items():
        clocks = [keep.since, *(hold.since for hold in keep.held_while if hold.term)]
        for since in clocks:
            if not _is_moment(declaration, since):
                columns = ", ".join(names)
                yield Error(
                    f"{declaration.label}: nothing to count the time of {columns} from.",
                    id="privacy.E008",
                )


def _is_moment(declaration: Declaration, since: Since) -> bool:
    try:
        counted = declaration.rows().annotate(clock_asked_for=clock(since))
    except FieldError:
        return False
    field = counted.query.annotations["clock_asked_for"].output_field
    return isinstance(field, models.DateTimeField)


def _clearing(declaration: Declaration) -> Iterator[CheckMessage]:
    label = declaration.label
    goes_whole = declaration.delete_row or declaration.ends
    if goes_whole and len(declaration.by_keep()) != 1:
        yield Error(f"{label}: a row that goes whole has one time to go.", id="privacy.E009")
    if declaration.delete_row:
        return
    for name in declaration.data:
        try:
            declaration.blank(name)
        except CannotBeEmpty:
            yield Error(
                f"{label}.{name} cannot be emptied: allow NULL, or let the row go.",
                id="privacy.E010",
            )


def _remnants(declaration: Declaration) -> Iterator[CheckMessage]:
    """Ask of each group that can be held in a row that stays that the database guards it."""
    if declaration.delete_row:
        return
    meta = declaration.model._meta
    guards = {each.name: each for each in meta.constraints}
    final = any(each.name.endswith("_release_is_final") for each in getattr(meta, "triggers", ()))
    for keep, names in declaration.by_keep().items():
        if not keep.held_while:
            continue
        wanted = stays_released(str(meta.model_name), keep.group, *names)
        if not final or guards.get(wanted.name) != wanted:
            yield Error(
                f"{declaration.label}: what is released of {', '.join(names)} could come back.",
                hint="The model is a Remnant with stays_released() and release_is_final().",
                id="privacy.E011",
            )


def _ties(declaration: Declaration) -> Iterator[CheckMessage]:
    """Find rows that would stop a person's row from going."""
    if not declaration.delete_row:
        return
    for relation in declaration.model._meta.related_objects:
        if relation.on_delete not in (models.CASCADE, models.SET_NULL):
            yield Error(
                f"{declaration.label} cannot go while {relation.related_model._meta.label} "
                f"points at it.",
                id="privacy.E012",
            )


def _addresses(declaration: Declaration) -> Iterator[CheckMessage]:
    """Find IP addresses that stay whole for too long, and what cannot be shortened to a network."""
    latest = Days(settings.KEEP_FULL_IP_DAYS).last_day(DAY)
    for name, datum in declaration.data.items():
        column = f"{declaration.label}.{name}"
        is_address = isinstance(declaration.column(name), models.GenericIPAddressField)
        if datum.whole_for is not None and (not is_address or _is_unique(declaration, name)):
            yield Error(
                f"{column} cannot be shortened: it is no IP address, or it is unique.",
                hint="Let the row go within KEEP_FULL_IP_DAYS instead.",
                id="privacy.E013",
            )
        if is_address and _last_day_whole(datum) > latest:
            yield Error(
                f"{column} stays whole for more than {settings.KEEP_FULL_IP_DAYS} days.",
                hint="Say in its Datum whole_for=Days(settings.KEEP_FULL_IP_DAYS).",
                id="privacy.E014",
            )


def _last_day_whole(datum: Datum) -> date:
    """Give the last day of a whole address that came on `DAY`; the end of time if it has none."""
    if datum.whole_for is not None:
        return datum.whole_for.last_day(DAY)
    is_bounded = datum.keep.in_use is None and not datum.keep.held_while
    return datum.keep.period.last_day(DAY) if is_bounded else date.max


def _is_unique(declaration: Declaration, name: str) -> bool:
    meta = declaration.model._meta
    together = [*meta.unique_together, *(each.fields for each in meta.total_unique_constraints)]
    return declaration.column(name).unique or any(name in names for names in together)


def _unsaid(declaration: Declaration) -> Iterator[CheckMessage]:
    """Find what the statement would have to be silent about."""
    for name, datum in declaration.data.items():
        column = f"{declaration.label}.{name}"
        if not datum.keep.when:
            yield Error(
                f"{column}: from what is its period counted?",
                hint='Say in its Keep, as a clause, what happened at that time: when=_("…").',
                id="privacy.E021",
            )
        if datum.basis == Basis.INTEREST and not datum.interest:
            yield Error(f"{column} rests on a legitimate interest: which?", id="privacy.E022")


@register
def every_line_has_a_column(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Find lines of section 5 of the statement for which the shop has no column."""
    held = {datum.line for declaration in registry.values() for datum in declaration.data.values()}
    return [
        Error(
            f"The statement says that the register holds “{line.value}”, but no column does.",
            id="privacy.E023",
        )
        for line in Line
        if line not in held
    ]


@register(Tags.database)
def statement_agrees(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[CheckMessage]:
    """Find where the edition in force says other things than the shop does and is.

    A warning, not a fault: the edition that puts it right is added in the running shop, whose
    duties are red until then.
    """
    if not databases or not _has_editions():
        return []
    text = edition_in_force().text(AUTHENTIC)
    found: list[CheckMessage] = [
        Caution(
            f"The statement in force does not say “{fact}”, which the settings say.",
            hint="Add an edition of the statement in the admin, or correct the settings.",
            id="privacy.W024",
        )
        for fact in controller_missing_from(text)
    ]
    if not has_a_line_for_each(text):
        found.append(
            Caution("Section 5 of the statement in force has other lines.", id="privacy.W025")
        )
    return found


def _has_editions() -> bool:
    """Tell whether the database is far enough for there to be editions."""
    return _has_table(Edition) and Edition.objects.begun(timezone.now()).exists()


@register
def ways_carry_what_is_declared(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Find lines that leave the shop though no declaration passes them to the recipient."""
    return [
        Error(
            f"The way “{way.name}” carries “{line.value}”, but no declaration passes that to "
            f"“{way.role.value}”.",
            hint="Name the role among the recipients of the column, or take the field off the way.",
            id="privacy.E026",
        )
        for way in ways.values()
        for line in Line
        if line in way.lines - passed_to(way.role)
    ]


@register(Tags.database)
def processors_agree(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[CheckMessage]:
    """Find companies in force that receive, by the register, what no declaration passes to them.

    A warning, not a fault: the register is put right in the running shop, whose duties are red
    until then.
    """
    if not databases or not _has_table(Processor):
        return []
    found: list[CheckMessage] = []
    for processor in Processor.objects.in_force(timezone.localdate()):
        extra = set(processor.lines) - passed_to(Role(processor.role))
        if extra:
            found.append(
                Caution(
                    f"{processor.name} receives {', '.join(sorted(extra))} by the register, but "
                    f"no declaration passes that to “{processor.role}”.",
                    hint="Correct the lines of its row in the processors register.",
                    id="privacy.W027",
                )
            )
    return found


@register(deploy=True)
def letters_may_leave(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Find, before a shop is opened, that its letters would wait for the processors register."""
    try:
        if not _has_table(Processor) or not why_letters_stay(at=timezone.now()):
            return []
    except (OperationalError, PoolTimeout):
        return []  # whether the database is there, others ask
    return [
        Caution(
            "The host of EMAIL_URL is not that of a mail service in force: letters wait.",
            hint="Enter the mail service in the processors register on the staff's side.",
            id="privacy.W028",
        )
    ]


def _has_table(model: type[models.Model]) -> bool:
    return model._meta.db_table in connection.introspection.table_names()
