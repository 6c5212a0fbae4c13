"""What people call the kinds of letters; the rows know them by a code."""

from privacy.registry import Words

_NAMES: dict[str, Words] = {}


def name_letters(names: dict[str, Words]) -> None:
    """Let the room that writes letters of some kinds say what they are called."""
    _NAMES.update(names)


def name_of(kind: str) -> str:
    """Give the words for a letter's kind; a kind without any stands as it is."""
    return str(_NAMES.get(kind, kind))
