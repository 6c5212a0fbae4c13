"""All editions of the statement, for everybody to read and compare."""

from itertools import pairwise

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from privacy.editions.difference import differences
from privacy.editions.models import AUTHENTIC, Edition
from privacy.languages import readers_language
from privacy.statement_page import blocks


@require_safe
def editions(request: HttpRequest) -> HttpResponse:
    """List every edition that is or has been in force."""
    begun = list(Edition.objects.begun(timezone.now()))
    return render(
        request,
        "privacy/editions.html",
        {"editions": begun, "compared": list(pairwise(begun)), "in_force": begun[0]},
    )


@require_safe
def edition(request: HttpRequest, number: int) -> HttpResponse:
    """Show one edition, word for word."""
    language = readers_language()
    begun = Edition.objects.begun(timezone.now())
    shown = get_object_or_404(begun, number=number)
    return render(
        request,
        "privacy/edition.html",
        {
            "edition": shown,
            "blocks": blocks(shown.text(language)),
            "is_translation": language != AUTHENTIC,
            "is_in_force": shown == begun.first(),
        },
    )


@require_safe
def difference(request: HttpRequest, older: int, newer: int) -> HttpResponse:
    """Show what changed from one edition to another."""
    language = readers_language()
    begun = Edition.objects.begun(timezone.now())
    before = get_object_or_404(begun, number=older)
    after = get_object_or_404(begun, number=newer)
    paragraphs = differences(before.text(language), after.text(language))
    return render(
        request,
        "privacy/difference.html",
        {
            "before": before,
            "after": after,
            "paragraphs": paragraphs,
            "is_translation": language != AUTHENTIC,
        },
    )
