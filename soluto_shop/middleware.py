"""What every answer of the shop carries, and how it meets an outage."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from orders.importing.archive import MOST_IN_ALL
from orders.importing.forms import MOST_BYTES
from privacy.large_forms import most_bytes_for
from soluto_shop.errors import error_page, is_outage, outage

Answer = Callable[[HttpRequest], HttpResponse]

KNOWN_METHODS = ("GET", "HEAD", "POST", "OPTIONS")

MOST_FROM_STAFF = MOST_BYTES + MOST_IN_ALL + 1024 * 1024
"""A catalogue with its pictures, the largest that is ever sent."""

PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "payment",
        "usb",
    )
)


class SecurityHeadersMiddleware:
    """Set every security header on every class of answer, whoever gave it.

    It stands outermost: what refuses a request further in (an unknown method, a forged host, a
    redirect to HTTPS) answers without Django's own SecurityMiddleware having its say. The names of
    the settings are those of Django, so that a later Django can take over.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        policy = "; ".join(
            f"{part} {' '.join(sources)}" for part, sources in settings.SECURE_CSP.items()
        )
        self.headers = {
            "Content-Security-Policy": policy,
            "Cross-Origin-Embedder-Policy": "require-corp",
            "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": PERMISSIONS,
            "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": settings.X_FRAME_OPTIONS,
        }
        if settings.SECURE_HSTS_SECONDS:
            age = f"max-age={settings.SECURE_HSTS_SECONDS}"
            self.headers["Strict-Transport-Security"] = f"{age}; includeSubDomains; preload"

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        for name, value in self.headers.items():
            answer.headers.setdefault(name, value)
        if request.COOKIES or answer.cookies:
            # What was made for one person is kept by nobody on the way.
            answer.headers.setdefault("Cache-Control", "private, no-store")
        return answer


class KnownMethodsMiddleware:
    """Refuse TRACE and whatever else the shop has no use for, and addresses that hold a NUL.

    A view that refuses a method answers with an empty page, which is filled in here.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in KNOWN_METHODS:
            return HttpResponseNotAllowed(KNOWN_METHODS)
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            # PostgreSQL cannot hold one, and no address of the shop has one.
            raise SuspiciousOperation("NUL in an address")
        answer = self.get_response(request)
        if answer.status_code == HttpResponseNotAllowed.status_code and not answer.content:
            page = error_page(request, 405)
            page["Allow"] = answer["Allow"]
            return page
        return answer


class NotTooMuchMiddleware:
    """Refuse a body that is larger than any form of the shop, before any of it is read.

    Django lays files of whatever number and size into the folder for temporary ones, and whoever
    sends them need not be known: the disk would fill. Files are sent to the staff's side, and to
    the few pages that say how much they take.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _announced(request) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            is_staff = getattr(request.user, "is_staff", False)
            if _announced(request) > (MOST_FROM_STAFF if is_staff else most_bytes_for(request)):
                return error_page(request, 413)
        return self.get_response(request)


def _announced(request: HttpRequest) -> int:
    """Tell how large the body is by its own account; nobody reads beyond that."""
    said = str(request.META.get("CONTENT_LENGTH") or "")
    return int(said) if said.isascii() and said.isdigit() else 0


class OutageMiddleware:
    """Tell kindly, and with 503, that the database is away.

    Views are heard here. What a middleware meets (it reads the session before any view) reaches
    `errors.server_error`.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, trouble: Exception) -> HttpResponse | None:
        """Answer for a view that met the outage itself."""
        return outage(request) if is_outage(trouble) else None
