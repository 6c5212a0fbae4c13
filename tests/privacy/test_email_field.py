"""IN-13: whatever is typed as an e-mail address is refused or right, and at once."""

import time

import pytest
from django.core.exceptions import ValidationError

from privacy.email_field import TypedEmailField
from privacy.normal import LONGEST, normal_email


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("Anna.Virtanen+kauppa@Example.FI", "anna.virtanen+kauppa@example.fi"),
        ('"anna"@example.fi', '"anna"@example.fi'),
        ("o'brien@example.ie", "o'brien@example.ie"),
        ("anna@xn--hrmz-qoab.fi", "anna@xn--hrmz-qoab.fi"),
        ("anna@[127.0.0.1]", "anna@[127.0.0.1]"),
    ],
)
def test_in_13_unusual_addresses_are_taken_as_they_are(typed: str, address: str) -> None:
    assert TypedEmailField().clean(typed) == address
    assert normal_email(address) == address


@pytest.mark.parametrize(
    "typed",
    [
        "a" * (LONGEST - 10) + "@example.fi",
        "anna@" + "b." * 2_000 + "fi",
        "anna@" + "b-" * 2_000 + "fi",
        "a." * 100_000 + "@example.fi",
        '"' + "\\a" * 50_000 + '"@example.fi',
        "@" * 50_000,
        "anna@example.fi," * 5_000,
        '"anna\r\nBcc: x@evil.example"@example.fi',
        "anna@example.fi\0",
        "änna@example.fi",
        "anna@example..fi",
        "anna@.fi",
        "anna",
    ],
)
def test_in_13_what_is_none_is_refused_before_anybody_waits(typed: str) -> None:
    began = time.thread_time()
    with pytest.raises(ValidationError):
        TypedEmailField().clean(typed)

    assert time.thread_time() - began < 0.05
