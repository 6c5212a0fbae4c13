"""Files without a name beside the copies: they are gone with the program that writes them."""

from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from privacy.copies.models import private_storage

FOLDER = "copies"


def nameless() -> IO[bytes]:
    """Open one: no kill leaves half of it behind, and nobody else finds it."""
    place = Path(private_storage().path(FOLDER))
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return TemporaryFile(dir=place)
