"""The words of the pages: gathered for the translators, and what they still lack."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

from soluto_shop.leash import PROJECT

LANGUAGES = ("fi", "sv")
_SOURCES = ("soluto_shop", "customers", "orders", "privacy", "templates", "tests/settings.py")
_MAKE = ["manage.py", "makemessages", "--no-location", "--no-wrap", "--no-obsolete"]

Key = tuple[str | None, str]


class CannotGather(Exception):
    """The words cannot be gathered; the message says why and what to do."""


def gather(tree: Path) -> None:
    """Write every word to translate that the code of a tree holds into its .po files."""
    if shutil.which("xgettext") is None:
        raise CannotGather("gettext is missing: apt install gettext.")
    languages = [part for language in LANGUAGES for part in ("-l", language)]
    made = subprocess.run(
        [sys.executable, *_MAKE, *languages, "--settings=tests.settings"],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise CannotGather(made.stderr.strip())


def catalogue(tree: Path, language: str) -> polib.POFile:
    """Open a language's translations in a tree."""
    return polib.pofile(str(_path(tree, language)))


def _path(tree: Path, language: str) -> Path:
    return tree / "soluto_shop" / "locale" / language / "LC_MESSAGES" / "django.po"


def _keys(entries: polib.POFile) -> set[Key]:
    return {(entry.msgctxt, entry.msgid) for entry in entries if not entry.obsolete}


def shortcomings() -> list[str]:
    """Tell which words no translator has seen, which lack a translation, and which are gone."""
    found = []
    with tempfile.TemporaryDirectory() as copy:
        tree = Path(copy)
        _copy_sources(tree)
        gather(tree)
        for language in LANGUAGES:
            found += _compare(language, catalogue(PROJECT, language), catalogue(tree, language))
    return found


def _copy_sources(tree: Path) -> None:
    leave = shutil.ignore_patterns("__pycache__", "*.mo", "static")
    shutil.copy(PROJECT / "manage.py", tree)
    for name in _SOURCES:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, tree / name, ignore=leave)
        else:
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, tree / name)


def _compare(language: str, ours: polib.POFile, gathered: polib.POFile) -> list[str]:
    new = sorted(str(key[1]) for key in _keys(gathered) - _keys(ours))
    gone = sorted(str(key[1]) for key in _keys(ours) - _keys(gathered))
    lacking = [entry.msgid for entry in ours.untranslated_entries()]
    fuzzy = [entry.msgid for entry in ours.fuzzy_entries()]
    kinds = {"not gathered": new, "no longer used": gone, "untranslated": lacking, "fuzzy": fuzzy}
    return [f"{language}: {kind}: {word!r}" for kind, words in kinds.items() for word in words]


def misformatted() -> list[str]:
    """Tell which translations have other placeholders than their originals, as msgfmt sees it."""
    found = []
    for language in LANGUAGES:
        checked = subprocess.run(
            ["msgfmt", "--check-format", "-o", os.devnull, str(_path(PROJECT, language))],
            capture_output=True,
            text=True,
            check=False,
        )
        found += checked.stderr.strip().splitlines() if checked.returncode else []
    return found


def main() -> None:
    """Gather the words into the project's own .po files."""
    try:
        gather(PROJECT)
    except CannotGather as reason:
        sys.exit(str(reason))
    for language in LANGUAGES:
        entries = catalogue(PROJECT, language)
        print(
            f"{language}: {len(_keys(entries))} words, {len(entries.untranslated_entries())} "
            f"untranslated, {len(entries.fuzzy_entries())} fuzzy"
        )


if __name__ == "__main__":
    main()
