"""What django-axes asks when somebody signs in, and what it keeps of it."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar, cast

from axes.backends import AxesStandaloneBackend
from axes.exceptions import AxesBackendPermissionDenied
from axes.handlers.database import AxesDatabaseHandler
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.crypto import salted_hmac

from customers.limits import count_failure, has_failed_too_often, is_familiar
from customers.models import Account
from privacy.base import Gone
from privacy.locks import share_person
from privacy.network import NOWHERE, client_address
from privacy.normal import normal_email

FIELDS = ("username", "email", "login")
"""What the doors of the shop and of the admin call the name that is typed."""

logger = logging.getLogger("soluto_shop")


def typed_name(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str:
    """Give the typed user name in its normal form, whichever door it was typed at.

    A name that is no account's may be anything that somebody typed into the wrong box, a password
    too. Of such a name only a keyed hash is kept: attempts on it can be counted, not read.
    """
    given = credentials or {}
    typed = next((given[name] for name in FIELDS if given.get(name)), None)
    if typed is None and request is not None:
        typed = next((request.POST[name] for name in FIELDS if request.POST.get(name)), "")
    return _kept_name(normal_email(str(typed or "")), request)


def _kept_name(name: str, request: HttpRequest | None) -> str:
    if request is None:
        return name if _is_known(name) else sealed_name(name)
    kept: dict[str, str] = request.__dict__.setdefault("kept_names", {})
    if name not in kept:
        result = name if _is_known(name) else sealed_name(name)
        kept[name] = kept[result] = result  # axes asks again with what it was given
    return kept[name]


def _is_known(name: str) -> bool:
    return Account.objects.filter(email=name).exists()


def sealed_name(name: str) -> str:
    """Give the keyed hash that stands for a name which is no account's."""
    digest = salted_hmac("customers.signing_in", name, algorithm="sha256").hexdigest()
    return f"unknown {digest[:40]}"


class LogIsAway(OperationalError):
    """What a sign-in is asked of, or written down in, cannot be reached: as good as an outage."""


Step = TypeVar("Step", bound=Callable[..., Any])


def or_nobody_gets_in(step: Step) -> Step:
    """Let nobody in, whatever goes wrong in a step; visitors are told of an outage (503)."""

    @wraps(step)
    def fail_closed(*args: Any, **kwargs: Any) -> Any:
        try:
            return step(*args, **kwargs)
        except (PermissionDenied, ValidationError, Gone):
            raise
        except Exception as trouble:
            logger.exception("the sign-in log is away")
            raise LogIsAway from trouble

    return cast(Step, fail_closed)


class SignInLog(AxesDatabaseHandler):
    """Keep what section 5 names (user name, address, time, failure) and nothing else.

    Beside the limit of axes for a name at an address stands one for the address over all names:
    who tries one password on many names fails at each of them only once.
    """

    @or_nobody_gets_in
    def is_allowed(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        return bool(super().is_allowed(request, credentials))

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        if super().is_locked(request, credentials):
            return True
        address = client_address(request)
        if not has_failed_too_often(address or NOWHERE, at=timezone.now()):
            return False
        return not is_familiar(typed_name(request, credentials), address)

    @or_nobody_gets_in
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
        with _beside_no_erasure(typed_name(request, credentials)):
            request.__dict__.pop("kept_names", None)  # it may have become nobody's
            name = typed_name(request, credentials)
            get, post = request.GET, request.POST
            request.GET = QueryDict("")
            request.__dict__["_post"] = QueryDict("")
            try:
                super().user_login_failed(sender, {"username": name}, request, **kwargs)
            finally:
                request.GET = get
                request.__dict__["_post"] = post
        self._count(request)

    def clean_expired_user_attempts(
        self, request: HttpRequest | None = None, credentials: dict[str, Any] | None = None
    ) -> int:
        """Let go of old attempts of this name at this address; a job clears the rest.

        Axes would delete everybody's at each sign-in, and visitors would wait for each other.
        """
        if request is None or not credentials:
            return 0
        before = timezone.now() - settings.AXES_COOLOFF_TIME
        old = [
            attempts.filter(attempt_time__lte=before).delete()[0]
            for attempts in self.filter_user_attempts(request, credentials)
        ]
        return sum(old)

    def remove_out_of_limit_failure_logs(self, *, username: str, limit: int | None = None) -> int:
        """Keep all failures for as long as the register says, however many there are."""
        return 0

    def _count(self, request: HttpRequest) -> None:
        address = client_address(request) or NOWHERE
        if not request.__dict__.get("sign_in_was_refused"):
            count_failure(address, at=timezone.now())
        if has_failed_too_often(address, at=timezone.now()):
            # Shown to whoever fails now, familiar or not, so that it tells nothing.
            request.__dict__["axes_locked_out"] = True

    @or_nobody_gets_in
    def user_logged_in(self, sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
        """Write down who has signed in.

        :raises Gone: when the account was erased between the password and this.
        """
        _forget_the_browser(request)
        with _beside_no_erasure(user.get_username()):
            if not Account.objects.filter(pk=user.pk).exists():
                raise Gone(Account._meta.label)
            super().user_logged_in(sender, request, user, **kwargs)

    def user_logged_out(self, sender: Any, request: HttpRequest, user: Any, **kwargs: Any) -> None:
        _forget_the_browser(request)
        super().user_logged_out(sender, request, user, **kwargs)


@contextmanager
def _beside_no_erasure(name: str) -> Iterator[None]:
    """Let an erasure of whoever has this name come before or after; it finds what is written."""
    with transaction.atomic():
        share_person(name)
        yield


def _forget_the_browser(request: HttpRequest) -> None:
    request.__dict__["axes_user_agent"] = ""
    request.__dict__["axes_http_accept"] = ""


class DoorKeeper(AxesStandaloneBackend):
    """Ask axes before any password is looked at; a refusal takes as long as a look."""

    def authenticate(
        self,
        request: HttpRequest,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> None:
        try:
            super().authenticate(request, username, password, **kwargs)
        except AxesBackendPermissionDenied:
            request.__dict__["sign_in_was_refused"] = True
            make_password(password)
            raise


def record_failure(request: HttpRequest, account: Account) -> None:
    """Record that somebody who knew the password failed at the second step."""
    user_login_failed.send(
        sender=__name__, credentials={"username": account.email}, request=request
    )


def locked_out(
    request: HttpRequest, response: HttpResponse | None = None, credentials: Any = None
) -> HttpResponse:
    """Answer somebody who has failed too often: wait, the same words for known and unknown."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    answer = render(request, "customers/locked_out.html", {"minutes": minutes}, status=429)
    answer["Retry-After"] = str(minutes * 60)
    return answer
