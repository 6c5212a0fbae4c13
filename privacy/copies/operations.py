"""Ask for a copy, make it, fetch it, and let it go."""

from datetime import datetime, timedelta
from typing import IO
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import signing
from django.core.files import File
from django.db import transaction

from privacy.base import Gone
from privacy.copies.contents import write_copy
from privacy.copies.models import DataCopy, private_storage
from privacy.copies.nameless import FOLDER, nameless
from privacy.files import destroy_file
from privacy.locks import alone_with, sharing_person
from privacy.moment import one_moment
from privacy.subject import Subject, known_email, subject_of

SALT = "privacy.copies"
STRAY = timedelta(hours=1)
"""A file that no row names after so long belongs to no transaction any more."""


@transaction.atomic
def discard_copies(*, at: datetime) -> int:
    """Delete the copies whose time is over, with their files."""
    over = list(DataCopy.objects.over(at).select_for_update(skip_locked=True))
    for copy in over:
        _discard(copy)
    return len(over)


def _discard(copy: DataCopy) -> None:
    if copy.file.name:
        destroy_file.defer(table=copy._meta.label, column="file", file=copy.file.name)
    copy.delete()


def discard_strays(*, at: datetime) -> int:
    """Delete files that no row names: what a crash left between the file and the commit."""
    storage, found = private_storage(), 0
    if not storage.exists(FOLDER):
        return 0
    named = set(DataCopy.objects.exclude(file="").values_list("file", flat=True))
    for file in (f"{FOLDER}/{name}" for name in storage.listdir(FOLDER)[1]):
        is_being_made = storage.get_modified_time(file) > at - STRAY
        if file not in named and not is_being_made:
            storage.delete(file)
            found += 1
    return found


@transaction.atomic
def replace_copy(*, account_id: UUID, language: str, at: datetime) -> DataCopy:
    """Ask for a copy of a person's data; an older one goes. One that is being made is enough.

    :raises Gone: when the person was erased in the meantime.
    """
    account = get_user_model()._base_manager.select_for_update(no_key=True).filter(pk=account_id)
    if not account:
        raise Gone(DataCopy._meta.label)
    known = DataCopy.objects.filter(account=account_id).first()
    if known is not None and known.ready_at is None:
        return known
    if known is not None:
        _discard(known)
    return DataCopy.objects.create(account_id=account_id, language=language, requested_at=at)


@transaction.atomic
def copy_for_request(
    request_id: UUID, subject: Subject, *, language: str, at: datetime
) -> DataCopy:
    """Make the copy that answers the request of somebody without an account."""
    copy = DataCopy(request_id=request_id, language=language, requested_at=at)
    with nameless() as packed:
        write_copy(subject, packed, language=language, at=at)
        _keep(copy, packed, at)
    return copy


@transaction.atomic
def await_copy_for_request(request_id: UUID, *, language: str, at: datetime) -> DataCopy:
    """Ask for that copy; one whose making was broken off is awaited still, one made before goes."""
    known = DataCopy.objects.filter(request=request_id).select_for_update().first()
    if known is not None and known.ready_at is None:
        return known
    if known is not None:
        _discard(known)
    return DataCopy.objects.create(request_id=request_id, language=language, requested_at=at)


@transaction.atomic
def discard_copy_of_request(request_id: UUID) -> None:
    """Delete the copy that was made for a request, if there is one."""
    for copy in DataCopy.objects.filter(request=request_id).select_for_update():
        _discard(copy)


def copy_of_request(request_id: UUID, *, at: datetime) -> "File[bytes] | None":
    """Open the copy that was made for a request, while it can be fetched.

    Who has it open reads it to its end, though it is discarded meanwhile.
    """
    copy = DataCopy.objects.ready(at).filter(request=request_id).first()
    return None if copy is None else copy.file.storage.open(str(copy.file.name))


def fill_copy(copy_id: UUID, *, at: datetime) -> None:
    """Make the copy of an account's data; one that is gone or made already is passed over.

    An erasure is held off meanwhile: it either finds the file or comes before it.
    """
    copy = DataCopy.objects.filter(pk=copy_id, ready_at=None).first()
    if copy is None or copy.account_id is None:
        return
    with sharing_person(known_email(account_id=copy.account_id, card_id=None)):
        fill_copy_of(copy, subject_of(accounts=[copy.account_id]), at=at)


def fill_copy_of(copy: DataCopy, subject: Subject, *, at: datetime) -> None:
    """Make a copy that is awaited, of a person whose erasure is held off.

    All is read from one moment of the database, and no row is locked for it: whoever has much
    waits long for a copy, and signs in and buys meanwhile. Only to keep what was made, what the
    copy hangs on is locked. However many jobs want the copy, one makes it, and the others wait.
    """
    with alone_with(copy.pk), nameless() as packed:
        if not DataCopy.objects.filter(pk=copy.pk, ready_at=None).exists():
            return
        with one_moment():
            write_copy(subject, packed, language=copy.language, at=at)
        with transaction.atomic():
            account = [copy.account_id] if copy.account_id else []
            accounts = get_user_model()._base_manager.filter(pk__in=account)
            list(accounts.select_for_update(no_key=True).values_list("pk", flat=True))
            awaited = DataCopy.objects.select_for_update().filter(pk=copy.pk, ready_at=None).first()
            if awaited is not None:
                _keep(awaited, packed, at)


def _keep(copy: DataCopy, packed: IO[bytes], at: datetime) -> None:
    name = f"{FOLDER}/{copy.pk}.zip"
    copy.file.storage.delete(name)  # what an attempt left behind that was rolled back
    copy.file.save(name, File(packed), save=False)
    copy.size = packed.tell()
    copy.ready_at = at
    copy.expires_at = at + timedelta(days=settings.KEEP_COPIES_DAYS)
    copy.save()


def key_of(copy: DataCopy) -> str:
    """Sign the copy's address for its own account, or for whoever made its request."""
    owner = copy.account_id or copy.request_id
    return signing.dumps({"copy": str(copy.pk), "for": str(owner)}, salt=SALT)


def copy_behind(key: str, *, account_id: UUID, at: datetime) -> DataCopy | None:
    """Find the copy that an address leads to: only for its own account, and only in its time."""
    said = _said(key)
    if said is None or said["for"] != str(account_id):
        return None
    return DataCopy.objects.ready(at).filter(pk=said["copy"], account=account_id).first()


def copy_of_request_behind(key: str, *, at: datetime) -> DataCopy | None:
    """Find the copy that a letter's address leads to, for somebody without an account."""
    said = _said(key)
    if said is None:
        return None
    mine = DataCopy.objects.ready(at).filter(pk=said["copy"], account=None)
    return mine.filter(request=UUID(said["for"])).first()


def _said(key: str) -> dict[str, str] | None:
    patience = timedelta(days=settings.KEEP_COPIES_DAYS)
    try:
        said: dict[str, str] = signing.loads(key, salt=SALT, max_age=patience)
    except signing.BadSignature:
        return None
    return said
