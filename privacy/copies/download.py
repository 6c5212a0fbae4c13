"""A copy on its way to the one person it is of."""

from django.http import FileResponse
from django.utils.translation import gettext as _

from privacy.copies.models import DataCopy


def download(copy: DataCopy) -> FileResponse:
    """Stream a copy; whoever may have it has been asked before."""
    name = _("my-data-%(day)s.zip") % {"day": f"{copy.requested_at:%Y-%m-%d}"}
    return FileResponse(
        copy.file.open("rb"),
        as_attachment=True,
        filename=name,
        content_type="application/zip",
    )
