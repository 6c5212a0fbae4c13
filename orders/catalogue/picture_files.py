"""The files of pictures: drawn in smaller widths, and swept away when nobody shows them."""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from uuid import UUID

from django.core.files.storage import default_storage

from orders.catalogue.drawing import draw_smaller
from orders.catalogue.models import Picture
from orders.catalogue.renditions import ENDINGS, rendition, widths_for
from privacy.bounded.work import bounded


def make_renditions(picture_id: UUID | str) -> None:
    """Draw a picture in its smaller widths; what is drawn already is not drawn again.

    A picture that is gone, or was replaced while it was drawn, is left alone.
    """
    picture = Picture.objects.filter(pk=picture_id).first()
    if picture is None or not picture.file:
        return
    name = str(picture.file.name)
    widths = widths_for(picture.width)
    with picture.file.open("rb") as file:
        kept = file.read()
    for width in widths:
        for ending in ENDINGS:
            _draw(kept, width, rendition(name, width, ending), ending)
    Picture.objects.filter(pk=picture.pk, file=name).exclude(rendition_widths=widths).update(
        rendition_widths=widths
    )


def files_of(picture: Picture) -> list[str]:
    """Name the kept picture and all renditions that there may be."""
    name = str(picture.file.name or "")
    if not name:
        return []
    return [
        name,
        *(
            rendition(name, width, ending)
            for width in widths_for(picture.width)
            for ending in ENDINGS
        ),
    ]


def sweep(*, older_than: float) -> int:
    """Delete files whose picture is no more, and tell how many.

    :param older_than: seconds since 1970: what has just been written may belong to a transaction
        that is still open.
    """
    gone = 0
    for folder, files in _folders():
        wanted = {
            one for picture in Picture.objects.filter(product=folder) for one in files_of(picture)
        }
        for name in files:
            path = Path(default_storage.path(name))
            if name not in wanted and path.stat().st_mtime < older_than:
                default_storage.delete(name)
                gone += 1
    return gone


def _folders() -> Iterable[tuple[UUID, list[str]]]:
    """List the folders of products with the files in them."""
    if not default_storage.exists("pictures"):
        return
    for folder in default_storage.listdir("pictures")[0]:
        try:
            product = UUID(folder)
        except ValueError:
            continue
        files = default_storage.listdir(f"pictures/{folder}")[1]
        yield product, [f"pictures/{folder}/{name}" for name in files]


def _draw(kept: bytes, width: int, name: str, ending: str) -> None:
    """Write one rendition, whole or not at all; a helper draws it, within its time."""
    if default_storage.exists(name):
        return
    _nothing, drawn = bounded(draw_smaller, {"width": width, "ending": ending}, kept)
    target = Path(default_storage.path(name))
    unfinished = target.with_name(f".{PurePosixPath(name).name}")
    unfinished.write_bytes(drawn)
    unfinished.replace(target)
