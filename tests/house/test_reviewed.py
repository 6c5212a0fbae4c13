"""What is dangerous stands where somebody has looked at it, and nowhere else (DE-04, DE-08)."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import Client

ROOT = Path(__file__).parents[2]
APPS = ("customers", "orders", "privacy", "soluto_shop")
DANGEROUS = {
    "RawSQL",
    "SafeData",
    "SafeString",
    "csrf_exempt",
    "eval",
    "exec",
    "loads_pickle",
    "mark_safe",
    "md5",
    "pickle",
    "random",
    "sha1",
    "xframe_options_exempt",
}
REVIEWED = {
    ("orders/checkout/paying_views.py", "csrf_exempt"): "the payment service signs its calls",
    ("orders/wishes/waiting_views.py", "csrf_exempt"): "the signed address is what permits it",
    ("privacy/consents/views.py", "csrf_exempt"): "the signed address is what permits it",
    ("soluto_shop/sidebar.py", "SafeString"): "the list of tables, as Django's template draws it",
    ("soluto_shop/templatetags/shop.py", "SafeString"): "parts of pages that templates made",
    ("soluto_shop/bench/fill.py", "random"): "wares to measure with, the same each time",
}
"""Where something dangerous may stand, and why it does no harm there."""

UNESCAPED = re.compile(r"\|\s*safe(?:seq)?\b|autoescape\s+off")
REVIEWED_TEMPLATES = {
    "templates/django/forms/field_help.html": "help of our own fields",
    "templates/orders/history/invoice.html": "bar codes that the shop draws",
    "templates/partials/required_note.html": "a mark of ours between words of ours",
}
SECRETS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{30}|\bxox[abp]-\w{10}"
    r"|^(?:SECRET_KEY|BACKUP_KEY|PAYTRAIL_SECRET)=\S",
    re.MULTILINE,
)


def named(source: str) -> Iterator[str]:
    """Give the names that a source brings in or calls, of functions and modules alike."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (each.name for each in node.names)
            yield getattr(node, "module", None) or ""
        elif isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr


def sources() -> Iterator[Path]:
    for app in APPS:
        yield from (file for file in (ROOT / app).rglob("*.py") if "migrations" not in file.parts)


def test_de_08_what_is_dangerous_stands_only_where_it_was_reviewed() -> None:
    found = {
        (str(file.relative_to(ROOT)), name)
        for file in sources()
        for name in DANGEROUS & set(named(file.read_text(encoding="utf-8")))
    }

    assert found == set(REVIEWED)


def test_de_08_no_query_is_written_past_the_database_layer() -> None:
    """What `raw` and `extra` of a queryset take is SQL."""
    calls = re.compile(r"\.(?:objects|_base_manager|_default_manager)\.(?:raw|extra)\(|\.extra\(")
    assert [str(file) for file in sources() if calls.search(file.read_text())] == []


def test_de_08_templates_escape_all_but_what_was_reviewed() -> None:
    pages = [
        file
        for place in (ROOT / "templates", *map(ROOT.joinpath, APPS))
        for file in place.rglob("*.html")
    ]
    found = {str(file.relative_to(ROOT)) for file in pages if UNESCAPED.search(file.read_text())}

    assert len(pages) > 100
    assert found == set(REVIEWED_TEMPLATES)


@pytest.mark.parametrize("line", ["mark_safe(x)", "import pickle", "from hashlib import md5"])
def test_de_08_what_is_dangerous_is_seen_in_whatever_form_it_comes(line: str) -> None:
    assert DANGEROUS & set(named(line))


def test_de_04_no_tracked_file_holds_a_secret() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    texts = {name: (ROOT / name).read_bytes().decode(errors="replace") for name in listed}

    assert ".env" not in listed
    assert [name for name, text in texts.items() if SECRETS.search(text)] == []
    assert SECRETS.search("PAYTRAIL_SECRET=SAIPPUAKAUPPIAS")


@pytest.mark.django_db
def test_de_04_nothing_of_the_tree_has_an_address() -> None:
    visitor = Client()
    for path in (
        ".git/config",
        ".git/HEAD",
        ".env",
        ".env.example",
        "manage.py",
        "settings.py",
        "soluto_shop/settings.py",
        "pyproject.toml",
        "requirements.txt",
        "var/ledger/erasures.jsonl",
        "static/../soluto_shop/settings.py",
        "server-status",
        "admin.py",
    ):
        assert visitor.get(f"/{path}").status_code == 404, path


@pytest.mark.django_db
def test_fa_10_a_migration_is_done_whole_or_not_at_all_and_waits_for_no_lock_for_long() -> None:
    loader = MigrationLoader(connection)
    ours = {key: each for key, each in loader.disk_migrations.items() if key[0] in APPS}
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout')")
        patience = cursor.fetchone()

    assert len(ours) > 30
    assert [key for key, migration in ours.items() if not migration.atomic] == []
    assert patience == ("10s",)
