"""Journeys in a real browser, with a witness beside each page (SE-11, PR-06).

The witness fails the test when a page asks another host for anything, breaks its own content
security policy, or writes an error to the console.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.db import connections
from playwright.sync_api import (
    Browser,
    CDPSession,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    sync_playwright,
)
from pytest_django.live_server_helper import LiveServer

PROGRAMS = (
    "chromium-headless-shell",  # the same without windows and menus to draw, a fifth less work
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
)
UNWANTED = (
    # Calls home, and what would stand between a test and the page: what the driver forbids too,
    # for of two such lists the browser heeds the last.
    "AimEnabled",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    # A second process for each window, of the address line that nobody types into.
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
    "WebUIOmniboxPopup",
)
QUIET = (
    "--disable-gpu",
    "--in-process-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(UNWANTED)}",
    # No process is begun ahead for a page that may come: each was ended unused with its visitor.
    "--renderer-process-limit=1",
    # No page lives long enough to earn back what it costs to compile its scripts well.
    "--js-flags=--no-opt --no-maglev",
)
SCREENSHOTS = Path(__file__).parents[2] / "var" / "screenshots"
WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {
    "runOnly": {"type": "tag", "values": WCAG_22_AA},
    "resultTypes": ["violations"],
    # Style sheets would be fetched anew, for the one rule that is not among these.
    "preload": {"assets": ["media"]},
}
ONLY_FAULTS = "rules => axe.run(rules).then(found => found.violations)"
"""What passed is not asked for: to tell of it costs as much as to look at the page."""
OWN_SCHEMES = ("data", "blob", "about")
SIZES = [(360, False), (1280, True)]
"""How wide a page is looked at, and whether in the dark; `ENDURE` looks at all four."""
if "ENDURE" in os.environ:
    SIZES += [(1280, False), (360, True)]


NO_TRANSITIONS = """() => {
  const changing = () =>
    document.getAnimations().filter(each => each instanceof CSSTransition);
  for (let round = 0; changing().length && round < 20; round += 1)
    changing().forEach(each => each.finish());
}"""
"""What changes takes those along that inherit from it, and they change in turn."""


def in_each_size(page: Page, sizes: Sequence[tuple[int, bool]] = SIZES) -> Iterator[str]:
    """Show the page that is open in each size and light, and give the name of that look.

    The server gives the same page to all, so it is asked for once.
    """
    for width, dark in sizes:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.evaluate(NO_TRANSITIONS)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
        yield f"{width}{'-dark' if dark else ''}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the journeys before pytest-django puts what empties the tables at the end."""
    here = Path(__file__).parent
    database = pytest.mark.django_db(transaction=True)
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(database)


@dataclass
class Witness:
    """What went wrong on a page that its reader might not see."""

    home: str
    allowed: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    def allow(self, part_of_message: str) -> None:
        """Expect a console message, such as the one for an answer with status 404."""
        self.allowed.append(part_of_message)

    def hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.note(f"console: {message.text}")

    def follow(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in OWN_SCHEMES and address.netloc != urlsplit(self.home).netloc:
            self.note(f"asked another host: {request.url}")

    def note(self, what: str) -> None:
        if not any(part in what for part in self.allowed):
            self.seen.append(what)

    def watch(self, page: Page) -> None:
        page.on("console", self.hear)
        page.on("request", self.follow)
        page.on("pageerror", lambda error: self.note(f"script: {error}"))


@pytest.fixture(scope="session")
def chromium() -> str:
    """Find the browser; without one skip, or fail where one is required."""
    for program in PROGRAMS:
        path = shutil.which(program)
        if path is not None:
            return path
    advice = "there is no Chromium on PATH: apt install chromium"
    if os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(advice)
    pytest.skip(advice)


@pytest.fixture(scope="session")
def playwright(chromium: str) -> Iterator[Playwright]:
    """Start the driver, and let Django go on beside the event loop that it keeps in this thread.

    Django keeps connections per event loop as well, but the test database's own connection is the
    one that knows the rows with which each test begins.
    """
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    ours = {alias: connections[alias] for alias in connections}
    with sync_playwright() as driver:
        for alias, connection in ours.items():
            connections[alias] = connection
        yield driver
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    browser = playwright.chromium.launch(executable_path=chromium, args=[*QUIET, *sandbox])
    yield browser
    browser.close()


@pytest.fixture
def witness(live_server: LiveServer) -> Iterator[Witness]:
    """Watch all pages of the test, and fail it afterwards for what was seen."""
    witness = Witness(home=live_server.url)
    yield witness
    assert witness.seen == []


@pytest.fixture
def new_page(
    browser: Browser, live_server: LiveServer, witness: Witness
) -> Iterator[Callable[..., Page]]:
    """Open pages for one visitor each: width, height, javascript, language, dark can be chosen."""
    contexts = []

    def open_page(
        *,
        width: int = 1280,
        height: int = 900,
        javascript: bool = True,
        language: str = "fi-FI",
        dark: bool = False,
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            locale=language,
            timezone_id="Europe/Helsinki",
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        witness.watch(page)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Require a page to have no faults that axe finds for WCAG 2.2 AA."""
    lines: dict[Page, CDPSession] = {}

    def require_no_faults(page: Page) -> None:
        if page not in lines:
            lines[page] = page.context.new_cdp_session(page)
        if page.evaluate("typeof axe") == "undefined":
            # Not by `page.evaluate`, which wraps half a megabyte up as words to be read again.
            lines[page].send("Runtime.evaluate", {"expression": AXE_SCRIPT})
        found = page.evaluate(ONLY_FAULTS, RULES)
        faults = [
            f"{fault['id']}: {node['html'][:160]}" for fault in found for node in fault["nodes"]
        ]
        assert faults == []

    return require_no_faults


@pytest.fixture
def screenshot() -> Callable[[Page, str], Path]:
    """Keep a picture of a whole page in var/screenshots, to be looked at, where one is asked for.

    No test reads them, and each takes its time.
    """

    def take(page: Page, name: str) -> Path:
        path = SCREENSHOTS / f"{name}.png"
        if os.environ.get("SCREENSHOTS") == "1" or "ENDURE" in os.environ:
            SCREENSHOTS.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=path, full_page=True)
        return path

    return take
