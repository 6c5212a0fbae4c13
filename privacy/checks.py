"""The shop does not start while it holds a column that nobody has spoken for."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution
from django.core.exceptions import FieldError
from django.db import connection, models
from django.utils import timezone

from privacy.base import stays_released
from privacy.editions.agreement import controller_missing_from, has_a_line_for_each
from privacy.editions.models import AUTHENTIC, Edition
from privacy.registry import (
    Basis,
    By,
    CannotBeEmpty,
    Declaration,
    Line,
    Since,
    clock,
    concrete_fields,
    held_models,
    registry,
)
from privacy.statement import edition_in_force


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
        for ask in (_halves, _people, _clocks, _clearing, _remnants, _ties, _unsaid):
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
    return Edition._meta.db_table in connection.introspection.table_names() and (
        Edition.objects.begun(timezone.now()).exists()
    )
