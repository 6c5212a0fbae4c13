"""What the shop holds about whoever is signed in: to look at, and to take along."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TypeVar, cast

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from customers.models import Account
from privacy.copies.download import download
from privacy.copies.models import DataCopy
from privacy.copies.operations import copy_behind, key_of
from privacy.languages import readers_language
from privacy.requests.answering import serve
from privacy.requests.ending import NotOpen
from privacy.requests.models import Request
from privacy.requests.operations import ask
from privacy.requests.states import COPIED, Kind
from privacy.statement import edition_in_force
from privacy.subject import subject_of
from privacy.telling.holdings import holdings_of
from privacy.telling.own import by_line, logs

FRESH = timedelta(minutes=10)
"""A copy this young is not made anew."""

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def proved_again(view: View) -> View:
    """Ask for the password or another proof once more, unless that was a moment ago."""
    return cast(View, reauthentication_required(view))


def proved_again_to_post(view: View) -> View:
    """Ask once more before something is done; to look is free."""
    return cast(View, reauthentication_required(view, allow_get=True))


@require_safe
@login_required
@never_cache
def own_data(request: HttpRequest) -> HttpResponse:
    """Show everything that is held about whoever is signed in, and about nobody else."""
    account, now = account_or_404(request), timezone.now()
    holdings = holdings_of(subject_of(accounts=[account.pk]), at=now)
    return render(
        request,
        "customers/own_data.html",
        {
            "lines": by_line(holdings),
            "logs": logs(holdings),
            "requests": requests_of(account),
            "edition": edition_in_force(),
            "at": now,
        },
    )


def requests_of(account: Account) -> list[Request]:
    """List what somebody has asked, here or by e-mail; the open ones first."""
    mine = Request.objects.of(subject_of(accounts=[account.pk])).confirmed()
    return sorted(mine.by_due_date(), key=lambda asked: not asked.is_open)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
@proved_again_to_post
def copies(request: HttpRequest) -> HttpResponse:
    """Let whoever is signed in ask for a copy, and fetch it once it is made."""
    account, now = account_or_404(request), timezone.now()
    found = DataCopy.objects.filter(account=account).ready(now).first()
    waiting = Request.objects.open().of_account(account.pk).filter(kind__in=COPIED).first()
    kind = Kind.PORTABILITY if _asks_for_files(request) else Kind.ACCESS
    if request.method == "POST":
        if found is not None and found.requested_at > now - FRESH:
            messages.info(
                request, _("This copy has been made just now. A new one can wait a while.")
            )
        elif waiting is None:
            _order_copy(account, kind, at=now)
        return redirect("customers:copies")
    context = {
        "copy": found,
        "key": key_of(found) if found is not None else "",
        "waiting": waiting,
        "kind": kind.value,
    }
    return render(request, "customers/copies.html", context)


def _asks_for_files(request: HttpRequest) -> bool:
    """Tell which of the two rights is used; the copy is the same for both."""
    asked = request.POST if request.method == "POST" else request.GET
    return asked.get("kind") == Kind.PORTABILITY


def _order_copy(account: Account, kind: Kind, *, at: datetime) -> None:
    """Ask for a copy, as a request that is answered with it; twice at once is once."""
    asked = ask(kind=kind, account_id=account.pk, said="", language=readers_language(), at=at)
    with suppress(NotOpen):  # the worker was quicker
        serve(asked, at=at)


@require_safe
@login_required
@never_cache
@proved_again
def copy(request: HttpRequest, key: str) -> FileResponse:
    """Stream a copy to the one person it is of."""
    found = copy_behind(key, account_id=account_or_404(request).pk, at=timezone.now())
    if found is None:
        raise Http404
    return download(found)


def account_or_404(request: HttpRequest) -> Account:
    """Give the account that is signed in.

    :raises Http404: when there is none.
    """
    if not isinstance(request.user, Account):
        raise Http404
    return request.user
