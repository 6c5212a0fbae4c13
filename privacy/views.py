"""What the register says of itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from privacy.statement import AUTHENTIC, EDITION, statement_sha256, statement_text
from privacy.statement_page import blocks


@require_safe
def statement(request: HttpRequest) -> HttpResponse:
    """Show the register statement, word for word; needs no sign-in and sets no cookie."""
    language = get_language() or AUTHENTIC
    return render(
        request,
        "privacy/statement.html",
        {
            "blocks": blocks(statement_text(language)),
            "edition": EDITION,
            "sha256": statement_sha256(),
            "is_translation": language != AUTHENTIC,
        },
    )
