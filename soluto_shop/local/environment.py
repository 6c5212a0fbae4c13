"""The virtual environment: made once, filled from a lock file, left alone while it is right.

``python3 -m soluto_shop.local.environment LEVEL`` is what make calls before anything else. The
level is ``local`` (to run the shop) or ``dev`` (to test it as well, which holds all of ``local``).
Only the standard library is imported here, since nothing else is installed yet.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
LOCKS = {"local": "requirements-local.txt", "dev": "requirements-dev.txt"}
_WHO_ARE_YOU = "import sys; print(sys.base_prefix, sys.implementation.cache_tag)"


class CannotPrepare(Exception):
    """The environment cannot be made; the message says why and what to do."""


def installed_locks() -> dict[str, str]:
    """Read which lock file was installed last, and the digest it then had."""
    try:
        found: dict[str, str] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return found


def lock_to_install(level: str, installed: dict[str, str]) -> str | None:
    """Choose the lock file to install, or nothing when what is there will do.

    What was installed for the tests stays when only the shop is to run, so that the two commands
    do not undo each other's work.
    """
    wanted = LOCKS["dev"] if LOCKS["dev"] in installed else LOCKS[level]
    return None if installed.get(wanted) == digest(wanted) else wanted


def digest(lock: str) -> str:
    """Give a lock file's fingerprint."""
    return hashlib.sha256((PROJECT / lock).read_bytes()).hexdigest()


def _same_interpreter() -> bool:
    """Tell whether the environment works and is of the Python that runs this."""
    try:
        theirs = subprocess.run(
            [str(PYTHON), "-c", _WHO_ARE_YOU], capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return False
    return theirs == f"{sys.base_prefix} {sys.implementation.cache_tag}"


def _remove() -> None:
    if VENV.is_symlink():
        VENV.unlink()
    elif VENV.exists():
        shutil.rmtree(VENV)


def _make(uv: str | None) -> None:
    if uv is None and find_spec("ensurepip") is None:
        raise CannotPrepare(
            "This Python cannot make virtual environments: apt install python3-venv "
            "(or put uv on PATH)."
        )
    _remove()
    if uv is None:
        _run([sys.executable, "-m", "venv", str(VENV)])
    else:
        _run([uv, "venv", "--quiet", "--no-project", "--python", sys.executable, str(VENV)])


def _has_pip() -> bool:
    tried = subprocess.run([str(PYTHON), "-m", "pip", "-V"], capture_output=True, check=False)
    return tried.returncode == 0


def _install(lock: str, uv: str | None) -> None:
    STAMP.unlink(missing_ok=True)
    print(f"Installing the packages of {lock}. The first time takes up to a minute.", flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    installer = pip if uv is None else [uv, "pip", "install", "--quiet", "--python", str(PYTHON)]
    _run([*installer, "--require-hashes", "-r", str(PROJECT / lock)])
    STAMP.write_text(json.dumps({lock: digest(lock)}))


def _run(command: list[str]) -> None:
    if subprocess.run(command, cwd=PROJECT, check=False).returncode:
        raise CannotPrepare(f"This failed, for the reason above: {' '.join(command)}")


def prepare(level: str) -> None:
    """Make the virtual environment fit for a level, doing no more than is needed."""
    uv = shutil.which("uv")
    if not _same_interpreter() or (uv is None and not _has_pip()):
        _make(uv)
    lock = lock_to_install(level, installed_locks())
    if lock is not None:
        _install(lock, uv)


def main(arguments: list[str]) -> None:
    """Prepare the environment, or say in one line why not."""
    try:
        prepare(arguments[0])
    except CannotPrepare as reason:
        sys.exit(str(reason))
    except OSError as problem:
        sys.exit(f"Cannot write {problem.filename} ({problem.strerror}): make the folder yours.")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main(sys.argv[1:])
