"""What a notice of withdrawal says, in one spelling that its checksum is reckoned over.

Whoever has the acknowledgement can reckon the checksum anew from its words, and the shop's row
still holds the same, though the name and the address may have been forgotten since.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils.timezone import localtime

Piece = dict[str, Any]
"""One order line of a notice: `line`, `sku`, `name` and `quantity`."""


def canonical(said: Mapping[str, Any], pieces: Sequence[Piece], received_at: datetime) -> str:
    """Write what a notice says: sorted names, no spaces, the moment in Helsinki's time."""
    told = {
        **said,
        "pieces": [[piece["sku"], piece["quantity"]] for piece in pieces],
        "received_at": localtime(received_at).isoformat(timespec="microseconds"),
    }
    return json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def checksum(said: Mapping[str, Any], pieces: Sequence[Piece], received_at: datetime) -> str:
    """Give the sha256 of what a notice says."""
    return sha256(canonical(said, pieces, received_at).encode()).hexdigest()
