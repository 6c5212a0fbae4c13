"""The files of pictures: drawn in smaller widths, and swept away when nobody shows them."""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from uuid import UUID

from django.core.files.storage import default_storage
from PIL import Image

from orders.catalogue.models import Picture
from orders.catalogue.renditions import ENDINGS, rendition, widths_for

_RENDITION: dict[str, dict[str, int]] = {
    "avif": {"quality": 60, "speed": 7, "max_threads": 1},
    "webp": {"quality": 80, "method": 4},
}


def make_renditions(picture_id: UUID | str) -> None:
    """Draw a picture in its smaller widths; what is drawn already is not drawn again.

    A picture that is gone, or was replaced while it was drawn, is left alone.
    """
    picture = Picture.objects.filter(pk=picture_id).first()
    if picture is None or not picture.file:
        return
    name = str(picture.file.name)
    widths = widths_for(picture.width)
    with picture.file.open("rb") as file, Image.open(file) as opened:
        opened.load()
        for width in widths:
            for ending in ENDINGS:
                _draw(opened, width, rendition(name, width, ending), ending)
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


def _draw(opened: Image.Image, width: int, name: str, ending: str) -> None:
    """Write one rendition, whole or not at all."""
    if default_storage.exists(name):
        return
    height = max(1, round(opened.height * width / opened.width))
    drawn = opened.resize((width, height), Image.Resampling.LANCZOS)
    target = Path(default_storage.path(name))
    unfinished = target.with_name(f".{PurePosixPath(name).name}")
    drawn.save(unfinished, ending.upper(), **_RENDITION[ending])
    unfinished.replace(target)
