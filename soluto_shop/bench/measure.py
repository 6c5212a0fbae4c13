"""Ask for pages and read off what they cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from statistics import median

from soluto_shop.bench.meter import CPU, QUERIES


@dataclass(frozen=True)
class Page:
    """An address to measure, and the cookie it is asked with."""

    name: str
    address: str
    cookie: str = ""


@dataclass(frozen=True)
class Cost:
    """What a page costs when its parts are at hand, and when they must be made."""

    page: Page
    status: int
    queries: int
    cpu_us: float
    first_queries: int
    first_cpu_us: float
    size: int


class Meter:
    """Asks one server over one connection."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, address: str, cookie: str = "") -> tuple[HTTPResponse, bytes]:
        """Ask for an address as a browser would."""
        headers = {"Accept-Encoding": "identity"}
        if cookie:
            headers["Cookie"] = cookie
        self.connection.request("GET", address, headers=headers)
        answer = self.connection.getresponse()
        return answer, answer.read()

    def cost(self, page: Page, *, times: int) -> Cost:
        """Measure a page: the middle of several first requests, and of many later ones."""
        first = [self._first(page) for _ in range(5)]
        later = [self._one(page) for _ in range(times)]
        answer, body = self.get(page.address, page.cookie)
        return Cost(
            page=page,
            status=answer.status,
            queries=later[-1][1],
            cpu_us=median(cpu for cpu, _ in later),
            first_queries=max(queries for _, queries in first),
            first_cpu_us=median(cpu for cpu, _ in first),
            size=len(body),
        )

    def _first(self, page: Page) -> tuple[int, int]:
        self.get("/bench/forget/")
        return self._one(page)

    def _one(self, page: Page) -> tuple[int, int]:
        answer, _ = self.get(page.address, page.cookie)
        return int(answer.headers.get(CPU, 0)), int(answer.headers.get(QUERIES, 0))


def table(costs: Sequence[Cost]) -> str:
    """Write the costs as a table; the first row is the empty page that the others are held to."""
    empty = costs[0]
    rows = [
        (
            f"{'page':34}{'status':>7}{'queries':>9}{'CPU ms':>9}{'×empty':>8}"
            f"{'first: q':>10}{'CPU ms':>9}{'kB':>8}"
        )
    ]
    rows += [
        f"{cost.page.name:34}{cost.status:>7}{cost.queries:>9}{cost.cpu_us / 1000:>9.2f}"
        f"{cost.cpu_us / empty.cpu_us:>8.1f}{cost.first_queries:>10}"
        f"{cost.first_cpu_us / 1000:>9.2f}{cost.size / 1000:>8.1f}"
        for cost in costs
    ]
    return "\n".join(rows)
