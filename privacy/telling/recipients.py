"""Who receives data: roles from the declarations, companies from the processors register."""

from collections.abc import Iterable

from privacy.processors.in_force import Partners
from privacy.registry import HOLDS_EVERYTHING, Datum, Line, Role


def recipients_of(data: Iterable[Datum], partners: Partners) -> list[str]:
    """Say who receives any of these columns, each role with the companies that now have it.

    Whoever runs the machines holds all of it; while the shop runs on its own there is nobody.
    """
    lines: dict[Role, set[Line]] = {}
    for datum in data:
        for role in datum.recipients:
            lines.setdefault(role, set()).add(datum.line)
        if partners.receiving(HOLDS_EVERYTHING, [datum.line]):
            lines.setdefault(HOLDS_EVERYTHING, set()).add(datum.line)
    return [_said(role, partners, lines[role]) for role in Role if role in lines]


def _said(role: Role, partners: Partners, lines: set[Line]) -> str:
    companies = ", ".join(each.called for each in partners.receiving(role, lines))
    return f"{role.words}: {companies}" if companies else role.words
