"""How a page's text is read: headings, paragraphs, lists, links, strong words; and nothing else.

The signs are those of Markdown. No sign makes HTML: the template writes every word escaped.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from orders.catalogue.prose import blocks
from orders.sales.editions import with_seller
from orders.sales.withdrawal import withdrawal_page

PLACES = {
    "terms": "orders:terms",
    "withdrawal-form": "orders:withdrawal-form",
    "statement": "privacy:statement",
    "rights": "privacy:ask",
    "delivery": "orders:page-delivery",
    "contact": "orders:page-contact",
    "about": "orders:page-about",
    "accessibility": "orders:page-accessibility",
}
"""What `page:…` may lead to, in the reader's language; `page:withdraw` is added below."""

WITHDRAW = "withdraw"

_SIGNS = re.compile(
    r"\[(?P<words>[^\[\]\n]+)\]\((?P<address>[^()\s]+)\)"
    r"|\*\*(?P<strong>[^*\n]+)\*\*"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
)
_HEADING = re.compile(r"^(#{1,2}) +(.+)$")
_OUTSIDE = re.compile(r"^(https://|mailto:)[^\s\"'<>]+$")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words in a row; with an address they are a link."""

    words: str
    address: str = ""
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A `title`, a `heading`, a `paragraph` of lines or a `list` of items."""

    kind: str
    lines: tuple[tuple[Piece, ...], ...]

    @property
    def words(self) -> str:
        return " ".join(piece.words for line in self.lines for piece in line)


def read(text: str) -> list[Part]:
    """Read a page's text, with the seller's facts in their places."""
    return list(_parts(with_seller(text.replace("\r\n", "\n"), settings.CONTROLLER)))


def _parts(text: str) -> Iterator[Part]:
    for block in blocks(text):
        if block.is_list:
            yield Part("list", tuple(tuple(_pieces(line)) for line in block.lines))
            continue
        run: list[str] = []
        for line in block.lines:
            heading = _HEADING.match(line)
            if heading is None:
                run.append(line)
                continue
            yield from _paragraph(run)
            run = []
            kind = "title" if heading[1] == "#" else "heading"
            yield Part(kind, ((Piece(heading[2].strip()),),))
        yield from _paragraph(run)


def _paragraph(run: list[str]) -> Iterator[Part]:
    if run:
        yield Part("paragraph", tuple(tuple(_pieces(line)) for line in run))


def _pieces(line: str) -> Iterator[Piece]:
    end = 0
    for sign in _SIGNS.finditer(line):
        piece = _piece(sign)
        if piece is None:
            continue
        if sign.start() > end:
            yield Piece(line[end : sign.start()])
        yield piece
        end = sign.end()
    if end < len(line):
        yield Piece(line[end:])


def _piece(sign: re.Match[str]) -> Piece | None:
    """Give what a sign makes; nothing where its address leads nowhere that we let it."""
    if sign["strong"]:
        return Piece(sign["strong"], is_strong=True)
    if sign["email"]:
        return Piece(sign["email"], address=f"mailto:{sign['email']}")
    address = _address(sign["address"])
    return Piece(sign["words"], address=address) if address else None


def _address(typed: str) -> str:
    scheme, _colon, place = typed.partition(":")
    if scheme == "page":
        if place == WITHDRAW:
            return withdrawal_page() or reverse("orders:withdrawal-form")
        return reverse(PLACES[place]) if place in PLACES else ""
    return typed if _OUTSIDE.match(typed) else ""


def wrong_links(text: str) -> list[str]:
    """List the addresses in a text that lead nowhere that we let them."""
    found = (sign["address"] for sign in _SIGNS.finditer(text))
    return sorted({address for address in found if address and not _address(address)})
