"""Where the sample files of other shops lie, if they lie beside the checkout."""

from pathlib import Path

import pytest
from django.conf import settings

_PLACES = (settings.BASE_DIR.parent / "shared", settings.BASE_DIR.parent.parent / "shared")
SHARED = next((place for place in _PLACES if (place / "data").is_dir()), None)
FILES = {
    "oscar-books.computers-in-fiction.csv": "oscar",
    "oscar-books.essential.csv": "oscar",
    "oscar-books.hacking.csv": "oscar",
    "spree-products.csv": "spree",
    "dummyjson-products.json": "json",
}


def sample(name: str) -> Path:
    """Give a sample file, or skip the test and say why."""
    if SHARED is None:
        pytest.skip("the folder shared/ with other shops' sample files is not beside the checkout")
    return Path(SHARED / "data" / name)
