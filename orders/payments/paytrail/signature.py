"""The signature that the payment service and the shop put under what they say to each other.

Lines of ``name:value`` of all parameters whose name begins with ``checkout-``, sorted, then the
body exactly as it is sent, signed with the secret that both know (HMAC).
"""

import hashlib
import hmac
from collections.abc import Mapping

ALGORITHMS = {"sha256": hashlib.sha256, "sha512": hashlib.sha512}
SIGNED = "checkout-"


def sign(*, secret: str, algorithm: str, params: Mapping[str, str], body: bytes = b"") -> str:
    """Sign parameters and a body; what is not called ``checkout-…`` is not signed."""
    return hmac.new(secret.encode(), _signed(params, body), ALGORITHMS[algorithm]).hexdigest()


def is_signed(
    signature: str,
    *,
    secret: str,
    algorithm: str,
    params: Mapping[str, str],
    body: bytes = b"",
) -> bool:
    """Tell whether a signature is right, in a time that does not tell how far it is."""
    if not secret or algorithm not in ALGORITHMS:
        return False
    right = sign(secret=secret, algorithm=algorithm, params=params, body=body)
    return hmac.compare_digest(right.encode(), signature.encode())


def _signed(params: Mapping[str, str], body: bytes) -> bytes:
    known = {name.lower(): value for name, value in params.items()}
    lines = [f"{name}:{known[name]}" for name in sorted(known) if name.startswith(SIGNED)]
    return "\n".join([*lines, ""]).encode() + body
