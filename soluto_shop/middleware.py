"""What every answer of the shop carries, and how it meets an outage."""

from collections.abc import Callable

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from psycopg_pool import PoolTimeout

from soluto_shop.errors import outage

Answer = Callable[[HttpRequest], HttpResponse]

KNOWN_METHODS = ("GET", "HEAD", "POST", "OPTIONS")

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


class KnownMethodsMiddleware:
    """Refuse TRACE and whatever else the shop has no use for."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in KNOWN_METHODS:
            return HttpResponseNotAllowed(KNOWN_METHODS)
        return self.get_response(request)


class SecurityHeadersMiddleware:
    """Set the headers that Django's own middleware leaves out, on every class of answer.

    The names of the settings are those of Django 6, whose middleware can then take over.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self.policy = "; ".join(
            f"{part} {' '.join(sources)}" for part, sources in settings.SECURE_CSP.items()
        )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        headers = answer.headers
        headers.setdefault("Content-Security-Policy", self.policy)
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Embedder-Policy", "require-corp")
        headers.setdefault("Permissions-Policy", PERMISSIONS)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("X-Frame-Options", settings.X_FRAME_OPTIONS)
        if request.COOKIES or answer.cookies:
            # What was made for one person is kept by nobody on the way.
            headers.setdefault("Cache-Control", "private, no-store")
        return answer


class OutageMiddleware:
    """Tell kindly, and with 503, that the database is away."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        except (OperationalError, PoolTimeout):
            return outage(request)

    def process_exception(self, request: HttpRequest, trouble: Exception) -> HttpResponse | None:
        """Answer for a view that met the outage itself."""
        if isinstance(trouble, OperationalError | PoolTimeout):
            return outage(request)
        return None
