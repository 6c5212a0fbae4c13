"""What no production shop starts with, and that it says so (DE-02, DE-03)."""

import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

GOOD = {
    "SECRET_KEY": "Kt9-xv2QmZ_7rWb1" * 4,
    "ALLOWED_HOSTS": "kauppa.example.fi",
    "HTTPS_ONLY": "yes",
    "DEBUG": "no",
    "DATABASE_URL": "postgresql://shop@db.example/shop",
}


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Any:
    def read(**said: str) -> dict[str, Any]:
        for name, value in {**GOOD, **said}.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(Path(settings.BASE_DIR) / "soluto_shop" / "settings.py"))

    return read


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing or weak"),
        ({"SECRET_KEY": "Kt9-xv2QmZ_7rWb1" * 3}, "SECRET_KEY is missing or weak"),
        ({"SECRET_KEY": "django-insecure-" + "x7" * 40}, "SECRET_KEY is missing or weak"),
        ({"SECRET_KEY": "change-me-" + "x7" * 40}, "SECRET_KEY is missing or weak"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS must name the shop's own hosts"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name the shop's own hosts"),
        ({"ALLOWED_HOSTS": "kauppa.example.fi,*"}, "ALLOWED_HOSTS must name the shop's own hosts"),
        ({"DEBUG": "yes"}, "DEBUG is for a developer's machine only"),
        ({"DEMO_WITHOUT_SECOND_FACTOR": "yes"}, "DEMO_WITHOUT_SECOND_FACTOR is for a developer's"),
    ],
)
def test_de_02_and_03_the_shop_does_not_start_and_says_why(
    start: Any, said: dict[str, str], reason: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=re.escape(reason)) as refusal:
        start(**said)

    assert "x7x7" not in str(refusal.value)
    assert "Kt9-" not in str(refusal.value)


def test_de_03_what_is_not_said_is_the_safe_thing(
    start: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("HTTPS_ONLY", "DEBUG", "TRUSTED_PROXIES", "DEMO_WITHOUT_SECOND_FACTOR")
    values = start()
    for name in names:
        monkeypatch.delenv(name, raising=False)
    unsaid = runpy.run_path(str(Path(settings.BASE_DIR) / "soluto_shop" / "settings.py"))

    for found in (values, unsaid):
        assert found["DEBUG"] is found["DEMO_WITHOUT_SECOND_FACTOR"] is False
        assert found["SECURE_SSL_REDIRECT"] is found["SESSION_COOKIE_SECURE"] is True
        assert found["CSRF_COOKIE_SECURE"] is found["SESSION_COOKIE_HTTPONLY"] is True
        assert found["SECURE_HSTS_SECONDS"] >= 365 * 24 * 3600
        stored = found["STORAGES"]["staticfiles"]["BACKEND"]
        assert stored == "whitenoise.storage.CompressedManifestStaticFilesStorage"  # DE-12: hashed
        assert "SECURE_PROXY_SSL_HEADER" not in found, "no proxy is believed that nobody named"
