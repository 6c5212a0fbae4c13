"""What somebody without an account meets: the form, the link in the letter, and what follows it."""

import time
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from privacy.copies.download import download
from privacy.copies.operations import copy_of_request_behind
from privacy.csrf import same_origin_is_enough
from privacy.languages import readers_language
from privacy.limits import TOO_MANY, ask_to_wait, may_send_form, wait_out
from privacy.requests.answering import acknowledge, plan, serve, withdraw
from privacy.requests.asker import is_kept_by_a_second_factor
from privacy.requests.asking import AskForm
from privacy.requests.ending import NotOpen
from privacy.requests.letters import key_of
from privacy.requests.links import told_address, told_behind
from privacy.requests.models import Request
from privacy.requests.operations import (
    ask_by_email,
    confirm,
    ended_behind,
    receipt_of,
    request_behind,
)
from privacy.requests.plan import plan_of_receipt
from privacy.requests.states import COPIED, Kind, State

CONFLICT = 409
DESTROY, SEND, WITHDRAW = "destroy", "send", "withdraw"
"""What can be done with a confirmed request for erasure, once its lists have been seen."""


@same_origin_is_enough
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask(request: HttpRequest) -> HttpResponse:
    """Let anybody ask by e-mail. The answer is the same, and as quick, for whatever address."""
    began = time.monotonic()
    if request.method != "POST":
        return _form(request, AskForm(initial={"kind": _kind_of(request.GET.get("kind", ""))}))
    form = AskForm(request.POST)
    if not form.is_valid():
        return _form(request, form)
    now = timezone.now()
    if not may_send_form(request, at=now):
        return ask_to_wait(_form(request, form, status=TOO_MANY))
    said = form.cleaned_data
    language = readers_language()
    ask_by_email(**{**said, "kind": Kind(said["kind"])}, language=language, at=now)
    wait_out(began)
    return redirect("privacy:asked")


def _kind_of(typed: str) -> Kind:
    return Kind(typed) if typed in Kind else Kind.ACCESS


def _form(request: HttpRequest, form: AskForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "is_too_often": status == TOO_MANY}
    return render(request, "privacy/request_ask.html", context, status=status)


@require_safe
@never_cache
def asked(request: HttpRequest) -> HttpResponse:
    """Say to look into the mailbox."""
    return render(request, "privacy/request_asked.html")


@same_origin_is_enough
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def confirm_request(request: HttpRequest, key: str) -> HttpResponse:
    """Show what was asked, and let its asker confirm it; a mail scanner that looks does nothing.

    An erasure shows its three lists next, and waits for one more explicit step.
    """
    now = timezone.now()
    found = request_behind(key, at=now)
    if request.method != "POST":
        return _shown(request, found, at=now)
    if found is None:
        return _after_all(request, ended_behind(key))
    try:
        return _done(request, found, key, at=now)
    except NotOpen:
        return _after_all(request, ended_behind(key))


def _shown(request: HttpRequest, found: Request | None, *, at: datetime) -> HttpResponse:
    if found is None:
        return gone(request)
    if not found.is_proved:
        return render(request, "privacy/request_confirm.html", {"asked": found})
    if found.kind != Kind.ERASURE:
        return HttpResponseRedirect(told_address(found))
    return _lists(request, found, at=at)


def _lists(
    request: HttpRequest, found: Request, *, at: datetime, has_changed: bool = False
) -> HttpResponse:
    context = {
        "asked": found,
        "plan": plan(found, at=at),
        "must_sign_in": is_kept_by_a_second_factor(found),
        "has_changed": has_changed,
        "backup_days": settings.KEEP_BACKUPS_DAYS,
    }
    status = CONFLICT if has_changed else 200
    return render(request, "privacy/request_erasure.html", context, status=status)


def _done(request: HttpRequest, found: Request, key: str, *, at: datetime) -> HttpResponse:
    """Take one step: the proof first, and only then what the lists were shown for."""
    step = request.POST.get("step", "")
    if not found.is_proved or not found.is_open:
        return _confirmed(confirm(found, at=at), found, key, at=at)
    if found.kind != Kind.ERASURE:
        return HttpResponseRedirect(told_address(found))
    if step == WITHDRAW:
        return HttpResponseRedirect(told_address(withdraw(found, at=at)))
    can_be_done = plan(found, at=at).is_simple and not is_kept_by_a_second_factor(found)
    if step not in (DESTROY, SEND) or (step == DESTROY) is not can_be_done:
        return _lists(request, found, at=at, has_changed=step in (DESTROY, SEND))
    served = serve(found, at=at) if step == DESTROY else acknowledge(found, at=at)
    return HttpResponseRedirect(told_address(served))


def _confirmed(counted: Request, found: Request, key: str, *, at: datetime) -> HttpResponseRedirect:
    """Go on with the request that counts: the same asked twice is asked once."""
    if counted.is_open and counted.kind != Kind.ERASURE:
        return HttpResponseRedirect(told_address(serve(counted, at=at)))
    same = counted.pk == found.pk
    return redirect("privacy:request-confirm", key if same else key_of(counted))


def _after_all(request: HttpRequest, done: Request | None) -> HttpResponse:
    """Answer the second of two clicks as the first; for all else the link leads nowhere."""
    return HttpResponseRedirect(told_address(done)) if done is not None else gone(request)


@require_safe
@never_cache
def told(request: HttpRequest, key: str) -> HttpResponse:
    """Tell what became of a request, to whoever has just made it."""
    found = told_behind(key)
    if found is None:
        return gone(request)
    return render(request, "privacy/request_told.html", told_of(found))


def told_of(found: Request) -> dict[str, object]:
    """Give what the page tells of a request."""
    receipt = receipt_of(found)
    carried = plan_of_receipt(receipt) if receipt is not None else None
    return {
        "asked": found,
        "is_copied": found.kind in COPIED,
        "is_withdrawn": found.state == State.WITHDRAWN,
        "receipt": receipt,
        "plan": carried,
        "has_left": carried is not None and bool(carried.goes_later or carried.stays_by_law),
    }


@same_origin_is_enough
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def fetch_copy(request: HttpRequest, key: str) -> HttpResponseBase:
    """Offer a copy to whoever has its address from the letter, and stream it at a press.

    A scanner that looks at the address takes nothing along.
    """
    found = copy_of_request_behind(key, at=timezone.now())
    if found is None:
        return gone(request)
    if request.method == "POST":
        return download(found)
    return render(request, "privacy/request_copy.html", {"copy": found})


def gone(request: HttpRequest) -> HttpResponse:
    """Say of a used, an expired and a forged link the same: it leads nowhere."""
    return render(request, "privacy/request_gone.html", status=404)
