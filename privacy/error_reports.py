"""What may be said of an error: nothing about the person it happened to."""

import logging
import time
from collections.abc import ItemsView
from contextlib import suppress
from types import TracebackType
from typing import Any

from django.conf import settings
from django.core.mail import mail_admins
from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

from privacy.egress.opened import opened_by_exception

_KEPT_META = frozenset({"REQUEST_METHOD", "SERVER_NAME", "wsgi.url_scheme"})


class NothingPersonal(SafeExceptionReporterFilter):
    """An error report without what was typed, where it came from, or what was in hand."""

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        if request is None:
            return {}
        return dict.fromkeys(request.POST, self.cleansed_substitute)

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: Any
    ) -> ItemsView[str, Any]:
        return dict.fromkeys(tb_frame.f_locals, self.cleansed_substitute).items()

    def get_safe_request_meta(self, request: HttpRequest) -> dict[str, Any]:
        return {name: value for name, value in request.META.items() if name in _KEPT_META}

    def get_safe_cookies(self, request: HttpRequest) -> dict[str, Any]:
        return dict.fromkeys(request.COOKIES, self.cleansed_substitute)


_Trouble = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class OneLine(logging.Formatter):
    """One line a record; of a request its method and page, of an exception its kind and place.

    The message of a database error repeats the row, and a row may be a person. An address may hold
    an e-mail address, a search, or the token of a reset link; the page's name holds none.
    """

    default_msec_format = "%s.%03d"

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatException(self, ei: _Trouble) -> str:  # noqa: N802 (the name is logging's)
        kind, _error, trace = ei
        places = []
        while trace is not None:
            frame = trace.tb_frame.f_code
            places.append(f"{frame.co_filename}:{trace.tb_lineno}:{frame.co_name}")
            trace = trace.tb_next
        name = kind.__name__ if kind else "?"
        return f"{name} at {' < '.join(reversed(places[-12:]))}"

    def format(self, record: logging.LogRecord) -> str:
        # A copy, since another handler may have written the whole error into the record.
        record = logging.makeLogRecord({**record.__dict__, "exc_text": None})
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            record.args = ()
            record.msg = f"{getattr(record, 'status_code', '-')} {request.method} {_page(request)}"
        line = super().format(record)
        return "".join(sign if sign.isprintable() else _ESCAPED.get(sign, "?") for sign in line)


_ESCAPED = {"\r": "\\r", "\n": " | ", "\x1b": "\\e", "\t": " "}


def _page(request: HttpRequest) -> str:
    match = getattr(request, "resolver_match", None)
    return match.view_name or "unnamed page" if match else "no such page"


class ErrorLetter(logging.Handler):
    """Mail a line about a fault to ADMINS; of the same kind at most one in five minutes.

    It does not go through the outbox: the database may be what has failed.
    """

    PAUSE = 300

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[str, float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        what = line.partition(f" {record.name} ")[2]
        now = time.monotonic()
        if now - self._last.get(what, -self.PAUSE) < self.PAUSE:
            return
        self._last = {seen: at for seen, at in self._last.items() if now - at < self.PAUSE}
        self._last[what] = now
        # Without a mail server the line on the console must do; it stands there already.
        host = settings.EMAIL_HOST
        with suppress(OSError), opened_by_exception("faults", host):
            mail_admins(f"{record.levelname} {record.name}", line)
