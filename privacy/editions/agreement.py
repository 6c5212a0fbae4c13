"""Whether the statement's words agree with what the shop holds and with who keeps the shop."""

from django.conf import settings

from privacy.registry import Line
from privacy.statement_page import blocks

CONTENT = "5. "
"""The section that lists what the register holds."""

NAMED = ("name", "address", "contact_person", "contact_email")
"""What the statement says of the controller, by the names of the settings."""


def lines_of(text: str) -> list[str]:
    """List the lines of section 5 in a text of the statement."""
    found: list[str] = []
    within = False
    for block in blocks(text):
        if block.kind == "section":
            within = block.words.startswith(CONTENT)
        elif within and block.kind == "list":
            found.extend(block.items)
    return found


def has_a_line_for_each(text: str) -> bool:
    """Tell whether section 5 has as many lines as the register knows, in whatever words.

    Lines are told apart by their order, so that an edition may word one better.
    """
    return len(lines_of(text)) == len(Line)


def controller_missing_from(text: str) -> list[str]:
    """List what the settings say of the controller and the text does not."""
    words = " ".join(text.split())
    return [settings.CONTROLLER[fact] for fact in NAMED if settings.CONTROLLER[fact] not in words]
