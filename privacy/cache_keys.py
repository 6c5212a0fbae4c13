"""Keys of the shared cache that say nothing about anybody."""

from django.utils.crypto import salted_hmac


def sealed(key: str, prefix: str, version: int) -> str:
    """Give the key under which a value is stored: a keyed hash of the name it is known by.

    Packages put addresses of visitors, account numbers and codes into the names of their limits.
    """
    digest = salted_hmac("privacy.cache_keys", key, algorithm="sha256").hexdigest()
    return f"{prefix}:{version}:{digest}"
