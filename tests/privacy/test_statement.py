"""The register statement is served word for word."""

import html
import re

import pytest
from django.test import Client

from privacy.statement import statement_sha256, statement_text

SEED_SHA256 = "a8b5f4443fb7e63e1f0fa43b0d2800147e9bb9059797e20c34c5a5c799ee8a45"


def test_the_authentic_text_is_the_controllers_byte_for_byte() -> None:
    assert statement_sha256() == SEED_SHA256


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "language"),
    [("/tietosuoja/", "fi"), ("/sv/dataskydd/", "sv"), ("/en/privacy/", "en")],
)
def test_every_word_is_on_the_page_in_its_order(
    client: Client, address: str, language: str
) -> None:
    page = client.get(address).content.decode()

    article = re.search(r"<article.*?</article>", page, re.DOTALL)
    assert article is not None
    shown = html.unescape(re.sub(r"<[^>]+>", " ", article[0])).split()
    words = [word for word in statement_text(language).split() if word != "-"]
    assert [word for word in shown if word != "-"] == words


@pytest.mark.django_db
def test_the_page_sets_no_cookie(client: Client) -> None:
    assert not client.get("/tietosuoja/").cookies
