"""How a picture's files are named, and how a page offers them.

The name of every file holds a part of its content's checksum, so that browsers may keep it for
ever: another picture has another name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from orders.catalogue.models import Picture

WIDTHS = (320, 640, 960, 1280)
ENDINGS = ("avif", "webp")


@dataclass(frozen=True, slots=True)
class Image:
    """A picture as a page shows it."""

    src: str
    srcset_avif: str
    srcset_webp: str
    width: int
    height: int
    alt: str


def image_of(picture: Picture) -> Image:
    """Show a picture in the widths that are ready, and as it was given until any is."""
    return image_from(
        {
            "file": picture.file.name,
            "width": picture.width,
            "height": picture.height,
            "rendition_widths": picture.rendition_widths,
        },
        alt=picture.alt,
    )


def thumbnail_from(facts: Mapping[str, Any]) -> str:
    """Give the address of the smallest rendition, or of the picture itself until any is ready."""
    address: str = settings.MEDIA_URL + facts["file"]
    widths: Sequence[int] = facts["rendition_widths"]
    return rendition(address, min(widths), "webp") if widths else address


def image_from(facts: Mapping[str, Any], *, alt: str) -> Image:
    """Show a picture from its columns."""
    widths: Sequence[int] = facts["rendition_widths"] or ()
    address = settings.MEDIA_URL + facts["file"]
    return Image(
        src=rendition(address, max(widths), "webp") if widths else address,
        srcset_avif=_set(address, widths, "avif"),
        srcset_webp=_set(address, widths, "webp"),
        width=facts["width"],
        height=facts["height"],
        alt=alt,
    )


def rendition(name: str, width: int, ending: str) -> str:
    """Name the rendition of a picture in a width."""
    return f"{name.rpartition('.')[0]}-{width}.{ending}"


def widths_for(width: int) -> list[int]:
    """Choose the widths in which a picture is offered: never wider than itself."""
    return [chosen for chosen in WIDTHS if chosen <= width] or [width]


def _set(address: str, widths: Sequence[int], ending: str) -> str:
    return ", ".join(f"{rendition(address, width, ending)} {width}w" for width in widths)
