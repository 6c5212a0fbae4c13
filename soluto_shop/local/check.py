"""All that `make check` asks: each question is named, all are asked, one no makes the answer no."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from soluto_shop.leash import PROJECT
from soluto_shop.local import messages
from soluto_shop.local.postgres import LocalPostgres, PostgresUnavailable
from soluto_shop.local.surroundings import DATABASE, test_server

_HOST = re.compile(r"https?://|--(extra-)?index-url|--find-links|pypi", re.IGNORECASE)
_SECRET_OF_A_CHECK = "only-to-look-at-the-settings-" + "0123456789" * 5
_PRODUCTION = {
    "SECRET_KEY": _SECRET_OF_A_CHECK,
    "ALLOWED_HOSTS": "shop.example",
    "SITE_ADDRESS": "https://shop.example",
    "EMAIL_URL": "smtp://localhost:25",
    "HTTPS_ONLY": "yes",
    "DEBUG": "no",
    "TRUSTED_PROXIES": "1",
    "DJANGO_SETTINGS_MODULE": "soluto_shop.settings",
}
_UNWANTED = r"type: ignore|\b(TODO|FIXME|XXX)\b"
_MOST_SHOWN = 30
_CODE = ["soluto_shop", "customers", "orders", "privacy", "tests", "manage.py"]

Question = Callable[[], list[str]]


def _ask(*command: str, **environment: str) -> list[str]:
    """Run a tool; what it said counts only when it is not content."""
    answer = subprocess.run(
        [sys.executable, *command],
        cwd=PROJECT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return [answer.stdout.strip() or "no reason given"] if answer.returncode else []


def lock_files_with_hosts() -> list[str]:
    """Find the lines of the lock files that name where packages come from, or lack a hash."""
    found = []
    for lock in sorted(PROJECT.glob("requirements*.txt")):
        lines = lock.read_text().splitlines()
        found += [f"{lock.name}: {line.strip()}" for line in lines if _HOST.search(line)]
        if sum("--hash=" in line for line in lines) < sum("==" in line for line in lines):
            found.append(f"{lock.name}: a package has no hash")
    return found


def unwanted_in_the_tree() -> list[str]:
    """Find what no tracked file may hold: silenced checkers, and marks of unfinished work."""
    tracked = subprocess.run(
        ["git", "grep", "-nIE", _UNWANTED, "--", "*.py", "*.html", ":!soluto_shop/local/check.py"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    return tracked.stdout.splitlines()


def _translations() -> list[str]:
    try:
        return messages.shortcomings() + messages.misformatted()
    except messages.CannotGather as reason:
        return [str(reason)]


def questions() -> dict[str, Question]:
    """Give every question with its name."""
    contracts = str(Path(sys.executable).with_name("lint-imports"))
    return {
        "format": lambda: _ask("-m", "ruff", "format", "--check", "."),
        "style": lambda: _ask("-m", "ruff", "check", "."),
        "types": lambda: _ask("-m", "mypy", *_CODE),
        "directions of imports": lambda: _ask(contracts, "--no-cache"),
        "missing migrations": lambda: _ask(
            "manage.py", "makemigrations", "--check", "--dry-run", "--settings=tests.settings"
        ),
        "deployment": lambda: _ask(
            "manage.py", "check", "--deploy", "--fail-level", "WARNING", **_PRODUCTION
        ),
        "translations": _translations,
        "lock files": lock_files_with_hosts,
        "tree": unwanted_in_the_tree,
    }


def ask_all() -> int:
    """Ask every question, tell each answer, and count the noes."""
    noes = 0
    for name, question in questions().items():
        begun = time.monotonic()
        objections = question()
        noes += bool(objections)
        verdict = "NO" if objections else "ok"
        print(f"{verdict:3} {name} ({time.monotonic() - begun:.1f} s)", flush=True)
        for objection in objections[:_MOST_SHOWN]:
            print("    " + objection.replace("\n", "\n    "), flush=True)
        if len(objections) > _MOST_SHOWN:
            print(f"    and {len(objections) - _MOST_SHOWN} more", flush=True)
    print("All is well." if not noes else f"{noes} of {len(questions())} checks said no.")
    return noes


def main() -> int:
    """Ask all questions beside a database; the exit status is 0 when every answer was yes."""
    if os.environ.get("DATABASE_URL"):
        return 1 if ask_all() else 0
    server: LocalPostgres = test_server()
    try:
        with server:
            server.make_database(DATABASE)
            os.environ["DATABASE_URL"] = server.url(DATABASE)
            return 1 if ask_all() else 0
    except PostgresUnavailable as reason:
        print(f"The checks need a database. {reason}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
