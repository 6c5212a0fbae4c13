"""Where a visit began: the page and the site it was reached from, without a cookie of its own.

It is noted when a session begins for a reason of its own (a basket, a sign-in), and goes with it.
"""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils import translation

LONGEST = 200
LONGEST_ADDRESS = 2048
"""Whatever is longer was not written by a browser in good faith; it is not read at all."""
CAMPAIGN = ("utm_source", "utm_medium", "utm_campaign")
"""What advertisers write of themselves; whatever else an address asks is dropped unread."""

_PUBLIC = {"slug", "path"}
"""Parts of an address that name goods. Any other part may be a key or a number of somebody's."""
_PLAIN = re.compile(r"[\w.+ -]{1,40}")
_VISIBLE = re.compile(r"[!-~]*")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


@dataclass(frozen=True)
class Arrival:
    """The page on which a visit's session began, and the host that led to it."""

    page: str = ""
    host: str = ""


def arrival_of(request: HttpRequest) -> Arrival:
    """Read from a request what may be kept of where it comes from.

    A form is posted from a page; that page is where the visitor had arrived, as far as the shop
    knows. Another site's address gives its host only.
    """
    came_from = _split(request.headers.get("Referer", ""))
    if came_from.netloc.casefold() == request.get_host().casefold():
        return Arrival(page=_page(came_from.path, came_from.query))
    page = _page(request.path, request.META.get("QUERY_STRING", ""))
    return Arrival(page=page, host=_host(came_from))


def _split(address: str) -> SplitResult:
    if len(address) > LONGEST_ADDRESS or not _VISIBLE.fullmatch(address):
        return urlsplit("")
    try:
        parts = urlsplit(address)
    except ValueError:
        return urlsplit("")
    return parts if parts.scheme in {"http", "https"} else urlsplit("")


def _host(address: SplitResult) -> str:
    try:
        host = (address.hostname or "").casefold()
    except ValueError:
        return ""
    return host if len(host) <= LONGEST and _HOST.fullmatch(host) else ""


def _page(path: str, query: str) -> str:
    known = _without_keys(path)
    campaign = urlencode(_campaign(query))
    return f"{known}?{campaign}"[:LONGEST] if known and campaign else known[:LONGEST]


def _without_keys(path: str) -> str:
    """Give the path if it is one of the shop's, with whatever may be somebody's left out."""
    language = translation.get_language_from_path(path) or settings.LANGUAGE_CODE
    try:
        with translation.override(language):
            match = resolve(path)
    except Resolver404:
        return ""
    for name, value in match.kwargs.items():
        if name not in _PUBLIC:
            path = path.replace(str(value), "…")
    return path


def _campaign(query: str) -> list[tuple[str, str]]:
    asked = dict(parse_qsl(query[:4096]))
    return [(name, asked[name]) for name in CAMPAIGN if _PLAIN.fullmatch(asked.get(name, ""))]
