"""Pictures of products: what may come in, what is kept of it, and what is made of it.

A file is trusted by what it is and not by what it is called. What is kept is drawn anew from its
pixels: places, names and cameras written into a photo are left out (no buyer needs them), and so
is whatever else a file may carry. The worker makes the smaller renditions; until then the kept
picture itself is shown. Whoever reads a file reads what a stranger wrote, so a helper does it,
which is killed when it hangs or eats memory.
"""

import hashlib
from dataclasses import dataclass
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from orders.catalogue.drawing import GIANT, LONGEST_SIDE, MOST_PIXELS, UNKNOWN, draw_anew
from orders.catalogue.models import Picture, Product, Variant, picture_path
from orders.catalogue.picture_files import files_of
from orders.catalogue.tasks import draw_picture
from privacy.bounded.work import DiedOfIt, TookTooLong, bounded

MOST_BYTES = 15 * 1024 * 1024
_ENDINGS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}


class PictureRefused(ValueError):
    """The file is no picture that the shop can show; the message says why."""


@dataclass(frozen=True, slots=True)
class CheckedPicture:
    """A picture drawn anew, ready to be kept."""

    content: bytes
    ending: str
    width: int
    height: int
    checksum: str
    """SHA-256 of the file as it was given, so that the same file is known again."""


def check(file: IO[bytes]) -> CheckedPicture:
    """Read a file as a picture.

    :raises PictureRefused: when it is none, or too large in bytes or pixels.
    """
    given = _read(file)
    try:
        said, content = bounded(draw_anew, {}, given)
    except (TookTooLong, DiedOfIt) as trouble:
        raise PictureRefused(_("The picture is damaged and cannot be read.")) from trouble
    if "refused" in said:
        raise PictureRefused(_why(said["refused"]))
    checksum = hashlib.sha256(given).hexdigest()
    width, height = said["size"]
    return CheckedPicture(content, _ENDINGS[said["kind"]], width, height, checksum)


def _why(refused: str) -> str:
    """Say why a file is no picture that the shop can show."""
    if refused == UNKNOWN:
        return _("The file is no JPEG, PNG, GIF, WebP or AVIF picture.")
    if refused == GIANT:
        return _(
            "The picture has too many pixels: at most %(side)s on a side, %(millions)s million."
        ) % {
            "side": LONGEST_SIDE,
            "millions": MOST_PIXELS // 1_000_000,
        }
    return _("The picture is damaged and cannot be read.")


@transaction.atomic
def add_picture(
    *,
    product: Product,
    file: IO[bytes],
    alt_fi: str,
    alt_sv: str = "",
    alt_en: str = "",
    variant: Variant | None = None,
    position: int | None = None,
) -> Picture:
    """Give a product a picture; its renditions are made after the commit.

    A file that the product already has is not added again: its picture is given back.

    :raises PictureRefused: when the file is no picture that the shop can show.
    """
    checked = check(file)
    known = Picture.objects.filter(product=product, checksum=checked.checksum).first()
    if known is not None:
        return known
    if position is None:
        last = Picture.objects.filter(product=product).aggregate(last=Max("position"))["last"]
        position = 0 if last is None else last + 1
    picture = Picture(
        product=product,
        variant=variant,
        alt_fi=alt_fi,
        alt_sv=alt_sv,
        alt_en=alt_en,
        position=position,
    )
    put(picture, checked)
    return picture


@transaction.atomic
def replace_file(*, picture: Picture, file: IO[bytes]) -> Picture:
    """Show another file in a picture's place.

    :raises PictureRefused: when the file is no picture that the shop can show.
    """
    checked = check(file)
    if picture.checksum != checked.checksum:
        _forget_after_commit(files_of(picture))
        put(picture, checked)
    return picture


@transaction.atomic
def remove_picture(*, picture: Picture) -> None:
    """Take a picture away; its files go once that is certain."""
    _forget_after_commit(files_of(picture))
    picture.delete()


@transaction.atomic
def put(picture: Picture, checked: CheckedPicture) -> None:
    """Write a picture's row with a checked file, and have its renditions made.

    Files that it had before go once that is certain.
    """
    before = Picture.objects.filter(pk=picture.pk).first()
    if before is not None:
        _forget_after_commit(files_of(before))
    picture.checksum = checked.checksum
    picture.rendition_widths = []
    typed = f"picture.{checked.ending}"
    name = default_storage.generate_filename(picture_path(picture, typed))
    if default_storage.exists(name):  # the same content, left behind by what did not happen
        default_storage.delete(name)
    picture.file.save(typed, ContentFile(checked.content), save=False)
    picture.width, picture.height = checked.width, checked.height
    picture.save()
    draw_picture.defer(picture_id=str(picture.pk))


def _read(file: IO[bytes]) -> bytes:
    """Read a file, but no more of it than a picture may have."""
    file.seek(0)
    given = file.read(MOST_BYTES + 1)
    if len(given) > MOST_BYTES:
        raise PictureRefused(
            _("The picture is too large: at most %(megabytes)s megabytes.")
            % {"megabytes": MOST_BYTES // 1024 // 1024}
        )
    return given


def _forget_after_commit(names: list[str]) -> None:
    """Delete files once the change is certain, unless a picture has come to use them again."""

    def forget() -> None:
        if names and not Picture.objects.filter(file=names[0]).exists():
            for name in names:
                default_storage.delete(name)

    transaction.on_commit(forget)
