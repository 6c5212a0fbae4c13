"""Pages and parts that are kept as they were rendered, while the catalogue stays as it is.

Every committed change that shoppers can see raises the catalogue's version, and the version is
part of every key: what is kept is never older than the catalogue. Prices and publications that
change by the clock end the time of keeping, which is a minute at most.

A page is rendered for a stranger: whatever is kept has been made without the visitor's session,
name or basket. The few places that speak to one visitor are filled anew for those who have a
session; templates mark them with the tag `for_visitor`.
"""

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from copy import copy
from datetime import datetime
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage import default_storage
from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

LONGEST_SECONDS = 60.0

Kept = TypeVar("Kept")

_VERSION = "SELECT number FROM orders_catalogueversion WHERE id = 1"
_NEXT_CHANGE = """
SELECT least(
    (SELECT min(published_from) FROM orders_product WHERE published_from > %(at)s),
    (SELECT min(published_until) FROM orders_product WHERE published_until > %(at)s),
    (SELECT min(reduced_from) FROM orders_variant WHERE reduced_from > %(at)s),
    (SELECT min(reduced_until) FROM orders_variant WHERE reduced_until > %(at)s),
    (SELECT min(begins_at) FROM orders_campaign WHERE planned_at IS NOT NULL
        AND begins_at > %(at)s),
    (SELECT min(ends_at) FROM orders_campaign WHERE planned_at IS NOT NULL AND ends_at > %(at)s))
"""


def version_of(request: HttpRequest) -> int:
    """Read the catalogue's version, once in a request."""
    if "catalogue_version" not in request.__dict__:
        with connection.cursor() as cursor:
            cursor.execute(_VERSION)
            row = cursor.fetchone()
        request.__dict__["catalogue_version"] = row[0] if row else 0
    return int(request.__dict__["catalogue_version"])


def kept(version: int, name: str, *parts: object, make: Callable[[], Kept]) -> Kept:
    """Give what was made of the catalogue's version before, or make it now."""
    key = _key(version, name, *parts)
    known = caches["parts"].get(key)
    if known is None:
        known = make()
        _keep(version, key, known)
    return cast(Kept, known)


def page(
    request: HttpRequest,
    template: str,
    *,
    query: QueryDict | None = None,
    net: bool = False,
    own: object = None,
    make: Callable[[], Mapping[str, Any]],
) -> HttpResponse:
    """Answer with a page that is the same for every visitor but in the places that are theirs.

    :param query: the choices of the address that the page knows; whatever else stands there is
        as if it were not.
    :param net: the page is for companies, who see prices without VAT too.
    :param own: all that the page tells and that not everybody may see, such as agreed prices: what
        is kept with it is given to those alone who have the very same.
    :param make: gathers the page's context; not called while the page is kept.
    """
    known = query if query is not None else QueryDict()

    def render() -> tuple[str, ...]:
        stranger = as_stranger(request, known)
        context = {"query": known, **make(), "cuts": cuts}
        return cuts.taken_apart(render_to_string(template, context, stranger))

    pieces = kept(
        version_of(request),
        "page",
        get_language(),
        f"{request.scheme}://{request.get_host()}{request.path}",
        known.urlencode(),
        net,
        *(() if not own else (own,)),
        make=render,
    )
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        pieces = cuts.filled(pieces, request)
    answer = HttpResponse(cuts.joined(pieces))
    answer["Cache-Control"] = "private, no-cache"
    patch_vary_headers(answer, ["Cookie"])
    if "HX-Request" in request.headers:
        # The address bar gets what was understood, without the empty fields of a form.
        answer["HX-Push-Url"] = f"{request.path}?{known.urlencode()}" if known else request.path
    return answer


def as_stranger(request: HttpRequest, query: QueryDict) -> HttpRequest:
    """Copy a request without anything that tells of the visitor."""
    stranger = copy(request)
    facts = stranger.__dict__
    for name in [name for name in facts if name.startswith("visitor_")]:
        del facts[name]
    secret = ("CSRF_COOKIE", "HTTP_COOKIE")
    facts.update(
        COOKIES={},
        GET=query,
        META={name: value for name, value in request.META.items() if name not in secret},
        session=type(request.session)(),
        user=AnonymousUser(),
    )
    facts["_messages"] = default_storage(stranger)
    return stranger


class Cuts:
    """The places of a kept page that belong to its visitor.

    The mark cannot be guessed, so that no text of the catalogue can pass for one.
    """

    def __init__(self) -> None:
        self._mark = secrets.token_hex(12)
        self._place = re.compile(
            rf"<!--{self._mark} ([\w/.]+)-->(.*?)<!--{self._mark}-->", re.DOTALL
        )

    def around(self, template: str, words: str) -> str:
        """Mark what a template has said for one visitor."""
        return f"<!--{self._mark} {template}-->{words}<!--{self._mark}-->"

    def taken_apart(self, page: str) -> tuple[str, ...]:
        """Cut a page into text, the name of a template, what it said, text, and so on."""
        return tuple(self._place.split(page))

    def filled(self, pieces: tuple[str, ...], request: HttpRequest) -> tuple[str, ...]:
        """Render the marked places anew for a visitor."""
        fresh = list(pieces)
        for place in range(1, len(pieces), 3):
            fresh[place + 1] = render_to_string(pieces[place], request=request)
        return tuple(fresh)

    def joined(self, pieces: tuple[str, ...]) -> str:
        """Put a page together again, without the names."""
        return "".join(piece for place, piece in enumerate(pieces) if place % 3 != 1)


cuts = Cuts()


def _keep(version: int, key: str, made: object) -> None:
    """Keep until the next change that the clock brings, a minute at most."""
    now = timezone.now()
    seconds = LONGEST_SECONDS
    change = _next_change(version, now)
    if change is not None:
        seconds = min(seconds, (change - now).total_seconds())
    if seconds > 0:
        caches["parts"].set(key, made, timeout=seconds)


def _next_change(version: int, now: datetime) -> datetime | None:
    """Find the next moment at which a price or a publication changes; itself kept."""
    key = _key(version, "next change")
    known: tuple[datetime | None] | None = caches["parts"].get(key)
    if known is None or (known[0] is not None and known[0] <= now):
        with connection.cursor() as cursor:
            cursor.execute(_NEXT_CHANGE, {"at": now})
            known = (cursor.fetchone()[0],)
        caches["parts"].set(key, known, timeout=LONGEST_SECONDS)
    return known[0]


def _key(version: int, *parts: object) -> str:
    """Write a key of a fixed length: addresses are as long as visitors like."""
    return f"{version}:{hashlib.blake2b(repr(parts).encode(), digest_size=20).hexdigest()}"
