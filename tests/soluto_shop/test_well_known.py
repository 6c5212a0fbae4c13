"""DE-10: whoever finds a weakness finds out whom to tell (RFC 9116)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

pytestmark = pytest.mark.django_db


def test_de_10_whom_to_tell_of_a_weakness_stands_where_it_is_looked_for(
    client: Client, settings: Settings
) -> None:
    settings.SITE_ADDRESS = "https://kauppa.example.fi"
    answer = client.get("/.well-known/security.txt", headers={"host": "testserver"})
    said = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    until = datetime.strptime(said.pop("Expires"), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)

    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert not answer.cookies
    assert said == {
        "Contact": "mailto:gdpr@soluto.fi",
        "Preferred-Languages": "fi, sv, en",
        "Canonical": "https://kauppa.example.fi/.well-known/security.txt",
    }
    assert timedelta(days=170) < until - timezone.now() < timedelta(days=365)
