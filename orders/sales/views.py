"""The terms of sale and the withdrawal form, for everybody."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from orders.sales.editions import (
    NoTermsInForce,
    edition_in_force,
    editions,
    terms_text,
)
from orders.sales.withdrawal import withdrawal_form, withdrawal_page
from privacy.editions.difference import differences
from privacy.languages import readers_language
from privacy.statement_page import blocks


@require_safe
def terms(request: HttpRequest, edition: int | None = None) -> HttpResponse:
    """Show the terms of sale in force, or an older edition; needs no sign-in, sets no cookie."""
    at = timezone.now()
    in_force = edition_in_force(at=at)
    number = edition or in_force
    try:
        text = terms_text(edition=number, language=readers_language())
    except NoTermsInForce as unknown:
        raise Http404 from unknown
    title, *rest = blocks(text)
    context = {
        "title": title.words,
        "blocks": rest,
        "edition": number,
        "editions": editions(),
        "in_force": in_force,
    }
    return render(request, "orders/sales/terms.html", context)


@require_safe
def terms_changes(request: HttpRequest, edition: int) -> HttpResponse:
    """Show what an edition of the terms changed in the one before it."""
    language = readers_language()
    try:
        before, after = (
            terms_text(edition=number, language=language) for number in (edition - 1, edition)
        )
    except NoTermsInForce as unknown:
        raise Http404 from unknown
    context = {"older": edition - 1, "newer": edition, "paragraphs": differences(before, after)}
    return render(request, "orders/sales/terms_changes.html", context)


@require_safe
def withdrawal(request: HttpRequest) -> HttpResponse:
    """Show the form on which a consumer can withdraw, to be printed or copied into a letter."""
    language = readers_language()
    context = {
        "form": withdrawal_form(language, settings.CONTROLLER),
        "withdrawal_page": withdrawal_page(),
    }
    return render(request, "orders/sales/withdrawal_form.html", context)
