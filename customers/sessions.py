"""Sessions that know whose they are, and cost nothing before there is something to keep."""

import re
from hashlib import sha256
from typing import Any, cast

from axes.models import AccessLog
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware

from customers.models import Session

__all__ = ["SessionMiddleware", "SessionStore", "hash_of"]

_KEY = re.compile(r"[a-z0-9]{32}")


def hash_of(session_key: str) -> str:
    """Give what the sign-in log keeps of a session, to pair a log-in with its log-out."""
    return sha256(session_key.encode()).hexdigest()


class SessionStore(DatabaseStore):
    """Keeps sessions in the shop's own table, each with its account."""

    cache_key_prefix = "customers.sessions"

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        session = cast(Session, super().create_model_instance(data))
        session.account_id = data.get(SESSION_KEY)
        return session

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
    """Django's middleware; here so that the settings name one room for sessions."""
