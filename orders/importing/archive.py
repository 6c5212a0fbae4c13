"""A ZIP of pictures beside an uploaded catalogue: looked through before anything is unpacked.

Nothing of it is trusted. Names hold no path, so nothing can be written elsewhere; sizes are bounded
before and while unpacking, so nothing small becomes endless; and each file is still read as a
picture and drawn anew when it is hung (`orders.catalogue.pictures`).
"""

import contextlib
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from orders.catalogue.pictures import MOST_BYTES
from privacy.intake.report import shown

MOST_IN_ALL = 300 * 1024 * 1024
"""Bytes, of the archive and of what is in it; pictures hardly become smaller in a ZIP."""

MOST_PICTURES = 5_000
LONGEST_NAME = 200
ENDINGS = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif")

_ENCRYPTED = 0x1
_SAYS_UTF_8 = 0x800
_PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_OF_A_MAC = "__MACOSX/"
_STEP = 64 * 1024


class ArchiveRefused(ValueError):
    """The file is no ZIP of pictures that can be taken; the message says why."""


def pictures_in(file: IO[bytes]) -> list[zipfile.ZipInfo]:
    """List the pictures of an archive, none of which has been read yet.

    :raises ArchiveRefused: when anything in it is not as it should be.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            listed = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as trouble:
        raise ArchiveRefused(_("The file is no ZIP that can be read.")) from trouble
    if len(listed) > MOST_PICTURES:
        raise ArchiveRefused(_("The ZIP holds more than %(most)s files.") % {"most": MOST_PICTURES})
    pictures = [entry for entry in listed if not _is_beside_the_point(entry)]
    for entry in pictures:
        _refuse_bad(entry)
    if sum(entry.file_size for entry in pictures) > MOST_IN_ALL:
        raise ArchiveRefused(
            _("Unpacked, the pictures have more than %(most)s.")
            % {"most": filesizeformat(MOST_IN_ALL)}
        )
    _refuse_namesakes(pictures)
    return pictures


@contextlib.contextmanager
def unpacked(path: Path | None) -> Iterator[Path | None]:
    """Lay an archive's pictures into a folder for as long as they are needed.

    :raises ArchiveRefused: when the archive is not what it was when it was uploaded.
    """
    if path is None:
        yield None
        return
    with tempfile.TemporaryDirectory(dir=path.parent) as place:
        folder = Path(place)
        with path.open("rb") as file:
            entries = pictures_in(file)
            with zipfile.ZipFile(file) as archive:
                for entry in entries:
                    _unpack(archive, entry, folder / _name(entry))
        yield folder


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path) -> None:
    left = entry.file_size
    try:
        with archive.open(entry) as packed, target.open("xb") as plain:
            while chunk := packed.read(_STEP):
                left -= len(chunk)
                if left < 0:
                    raise ArchiveRefused(_not_that(entry))
                plain.write(chunk)
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError) as trouble:
        raise ArchiveRefused(_not_that(entry)) from trouble


def _not_that(entry: zipfile.ZipInfo) -> str:
    return _("The file %(name)s in the ZIP is damaged.") % {"name": shown(_name(entry))}


def _is_beside_the_point(entry: zipfile.ZipInfo) -> bool:
    """Pass over what systems add by themselves: folders, and a Mac's notes."""
    name = entry.filename
    return entry.is_dir() or name.startswith(_OF_A_MAC) or name in {".DS_Store", "Thumbs.db"}


def _name(entry: zipfile.ZipInfo) -> str:
    """Give an entry's name as it stands; where it does not say that it is UTF-8 it mostly is."""
    name = entry.orig_filename
    if not entry.flag_bits & _SAYS_UTF_8:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode()
    return unicodedata.normalize("NFC", name)


def _refuse_bad(entry: zipfile.ZipInfo) -> None:
    name = {"name": shown(_name(entry))}
    if not _is_plain(_name(entry)):
        raise ArchiveRefused(
            _(
                "The name %(name)s in the ZIP holds a folder or signs that no name has. Pack the "
                "pictures themselves, without folders."
            )
            % name
        )
    if not _name(entry).casefold().endswith(ENDINGS):
        raise ArchiveRefused(
            _("The ZIP holds something else than pictures: %(name)s. JPEG, PNG, GIF, WebP, AVIF.")
            % name
        )
    if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _PACKED:
        raise ArchiveRefused(
            _("The file %(name)s in the ZIP is locked or packed strangely.") % name
        )
    if entry.file_size > MOST_BYTES:
        raise ArchiveRefused(
            _("The picture %(name)s has more than %(most)s.")
            % {**name, "most": filesizeformat(MOST_BYTES)}
        )


def _is_plain(name: str) -> bool:
    """Tell whether a name is a name and no path, on any system."""
    return (
        0 < len(name.encode(errors="replace")) <= LONGEST_NAME
        and not name.startswith(".")
        and not any(sign in name for sign in '/\\:*?"<>|')
        and all(unicodedata.category(sign) not in {"Cc", "Cf", "Cs"} for sign in name)
    )


def _refuse_namesakes(pictures: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for entry in pictures:
        name = _name(entry).casefold()
        if name in seen:
            raise ArchiveRefused(
                _("Two files in the ZIP have the name %(name)s.") % {"name": shown(_name(entry))}
            )
        seen.add(name)
