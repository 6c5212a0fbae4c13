"""The drawing itself, done by a helper: it knows Pillow, and no Django."""

import io
import struct
import warnings

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from privacy.bounded.frames import Facts, Said

MOST_PIXELS = 40_000_000
LONGEST_SIDE = 12_000
#: What is kept is no wider or higher: nobody looks closer, and the worker has less to draw.
KEPT_SIDE = 2_560

#: Why a file is refused.
UNKNOWN, GIANT, DAMAGED = "unknown", "giant", "damaged"

#: What a file may be, and as what it is kept.
FORMATS = {"JPEG": "JPEG", "PNG": "PNG", "GIF": "PNG", "WEBP": "WEBP", "AVIF": "WEBP"}
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
_RENDITION: dict[str, dict[str, int]] = {
    "avif": {"quality": 60, "speed": 7, "max_threads": 1},
    "webp": {"quality": 80, "method": 4},
}


def draw_anew(_said: Facts, given: bytes) -> Said:
    """Read a file as a picture and draw it anew, or say why not."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(given), formats=list(FORMATS)) as opened:
                if _is_giant(opened):
                    return {"refused": GIANT}, b""
                kind = FORMATS[opened.format or ""]
                drawn = _drawn_anew(opened)
                content = _written(drawn, kind)
    except UnidentifiedImageError:
        return {"refused": UNKNOWN}, b""
    except _BROKEN:
        return {"refused": DAMAGED}, b""
    return {"kind": kind, "size": drawn.size}, content


def draw_smaller(said: Facts, kept: bytes) -> Said:
    """Draw a kept picture in a width, for browsers that know a format."""
    with Image.open(io.BytesIO(kept), formats=list(FORMATS)) as opened:
        height = max(1, round(opened.height * said["width"] / opened.width))
        drawn = opened.resize((said["width"], height), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    drawn.save(out, said["ending"].upper(), **_RENDITION[said["ending"]])
    return {}, out.getvalue()


def _is_giant(opened: Image.Image) -> bool:
    """Look at the size that the header tells, before anything is unpacked."""
    width, height = opened.size
    return width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE


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
