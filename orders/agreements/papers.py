"""The documents of agreements: what is taken in, where it lies, and how it is given out.

A document is a PDF that people read on paper as well: nothing in it runs, opens, encloses or locks
anything. It lies where no address leads to, and is given out as a file to be kept.
"""

import re
import zlib
from collections.abc import Iterator

from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils.translation import pgettext

from orders.catalogue.agreements import Agreement, AgreementDocument
from privacy.private_answers import stream_file

MOST_MEGABYTES = 10
MOST_BYTES = MOST_MEGABYTES * 1024 * 1024
_UNPACKED = 8 * MOST_BYTES
_HEAD, _TAIL = 1024, 2048
_STREAM = re.compile(rb"(<<(?:(?!endobj).){0,4096}?>>)\s*stream\r?\n(.*?)endstream", re.DOTALL)
_HIDDEN = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTS = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm)\b")
_LOCKED = re.compile(rb"/Encrypt\b")


class NotAPaper(Exception):
    """It cannot be an agreement's document."""


class NotAPdf(NotAPaper):
    """The file is no PDF, or not a whole one."""


class TooLarge(NotAPaper):
    """Nobody reads an agreement of so many bytes."""


class Acts(NotAPaper):
    """Something in it runs, opens or encloses something."""


class Locked(NotAPaper):
    """It is sealed with a password."""


def check(content: bytes) -> None:
    """Refuse what is no plain document.

    :raises NotAPaper: with the reason.
    """
    if len(content) > MOST_BYTES:
        raise TooLarge
    if b"%PDF-" not in content[:_HEAD] or b"%%EOF" not in content[-_TAIL:]:
        raise NotAPdf
    for part in _spoken(content):
        plain = _HIDDEN.sub(lambda found: bytes([int(found[1], 16)]), part)
        if _LOCKED.search(plain):
            raise Locked
        if _ACTS.search(plain):
            raise Acts


def _spoken(content: bytes) -> Iterator[bytes]:
    """Give what says what the document does: all but pictures, letters and words."""
    yield _STREAM.sub(rb"\1", content)
    left = _UNPACKED
    for head, packed in _STREAM.findall(content):
        if b"/ObjStm" in head:
            said = _unpacked(head, packed, left)
            left -= len(said)
            if left <= 0:
                raise TooLarge
            yield said


def _unpacked(head: bytes, packed: bytes, most: int) -> bytes:
    if b"/FlateDecode" not in head:
        return packed
    try:
        return zlib.decompressobj().decompress(packed, most)
    except zlib.error:
        raise NotAPdf from None


def last_of(agreement: Agreement) -> AgreementDocument | None:
    """Give the edition of a document that holds."""
    return agreement.documents.order_by("-edition").first()


def file_name_of(document: AgreementDocument) -> str:
    """Call a file as it is to be kept: by the agreement's number and the edition."""
    kind = pgettext("name of a file", "agreement")
    number = re.sub(r"[^\w.-]", "-", document.agreement.number)
    return f"{kind}-{number}-{document.edition}.pdf"


def stream(document: AgreementDocument | None) -> HttpResponseBase:
    """Stream a document from where no address leads to, for its reader alone.

    :raises Http404: when there is none, or not any more.
    """
    if document is None:
        raise Http404
    return stream_file(document.file, name=file_name_of(document), media_type="application/pdf")
