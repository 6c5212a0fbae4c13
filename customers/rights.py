"""Where whoever is signed in uses their rights: to have data corrected, restricted, destroyed."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from customers.models import Account
from customers.own_data import account_or_404, proved_again, requests_of
from privacy.base import Gone
from privacy.gone import leave
from privacy.languages import readers_language
from privacy.requests.answering import acknowledge, plan_of_account, serve, withdraw
from privacy.requests.asking import WordsForm
from privacy.requests.clock import due_date
from privacy.requests.ending import NotOpen
from privacy.requests.links import told_address
from privacy.requests.models import Request
from privacy.requests.operations import ask
from privacy.requests.states import Kind
from privacy.restriction.models import restricted_since
from privacy.subject import subject_of
from privacy.telling.rights import rights as all_rights

SALT = "customers.rights"
CONFLICT = 409
DESTROY, SEND = "destroy", "send"


@require_safe
@login_required
@never_cache
def rights(request: HttpRequest) -> HttpResponse:
    """List the rights, each with its page, and what has been asked already."""
    account = account_or_404(request)
    context = {
        "rights": all_rights(),
        "requests": requests_of(account),
        "restricted_since": restricted_since(subject_of(accounts=[account.pk])),
    }
    return render(request, "customers/rights.html", context)


@require_POST
@login_required
@never_cache
def withdraw_request(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let somebody think better of what they have asked."""
    mine = Request.objects.of(subject_of(accounts=[account_or_404(request).pk])).confirmed()
    found = mine.filter(pk=key).first()
    if found is None:
        raise Http404
    try:
        withdraw(found, at=timezone.now())
    except NotOpen:
        messages.info(request, _("The request has been answered already."))
    else:
        messages.success(request, _("The request was withdrawn."))
    return redirect("customers:rights")


# --- In one's own words: correction, restriction, objection


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
@proved_again
def say(request: HttpRequest, kind: Kind) -> HttpResponse:
    """Take a request that the contact person answers."""
    account = account_or_404(request)
    form = WordsForm(request.POST or None, kind=kind)
    if form.is_valid():
        now = timezone.now()
        asked = ask(
            kind=kind,
            account_id=account.pk,
            said=str(form.cleaned_data["said"]),
            language=readers_language(),
            at=now,
        )
        acknowledge(asked, at=now)
        _say_received(request, asked)
        return redirect("customers:rights")
    known = Request.objects.open().of_account(account.pk).filter(kind=kind).first()
    context = {"form": form, "known": known, "kind": kind.value}
    return render(request, "customers/say.html", context)


def _say_received(request: HttpRequest, asked: Request) -> None:
    number = {"number": asked.number}
    messages.success(request, _("We have received your request %(number)s.") % number)


# --- To be forgotten


@dataclass(frozen=True)
class Promise:
    """What the form of an erasure carries: whose it is, and the number its request will have.

    So the second of two clicks, whose account is gone by then, still finds what the first has done.
    """

    account: UUID
    request: UUID

    def sealed(self) -> str:
        """Write it into a form."""
        said = {"account": str(self.account), "request": str(self.request)}
        return signing.dumps(said, salt=SALT)


def _promise(typed: str) -> Promise | None:
    try:
        said = signing.loads(typed, salt=SALT)
    except signing.BadSignature:
        return None
    return Promise(UUID(said["account"]), UUID(said["request"]))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def erasure(request: HttpRequest) -> HttpResponse:
    """Show what would go now, later and never before its day; and let it be done."""
    promise = _promise(request.POST.get("promise", "")) if request.method == "POST" else None
    if promise is not None and not Account.objects.filter(pk=promise.account).exists():
        return _forgotten(request, promise)
    return _erasure(request, promise=promise)


@login_required
@proved_again
def _erasure(request: HttpRequest, *, promise: Promise | None) -> HttpResponse:
    account = account_or_404(request)
    step = request.POST.get("step", "")
    if promise is None or promise.account != account.pk or step not in (DESTROY, SEND):
        return _lists(request, account)
    if (step == DESTROY) is not plan_of_account(account.pk, at=timezone.now()).is_simple:
        return _lists(request, account, has_changed=True)
    try:
        return _carry_out(request, promise, step)
    except (Gone, NotOpen):
        if Account.objects.filter(pk=promise.account).exists():
            return _lists(request, account, has_changed=True)
        return _forgotten(request, promise)


def _lists(request: HttpRequest, account: Account, *, has_changed: bool = False) -> HttpResponse:
    now = timezone.now()
    known = Request.objects.open().of_account(account.pk).filter(kind=Kind.ERASURE).first()
    promise = Promise(account.pk, known.pk if known is not None else uuid4())
    context = {
        "plan": plan_of_account(account.pk, at=now),
        "known": known,
        "promise": promise.sealed(),
        "has_changed": has_changed,
        "answer_by": known.last_date if known is not None else due_date(now),
        "backup_days": settings.KEEP_BACKUPS_DAYS,
    }
    status = CONFLICT if has_changed else 200
    return render(request, "customers/erasure.html", context, status=status)


def _carry_out(request: HttpRequest, promise: Promise, step: str) -> HttpResponse:
    now = timezone.now()
    asked = ask(
        kind=Kind.ERASURE,
        account_id=promise.account,
        said="",
        language=readers_language(),
        at=now,
        key=promise.request,
    )
    asked = serve(asked, at=now) if step == DESTROY else acknowledge(asked, at=now)
    if asked.is_open:
        _say_received(request, asked)
        return redirect("customers:rights")
    leave(request)
    return redirect(told_address(asked))


def _forgotten(request: HttpRequest, promise: Promise) -> HttpResponse:
    """Answer who comes too late as who came in time: there is no account any more."""
    if request.user.pk in (None, promise.account):
        leave(request)
    done = Request.objects.filter(pk=promise.request, receipt__isnull=False).first()
    if done is not None:
        return redirect(told_address(done))
    return render(request, "privacy/request_told.html", {"is_forgotten": True})
