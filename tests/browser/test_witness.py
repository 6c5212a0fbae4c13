"""The witness beside each page sees what it must, and pages of this shop give it nothing to see."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import Witness

ELSEWHERE = "http://elsewhere.example/pixel.png"
INLINE_SCRIPT = """() => {
  const script = document.createElement("script");
  script.textContent = "window.intruded = true";
  document.body.append(script);
}"""


@pytest.mark.parametrize("path", ["/tietosuoja/", "/sv/dataskydd/", "/en/privacy/"])
def test_the_register_statement_is_read_in_a_browser(
    page: Page, axe: Callable[[Page], None], path: str
) -> None:
    answer = page.goto(path)

    assert answer is not None
    assert answer.status == 200
    axe(page)


def test_it_sees_a_request_to_another_host(page: Page, witness: Witness) -> None:
    page.route(ELSEWHERE, Route.abort)
    page.goto("/tietosuoja/")
    page.evaluate("address => fetch(address, {mode: 'no-cors'}).catch(() => 0)", ELSEWHERE)
    page.set_content(f'<img src="{ELSEWHERE}">')

    assert any(ELSEWHERE in sight for sight in witness.seen)
    witness.seen.clear()


def test_it_sees_a_broken_security_policy(page: Page, witness: Witness) -> None:
    page.goto("/tietosuoja/")
    page.evaluate(INLINE_SCRIPT)

    assert page.evaluate("window.intruded") is None
    assert any("Content Security Policy" in sight for sight in witness.seen)
    witness.seen.clear()


def test_it_sees_what_a_script_writes_as_an_error(page: Page, witness: Witness) -> None:
    page.goto("/tietosuoja/")
    page.evaluate("console.error('a shelf fell down')")

    assert witness.seen == ["console: a shelf fell down"]
    witness.seen.clear()


def test_what_a_test_expects_is_no_fault(page: Page, witness: Witness) -> None:
    witness.allow("status of 404")
    answer = page.goto("/ei-ole/")

    assert answer is not None
    assert answer.status == 404
    assert witness.seen == []


def test_axe_names_a_fault(page: Page, axe: Callable[[Page], None], witness: Witness) -> None:
    page.goto("/tietosuoja/")
    page.evaluate("document.documentElement.removeAttribute('lang')")

    with pytest.raises(AssertionError, match="html-has-lang"):
        axe(page)


def test_pages_are_pictured_when_asked_for(
    page: Page,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    screenshot: Callable[[Page, str], Path],
) -> None:
    monkeypatch.setattr("tests.browser.conftest.SCREENSHOTS", tmp_path / "pictures")
    page.goto("/tietosuoja/")

    for name, value in [("SCREENSHOTS", "1"), ("ENDURE", "3")]:
        with monkeypatch.context() as surroundings:
            surroundings.setenv(name, value)
            picture = screenshot(page, f"register-statement-{name}")
        assert picture.read_bytes().startswith(b"\x89PNG")
    monkeypatch.delenv("SCREENSHOTS", raising=False)
    monkeypatch.delenv("ENDURE", raising=False)
    assert not screenshot(page, "register-statement").exists()


def test_a_page_without_javascript_runs_none(new_page: Callable[..., Page]) -> None:
    page = new_page(javascript=False, width=360, height=740)
    page.goto("/tietosuoja/")

    assert page.viewport_size == {"width": 360, "height": 740}
    assert page.get_by_role("heading", level=1).count() == 1
