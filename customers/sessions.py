"""Sessions that know whose they are, and cost nothing before there is something to keep."""

import re
from hashlib import sha256
from typing import Any, cast

from axes.models import AccessLog
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.db import IntegrityError
from django.http import HttpRequest
from django.utils import timezone

from customers.landing import Arrival, arrival_of
from customers.models import Account, Session

__all__ = ["SessionMiddleware", "SessionStore", "hash_of"]

_KEY = re.compile(r"[a-z0-9]{32}")


def hash_of(session_key: str) -> str:
    """Give what the sign-in log keeps of a session, to pair a log-in with its log-out."""
    return sha256(session_key.encode()).hexdigest()


class SessionStore(DatabaseStore):
    """Keeps sessions in the shop's own table, each with its account and where it began."""

    cache_key_prefix = "customers.sessions"
    request: HttpRequest | None = None
    arrival = Arrival()

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        running = Session.objects.filter(expire_date__gt=timezone.now())
        session = running.filter(session_key=self.session_key).first()
        if session is None:
            self._session_key = None
            return {}
        self.arrival = Arrival(session.landing_page, session.referring_host)
        return self.decode(session.session_data)

    def create(self) -> None:
        if self.session_key is None and self.request is not None:
            self.arrival = arrival_of(self.request)
        super().create()

    def flush(self) -> None:
        super().flush()
        self.arrival = Arrival()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        session = cast(Session, super().create_model_instance(data))
        session.account_id = data.get(SESSION_KEY)
        session.landing_page = self.arrival.page
        session.referring_host = self.arrival.host
        return session

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 (Django's signature)
        """Write the session, unless its account has been erased in the meantime.

        :raises UpdateError: when it has; Django would look for a free key for ever.
        """
        try:
            super().save(must_create=must_create)
        except (CreateError, IntegrityError):
            account = self.get(SESSION_KEY)
            if account and not Account.objects.filter(pk=account).exists():
                raise UpdateError from None
            raise

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
