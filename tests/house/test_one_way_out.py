"""Nothing but the adapter can call another host: the sources are read for it."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
APPS = ("customers", "orders", "privacy", "soluto_shop")
OUTWARD = {
    "aiohttp",
    "asyncio",
    "boto3",
    "django.core.mail",
    "ftplib",
    "grpc",
    "http.client",
    "httpx",
    "imaplib",
    "nntplib",
    "paramiko",
    "poplib",
    "pycurl",
    "requests",
    "smtplib",
    "socket",
    "ssl",
    "telnetlib",
    "urllib.request",
    "urllib3",
    "websockets",
    "xmlrpc",
}
ALLOWED = {
    "privacy/bounded/frames.py": "a pair of sockets within this machine, and connects to nobody",
    "privacy/egress/door.py": "the adapter: which troubles come before anything is said",
    "privacy/egress/mail.py": "the adapter: SMTP behind the door",
    "privacy/egress/web.py": "the adapter: HTTPS behind the door",
    "privacy/hosts.py": "asks for this machine's own name, and calls nobody",
    "privacy/outbox/tasks.py": "writes letters, which the adapter's mail server carries",
    "privacy/error_reports.py": "lines about faults, which hold nothing of anybody",
    "soluto_shop/local/paytrail/service.py": "plays the payment service, calls this machine",
    "soluto_shop/local/preconditions.py": "looks whether a port of this machine is free",
    "soluto_shop/local/run.py": "asks the web server on this machine whether it stands",
    "soluto_shop/bench/server.py": "measures a web server on this machine",
    "soluto_shop/bench/measure.py": "measures a web server on this machine",
}
"""Who may import such a module, and why."""


def imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def is_outward(name: str) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in OUTWARD)


def who_could_call() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for app in APPS:
        for file in (ROOT / app).rglob("*.py"):
            names = {name for name in imported(file.read_text()) if is_outward(name)}
            if names:
                found[str(file.relative_to(ROOT))] = names
    return found


def test_only_the_adapter_can_call_another_host() -> None:
    assert set(who_could_call()) == set(ALLOWED)


def test_an_import_is_seen_in_whatever_form_it_comes() -> None:
    for line in (
        "import requests",
        "import http.client as quiet",
        "from http import client",
        "from urllib.request import urlopen",
        "def f():\n    import smtplib",
        "from django.core.mail import send_mail",
    ):
        assert any(is_outward(name) for name in imported(line)), line
    for line in ("from http import HTTPStatus", "from urllib.parse import quote", "import json"):
        assert not any(is_outward(name) for name in imported(line)), line
