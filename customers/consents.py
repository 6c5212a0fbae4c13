"""What whoever is signed in has consented to: each given and taken back by one press."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from customers.models import Account
from customers.own_data import account_or_404
from privacy.consents.models import Consent, stands
from privacy.consents.operations import ask_for_newsletter, give, withdraw
from privacy.consents.purposes import For, Place, words_to_give, words_to_withdraw
from privacy.languages import readers_language
from privacy.restriction.models import is_restricted
from privacy.subject import Subject, subject_of

MOST_SHOWN = 100
YES, NO = "yes", "no"


@dataclass(frozen=True)
class Choice:
    """One thing that can be consented to, and how it stands."""

    purpose: str
    name: str
    stands: bool
    to_give: str
    to_withdraw: str


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def consents(request: HttpRequest) -> HttpResponse:
    """Show what somebody has consented to, and take a yes or a no."""
    account = account_or_404(request)
    person = subject_of(accounts=[account.pk])
    purpose, said = request.POST.get("purpose", ""), request.POST.get("say", "")
    if purpose in For and said in (YES, NO):
        _take(request, account, person, For(purpose), is_yes=said == YES)
        return redirect("customers:consents")
    history = Consent.objects.of(person).select_related("edition")
    context = {
        "choices": _choices(person),
        "history": history[:MOST_SHOWN],
        "is_restricted": is_restricted(person),
    }
    return render(request, "customers/consents.html", context)


def _choices(person: Subject) -> list[Choice]:
    now, language = timezone.now(), readers_language()
    return [
        Choice(
            purpose=purpose.value,
            name=str(purpose.label),
            stands=stands(purpose, person, at=now),
            to_give=words_to_give(purpose, language),
            to_withdraw=words_to_withdraw(purpose, language),
        )
        for purpose in For
    ]


def _take(
    request: HttpRequest, account: Account, person: Subject, purpose: For, *, is_yes: bool
) -> None:
    """Take one word; where to the newsletter goes is proved by a link in a letter."""
    now, language = timezone.now(), readers_language()
    if not is_yes:
        withdraw(purpose=purpose, subject=person, place=Place.ACCOUNT, language=language, at=now)
        messages.success(request, _("Your consent is withdrawn."))
    elif purpose is For.NEWSLETTER:
        ask_for_newsletter(
            email=account.email,
            account_id=account.pk,
            place=Place.ACCOUNT,
            language=language,
            at=now,
        )
        messages.success(
            request, _("We have sent a link to your e-mail address. The newsletter begins with it.")
        )
    else:
        give(
            purpose=purpose,
            account_id=account.pk,
            place=Place.ACCOUNT,
            language=language,
            at=now,
        )
        messages.success(request, _("Thank you. Your consent is written down."))
