"""Documents on paper: PDF/UA-1, set by typst with the shop's own letters."""

import json
from collections.abc import Mapping
from pathlib import Path

import typst
from django.conf import settings

_HERE = Path(__file__).parent


def typeset(template: str, said: Mapping[str, object]) -> bytes:
    """Set a document: the template of that name with what is to be said, as a tagged PDF.

    What is said is handed over as data, never as markup, so no word in it can command the setter.
    Text that could not be read aloud (a picture without words) is refused by typst itself.
    """
    document: bytes = typst.compile(
        str(_HERE / f"{template}.typ"),
        root=str(_HERE),
        font_paths=[str(_HERE / "fonts")],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"said": setting_of(said)},
    )
    return document


def setting_of(said: Mapping[str, object]) -> str:
    """Write what is to be said as the setter reads it, with the name of the controller."""
    return json.dumps({"controller": settings.CONTROLLER, **said}, ensure_ascii=False)
