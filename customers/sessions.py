"""Sessions that know whose they are, and cost nothing before there is something to keep.

A guest's lasts while it is used. A sign-in ends fourteen days after it began, however much it is
used, and on the staff's side when it has not been used for half an hour.
"""

import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, cast

from axes.models import AccessLog
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.db import DatabaseError, IntegrityError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.utils import timezone

from customers.landing import Arrival, arrival_of
from customers.models import Account, Session

__all__ = ["SIGNED_IN_AT", "SessionMiddleware", "SessionStore", "hash_of"]

_KEY = re.compile(r"[a-z0-9]{32}")
SIGNED_IN_AT = "_signed_in_at"
_A_WHILE = timedelta(minutes=1)
"""So often at most is it written that a member of staff is still there."""

# Every page asks this first: to write the words anew each time took longer than the answer.
_RUNNING = """
SELECT
    visit.session_data, visit.expire_date, visit.account_id, visit.landing_page,
    visit.referring_host, account.is_staff
FROM customers_session AS visit LEFT JOIN customers_account AS account
    ON account.id = visit.account_id
WHERE visit.session_key = %(key)s AND visit.expire_date > %(at)s
"""


def hash_of(session_key: str) -> str:
    """Give what the sign-in log keeps of a session, to pair a log-in with its log-out."""
    return sha256(session_key.encode()).hexdigest()


class SessionStore(DatabaseStore):
    """Keeps sessions in the shop's own table, each with its account and where it began."""

    cache_key_prefix = "customers.sessions"
    _session: dict[str, Any]
    request: HttpRequest | None = None
    arrival = Arrival()
    ended_key: str | None = None
    """What the browser brought along, where that is the key of no session any more."""
    of_account: str | None = None
    is_staffs = False
    ends_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        with connection.cursor() as cursor:
            cursor.execute(_RUNNING, {"key": self.session_key, "at": timezone.now()})
            found = cursor.fetchone()
        if found is None:
            self.ended_key = self.session_key
            self._session_key = None
            return {}
        said, self.ends_at, account, page, host, is_staffs = found
        self.arrival = Arrival(page, host)
        if account is not None:
            self.of_account, self.is_staffs = str(account), bool(is_staffs)
        return self.decode(said)

    @property
    def sign_in_ended(self) -> bool:
        """Tell whether this browser was signed in, in a session that is no more.

        The log is asked: the session itself may have been cleared.
        """
        if SESSION_KEY in self or self.ended_key is None:  # looking loads it
            return False
        return bool(AccessLog.objects.filter(session_hash=hash_of(self.ended_key)).exists())

    def create(self) -> None:
        if self.session_key is None and self.request is not None:
            self.arrival = arrival_of(self.request)
        super().create()

    def flush(self) -> None:
        super().flush()
        self.arrival = Arrival()
        self.of_account, self.is_staffs, self.ends_at = None, False, None

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        if SESSION_KEY in data:
            self._begin(data)
        session = cast(Session, super().create_model_instance(data))
        session.account_id = data.get(SESSION_KEY)
        session.landing_page = self.arrival.page
        session.referring_host = self.arrival.host
        self.ends_at = session.expire_date
        return session

    def _begin(self, data: dict[str, Any]) -> None:
        """Note, at the first writing after a sign-in, when that was, and whether it is staff's."""
        data.setdefault(SIGNED_IN_AT, timezone.now().timestamp())
        if self.of_account != data[SESSION_KEY]:
            self.of_account = data[SESSION_KEY]
            self.is_staffs = Account.objects.filter(pk=self.of_account, is_staff=True).exists()

    def get_expiry_date(self, **kwargs: Any) -> datetime:
        """Give the moment at which the session ends when it is not used again."""
        if SESSION_KEY not in self:
            return super().get_expiry_date(**kwargs)
        at: datetime = kwargs.get("modification") or timezone.now()
        began = datetime.fromtimestamp(self.get(SIGNED_IN_AT, at.timestamp()), tz=UTC)
        ends = began + timedelta(seconds=settings.SESSION_COOKIE_AGE)
        if self.is_staffs:
            ends = min(ends, at + timedelta(minutes=settings.STAFF_IDLE_MINUTES))
        return ends

    def note_use(self, *, at: datetime) -> None:
        """Let staff stay for another half an hour."""
        if not self.is_staffs or self.ends_at is None or SESSION_KEY not in self:
            return
        ends = self.get_expiry_date(modification=at)
        if ends - self.ends_at >= _A_WHILE:
            running = Session.objects.filter(session_key=self.session_key, expire_date__gt=at)
            running.update(expire_date=ends)

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 (Django's signature)
        """Write the session, unless its account has been erased in the meantime.

        :raises UpdateError: when it has; Django would look for a free key for ever.
        """
        try:
            if must_create or self.session_key is None:
                super().save(must_create=must_create)
            else:
                self._write_over()
        except (CreateError, IntegrityError):
            account = self.get(SESSION_KEY)
            if account and not Account.objects.filter(pk=account).exists():
                raise UpdateError from None
            raise

    def _write_over(self) -> None:
        """Write over what is there: one statement, for which Django would begin a transaction.

        :raises UpdateError: when nothing is there any more.
        """
        session = self.create_model_instance(self._session)
        columns = (each for each in session._meta.concrete_fields if not each.primary_key)
        said = {each.attname: getattr(session, each.attname) for each in columns}
        try:
            found = Session.objects.filter(pk=session.pk).update(**said)
        except IntegrityError:
            raise
        except DatabaseError as trouble:
            raise UpdateError from trouble
        if not found:
            raise UpdateError

    def _validate_session_key(self, key: str | None) -> bool:
        """Look only for keys of the shop's own making; a cookie may say anything."""
        return bool(key) and _KEY.fullmatch(str(key)) is not None

    def cycle_key(self) -> None:
        """Go on under a new key; the log of who is signed in follows."""
        old = self.session_key
        super().cycle_key()
        if old and self.session_key and SESSION_KEY in self:
            AccessLog.objects.filter(session_hash=hash_of(old)).update(
                session_hash=hash_of(self.session_key)
            )


class SessionMiddleware(DjangoSessionMiddleware):
    """Django's middleware; the session it opens knows by which request it may begin."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        cast(SessionStore, request.session).request = request

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Write the session; note that staff are there, and tell on the next page that one ended.

        A page that asks for itself (htmx) is not somebody who is there. The key of an ended session
        is taken from the browser only with a page, so that the sign-in to which somebody is sent
        can say what happened.
        """
        response = super().process_response(request, response)
        session = cast(SessionStore, request.session)
        if not session.accessed or response.status_code >= HttpResponseServerError.status_code:
            return response
        if session.is_empty() and session.ended_key and response.has_header("Location"):
            response.cookies.pop(settings.SESSION_COOKIE_NAME, None)
        elif not request.headers.get("HX-Request"):
            session.note_use(at=timezone.now())
        return response
