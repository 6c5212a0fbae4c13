"""The launcher as a whole: the real processes, in a folder of their own, ended in several ways."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from soluto_shop.leash import PROJECT
from tests.soluto_shop.local.processes import becomes_true, processes_of

LAUNCHER = [sys.executable, "-m", "soluto_shop.local.run"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def environment_of(var: Path, **more: str) -> dict[str, str]:
    """Give the environment of somebody at a terminal: nothing of the test run's own settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "VAR_DIR": str(var), "PORT": str(free_port()), **more}


Launch = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def launch() -> Iterator[Launch]:
    """Start launchers that end with the test at the latest."""
    started: list[subprocess.Popen[str]] = []

    def start(environment: dict[str, str], *, before: str = "") -> "subprocess.Popen[str]":
        started.append(start_launcher(environment, before=before))
        return started[-1]

    yield start
    for launcher in started:
        launcher.kill()


def start_launcher(environment: dict[str, str], *, before: str) -> "subprocess.Popen[str]":
    command = ["sh", "-c", f'{before} exec "$@"', "sh", *LAUNCHER]
    launcher = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=PROJECT,
        env=environment,
        start_new_session=True,
    )
    end_of_patience = threading.Timer(400, launcher.kill)
    end_of_patience.daemon = True
    end_of_patience.start()
    return launcher


def heard(launcher: "subprocess.Popen[str]", words: str) -> str:
    """Read what the launcher says until it says the words, or ends."""
    said = ""
    assert launcher.stdout is not None
    for line in launcher.stdout:
        said += line
        if words in line:
            break
    return said


def answers(environment: dict[str, str]) -> int:
    address = f"http://127.0.0.1:{environment['PORT']}/healthz"
    with urllib.request.urlopen(address, timeout=10) as answer:
        status: int = answer.status
        return status


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Make a folder in which a shop has been opened once; what is started there later is quick."""
    var = tmp_path_factory.mktemp("launcher") / "var"
    yield var
    shutil.rmtree(var, ignore_errors=True)


@pytest.fixture(autouse=True)
def nothing_runs_afterwards(var: Path) -> Iterator[None]:
    yield
    assert becomes_true(lambda: not processes_of(var), within=60), processes_of(var)


def refusal(environment: dict[str, str]) -> str:
    """Run the launcher where it cannot run, and give its one line."""
    answer = subprocess.run(
        LAUNCHER,
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert answer.stderr.count("\n") == 1
    return answer.stderr


def test_the_first_start_tells_the_passwords_once(launch: Launch, var: Path) -> None:
    environment = environment_of(var)
    for time_told in (1, 0):
        launcher = launch(environment)
        said = heard(launcher, "Ctrl-C closes it")

        assert f"http://localhost:{environment['PORT']}/" in said
        assert said.count("staff@soluto.example") == time_told
        assert said.count("gdpr@soluto.example") == time_told
        assert answers(environment) == 200
        assert (var / "secret_key").stat().st_mode & 0o777 == 0o600

        launcher.terminate()
        assert launcher.wait(90) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_nothing_is_left_however_it_ends(launch: Launch, var: Path, number: signal.Signals) -> None:
    launcher = launch(environment_of(var))
    assert "Ctrl-C closes it" in heard(launcher, "Ctrl-C closes it")

    launcher.send_signal(number)

    assert launcher.wait(90) == (-signal.SIGKILL if number is signal.SIGKILL else 0)
    assert becomes_true(lambda: not processes_of(var), within=60), processes_of(var)


def test_it_hears_an_interrupt_that_its_shell_ignores(launch: Launch, var: Path) -> None:
    launcher = launch(environment_of(var), before="trap '' INT;")
    assert "Ctrl-C closes it" in heard(launcher, "Ctrl-C closes it")

    launcher.send_signal(signal.SIGINT)

    assert launcher.wait(90) == 0


def test_killed_while_it_prepares_it_leaves_nothing(launch: Launch, var: Path) -> None:
    launcher = launch(environment_of(var))
    assert becomes_true(lambda: any("local.web" in each for each in processes_of(var)), within=60)

    launcher.kill()
    launcher.wait(90)

    assert becomes_true(lambda: not processes_of(var), within=60), processes_of(var)


def test_a_dead_web_server_and_a_dead_worker_come_back(launch: Launch, var: Path) -> None:
    environment = environment_of(var)
    launcher = launch(environment)
    assert "Ctrl-C closes it" in heard(launcher, "Ctrl-C closes it")
    for program, name in (("gunicorn", "web server"), ("procrastinate worker", "worker")):
        for process in processes_of(var):
            if program in process:
                os.kill(int(process.partition(":")[0]), signal.SIGKILL)

        assert f"The {name} ended (SIGKILL); it starts again." in heard(launcher, "starts again")

    assert becomes_true(lambda: serves(environment), within=60)
    launcher.terminate()
    assert launcher.wait(90) == 0


def serves(environment: dict[str, str]) -> bool:
    try:
        return answers(environment) == 200
    except OSError:
        return False


def test_a_taken_port_is_told_in_one_line(var: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        assert f"Port {port} is taken" in refusal(environment_of(var, PORT=port))


def test_a_folder_that_is_not_ours_is_told_in_one_line() -> None:
    assert "Cannot write into /dev/null/var" in refusal(environment_of(Path("/dev/null/var")))


def test_a_silent_database_is_told_in_one_line(var: Path) -> None:
    url = f"postgresql://anna@127.0.0.1:{free_port()}/shop"
    assert "does not answer" in refusal(environment_of(var, DATABASE_URL=url))


def test_a_weak_secret_stops_it_with_the_reason(launch: Launch, var: Path) -> None:
    launcher = launch(environment_of(var, SECRET_KEY="short"))
    said, _ = launcher.communicate(timeout=180)

    assert "SECRET_KEY is missing or weak" in said
    assert "The web server did not start" in said
    assert launcher.returncode == 1
