"""Sessions that know whose they are, and cost nothing before there is something to keep."""

from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware

from customers.models import Session

__all__ = ["SessionMiddleware", "SessionStore"]


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


class SessionMiddleware(DjangoSessionMiddleware):
    """Django's middleware; here so that the settings name one room for sessions."""
