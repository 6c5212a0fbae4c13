"""What an erasure would do, or has done, in words for the person and for the desk."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.apps import apps
from django.utils.translation import gettext, pgettext_lazy

from privacy.erase import Item, Preview, Waiting
from privacy.evidence import Erasure
from privacy.registry import Ground, Matter, registry
from privacy.telling.supplement import capitalised
from privacy.telling.words import because_words


@dataclass
class Told:
    """Columns of one table that meet the same fate."""

    table: str
    label: str = ""
    ground: Ground | None = None
    because: str = ""
    until: date | None = None
    columns: list[str] = field(default_factory=list)
    count: int = 0

    def __str__(self) -> str:
        return f"{self.table}: {', '.join(self.columns)}"

    @property
    def ground_name(self) -> str:
        """Call the ground in one word."""
        return str(_GROUNDS[self.ground]) if self.ground else ""


_GROUNDS = {
    Ground.LAW: pgettext_lazy("ground", "Law"),
    Ground.CONTRACT: pgettext_lazy("ground", "Contract"),
    Ground.SERVICE: pgettext_lazy("ground", "Service"),
}


@dataclass(frozen=True)
class Obstacle:
    """An order or a service that is not done with, and why it keeps something."""

    matter: Matter
    because: str
    until: date | None


@dataclass(frozen=True)
class Plan:
    """The three lists of an erasure."""

    goes_now: list[Told]
    goes_later: list[Told]
    stays_by_law: list[Told]
    obstacles: list[Obstacle] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is held at all."""
        return not (self.goes_now or self.goes_later or self.stays_by_law)

    @property
    def is_simple(self) -> bool:
        """Tell whether no contract and no service keeps anything: nobody has to weigh anything."""
        return not self.goes_later

    @property
    def is_only_asking(self) -> bool:
        """Tell whether nothing is held but what the asking itself has left."""
        held = [*self.goes_now, *self.goes_later, *self.stays_by_law]
        return all(told.label in LEFT_BY_ASKING for told in held)


LEFT_BY_ASKING = ("privacy.Request", "privacy.Letter", "procrastinate.ProcrastinateJob")


def plan_of(preview: Preview) -> Plan:
    """Put a preview into words."""
    return Plan(
        goes_now=told(preview.goes_now),
        goes_later=told(preview.goes_later),
        stays_by_law=told(preview.stays_by_law),
        obstacles=list(_obstacles(preview.waiting)),
    )


def _obstacles(waiting: Waiting) -> Iterator[Obstacle]:
    for declaration, held in waiting.items():
        if declaration.matter is None:
            continue
        rows = declaration.model._base_manager.filter(pk__in=held)
        for row in rows.order_by(*(declaration.model._meta.ordering or ["pk"])):
            hold, until = held[row.pk]
            yield Obstacle(declaration.matter(row), str(hold.because), until)


def plan_of_receipt(receipt: Erasure) -> Plan:
    """Put into words what an erasure did, from its receipt."""
    kept = [_kept(each) for each in receipt.kept]
    return Plan(
        goes_now=told(Item(column, count) for column, count in receipt.removed.items()),
        goes_later=told(each for each in kept if each.ground is not Ground.LAW),
        stays_by_law=told(each for each in kept if each.ground is Ground.LAW),
    )


def _kept(said: dict[str, Any]) -> Item:
    until = date.fromisoformat(said["until"]) if said["until"] else None
    ground = Ground(said["ground"])
    return Item(said["what"], said["count"], ground, gettext(said["because"]), until)


def told(items: Iterable[Item]) -> list[Told]:
    """Gather items by table, ground and day; empty ones are not told."""
    found: dict[tuple[str, Ground | None, str, date | None], Told] = {}
    for item in items:
        if not item.count:
            continue
        label, _dot, column = item.column.rpartition(".")
        declaration = registry[apps.get_model(label)]
        because = because_words(item.ground, item.because) if item.ground else ""
        key = (label, item.ground, because, item.until)
        group = found.setdefault(
            key, Told(capitalised(declaration.name), label, item.ground, because, item.until)
        )
        name = declaration.name_of(column)
        if name not in group.columns:
            group.columns.append(name)
        group.count += item.count
    return list(found.values())
