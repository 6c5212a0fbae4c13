"""Finnish personal identity codes in what people write: found so that they are never kept.

The shop has no ground to process them (Data Protection Act 1050/2018, section 29), yet people put
them into messages out of habit.
"""

import re

from stdnum.fi import hetu

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
_CANDIDATE = re.compile(
    r"(?<![0-9A-Z])[0-3][0-9][01][0-9][0-9]{2}[-+A-FU-Y][0-9]{3}[0-9A-Z](?![0-9A-Z])",
    re.ASCII | re.IGNORECASE,
)


def identity_codes(text: str) -> list[str]:
    """List the personal identity codes in a text, as they are written there.

    Only a code whose date and check character are right counts, so that an order number or a
    telephone number is let pass.
    """
    found = _CANDIDATE.finditer(text.translate(_DASHES))
    return [
        text[code.start() : code.end()]
        for code in found
        if hetu.is_valid(code[0], allow_temporary=True)
    ]
