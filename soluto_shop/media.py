"""Pictures of the catalogue, and nothing else of what lies in the folder of files.

In front of a busy shop nginx serves them itself; the README shows how. Every name holds a part of
its content's checksum, so that a browser may keep what it has got for ever.
"""

import re
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

_FOREVER = "public, max-age=31536000, immutable"
_TYPES = {
    "avif": "image/avif",
    "webp": "image/webp",
    "png": "image/png",
    "jpg": "image/jpeg",
}
_NAME = re.compile(r"[0-9a-f-]{36}-[0-9a-f]{16}(-[0-9]{1,4})?\.(avif|webp|png|jpg)")


@require_safe
def picture(request: HttpRequest, product: str, name: str) -> FileResponse:
    """Send a picture: its folder is a product's key, its name of the form that the shop gives."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise Http404
    path = Path(settings.MEDIA_ROOT) / "pictures" / str(product) / name
    try:
        file = path.open("rb")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as missing:
        raise Http404 from missing
    answer = FileResponse(file, content_type=_TYPES[match[2]])
    answer["Cache-Control"] = _FOREVER
    return answer
