"""The pages that stand before the staff's side: access that does not run, and confidentiality."""

from allauth.account.adapter import get_adapter
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from customers.grants.operations import acknowledge, has_acknowledged, owners
from customers.grants.powers import GrantedPowers
from privacy.languages import readers_language
from privacy.private_answers import unkept
from privacy.statement import AUTHENTIC, edition_in_force
from privacy.statement_page import blocks


def staff_of(request: HttpRequest) -> GrantedPowers | None:
    """Give whoever of the staff is signed in, whether any access runs or not."""
    person = request.user
    if not isinstance(person, GrantedPowers):
        return None
    return person if person.is_active and person.is_staff else None


def access_is_over(request: HttpRequest, person: GrantedPowers) -> HttpResponse:
    """Refuse, and say since when there is no access, and whom to ask."""
    today = timezone.localdate()
    to_come = person.grants.to_come(today).order_by("begins_date").first()
    ended = [grant.end_date for grant in person.grants.over(today)]
    answer = render(
        request,
        "customers/access_over.html",
        {
            "begins_date": to_come.begins_date if to_come else None,
            "ended_date": max(ended, default=None),
            "askable": _whom_to_ask(person),
        },
        status=403,
    )
    return unkept(answer)


def _whom_to_ask(person: GrantedPowers) -> list[str]:
    return [each.full_name for each in owners(day=timezone.localdate(), but=person)]


def promise_is_missing(person: GrantedPowers) -> bool:
    """Tell whether somebody has not promised confidentiality under the edition in force."""
    return not has_acknowledged(person, edition_in_force())


def to_the_promise(request: HttpRequest) -> HttpResponse:
    """Send to the page that asks for it, and afterwards to where the reader was going."""
    wanted = request.get_full_path() if request.method == "GET" else reverse("admin:index")
    return redirect(f"{reverse('admin:acknowledge')}?{urlencode({REDIRECT_FIELD_NAME: wanted})}")


def promise(request: HttpRequest, person: GrantedPowers, frame: dict[str, object]) -> HttpResponse:
    """Ask to read the statement in force and to promise confidentiality; or note the promise."""
    wanted = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME, "")
    if not wanted or not get_adapter(request).is_safe_url(wanted):
        wanted = reverse("admin:index")
    if request.method == "POST" and request.POST.get("promised") == "yes":
        acknowledge(account=person, at=timezone.now())
        return redirect(wanted)
    language = readers_language()
    edition = edition_in_force()
    return render(
        request,
        "admin/grants/acknowledge.html",
        {
            **frame,
            "edition": edition,
            "blocks": blocks(edition.text(language)),
            "is_translation": language != AUTHENTIC,
            "is_missing": promise_is_missing(person),
            "was_not_ticked": request.method == "POST",
            "wanted": wanted,
        },
    )
