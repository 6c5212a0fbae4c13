"""The setter's part of the work, done by a helper: it knows typst, and no Django."""

import re
from typing import Any

import typst

from privacy.bounded.frames import Facts, Said

_NO_LETTER = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_IN_ITS_PLACE = "\N{WHITE SQUARE}"
_MOST_UNKNOWN = 50
_AFTER_CYRILLIC = 0x500
"""Latin, Greek and Cyrillic letters stand before it in Unicode."""


def set_document(said: Facts, _content: bytes) -> Said:
    """Set a document; a sign that no letter of ours can show becomes a square."""
    words = said["words"]
    for _attempt in range(_MOST_UNKNOWN):
        try:
            return {}, _compiled(words, said)
        except typst.TypstError as trouble:
            unknown = _NO_LETTER.search(str(trouble))
            if unknown is None or unknown[1] not in words:
                raise
            words = words.replace(unknown[1], _IN_ITS_PLACE)
    return {}, _compiled(_plain(words), said)


def _plain(words: str) -> str:
    """Leave only the letters of Europe, when there were more unknown signs than anybody writes."""
    return "".join(sign if ord(sign) < _AFTER_CYRILLIC else _IN_ITS_PLACE for sign in words)


def _compiled(words: str, said: dict[str, Any]) -> bytes:
    document: bytes = typst.compile(
        said["template"],
        root=said["root"],
        font_paths=[said["fonts"]],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=said["standards"],
        sys_inputs={"said": words},
        timestamp=said["made_at"],
    )
    return document
