"""Documents on paper: PDF/UA-1, set by typst with the shop's own letters."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

import typst
from django.conf import settings

_HERE = Path(__file__).parent
Standard = Literal["ua-1", "a-3a"]
FOR_SCREEN_READERS: tuple[Standard, ...] = ("ua-1",)
FOR_THE_ARCHIVE: tuple[Standard, ...] = ("ua-1", "a-3a")
"""For screen readers, and readable as it is for as long as a voucher is kept."""

_NO_LETTER = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
_IN_ITS_PLACE = "\N{WHITE SQUARE}"
_MOST_UNKNOWN = 50


def typeset(
    template: str,
    said: Mapping[str, object],
    *,
    folder: Path = _HERE,
    standards: tuple[Standard, ...] = FOR_SCREEN_READERS,
    made_at: datetime | None = None,
) -> bytes:
    """Set a document: the template of that name with what is to be said, as a tagged PDF.

    What is said is handed over as data, never as markup, so no word in it can command the setter.
    Text that could not be read aloud (a picture without words) is refused by typst itself. A sign
    that no letter of ours can show, such as a picture in a name, becomes a square: a document with
    it is better than none.

    :param folder: where the template lies, for a room that has templates of its own.
    :param made_at: the moment that the document bears; with it the same words give the same file.
    """
    words = setting_of(said)
    for _attempt in range(_MOST_UNKNOWN):
        try:
            return _compiled(folder / f"{template}.typ", words, standards, made_at)
        except typst.TypstError as trouble:
            unknown = _NO_LETTER.search(str(trouble))
            if unknown is None or unknown[1] not in words:
                raise
            words = words.replace(unknown[1], _IN_ITS_PLACE)
    return _compiled(folder / f"{template}.typ", _plain(words), standards, made_at)


def _plain(words: str) -> str:
    """Leave only the letters of Europe, when there were more unknown signs than anybody writes."""
    return "".join(sign if ord(sign) < 0x500 else _IN_ITS_PLACE for sign in words)  # noqa: PLR2004


def _compiled(
    template: Path, words: str, standards: tuple[Standard, ...], made_at: datetime | None
) -> bytes:
    document: bytes = typst.compile(
        str(template),
        root=str(settings.BASE_DIR),
        font_paths=[str(_HERE / "fonts")],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=list(standards),
        sys_inputs={"said": words},
        timestamp=int(made_at.timestamp()) if made_at else None,
    )
    return document


def setting_of(said: Mapping[str, object]) -> str:
    """Write what is to be said as the setter reads it, with the name of the controller."""
    return json.dumps({"controller": settings.CONTROLLER, **said}, ensure_ascii=False)
