"""What a visitor is told whose data were erased while the request was on its way."""

from collections.abc import Callable

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import UpdateError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from privacy.base import Gone

GONE = 410


def leave(request: HttpRequest) -> None:
    """Treat somebody whose account is gone as a stranger from here on.

    A log-out would write a time into the sign-in log of a person who is no longer in it.
    """
    request.user = AnonymousUser()
    request.session.flush()


class GoneMiddleware:
    """Treat somebody whose rows are gone as signed out, and write nothing back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, trouble: Exception) -> HttpResponse | None:
        """Answer for a view that was about to save what is no longer there."""
        if not isinstance(trouble, Gone | UpdateError):
            return None
        account = request.user.pk
        if account and not get_user_model()._base_manager.filter(pk=account).exists():
            leave(request)
        answer = HttpResponse(render_to_string("410.html"), status=GONE)
        answer["Cache-Control"] = "no-store"
        return answer
