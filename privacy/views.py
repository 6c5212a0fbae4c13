"""What the register says of itself."""

import hashlib

from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from privacy.editions.models import AUTHENTIC, Edition
from privacy.languages import readers_language
from privacy.private_answers import paper
from privacy.processors.in_force import partners
from privacy.statement import edition_in_force
from privacy.statement_page import blocks
from privacy.statement_paper import statement_pdf
from privacy.telling.supplement import supplement


@require_safe
def statement(request: HttpRequest) -> HttpResponse:
    """Show the register statement, word for word; needs no sign-in and sets no cookie.

    Beneath it stands what the law demands and it does not say, made from the declarations.
    """
    language = readers_language()
    edition = edition_in_force()
    return render(
        request,
        "privacy/statement.html",
        {
            "blocks": blocks(edition.text(language)),
            "edition": edition,
            "is_translation": language != AUTHENTIC,
            "supplement": _supplement_in(language),
        },
    )


def _supplement_in(language: str) -> str:
    """Give the part made of the declarations, kept as it was rendered.

    The declarations are code and cannot change while it runs; the companies in force can, so what
    is kept is kept for exactly those.
    """
    known = partners()
    companies = [(each.role, each.name, each.country, sorted(each.lines)) for each in known.all]
    digest = hashlib.blake2b(repr(companies).encode(), digest_size=20).hexdigest()
    key = f"privacy.supplement.{language}.{digest}"
    words: str | None = caches["parts"].get(key)
    if words is None:
        template = "privacy/supplement.html"
        words = render_to_string(template, {"supplement": supplement(known)})
        caches["parts"].set(key, words)
    return words


@require_safe
def edition_pdf(request: HttpRequest, number: int) -> HttpResponse:
    """Give an edition on paper; the one in force with what the law asks to be told as well."""
    language = readers_language()
    shown = Edition.objects.begun(timezone.now()).filter(number=number).first()
    if shown is None:
        raise Http404
    return paper(statement_pdf(shown, language), name=_file_name(shown, language))


def _file_name(edition: Edition, language: str) -> str:
    names = {"fi": "rekisteriseloste", "sv": "registerbeskrivning", "en": "register-statement"}
    return f"{names.get(language, names[AUTHENTIC])}-{edition.number}-{language}.pdf"
