"""Protection against forged requests that needs no cookie before one is needed."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponseBase, HttpResponseForbidden
from django.middleware.csrf import CsrfViewMiddleware

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def same_origin_is_enough(view: View) -> View:
    """Mark a view whose form a first-time visitor may post without a token.

    The token's cookie would have to be set on every page that shows such a form (the statement
    promises none before it is needed). The browser's own word that the request came from a page
    of this shop serves instead; without that word the token is asked for as everywhere.
    """
    view.__dict__["same_origin_is_enough"] = True
    return view


def is_from_here(request: HttpRequest) -> bool:
    """Tell whether the browser says that a page of this shop sent the request.

    `Sec-Fetch-Site` is set by the browser and cannot be forged by a page; older browsers send
    `Origin` with every form post.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin == f"{request.scheme}://{request.get_host()}"


class CsrfMiddleware(CsrfViewMiddleware):
    """Django's check, satisfied by the browser's word where a view says that it is enough."""

    def process_view(
        self,
        request: HttpRequest,
        callback: Callable[..., HttpResponseBase],
        callback_args: tuple[Any, ...],
        callback_kwargs: dict[str, Any],
    ) -> HttpResponseForbidden | None:
        if getattr(callback, "same_origin_is_enough", False) and is_from_here(request):
            return None
        return super().process_view(request, callback, callback_args, callback_kwargs)
