"""A mail server on the loopback, and the worker that carries the letters to it."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from aiosmtpd.smtp import Envelope, Session
from django.db import connections
from procrastinate.contrib.django.django_connector import DjangoConnector

from privacy.outbox.jobs import app

LOOPBACK = "127.0.0.1"


class PostOffice(Message):
    """Takes every letter and keeps it."""

    def __init__(self) -> None:
        super().__init__()
        self.port = _free_port()
        self.letters: list[EmailMessage] = []

    def prepare_message(self, session: Session, envelope: Envelope) -> EmailMessage:
        content = cast(bytes, envelope.content)
        return message_from_bytes(content, policy=policy.default)

    def handle_message(self, message: object) -> None:
        self.letters.append(cast(EmailMessage, message))


@contextmanager
def opened() -> Iterator[PostOffice]:
    """Open the post office for a while."""
    office = PostOffice()
    controller = Controller(office, hostname=LOOPBACK, port=office.port)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()


def work_off_the_queue() -> None:
    """Let a real worker do all jobs that wait, in a thread with an event loop of its own."""

    def work() -> None:
        try:
            connector = cast(DjangoConnector, app.connector).get_worker_connector()
            with app.replace_connector(connector) as working:
                working.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(work).result(timeout=60)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind((LOOPBACK, 0))
        return int(free.getsockname()[1])
