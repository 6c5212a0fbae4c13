"""Lay a file to a digital product, put a newer one in its place, and take one away."""

from datetime import datetime
from hashlib import sha256

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from orders.catalogue.wares import MEDIA_TYPES, Ware, ending_of
from privacy.files import destroy_file

MOST_MEGABYTES = 200
MOST_BYTES = MOST_MEGABYTES * 1024 * 1024


class WareRefused(ValueError):
    """The file cannot be sold here; the message says why."""


def check(file: File[bytes]) -> None:
    """Refuse what is no file that can be sold as a download.

    :raises WareRefused: with the reason.
    """
    if ending_of(file.name or "") not in MEDIA_TYPES:
        raise WareRefused(
            _("Files of this kind are not sold. These are: %(endings)s.")
            % {"endings": ", ".join(sorted(MEDIA_TYPES))}
        )
    if not file.size:
        raise WareRefused(_("The file is empty."))
    if file.size > MOST_BYTES:
        raise WareRefused(
            _("The file is too large: at most %(most)s megabytes.") % {"most": MOST_MEGABYTES}
        )


@transaction.atomic
def lay_in(*, ware: Ware, file: File[bytes], at: datetime) -> Ware:
    """Keep a file; buyers get it from now on, and one that was in its place goes.

    :raises WareRefused: when it is none that can be sold.
    """
    check(file)
    kept = Ware.objects.select_for_update(of=("self",)).filter(pk=ware.pk).first()
    ware.size, ware.sha256, ware.laid_in_at = file.size, _digest(file), at
    ware.file.save(file.name or "", file, save=False)
    ware.save()
    if kept is not None:
        _forget(kept)
    return ware


@transaction.atomic
def take_away(*, ware: Ware) -> None:
    """Take a file away; at the commit the database asks whether a buyer would be left without."""
    _forget(ware)
    ware.delete()


def _digest(file: File[bytes]) -> str:
    digest = sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _forget(ware: Ware) -> None:
    destroy_file.defer(table=Ware._meta.label, column="file", file=str(ware.file.name))
