"""What django-axes asks when somebody signs in, and what it keeps of it."""

import ipaddress
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from privacy.normal import normal_email

FIELDS = ("username", "email", "login")
"""What the doors of the shop and of the admin call the name that is typed."""


def typed_name(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """Give the typed user name in its normal form, whichever door it was typed at."""
    given = credentials or {}
    typed = next((given[name] for name in FIELDS if given.get(name)), None)
    if typed is None and request is not None:
        typed = next((request.POST[name] for name in FIELDS if request.POST.get(name)), "")
    return normal_email(str(typed or ""))


def client_address(request: HttpRequest) -> str | None:
    """Give the visitor's address: the last hop that the shop's own proxies vouch for.

    Each trusted proxy appends the address it was called from, so with n of them the n-th entry
    from the right is the visitor's; anything further left was written by the visitor.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
        if len(hops) >= settings.TRUSTED_PROXIES:
            address = hops[-settings.TRUSTED_PROXIES]
    try:
        return str(ipaddress.ip_address(address))
    except ValueError:
        return None


class SignInLog(AxesDatabaseHandler):
    """Keep what section 5 names (user name, address, time, failure) and nothing else."""

    def user_login_failed(
        self,
        sender: Any,
        credentials: dict[str, Any],
        request: HttpRequest | None = None,
        **kwargs: Any,
    ) -> None:
        if request is None:
            return
        _forget_the_browser(request)
        get, post = request.GET, request.POST
        request.GET = QueryDict("")
        request.__dict__["_post"] = QueryDict("")
        try:
            super().user_login_failed(sender, credentials, request, **kwargs)
        finally:
            request.GET = get
            request.__dict__["_post"] = post

    def user_logged_in(self, sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
        _forget_the_browser(request)
        super().user_logged_in(sender, request, user, **kwargs)

    def user_logged_out(self, sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
        _forget_the_browser(request)
        super().user_logged_out(sender, request, user, **kwargs)


def _forget_the_browser(request: HttpRequest) -> None:
    request.__dict__["axes_user_agent"] = ""
    request.__dict__["axes_http_accept"] = ""


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None
) -> HttpResponse:
    """Answer somebody who has failed too often: wait, the same words for known and unknown."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    answer = render(request, "customers/locked_out.html", {"minutes": minutes}, status=429)
    answer["Retry-After"] = str(minutes * 60)
    return answer
