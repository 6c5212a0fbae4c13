"""Numbers that people can quote, and that tell nothing of how many there are."""

import base64
import binascii
from uuid import UUID

LETTERS = 8


def spoken(key: UUID) -> str:
    """Give a short number for a key: eight letters and digits that are not easily confused."""
    letters = base64.b32encode(key.bytes).decode()
    return f"{letters[:4]}-{letters[4:8]}"


def keys_spoken(number: str) -> tuple[UUID, UUID] | None:
    """Give the first and the last key that a number may stand for; nothing for what is none."""
    letters = number.replace("-", "").replace(" ", "").upper()
    if len(letters) != LETTERS:
        return None
    try:
        begins = base64.b32decode(letters)
    except (binascii.Error, ValueError):
        return None
    rest = 16 - len(begins)
    return UUID(bytes=begins + bytes(rest)), UUID(bytes=begins + b"\xff" * rest)
