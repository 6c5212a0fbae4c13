"""A sealed stream opens with its key and as it was made, or not at all."""

from collections.abc import Callable
from io import BytesIO

import pytest

from soluto_shop.backups.parts import Packer, parts_of
from soluto_shop.backups.sealed import (
    CHUNK,
    MAGIC,
    Key,
    NotAKey,
    Opener,
    Sealer,
    Unreadable,
    new_key,
)

KEY = Key.of(new_key())
HEAD = len(MAGIC) + 8 + 32
SEALED = CHUNK + 16


def sealed(data: bytes, key: Key = KEY) -> bytes:
    out = BytesIO()
    sealer = Sealer(out, key)
    for start in range(0, len(data), 100_000):
        sealer.write(data[start : start + 100_000])
    sealer.finish()
    return out.getvalue()


def opened(stream: bytes, size: int, *keys: Key) -> bytes:
    opener = Opener(BytesIO(stream), keys or [KEY])
    data = opener.read(size)
    if not opener.is_over():
        raise Unreadable("there is more")
    return data


def some(size: int) -> bytes:
    return bytes(number * 7 % 251 for number in range(size % 997)) + b"x" * (size - size % 997)


@pytest.mark.parametrize("size", [1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 5])
def test_what_was_sealed_is_opened(size: int) -> None:
    stream = sealed(some(size))

    assert opened(stream, size) == some(size)
    assert some(size)[:20] not in stream or size == 1
    assert stream != sealed(some(size))


def test_another_key_is_named_as_the_reason() -> None:
    with pytest.raises(Unreadable, match="another key: set BACKUP_KEY"):
        opened(sealed(b"x"), 1, Key.of(new_key()))


def test_an_older_key_opens_what_it_sealed() -> None:
    assert opened(sealed(b"x"), 1, Key.of(new_key()), KEY) == b"x"


def chunks(stream: bytes) -> list[bytes]:
    body = stream[HEAD:]
    return [stream[:HEAD], *(body[at : at + SEALED] for at in range(0, len(body), SEALED))]


OTHER = sealed(b"y" * 4 * CHUNK)
HARM: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "the end is missing": lambda all_: all_[:-1],
    "only the head is left": lambda all_: all_[:1],
    "cut off within a chunk": lambda all_: [*all_[:-1], all_[-1][:-7]],
    "two chunks changed places": lambda all_: [all_[0], all_[2], all_[1], *all_[3:]],
    "a chunk came twice": lambda all_: [*all_[:2], all_[1], *all_[2:]],
    "a chunk is missing": lambda all_: [*all_[:2], *all_[3:]],
    "a chunk of another stream": lambda all_: [*all_[:2], chunks(OTHER)[2], *all_[3:]],
    "another stream's salt": lambda all_: [chunks(OTHER)[0], *all_[1:]],
    "something was added": lambda all_: [*all_, b"more"],
    "a last chunk was added": lambda all_: [*all_, all_[-1]],
}


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM.keys())
def test_a_stream_that_was_harmed_is_refused(harm: Callable[[list[bytes]], list[bytes]]) -> None:
    whole = chunks(sealed(b"y" * 4 * CHUNK))

    with pytest.raises(Unreadable):
        opened(b"".join(harm(whole)), 4 * CHUNK)


def test_a_stream_cut_off_between_chunks_does_not_pass_for_a_shorter_one() -> None:
    whole = chunks(sealed(b"y" * 4 * CHUNK))

    with pytest.raises(Unreadable, match="or its end is missing"):
        opened(b"".join(whole[:-1]), 3 * CHUNK)


@pytest.mark.parametrize("place", [0, 3, len(MAGIC), HEAD - 1, HEAD, HEAD + SEALED - 1, -1])
def test_a_flipped_bit_is_refused(place: int) -> None:
    stream = bytearray(sealed(b"z" * 2 * CHUNK))
    stream[place] ^= 1

    with pytest.raises(Unreadable):
        opened(bytes(stream), 2 * CHUNK)


@pytest.mark.parametrize("text", ["", "short", "A" * 44, "ö" * 43, "A" * 42 + "!"])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(NotAKey):
        Key.of(text)


def test_a_key_does_not_show_itself() -> None:
    assert repr(KEY.secret)[2:10] not in f"{KEY!r} {KEY}"


def packed(*parts: tuple[str, bytes]) -> bytes:
    out = BytesIO()
    packer = Packer(out)
    for name, data in parts:
        packer.add(name, [data], size=len(data))
    packer.finish()
    return out.getvalue()


class Plain(BytesIO):
    """A source that was not sealed."""

    def is_over(self) -> bool:
        return self.tell() == len(self.getvalue())


def test_parts_come_back_in_their_order_with_their_facts() -> None:
    stream = packed(("one", b"a" * 600_000), ("none", b""), ("ä", b"b"))

    found = [(p.name, p.facts["size"], b"".join(p.frames())) for p in parts_of(Plain(stream))]

    assert found == [("one", 600_000, b"a" * 600_000), ("none", 0, b""), ("ä", 1, b"b")]


def test_a_part_that_nobody_read_is_passed_over_and_proved() -> None:
    stream = packed(("one", b"a" * 10), ("two", b"b"))

    assert [part.name for part in parts_of(Plain(stream))] == ["one", "two"]
    with pytest.raises(Unreadable, match="one is not what it was"):
        list(parts_of(Plain(stream.replace(b"aaa", b"aab"))))
