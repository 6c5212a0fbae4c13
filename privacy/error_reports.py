"""What may be said of an error: nothing about the person it happened to."""

import logging
from collections.abc import ItemsView
from types import TracebackType
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

_KEPT_META = frozenset({"REQUEST_METHOD", "PATH_INFO", "SERVER_NAME", "wsgi.url_scheme"})


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
    """One line a record; of an exception its kind and place, not its words.

    The message of a database error repeats the row, and a row may be a person.
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
        return (
            super().format(record).replace("\r", "\\r").replace("\n", " | ").replace("\x1b", "\\e")
        )
