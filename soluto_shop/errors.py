"""What a visitor is told when something cannot be done."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

logger = logging.getLogger("soluto_shop")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or old: go back, load the page anew, send again."""
    return render(request, "403_csrf.html", status=403)


def outage(request: HttpRequest) -> HttpResponse:
    """Answer while the database is away; asks nothing of it."""
    logger.error("the database does not answer")
    page = HttpResponse(render_to_string("503.html"), status=503)
    page["Retry-After"] = "10"
    page["Cache-Control"] = "no-store"
    return page
