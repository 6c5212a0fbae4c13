"""What a visitor is told when something cannot be done."""

import logging
import sys

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from psycopg_pool import PoolTimeout

from customers.ended_sign_in import can_be_given_back, form_given_back

logger = logging.getLogger("soluto_shop")


def is_outage(trouble: BaseException | None) -> bool:
    """Tell whether an error means that the database is away, rather than that we are wrong.

    The job queue wraps what it meets, so the cause of an error is looked at as well.
    """
    while trouble is not None:
        if isinstance(trouble, OperationalError | InterfaceError | PoolTimeout):
            return True
        trouble = trouble.__cause__
    return False


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or old: go back, load the page anew, send again.

    One that comes from a page of ours, by somebody who is signed in, is given back as it was.
    """
    if can_be_given_back(request):
        return form_given_back(request)
    return render(request, "403_csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what cannot be read, and what is too large to be read.

    Shown without the frame of the shop: whatever was sent may have broken the request itself.
    """
    if isinstance(exception, RequestDataTooBig):
        return error_page(request, 413)
    return HttpResponse(render_to_string("400.html"), status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer for a fault of ours; for an outage where it is one."""
    if is_outage(sys.exc_info()[1]):
        return outage(request)
    return HttpResponse(render_to_string("500.html"), status=500)


def outage(request: HttpRequest) -> HttpResponse:
    """Answer while the database is away; asks nothing of it."""
    logger.error("the database does not answer")
    page = HttpResponse(render_to_string("503.html"), status=503)
    page["Retry-After"] = "10"
    page["Cache-Control"] = "no-store"
    return page


def error_page(request: HttpRequest, status: int) -> HttpResponse:
    """Show the page of a status in the frame of the shop, or plainly before there is a visitor."""
    template = f"{status}.html"
    if hasattr(request, "user"):
        return render(request, template, status=status)
    return HttpResponse(render_to_string(template), status=status)
