"""Which pages take larger forms than others: those to which people send files."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest
from django.urls import Resolver404, resolve

View = TypeVar("View", bound=Callable[..., Any])

MOST = "most_bytes"


def takes_files(most_bytes: int) -> Callable[[View], View]:
    """Let a page take so many bytes; the innermost or outermost of its decorators."""

    def mark(view: View) -> View:
        view.__dict__[MOST] = most_bytes
        return view

    return mark


def most_bytes_for(request: HttpRequest) -> int:
    """Tell how many bytes the page takes that is asked for; none beyond the usual is 0."""
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return 0
    return int(getattr(view, MOST, 0))
