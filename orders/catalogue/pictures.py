"""Pictures of products: what may come in, what is kept of it, and what is made of it.

A file is trusted by what it is and not by what it is called. What is kept is drawn anew from its
pixels: places, names and cameras written into a photo are left out (no buyer needs them), and so
is whatever else a file may carry. The worker makes the smaller renditions; until then the kept
picture itself is shown.
"""

import hashlib
import io
import struct
import warnings
from dataclasses import dataclass
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from orders.catalogue.models import Picture, Product, Variant, picture_path
from orders.catalogue.picture_files import files_of
from orders.catalogue.tasks import draw_picture

MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 12_000
#: What is kept is no wider or higher: nobody looks closer, and the worker has less to draw.
KEPT_SIDE = 2_560

#: What a file may be, and as what it is kept.
FORMATS = {"JPEG": "JPEG", "PNG": "PNG", "GIF": "PNG", "WEBP": "WEBP", "AVIF": "WEBP"}
_ENDINGS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}
_QUALITY: dict[str, dict[str, int | bool]] = {
    "JPEG": {"quality": 90, "optimize": True, "progressive": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 92, "method": 4},
}
#: What decoders raise at broken files, besides what they name themselves.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    OverflowError,
    RuntimeError,
    IndexError,
    struct.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


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
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(given), formats=list(FORMATS)) as opened:
                kind = FORMATS[opened.format or ""]
                _refuse_giants(opened)
                drawn = _drawn_anew(opened)
                content = _written(drawn, kind)
    except UnidentifiedImageError as trouble:
        raise PictureRefused(_("The file is no JPEG, PNG, GIF, WebP or AVIF picture.")) from trouble
    except PictureRefused:
        raise
    except _BROKEN as trouble:
        raise PictureRefused(_("The picture is damaged and cannot be read.")) from trouble
    return CheckedPicture(content, _ENDINGS[kind], *drawn.size, hashlib.sha256(given).hexdigest())


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


def _refuse_giants(opened: Image.Image) -> None:
    """Look at the size that the header tells, before anything is unpacked."""
    width, height = opened.size
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise PictureRefused(
            _("The picture has too many pixels: at most %(side)s on a side, %(millions)s million.")
            % {"side": LONGEST_SIDE, "millions": MOST_PIXELS // 1_000_000}
        )


def _drawn_anew(opened: Image.Image) -> Image.Image:
    """Turn a picture upright, into common colours, and no larger than is kept."""
    opened.draft("RGB", (KEPT_SIDE, KEPT_SIDE))
    picture = ImageOps.exif_transpose(opened)
    profile = picture.info.get("icc_profile")
    has_alpha = "A" in picture.getbands() or "transparency" in picture.info
    picture = picture.convert("RGBA" if has_alpha else "RGB")
    if profile:
        picture = _in_common_colours(picture, profile)
    picture.thumbnail((KEPT_SIDE, KEPT_SIDE), Image.Resampling.LANCZOS)
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    return bare


def _in_common_colours(picture: Image.Image, profile: bytes) -> Image.Image:
    """Convert from a camera's colours to those of every screen; a broken profile is let be."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(
            picture, source, ImageCms.createProfile("sRGB"), outputMode=picture.mode
        )
    except (ImageCms.PyCMSError, OSError):
        return picture
    return converted or picture


def _written(picture: Image.Image, kind: str) -> bytes:
    """Write a picture in a format."""
    if kind == "JPEG" and picture.mode == "RGBA":
        picture = picture.convert("RGB")
    out = io.BytesIO()
    picture.save(out, kind, **_QUALITY[kind])
    return out.getvalue()


def _forget_after_commit(names: list[str]) -> None:
    """Delete files once the change is certain, unless a picture has come to use them again."""

    def forget() -> None:
        if names and not Picture.objects.filter(file=names[0]).exists():
            for name in names:
                default_storage.delete(name)

    transaction.on_commit(forget)
