"""What every row of the shop has in common."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, connection, models
from django.db.models import Q
from django.db.models.base import ModelBase

State = TypeVar("State", bound=models.TextChoices)


class Gone(DatabaseError):
    """What was to be saved is no longer there: it was erased, or deleted, in the meantime."""


class Model(models.Model):
    """A row that cannot come back by accident.

    Django writes an unknown row anew when a stale object is saved. A person who was erased a
    moment ago would return that way; here such a save fails instead.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Write the row.

        :raises Gone: when it was there once, and is not any more.
        """
        is_there = not self._state.adding and not force_insert
        try:
            super().save(
                force_insert=force_insert,
                # With a list of columns Django does not insert, and does not want to hear it twice.
                force_update=force_update or (is_there and update_fields is None),
                using=using,
                update_fields=update_fields,
            )
        except DatabaseError as trouble:
            # Django says with the bare class that an update met no row; all else has its own.
            if is_there and type(trouble) is DatabaseError:
                raise Gone(type(self)._meta.label) from trouble
            raise


class Remnant(models.Model):
    """A row of which the law or a contract may keep a part when its person is forgotten.

    A group of columns that has been cleared is noted in `released`, and stays cleared: the
    database refuses a stale save that would write it back.
    """

    erasure = models.UUIDField(
        null=True,
        blank=True,
        editable=False,
        db_index=True,
        help_text="The receipt of the erasure that waits for what holds this row.",
    )
    released = ArrayField(models.CharField(max_length=20), default=list, blank=True, editable=False)

    class Meta:
        abstract = True


def released(group: str) -> Q:
    """Give the rows in which a group of columns has been cleared for good."""
    return Q(released__contains=[group])


def stays_released(table: str, group: str, *columns: str) -> models.CheckConstraint:
    """Let the database refuse words in columns that were cleared for good."""
    return models.CheckConstraint(
        condition=~released(group) | Q(**dict.fromkeys(columns, "")),
        name=stays_released_name(table, group),
    )


def stays_released_name(table: str, group: str) -> str:
    """Name the constraint on a group of columns."""
    return f"{table}_{group}_stays_released"


def release_is_final(table: str) -> pgtrigger.Trigger:
    """Let the database refuse to forget what was cleared, and for whom."""
    return pgtrigger.Trigger(
        name=f"{table}_release_is_final",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            "NOT (OLD.released <@ NEW.released) "
            "OR (OLD.erasure IS NOT NULL AND NEW.erasure IS DISTINCT FROM OLD.erasure)"
        ),
        func="RAISE EXCEPTION 'what was released stays released' "
        "USING ERRCODE = 'check_violation';",
    )


def taken_by_the_eraser_only(rows: str) -> pgtrigger.Trigger:
    """Let the database refuse to delete rows of a record, but for the erasure and the sweep."""
    return pgtrigger.Protect(
        name=f"{rows}_go_with_the_eraser_only",
        operation=pgtrigger.Delete,
        condition=pgtrigger.Condition(
            "coalesce(current_setting('privacy.eraser', true), '') <> 'on'"
        ),
    )


def be_the_eraser() -> None:
    """Be, until the transaction ends, whoever may delete such rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('privacy.eraser', 'on', true)")


def goes_its_way(name: str, ways: Mapping[State, Collection[State]]) -> pgtrigger.FSM:
    """Let the database permit a row's state no step but those of a table.

    :param ways: where a row may go from each state; from any other it goes nowhere.
    """
    steps = sorted((before.value, after.value) for before in ways for after in ways[before])
    return pgtrigger.FSM(name=name, field="state", transitions=steps)


def never_rewritten(
    name: str, *, forgets: Iterable[str] = (), may_change: Iterable[str] = ()
) -> pgtrigger.Trigger:
    """Let the database refuse to rewrite what a row says; the row may go with its person.

    :param forgets: columns that may be emptied and nothing else, such as who wrote the row: they
        point at accounts, and an account may be erased.
    :param may_change: columns that are no facts.
    """
    free = [*may_change, *forgets]
    facts = "".join(f" - '{column}'" for column in free)
    rewritten = f"to_jsonb(OLD){facts} IS DISTINCT FROM to_jsonb(NEW){facts}"
    said_otherwise = [
        f"(NEW.{column} IS NOT NULL AND NEW.{column} IS DISTINCT FROM OLD.{column})"
        for column in forgets
    ]
    return pgtrigger.Protect(
        name=name,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(f"({' OR '.join([rewritten, *said_otherwise])})"),
    )
