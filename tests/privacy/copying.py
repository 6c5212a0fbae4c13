"""A copy of somebody's data, in memory."""

import io
from datetime import datetime

from privacy.copies.contents import write_copy
from privacy.subject import Subject


def copied(subject: Subject, *, language: str, at: datetime) -> bytes:
    """Make the archive that somebody would fetch."""
    packed = io.BytesIO()
    write_copy(subject, packed, language=language, at=at)
    return packed.getvalue()
