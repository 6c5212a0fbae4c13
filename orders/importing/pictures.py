"""Pictures of imported products: found among given files by their names, never fetched.

A picture is known again by its file's name or by its content, so it is not added twice. Nothing is
taken away: a picture that a file no longer names stays.
"""

import hashlib
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Max
from PIL import Image

from orders.catalogue.models import Picture, Product, Variant
from orders.catalogue.pictures import CheckedPicture, PictureRefused, add_picture, put
from orders.importing.apply import Written
from orders.importing.report import Report
from orders.importing.rows import LANGUAGES, PictureRow
from privacy.intake.report import Weight, shown

MOST_NAMES = 1_000
"""Of each kind, that a report lists."""


@dataclass(slots=True)
class _Wanted:
    """A picture that a product should have, however often rows name it."""

    row: PictureRow
    variant: Variant | None
    path: Path | None
    known: Picture | None


@dataclass(slots=True)
class _Wall:
    """The pictures that a product has, by the names and contents of their files."""

    by_name: dict[str, Picture] = field(default_factory=dict)
    by_content: dict[str, Picture] = field(default_factory=dict)

    def add(self, picture: Picture) -> None:
        """Remember a picture."""
        self.by_name[str(picture.file.name).rpartition("/")[2].casefold()] = picture
        if picture.checksum:
            self.by_content[picture.checksum] = picture


class Album:
    """The folder that was given with an import."""

    def __init__(
        self, folder: Path | None, report: Report, *, is_dry_run: bool, is_ours: bool = False
    ) -> None:
        self.report = report
        self.is_dry_run = is_dry_run
        self.add = _add_as_it_is if is_ours else add_picture
        self.files = dict(_files(folder)) if folder is not None else {}
        self.contents: dict[Path, str] = {}
        self.found: dict[str, None] = {}
        self.missing: dict[str, None] = {}

    def tell(self) -> None:
        """Write into the report which names were found, which were not, and which nobody gave."""
        named = {_bare(name) for name in self.found}
        unnamed = [path.name for name, path in sorted(self.files.items()) if name not in named]
        told = {"found": [*self.found], "missing": [*self.missing], "unnamed": unnamed}
        self.report.pictures = {
            kind: [shown(name) for name in names[:MOST_NAMES]] for kind, names in told.items()
        }

    def hang(self, written: Sequence[Written]) -> None:
        """Give products the pictures that rows name; each is a transaction of its own."""
        telling = [one for one in written if any(_named(one))]
        walls = _walls([one.product.pk for one in telling])
        for one in telling:
            self._hang_one(one, walls.get(one.product.pk, _Wall()))

    def _hang_one(self, one: Written, wall: _Wall) -> None:
        for wanted in self._wanted(one, wall):
            if wanted.known is not None:
                changed = one.row.is_whole and self._retitle(wanted.known, wanted)
                changed |= self._give_to_variant(wanted.known, wanted, is_whole=one.row.is_whole)
                self.report.counts[f"pictures_{'changed' if changed else 'unchanged'}"] += 1
            elif wanted.path is not None:
                self._add(one, wanted, wanted.path)

    def _wanted(self, one: Written, wall: _Wall) -> list[_Wanted]:
        """Bring together what rows say of one picture; the first variant that shows it counts."""
        found: dict[object, _Wanted] = {}
        for row, variant in _named(one):
            path, known = self._find(row, wall)
            if path is None and known is None:
                continue
            key = known.pk if known is not None else self._content(path)
            wanted = found.setdefault(key, _Wanted(row, variant, path, known))
            wanted.variant = wanted.variant or variant
        return list(found.values())

    def _find(self, row: PictureRow, wall: _Wall) -> tuple[Path | None, Picture | None]:
        """Look for a picture's file in the folder, and for the picture itself on the wall."""
        name = _bare(row.name)
        path = self.files.get(name)
        known = wall.by_name.get(name)
        if known is None and path is not None:
            known = wall.by_content.get(self._content(path))
        (self.missing if path is None and known is None else self.found)[row.name] = None
        if path is None and known is None:
            code = "picture_is_remote" if _is_remote(row.name) else "picture_not_found"
            self.report.add(Weight.WARNING, code, row.line, row.column, value=row.name)
        return path, known

    def _content(self, path: Path | None) -> str:
        """Tell a file by its content."""
        if path is None:
            return ""
        if path not in self.contents:
            self.contents[path] = hashlib.sha256(path.read_bytes()).hexdigest()
        return self.contents[path]

    def _add(self, one: Written, wanted: _Wanted, path: Path) -> None:
        row, alt = wanted.row, wanted.row.alt
        self.report.counts["pictures_new"] += 1
        if self.is_dry_run:
            return
        try:
            with path.open("rb") as file:
                self.add(
                    product=one.product,
                    variant=wanted.variant,
                    file=file,
                    alt_fi=alt.fi or alt.any or one.product.name_fi,
                    alt_sv=alt.sv,
                    alt_en=alt.en,
                )
        except (PictureRefused, OSError, IntegrityError):
            self.report.counts["pictures_new"] -= 1
            self.report.add(
                Weight.WARNING, "picture_unreadable", row.line, row.column, value=row.name
            )

    def _retitle(self, picture: Picture, wanted: _Wanted) -> bool:
        """Take over what a row says that the picture shows."""
        said = {f"alt_{code}": getattr(wanted.row.alt, code) for code in LANGUAGES}
        new = {name: text for name, text in said.items() if text and getattr(picture, name) != text}
        return self._save(picture, new)

    def _give_to_variant(self, picture: Picture, wanted: _Wanted, *, is_whole: bool) -> bool:
        """Show a picture with its variant; only the own format takes it away from one."""
        pk = wanted.variant.pk if wanted.variant is not None else None
        may = is_whole or (pk is not None and picture.variant_id is None)
        return may and picture.variant_id != pk and self._save(picture, {"variant_id": pk})

    def _save(self, picture: Picture, facts: dict[str, str] | dict[str, UUID | None]) -> bool:
        if facts and not self.is_dry_run:
            for name, fact in facts.items():
                setattr(picture, name, fact)
            picture.save(update_fields=[name.removesuffix("_id") for name in facts])
        return bool(facts)


def _named(one: Written) -> Iterator[tuple[PictureRow, Variant | None]]:
    """Give the pictures of a product, then those of its variants."""
    for picture in one.row.pictures:
        yield picture, None
    for row in one.row.variants:
        if row.sku in one.variants:
            for picture in row.pictures:
                yield picture, one.variants[row.sku]


def _walls(products: Iterable[UUID]) -> dict[UUID, _Wall]:
    """Read the pictures of many products at once."""
    walls: dict[UUID, _Wall] = {}
    for picture in Picture.objects.filter(product__in=products):
        walls.setdefault(picture.product_id, _Wall()).add(picture)
    return walls


def _add_as_it_is(
    *,
    product: Product,
    file: IO[bytes],
    alt_fi: str,
    alt_sv: str = "",
    alt_en: str = "",
    variant: Variant | None = None,
) -> Picture:
    """Hang a picture of the shop's own, which need not be drawn anew to be trusted."""
    content = file.read()
    with Image.open(io.BytesIO(content)) as opened:
        ending, (width, height) = (opened.format or "").lower(), opened.size
    last = Picture.objects.filter(product=product).aggregate(last=Max("position"))["last"]
    picture = Picture(
        product=product,
        variant=variant,
        alt_fi=alt_fi,
        alt_sv=alt_sv,
        alt_en=alt_en,
        position=0 if last is None else last + 1,
    )
    checksum = hashlib.sha256(content).hexdigest()
    put(picture, CheckedPicture(content, ending, width, height, checksum))
    return picture


def _is_remote(name: str) -> bool:
    return "://" in name or name.startswith("//")


def _bare(name: str) -> str:
    """Give a file's name without folders, and an address's without host and query."""
    try:
        path = unquote(urlsplit(name).path) if _is_remote(name) else name
    except ValueError:
        path = name
    return path.replace("\\", "/").rpartition("/")[2].casefold()


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """List the files below a folder by their bare names; the first of namesakes comes last."""
    found = []
    for place, folders, names in os.walk(folder):
        folders.sort()
        found += [Path(place) / name for name in sorted(names)]
    for path in reversed(found):
        if path.is_file() and not path.is_symlink():
            yield path.name.casefold(), path
