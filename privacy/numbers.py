"""Numbers that people can quote, and that tell nothing of how many there are."""

import base64
from uuid import UUID


def spoken(key: UUID) -> str:
    """Give a short number for a key: eight letters and digits that are not easily confused."""
    letters = base64.b32encode(key.bytes).decode()
    return f"{letters[:4]}-{letters[4:8]}"
