"""Pictures that come with a complaint: drawn anew, kept where no address leads to, and shown.

What is kept is made of the pixels alone: places, cameras and names written into a photo are left
out. The row names its files before they are laid down, so that an erasure finds every one.
"""

from collections.abc import Sequence
from pathlib import PurePosixPath
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.http import Http404
from django.http.response import HttpResponseBase

from orders.catalogue.pictures import CheckedPicture
from orders.complaints.models import PHOTOS, Complaint
from privacy.locks import share_person
from privacy.private_answers import stream_file

FOLDER = "complaints"
MOST_BYTES = 10 * 1024 * 1024
"""Of one picture; a telephone's are smaller."""
MOST_IN_ALL = len(PHOTOS) * MOST_BYTES + 1024 * 1024
"""Of a form with all its pictures."""
MEDIA_TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}


def named(submission: UUID, photos: Sequence[CheckedPicture]) -> dict[str, str]:
    """Name the file of each picture of a form, by the column that will say so."""
    return {
        column: f"{FOLDER}/{submission}-{place}.{photo.ending}"
        for place, (column, photo) in enumerate(zip(PHOTOS, photos, strict=False), start=1)
    }


@transaction.atomic
def lay_down(*, complaint_id: UUID, photos: Sequence[CheckedPicture]) -> None:
    """Lay down the pictures that a complaint names; what is there already stays.

    The person is held: an erasure that came first has left no name, and nothing is laid down.
    """
    email = Complaint.objects.values_list("email", flat=True).get(pk=complaint_id)
    if email:
        share_person(email)
    complaint = Complaint.objects.select_for_update(of=("self",)).get(pk=complaint_id)
    for column, photo in zip(PHOTOS, photos, strict=False):
        file = getattr(complaint, column)
        if file and not file.storage.exists(file.name):
            file.storage.save(file.name, ContentFile(photo.content))


def shown(complaint: Complaint, place: str) -> HttpResponseBase:
    """Give a picture to somebody who may see it.

    :raises Http404: when there is none in that place, or not any more.
    """
    column = f"photo_{place}"
    file = getattr(complaint, column) if column in PHOTOS else None
    if not file:
        raise Http404
    ending = PurePosixPath(file.name).suffix
    return stream_file(
        file,
        name=f"{complaint.number}-{place}{ending}",
        media_type=MEDIA_TYPES[ending],
        as_attachment=False,
    )
