"""A small reader of codes: what a scanner sees on a page, by its dark and light alone."""

import io
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import typst
from PIL import Image

from orders.barcode import bars
from orders.invoicing import paper
from orders.invoicing.document import document_of
from orders.invoicing.models import Invoice
from privacy.paper import typesetting

PPI = 300
_SYMBOL, _START_C, _STOP = 6, (2, 1, 1, 2, 3, 2), (2, 3, 3, 1, 1, 1)
Run = tuple[bool, int]


def picture_of(invoice: Invoice) -> Image.Image:
    """Give the last page of an invoice as a picture in grey."""
    room, letters = Path(paper.__file__).parent, Path(typesetting.__file__).parent / "fonts"
    said = paper.said_of(document_of(invoice))
    pages = typst.compile(
        str(room / "invoice.typ"),
        root=str(room.parents[1]),
        font_paths=[str(letters)],
        ignore_system_fonts=True,
        format="png",
        ppi=PPI,
        sys_inputs={"said": typesetting.setting_of(said)},
    )
    last = pages if isinstance(pages, bytes) else pages[-1]
    return Image.open(io.BytesIO(last)).convert("L")


def read_code_128(picture: Image.Image) -> str:
    """Find digits in Code 128 C on a page; nothing when there are none."""
    for row in range(0, picture.height, 5):
        found = _read_row(runs_of(picture, row))
        if found:
            return found
    return ""


def runs_of(picture: Image.Image, row: int) -> list[Run]:
    """Give how long it is dark and light, in turn, along a row of the picture."""
    line = picture.crop((0, row, picture.width, row + 1)).tobytes()
    return [(dark, len(list(same))) for dark, same in groupby(value < 128 for value in line)]


def _read_row(runs: list[Run]) -> str:
    for place, (dark, _length) in enumerate(runs):
        widths = [length for _dark, length in runs[place:]]
        if dark and _symbol(widths[:_SYMBOL]) == _START_C:
            digits = "".join(_digits(widths[_SYMBOL:]))
            if len(digits) > 2:
                return digits
    return ""


def _symbol(widths: list[int]) -> tuple[int, ...]:
    """Give the widths of a symbol in modules: eleven in all."""
    module = sum(widths) / 11
    return tuple(round(width / module) for width in widths) if module else ()


def _digits(widths: list[int]) -> Iterator[str]:
    """Give pair after pair until the stop; the check symbol before it is no digits."""
    pairs: list[str] = []
    for place in range(0, len(widths) - _SYMBOL, _SYMBOL):
        symbol = _symbol(widths[place : place + _SYMBOL])
        if symbol == _STOP:
            yield from pairs[:-1]
            return
        if symbol not in _PAIRS:
            return
        pairs.append(_PAIRS[symbol])


def _drawn(pair: str) -> tuple[int, ...]:
    return tuple(bars(pair)[_SYMBOL : 2 * _SYMBOL])


_PAIRS = {_drawn(f"{number:02}"): f"{number:02}" for number in range(100)}
_PAIRS |= {(1, 1, 3, 1, 4, 1): "100", (1, 1, 4, 1, 3, 1): "101", (3, 1, 1, 1, 4, 1): "102"}


def read_qr(picture: Image.Image, modules: int) -> list[list[bool]]:
    """Give the squares of a QR code of so many modules, found by the two eyes at its top."""
    x, y, size = _corner(picture, modules)
    at = [int((place + 0.5) * size) for place in range(modules)]
    grey = picture.tobytes()
    return [[grey[(y + dy) * picture.width + x + dx] < 128 for dx in at] for dy in at]


def _corner(picture: Image.Image, modules: int) -> tuple[int, int, float]:
    for row in range(picture.height):
        eyes = list(_eyes(runs_of(picture, row)))
        for left, width in eyes:
            size = width / 7
            between = (modules - 7) * size
            for right, _width in eyes:
                if abs(right - left - between) < size:
                    exact = (right - left) / (modules - 7)
                    return left, round(row - 2 * exact), exact
    raise AssertionError("there is no QR code")


def _eyes(runs: list[Run]) -> Iterator[tuple[int, int]]:
    """Find where dark and light are as 1 : 1 : 3 : 1 : 1, and how wide it is."""
    place = 0
    for number, (dark, length) in enumerate(runs):
        widths = [width for _dark, width in runs[number : number + 5]]
        size = sum(widths) / 7
        if dark and size > 4 and [round(width / size) for width in widths] == [1, 1, 3, 1, 1]:
            yield place, sum(widths)
        place += length
