"""What a finder of a weakness asks first: whom to tell (RFC 9116)."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

COUNTS_FOR = timedelta(days=180)
"""So long whoever has read it may rely on it; each reading begins anew."""


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Tell whom to write to about a weakness, in which languages, and until when that counts."""
    until = timezone.now() + COUNTS_FOR
    path = reverse("security-txt")
    lines = [
        f"Contact: mailto:{settings.CONTROLLER['contact_email']}",
        f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(code for code, _name in settings.LANGUAGES)}",
        f"Canonical: {settings.SITE_ADDRESS or request.build_absolute_uri('/').rstrip('/')}{path}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
