"""A stream sealed with a key: without it nobody can read it, or change it unseen.

The plain bytes are cut into chunks of one size, and each is sealed by AES-256-GCM under a key of
this stream alone. A chunk's nonce is its number and whether it is the last. So a chunk that was
altered, moved, repeated or taken from elsewhere does not open, nor does an end that was cut off.
"""

import base64
import binascii
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"soluto backup 1\n"
CHUNK = 256 * 1024
_TAG = 16
_SALT = 32
_MARK = 8
_SECRET = 32


class Unreadable(Exception):
    """This is no back-up that can be read; the reason says why."""

    def __str__(self) -> str:
        return f"The back-up cannot be used: {super().__str__()}."


class NotAKey(Exception):
    """The text is not a key that `manage.py backup --new-key` has printed."""


def new_key() -> str:
    """Make up a key."""
    return secrets.token_urlsafe(_SECRET)


@dataclass(frozen=True, repr=False)
class Key:
    """What seals a back-up and opens it. It is never shown."""

    secret: bytes

    @classmethod
    def of(cls, text: str) -> "Key":
        """Read a key as it stands in the settings.

        :raises NotAKey: when it is none.
        """
        try:
            secret = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            secret = b""
        if len(secret) != _SECRET:
            raise NotAKey
        return cls(secret)

    @property
    def mark(self) -> bytes:
        """Give what tells this key from others, and nothing else of it."""
        return self._derived(b"", b"mark")[:_MARK]

    def cipher(self, salt: bytes) -> AESGCM:
        """Give the cipher of one stream."""
        return AESGCM(self._derived(salt, b"stream"))

    def _derived(self, salt: bytes, purpose: bytes) -> bytes:
        return HKDF(SHA256(), _SECRET, salt, MAGIC + purpose).derive(self.secret)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class Sealer:
    """Takes plain bytes and writes them sealed."""

    def __init__(self, out: BinaryIO, key: Key) -> None:
        self._out = out
        salt = os.urandom(_SALT)
        self._head = MAGIC + key.mark + salt
        self._cipher = key.cipher(salt)
        self._waiting = bytearray()
        self._number = 0
        out.write(self._head)

    def write(self, data: bytes) -> None:
        """Take some more."""
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]

    def finish(self) -> None:
        """Seal what is left as the end; without this nobody can take the stream for whole."""
        self._seal(bytes(self._waiting), last=True)
        self._out.flush()

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        nonce = _nonce(self._number, last=last)
        self._out.write(self._cipher.encrypt(nonce, chunk, self._head))
        self._number += 1


class Opener:
    """Reads sealed bytes and gives them plain; what it gives has been proved."""

    def __init__(self, source: BinaryIO, keys: Sequence[Key]) -> None:
        self._source = source
        self._head = source.read(len(MAGIC) + _MARK + _SALT)
        if not self._head.startswith(MAGIC):
            raise Unreadable("this is no back-up of this shop, or of another version of it")
        if len(self._head) < len(MAGIC) + _MARK + _SALT:
            raise Unreadable("its end is missing")
        mark, salt = self._head[len(MAGIC) : -_SALT], self._head[-_SALT:]
        fitting = [key for key in keys if key.mark == mark]
        if not fitting:
            raise Unreadable(
                "it was sealed with another key: set BACKUP_KEY to that, or add it to "
                "BACKUP_KEY_FALLBACKS"
            )
        self._cipher = fitting[0].cipher(salt)
        self._ahead = source.read(CHUNK + _TAG)
        self._number = 0
        self._plain = memoryview(b"")

    def read(self, size: int) -> bytes:
        """Give so many bytes.

        :raises Unreadable: when there are fewer, or they are not what was sealed.
        """
        found = bytearray()
        while len(found) < size:
            if not self._plain:
                self._open_next()
            taken = self._plain[: size - len(found)]
            found += taken
            self._plain = self._plain[len(taken) :]
        return bytes(found)

    def is_over(self) -> bool:
        """Tell whether all has been read."""
        return not self._plain and not self._ahead and self._number > 0

    def _open_next(self) -> None:
        sealed, self._ahead = self._ahead, b""
        if not sealed:
            raise Unreadable("its end is missing")
        if len(sealed) == CHUNK + _TAG:
            self._ahead = self._source.read(CHUNK + _TAG)
        nonce = _nonce(self._number, last=not self._ahead)
        try:
            self._plain = memoryview(self._cipher.decrypt(nonce, sealed, self._head))
        except InvalidTag as not_ours:
            place = self._number * CHUNK // 1024
            what = "altered, or its end is missing" if not self._ahead else "altered"
            raise Unreadable(
                f"it is damaged: {what} ({place} KiB from its beginning)"
            ) from not_ours
        self._number += 1
