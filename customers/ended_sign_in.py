"""A form that is sent after the sign-in has ended: nothing is saved, and nothing typed is lost."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from customers.sessions import SessionStore
from privacy.csrf import is_from_here

Answer = Callable[[HttpRequest], HttpResponse]

_NEVER_GIVEN_BACK = ("password", "csrfmiddlewaretoken")


class EndedSignInMiddleware:
    """Where a form would be answered with the way to the sign-in, give it back to its sender."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if typed(request) and _leads_to_sign_in(answer) and _has_ended(request):
            return form_given_back(request)
        return answer


def typed(request: HttpRequest) -> list[tuple[str, str]]:
    """List what a form said, field by field, without passwords."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if not any(part in name for part in _NEVER_GIVEN_BACK)
        for value in values
    ]


def form_given_back(request: HttpRequest) -> HttpResponse:
    """Show that nothing is lost, with a button that sends the form once more.

    Files cannot be given back; the page says so.
    """
    context = {
        "typed": typed(request),
        "files": bool(request.FILES),
        "signed_in": request.user.is_authenticated,
        "address": request.get_full_path(),
    }
    return render(request, "customers/form_given_back.html", context, status=403)


def can_be_given_back(request: HttpRequest) -> bool:
    """Tell whether a form whose token is old came from a page of ours and somebody signed in.

    Each sign-in makes a new token, so a page from before it is not trusted. What the browser says
    of the sender is enough to show the form again, though not to act on it.
    """
    known = getattr(request, "user", None)
    return (
        known is not None
        and known.is_authenticated
        and is_from_here(request)
        and bool(typed(request))
    )


def _leads_to_sign_in(answer: HttpResponse) -> bool:
    doors = {reverse("account_login"), reverse("admin:login")}
    return urlsplit(answer.get("Location", "")).path in doors


def _has_ended(request: HttpRequest) -> bool:
    session = request.session
    return isinstance(session, SessionStore) and session.sign_in_ended
