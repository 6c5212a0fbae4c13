import json
import os
import subprocess
from pathlib import Path

import pytest

from soluto_shop.leash import PROJECT
from soluto_shop.local import environment

DEV, LOCAL = "requirements-dev.txt", "requirements-local.txt"


def test_a_new_environment_gets_what_was_asked_for() -> None:
    assert environment.lock_to_install("local", {}) == LOCAL
    assert environment.lock_to_install("dev", {}) == DEV


def test_an_environment_that_is_right_is_left_alone() -> None:
    assert environment.lock_to_install("local", {LOCAL: environment.digest(LOCAL)}) is None
    assert environment.lock_to_install("dev", {DEV: environment.digest(DEV)}) is None


def test_running_the_shop_does_not_undo_what_the_tests_need() -> None:
    assert environment.lock_to_install("local", {DEV: environment.digest(DEV)}) is None
    assert environment.lock_to_install("local", {DEV: "older"}) == DEV


def test_the_tests_add_to_what_the_shop_has() -> None:
    assert environment.lock_to_install("dev", {LOCAL: environment.digest(LOCAL)}) == DEV


def test_a_changed_lock_file_is_installed_again() -> None:
    assert environment.lock_to_install("local", {LOCAL: "older"}) == LOCAL


def test_a_spoiled_stamp_counts_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "STAMP", tmp_path / "installed.json")
    assert environment.installed_locks() == {}
    environment.STAMP.write_text("{")
    assert environment.installed_locks() == {}
    environment.STAMP.write_text(json.dumps({DEV: "1"}))
    assert environment.installed_locks() == {DEV: "1"}


def test_a_python_without_venv_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.setattr(environment, "find_spec", lambda _: None)
    with pytest.raises(SystemExit, match=r"apt install python3-venv"):
        environment.main(["local"])


def python_that_says(tmp_path: Path, version: str) -> str:
    program = tmp_path / "python3"
    program.write_text(
        f'#!/bin/sh\n[ "$1" = -V ] && {{ echo "Python {version}"; exit; }}\nexit 1\n'
    )
    program.chmod(0o755)
    return str(program)


def make(target: str, python: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["make", "-s", target, f"PYTHON={python}"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        env={**os.environ, "MAKEFLAGS": ""},
        check=False,
    )


def test_an_old_python_is_told_before_anything_else(tmp_path: Path) -> None:
    answer = make("run", python_that_says(tmp_path, "3.9.2"))

    assert answer.returncode != 0
    assert "is too old (Python 3.9.2): Python 3.11 or newer is needed" in answer.stderr
    assert answer.stdout == ""


def test_a_missing_python_is_told(tmp_path: Path) -> None:
    answer = make("run", str(tmp_path / "python9"))

    assert answer.returncode != 0
    assert "apt install python3 python3-venv" in answer.stderr


def test_make_alone_lists_the_commands() -> None:
    answer = subprocess.run(["make"], cwd=PROJECT, capture_output=True, text=True, check=True)
    for command in ("run", "test", "check", "format", "lock", "messages", "clean"):
        assert f"\n  make {command} " in f"\n{answer.stdout}"
