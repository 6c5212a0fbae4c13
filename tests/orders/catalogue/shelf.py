"""What the tests of the shelf's pages share."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html import unescape

from django.db import connection, transaction
from django.test import Client


def commit() -> None:
    """Let what the database does at a commit happen now, and let the next change do it again."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SELECT set_config('shop.catalogue_bumped', '', true)")


class Undo(Exception):
    """Nothing of this has happened."""


@contextmanager
def undone() -> Iterator[None]:
    """Let nothing of an example remain for the next."""
    with suppress(Undo), transaction.atomic():
        yield
        raise Undo


def page(client: Client, address: str, status: int = 200) -> str:
    """Fetch a page as a browser would and give its text."""
    answer = client.get(address)
    assert answer.status_code == status, answer.content[:500]
    return answer.content.decode()


def main_part(html: str) -> str:
    """Give what stands between the header and the footer."""
    return html.partition("<main")[2].partition("</main>")[0]


def words(html: str) -> str:
    """Give what a reader sees, without tags and with single spaces."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split()).replace("\u00a0", " ")


def cards(html: str) -> list[str]:
    """List the names on the cards of a page, in their order."""
    found = re.findall(r'class="product-card-name"><a href="[^"]*">([^<]*)<', main_part(html))
    return [unescape(name) for name in found]


def count_beside(html: str, label: str) -> int | None:
    """Read the count beside a choice of a facet; None where there is no such choice."""
    found = re.search(rf'>{re.escape(label)}(?:</span>)?\s*<span class="count">(\d+)</span>', html)
    return int(found[1]) if found else None
