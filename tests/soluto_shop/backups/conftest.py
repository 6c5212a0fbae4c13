"""A shop that is backed up, and an empty one beside it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.soluto_shop.backups.shops import KEY, Shop, scratch


@pytest.fixture(autouse=True)
def own_key_and_media(settings: Any, tmp_path: Path) -> None:
    """Seal with a key of the tests, and keep pictures in a folder of the test."""
    settings.BACKUP_KEY = KEY
    settings.BACKUP_KEY_FALLBACKS = []
    settings.MEDIA_ROOT = tmp_path / "own" / "media"
    settings.MEDIA_ROOT.mkdir(parents=True)


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Shop]:
    """Give an empty database with folders of its own."""
    with scratch(tmp_path / "fresh") as shop:
        yield shop
