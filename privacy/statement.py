"""The register statement, as it was approved: word for word."""

import hashlib
from functools import cache
from pathlib import Path

EDITION = 1
AUTHENTIC = "fi"
_EDITIONS = Path(__file__).parent / "editions"


@cache
def statement_text(language: str) -> str:
    """Give the statement in force in a language; Finnish is the authentic one."""
    return (_EDITIONS / str(EDITION) / f"{language}.txt").read_text(encoding="utf-8")


@cache
def statement_sha256() -> str:
    """Give the SHA-256 of the authentic text, which orders and consents remember."""
    text = (_EDITIONS / str(EDITION) / f"{AUTHENTIC}.txt").read_bytes()
    return hashlib.sha256(text).hexdigest()
