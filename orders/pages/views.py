"""The shop's own pages, for everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from orders.pages.models import Page
from orders.pages.operations import text_of
from orders.pages.writing import read
from privacy.languages import readers_language


@require_safe
def page(request: HttpRequest, page: Page) -> HttpResponse:
    """Show a page as it is written now; needs no sign-in, sets no cookie."""
    parts = read(text_of(page, readers_language()))
    title = next((part.words for part in parts if part.kind == "title"), page.label)
    rest = [part for part in parts if part.kind != "title"]
    answer = render(request, "orders/pages/page.html", {"title": title, "parts": rest})
    answer["Cache-Control"] = "private, no-cache"  # a change counts from the next look
    return answer
