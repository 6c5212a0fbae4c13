"""The newsletter form, the link in the letter, and the page that ends a consent without sign-in."""

import time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from privacy.consents.forms import NewsletterForm
from privacy.consents.links import asked_behind, confirmed_behind, consent_behind, key_of
from privacy.consents.models import Consent, stands
from privacy.consents.operations import ask_for_newsletter, confirm, person_of, withdraw
from privacy.consents.purposes import For, Place, words_to_give, words_to_withdraw
from privacy.csrf import same_origin_is_enough
from privacy.languages import readers_language
from privacy.limits import TOO_MANY, ask_to_wait, may_send_form, wait_out
from privacy.outbox.one_click import is_one_click


@same_origin_is_enough
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def newsletter(request: HttpRequest) -> HttpResponse:
    """Let anybody ask for the newsletter; the answer is the same, and as quick, for any address."""
    began = time.monotonic()
    form = NewsletterForm(request.POST or None)
    if not form.is_valid():
        return _form(request, form)
    now = timezone.now()
    if not may_send_form(request, at=now):
        return ask_to_wait(_form(request, form, status=TOO_MANY))
    email = str(form.cleaned_data["email"])
    ask_for_newsletter(email=email, place=Place.FORM, language=readers_language(), at=now)
    wait_out(began)
    return redirect("privacy:newsletter-asked")


def _form(request: HttpRequest, form: NewsletterForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "wording": words_to_give(For.NEWSLETTER, readers_language()),
        "is_too_often": status == TOO_MANY,
    }
    return render(request, "privacy/newsletter.html", context, status=status)


@require_safe
@never_cache
def newsletter_asked(request: HttpRequest) -> HttpResponse:
    """Say to look into the mailbox."""
    return render(request, "privacy/newsletter_asked.html")


@same_origin_is_enough
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def confirm_consent(request: HttpRequest, key: str) -> HttpResponse:
    """Show what is consented to, and take the consent at a press; a scanner that looks does not."""
    now = timezone.now()
    asked = asked_behind(key, at=now)
    if asked is not None and request.method != "POST":
        return render(request, "privacy/consent_confirm.html", {"asked": asked})
    given = confirm(asked, at=now) if asked is not None else confirmed_behind(key)
    if given is None or not given.is_somebodys:
        return _gone(request)
    return redirect("privacy:consent", key_of(given))


@csrf_exempt  # the signed address is what permits it; a mail program has no other proof
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def consent(request: HttpRequest, key: str) -> HttpResponse:
    """Show whether a consent stands, and end it at a press, or when a mail program says so."""
    found = consent_behind(key)
    by_program = is_one_click(request)
    if found is None or not found.is_somebodys:
        return HttpResponse(status=200) if by_program else _gone(request)
    if request.method != "POST":
        return _shown(request, found, key)
    withdraw(
        purpose=For(found.purpose),
        subject=person_of(found),
        place=Place.ONE_CLICK if by_program else Place.LINK,
        language=readers_language(),
        at=timezone.now(),
    )
    return HttpResponse(status=200) if by_program else redirect("privacy:consent", key)


def _shown(request: HttpRequest, found: Consent, key: str) -> HttpResponse:
    person = person_of(found)
    # Whoever has an account reads the history there: a letter may have been passed on.
    mine = Consent.objects.of(person) if found.account_id is None else Consent.objects.none()
    context = {
        "consent": found,
        "key": key,
        "stands": stands(found.purpose, person, at=timezone.now()),
        "wording": words_to_withdraw(found.purpose, readers_language()),
        "history": mine.filter(purpose=found.purpose).select_related("edition")[:50],
    }
    return render(request, "privacy/consent.html", context)


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "privacy/consent_gone.html", status=404)
