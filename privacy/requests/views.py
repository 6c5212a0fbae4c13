"""What somebody without an account meets: the link in the letter, and the copy behind it."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from privacy.copies.operations import copy_of_request_behind
from privacy.requests.operations import confirm, request_behind, serve


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def confirm_request(request: HttpRequest, key: str) -> HttpResponse:
    """Show what was asked, and let its asker confirm it; a mail scanner that looks does nothing."""
    now = timezone.now()
    asked = request_behind(key, at=now)
    if asked is None:
        return render(request, "privacy/request_gone.html", status=404)
    if request.method == "POST":
        asked = serve(confirm(asked, at=now), at=now)
        return render(request, "privacy/request_confirmed.html", {"asked": asked})
    return render(request, "privacy/request_confirm.html", {"asked": asked})


@require_safe
@never_cache
def fetch_copy(request: HttpRequest, key: str) -> FileResponse:
    """Stream a copy to whoever has its address from the letter, while it can be fetched."""
    found = copy_of_request_behind(key, at=timezone.now())
    if found is None:
        raise Http404
    name = _("my-data-%(day)s.zip") % {"day": f"{found.requested_at:%Y-%m-%d}"}
    return FileResponse(
        found.file.open("rb"),
        as_attachment=True,
        filename=name,
        content_type="application/zip",
    )
