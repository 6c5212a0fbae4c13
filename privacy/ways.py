"""The ways by which data leave the shop, each with the fields that may go by it."""

from collections.abc import Mapping
from dataclasses import dataclass

from privacy.registry import Line, Role


@dataclass(frozen=True)
class Way:
    """One way out: to whom, what may leave by it, and what is remembered of it.

    A field that is not named here does not leave. Each names the lines of section 5 that it can
    hold; a field that holds nothing of a person names none.
    """

    name: str
    role: Role
    fields: Mapping[str, tuple[Line, ...]]
    timeout: float
    """Seconds after which an answer is not waited for any longer."""
    remembered_days: int
    """So long the recipient may have it, and so long the shop remembers that it was passed on."""
    is_told: bool = True
    """The recipient is told when somebody is forgotten (Article 19)."""

    @property
    def lines(self) -> set[Line]:
        """Give all lines that can leave by it."""
        return {line for lines in self.fields.values() for line in lines}

    def lines_in(self, fields: Mapping[str, object]) -> set[Line]:
        """Give the lines that do leave with these values; what is empty says nothing."""
        return {line for name, value in fields.items() if value for line in self.fields[name]}


ways: dict[str, Way] = {}


class OpenedTwice(Exception):
    """There is a way of that name already."""


def open_way(way: Way) -> Way:
    """Add a way to those that there are, so that the register can be held against it.

    :raises OpenedTwice: when its name is taken.
    """
    if way.name in ways:
        raise OpenedTwice(way.name)
    ways[way.name] = way
    return way


def lines_of(role: Role) -> set[Line]:
    """Give the lines that leave by the ways to a role."""
    return {line for way in ways.values() if way.role == role for line in way.lines}
