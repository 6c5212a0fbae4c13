"""Compile the translations, where gettext's own tools need not be installed."""

import os
from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def compile_words(folder: Path = LOCALE) -> int:
    """Write each catalogue of words that is newer than its compiled form; tell how many were."""
    stale = [words for words in sorted(folder.glob("*/LC_MESSAGES/*.po")) if _is_stale(words)]
    for words in stale:
        compiled = words.with_suffix(f".{os.getpid()}")
        polib.pofile(str(words)).save_as_mofile(str(compiled))
        compiled.replace(words.with_suffix(".mo"))
    return len(stale)


def _is_stale(words: Path) -> bool:
    compiled = words.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < words.stat().st_mtime
