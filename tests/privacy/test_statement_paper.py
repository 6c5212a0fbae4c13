"""The statement on paper can be read aloud, and says what the page says."""

import re
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from privacy.statement import statement_text

pytestmark = pytest.mark.django_db

ADDRESSES = [
    ("fi", "/tietosuoja/versiot/1/rekisteriseloste.pdf"),
    ("sv", "/sv/dataskydd/versioner/1/registerbeskrivning.pdf"),
    ("en", "/en/privacy/editions/1/statement.pdf"),
]


@pytest.mark.parametrize(("language", "address"), ADDRESSES)
def test_the_paper_is_tagged_and_says_every_word(
    client: Client, language: str, address: str
) -> None:
    answer = client.get(address)

    assert answer["Content-Type"] == "application/pdf"
    assert b"pdfuaid" in answer.content
    assert f"/Lang({language})".encode() in answer.content.replace(b" ", b"")
    said = _words(answer.content)
    missing = [word for word in statement_text(language).split() if word.strip("-") not in said]
    assert missing == []
    assert not answer.cookies


def test_the_paper_tells_what_the_law_asks_for_as_well(client: Client) -> None:
    said = _words(client.get(ADDRESSES[2][1]).content)

    for words in ("1336/1997", "6(1)(f)", "tietosuoja@om.fi", "Telephone number"):
        assert words in said


def test_an_edition_that_is_not_there_has_no_paper(client: Client) -> None:
    assert client.get("/en/privacy/editions/7/statement.pdf").status_code == 404


def _words(paper: bytes) -> str:
    """Read the words of a PDF in one line."""
    pages = PdfReader(BytesIO(paper)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))
