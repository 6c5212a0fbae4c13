"""Pages, papers, tables and files for one reader: who keeps and who lists them is said here."""

from codecs import BOM_UTF8
from collections.abc import Iterable
from itertools import chain
from typing import TypeVar

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

KEPT_BY_NOBODY = "private, no-store"

Answer = TypeVar("Answer", bound=HttpResponseBase)


def for_one_reader(answer: Answer) -> Answer:
    """Keep an answer from whoever carries it, and its address from whoever is not its reader."""
    return unlisted(unkept(answer))


def unkept(answer: Answer) -> Answer:
    """Let nobody keep an answer on the way."""
    answer["Cache-Control"] = KEPT_BY_NOBODY
    return answer


def unlisted(answer: Answer) -> Answer:
    """Tell the address of an answer to no search engine, and to nobody whom its links lead to."""
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "same-origin"
    return answer


def paper(pdf: bytes, *, name: str, as_attachment: bool = False) -> HttpResponse:
    """Give a PDF as it was set, to be looked at or to be kept."""
    answer = HttpResponse(pdf, content_type="application/pdf")
    way = "attachment" if as_attachment else "inline"
    answer["Content-Disposition"] = f'{way}; filename="{name}"'
    return answer


def csv_headers(name: str) -> dict[str, str]:
    """Name a table that is given as a file for a spreadsheet."""
    return {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": KEPT_BY_NOBODY,
    }


def stream_csv(lines: Iterable[str], *, name: str) -> StreamingHttpResponse:
    """Stream a table, behind the mark that tells spreadsheets that a file is UTF-8."""
    marked = chain([BOM_UTF8], (line.encode() for line in lines))
    return StreamingHttpResponse(marked, headers=csv_headers(name))


def stream_file(
    file: FieldFile | None, *, name: str, media_type: str, as_attachment: bool = True
) -> HttpResponseBase:
    """Stream a file from where no address leads to, for its reader alone.

    :raises Http404: when it is not made yet, or not any more there.
    """
    if not file:
        raise Http404
    try:
        content = file.storage.open(str(file.name))
    except FileNotFoundError as gone:
        raise Http404 from gone
    answer = FileResponse(
        content, as_attachment=as_attachment, filename=name, content_type=media_type
    )
    return for_one_reader(answer)
