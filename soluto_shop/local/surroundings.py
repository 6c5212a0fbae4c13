"""What a shop on one machine has round it: settings, a secret and a database of its own.

Everything that the environment or ``.env`` says goes before what is made up here.
"""

import contextlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

import environ

from soluto_shop.leash import PROJECT
from soluto_shop.local.postgres import LocalPostgres

DATABASE = "soluto"
DEFAULT_PORT = "8000"
EXAMPLE_ACCOUNT = "FI2112345600000785"
"""The account that banks' guides print, so that a shop for trying out can sell."""

PLAYED_ACCOUNT = "375917"

MEASURING = ("bench", "bench_forgetting")
"""Commands that fill a database of their own, measure, and take it away again."""

CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""What makes a server quick whose data nobody needs after a power cut."""


CROWDED = {"max_connections": "300"}
"""Two workers that race at the same time, with fifty connections each, and web servers beside."""


def var_folder() -> Path:
    """Give the folder that holds all that the shop itself writes."""
    return Path(os.environ.get("VAR_DIR", PROJECT / "var")).resolve()


def own_server() -> LocalPostgres:
    """Give the shop's own database server, whether it runs or not."""
    return LocalPostgres(var_folder() / "postgres")


def test_server() -> LocalPostgres:
    """Give the server of the tests: beside the shop's own, quick, and careless of power cuts."""
    return LocalPostgres(PROJECT / "var" / "test" / "postgres", settings=CARELESS | CROWDED)


def read_dotenv() -> None:
    """Take over what ``.env`` says and the environment does not."""
    environ.Env.read_env(PROJECT / ".env")


def fill_in() -> bool:
    """Set what a local shop needs and nobody has set; tell whether the database is its own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "soluto_shop.settings")
    port = os.environ.setdefault("PORT", DEFAULT_PORT)
    os.environ.setdefault("ALLOWED_HOSTS", "localhost,127.0.0.1")
    os.environ.setdefault("HTTPS_ONLY", "no")
    os.environ.setdefault("SITE_ADDRESS", f"http://localhost:{port}")
    if not os.environ.get("SECRET_KEY"):
        os.environ["SECRET_KEY"] = _secret(var_folder() / "secret_key", size=64)
    if not os.environ.get("BACKUP_KEY"):
        os.environ["BACKUP_KEY"] = _secret(var_folder() / "ledger" / "backup.key", size=32)
    if os.environ.get("DATABASE_URL"):
        return False
    os.environ["DATABASE_URL"] = own_server().url(DATABASE)
    os.environ.setdefault("BANK_IBAN", EXAMPLE_ACCOUNT)
    return True


def play_payments(port: int) -> bool:
    """Name a payment service that is played on this machine, unless a real one is named."""
    if os.environ.get("PAYTRAIL_ACCOUNT") or os.environ.get("PAYTRAIL_SECRET"):
        return False
    os.environ["PAYTRAIL_ACCOUNT"] = PLAYED_ACCOUNT
    os.environ["PAYTRAIL_SECRET"] = secrets.token_urlsafe(16)
    os.environ["PAYTRAIL_ADDRESS"] = f"http://127.0.0.1:{port}"
    return True


def _secret(path: Path, *, size: int) -> str:
    """Read one of the local shop's secrets, which the first call makes."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
        with os.fdopen(descriptor, "w") as fresh:
            fresh.write(secrets.token_urlsafe(size))
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(name)  # whole, or another's
        Path(name).unlink()
    return path.read_text()


@contextlib.contextmanager
def local_shop(arguments: list[str]) -> Iterator[None]:
    """Let a command use the shop that ``make run`` made here, if it made one.

    Where DATABASE_URL is set, or other settings are named, or no local shop was ever made (so on
    every real server), this does nothing, and a missing setting stops the command as it should.
    Only what measures makes itself a server where there is none: its shop is a scratch one anyway.
    """
    read_dotenv()
    named = any(each.startswith("--settings") for each in arguments)
    server = own_server()
    has_shop = server.data.exists() or any(each in MEASURING for each in arguments[1:2])
    if (
        named
        or os.environ.get("DATABASE_URL")
        or os.environ.get("DJANGO_SETTINGS_MODULE")
        or not has_shop
    ):
        yield
        return
    fill_in()
    with server:
        yield
