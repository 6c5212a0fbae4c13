"""Documents on paper: PDF/UA-1, set by typst with the shop's own letters."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

from django.conf import settings

from privacy.bounded.work import bounded
from privacy.paper.setter import set_document

_HERE = Path(__file__).parent
Standard = Literal["ua-1", "a-3a"]
FOR_SCREEN_READERS: tuple[Standard, ...] = ("ua-1",)
FOR_THE_ARCHIVE: tuple[Standard, ...] = ("ua-1", "a-3a")
"""For screen readers, and readable as it is for as long as a voucher is kept."""


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
    it is better than none. The setter is a helper, which is killed when it hangs or eats memory.

    :param folder: where the template lies, for a room that has templates of its own.
    :param made_at: the moment that the document bears; with it the same words give the same file.
    :raises TookTooLong: when it was not set in its time.
    :raises DiedOfIt: when the setter needed more memory than it may have.
    :raises WentWrong: when typst refuses it.
    """
    _nothing, document = bounded(
        set_document,
        {
            "template": str(folder / f"{template}.typ"),
            "root": str(settings.BASE_DIR),
            "fonts": str(_HERE / "fonts"),
            "standards": list(standards),
            "words": setting_of(said),
            "made_at": int(made_at.timestamp()) if made_at else None,
        },
    )
    return document


def setting_of(said: Mapping[str, object]) -> str:
    """Write what is to be said as the setter reads it, with the name of the controller."""
    return json.dumps({"controller": settings.CONTROLLER, **said}, ensure_ascii=False)
