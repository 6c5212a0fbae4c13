"""What the shop holds about whoever is signed in: to look at, and to take along."""

from collections.abc import Callable
from typing import TypeVar, cast

from allauth.account.decorators import reauthentication_required
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from customers.models import Account
from privacy.copies.models import DataCopy
from privacy.copies.operations import copy_behind, key_of, replace_copy
from privacy.copies.tasks import make_copy
from privacy.statement import edition_in_force
from privacy.subject import subject_of
from privacy.telling.holdings import holdings_of
from privacy.telling.own import by_line, logs

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def _proved_again(view: View) -> View:
    """Ask for the password or another proof once more, unless that was a moment ago."""
    return cast(View, reauthentication_required(view))


def _proved_again_to_post(view: View) -> View:
    """Ask once more before something is done; to look is free."""
    return cast(View, reauthentication_required(view, allow_get=True))


@require_safe
@login_required
@never_cache
def own_data(request: HttpRequest) -> HttpResponse:
    """Show everything that is held about whoever is signed in, and about nobody else."""
    now = timezone.now()
    holdings = holdings_of(subject_of(accounts=[_account(request).pk]), at=now)
    return render(
        request,
        "customers/own_data.html",
        {
            "lines": by_line(holdings),
            "logs": logs(holdings),
            "edition": edition_in_force(),
            "at": now,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
@_proved_again_to_post
def copies(request: HttpRequest) -> HttpResponse:
    """Let whoever is signed in ask for a copy, and fetch it once it is made."""
    account = _account(request)
    if request.method == "POST":
        with transaction.atomic():
            copy = replace_copy(
                account_id=account.pk, language=get_language() or "fi", at=timezone.now()
            )
            make_copy.defer(copy_id=str(copy.pk))
        return redirect("customers:copies")
    found = DataCopy.objects.filter(account=account).first()
    is_ready = found is not None and found.expires_at is not None
    key = key_of(found) if found is not None and is_ready else ""
    return render(request, "customers/copies.html", {"copy": found, "key": key})


@require_safe
@login_required
@never_cache
@_proved_again
def copy(request: HttpRequest, key: str) -> FileResponse:
    """Stream a copy to the one person it is of."""
    found = copy_behind(key, account_id=_account(request).pk, at=timezone.now())
    if found is None:
        raise Http404
    name = _("my-data-%(day)s.zip") % {"day": f"{found.requested_at:%Y-%m-%d}"}
    return FileResponse(
        found.file.open("rb"),
        as_attachment=True,
        filename=name,
        content_type="application/zip",
    )


def _account(request: HttpRequest) -> Account:
    if not isinstance(request.user, Account):
        raise Http404
    return request.user
