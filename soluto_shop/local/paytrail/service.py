"""Plays the payment service Paytrail on this machine: for trying the shop out, and for its tests.

It knows one account, checks what the shop signs, signs what it says itself, and calls the shop in
whatever order is wanted. No money moves. It calls this machine only.
"""

import http.client
import json
import math
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

from orders.payments.paytrail.signature import is_signed, sign
from privacy.hosts import is_own_machine
from soluto_shop.local.paytrail import pages
from soluto_shop.local.paytrail.rules import faults_of_payment, faults_of_refund
from soluto_shop.local.paytrail.transactions import (
    DELAYED,
    FAIL,
    NEW,
    OK,
    PENDING,
    Refund,
    Transaction,
    Transactions,
)

STATUSES = {"ok": OK, "fail": FAIL, "cancel": FAIL, "pending": PENDING, "delayed": DELAYED}
CLOCKS_APART = 15 * 60
LARGEST_BODY = 256 * 1024
SECONDS_LATER, SECONDS_LATE = 2.0, 60.0
TIMES_AT_ONCE = 5

Environ = Mapping[str, Any]
Start = Callable[[str, list[tuple[str, str]]], object]


@dataclass
class Played:
    """One answer."""

    status: str
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)


class Service:
    """A WSGI program: the service's interface, its payment pages, and a page of its own."""

    def __init__(self, *, account: str, secret: str, algorithm: str = "sha256") -> None:
        self.account = account
        self.secret = secret
        self.algorithm = algorithm
        self.address = ""
        self.trouble = ""
        """How all questions of the shop are answered, when not rightly."""
        self.troubles: dict[str, str] = {}
        """How questions about some transactions are, by their number."""
        self.refunds_are = OK
        self.clock = time.time
        self.clocks_apart = CLOCKS_APART
        self.transactions = Transactions()
        self.nonces: set[str] = set()
        self.bodies: list[tuple[str, bytes]] = []
        """What the shop has sent, for tests to look at."""
        self.calls: list[Thread] = []

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        answer = self._answer(environ)
        if answer.status == "drop":
            raise ConnectionResetError
        head = [*answer.headers, ("Content-Length", str(len(answer.body)))]
        start_response(answer.status, head)
        return [answer.body]

    def _answer(self, environ: Environ) -> Played:
        path, method = str(environ["PATH_INFO"]), str(environ["REQUEST_METHOD"])
        parts = [part for part in path.split("/") if part]
        size = min(int(environ.get("CONTENT_LENGTH") or 0), LARGEST_BODY)
        body = environ["wsgi.input"].read(size) if size else b""
        if not parts:
            return self._own_page(method, body)
        if parts[0] == "pay" and len(parts) == 2:  # noqa: PLR2004 (pay and a number)
            return self._pay_page(parts[1], method, body)
        if parts[0] == "payments":
            return self._interface(environ, method, parts[1:], body)
        return Played("404 Not Found")

    # --- The interface that the shop calls

    def _interface(self, environ: Environ, method: str, parts: list[str], body: bytes) -> Played:
        self.bodies.append((f"{method} {environ['PATH_INFO']}", body))
        trouble = self.trouble or self.troubles.get(parts[0] if parts else "", "")
        return self._in_trouble(trouble) if trouble else self._heed(environ, method, parts, body)

    def _heed(self, environ: Environ, method: str, parts: list[str], body: bytes) -> Played:
        headers = {
            name[5:].lower().replace("_", "-"): str(value)
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        refusal = self._why_not_heard(headers, method, body)
        if refusal:
            return self._error("401 Unauthorized", refusal)
        if method == "POST" and not parts:
            return self._begin(body)
        transaction, refund = self.transactions.find(parts[0]) if parts else (None, None)
        if transaction is None:
            return self._error("404 Not Found", "No such transaction")
        if method == "GET" and len(parts) == 1:
            return self._signed("200 OK", self._facts(transaction, refund))
        if method == "POST" and parts[1:] == ["refund"] and refund is None:
            return self._refund(transaction, body)
        return self._error("404 Not Found", "No such address")

    def _why_not_heard(self, headers: Mapping[str, str], method: str, body: bytes) -> str:
        params = {name: text for name, text in headers.items() if name.startswith("checkout-")}
        if params.get("checkout-account") != self.account:
            return "Unknown account"
        signed = is_signed(
            headers.get("signature", ""),
            secret=self.secret,
            algorithm=params.get("checkout-algorithm", ""),
            params=params,
            body=body,
        )
        if not signed or params.get("checkout-method") != method:
            return "Signature mismatch"
        nonce = params.get("checkout-nonce", "")
        with self.transactions.lock:
            if not nonce or nonce in self.nonces:
                return "Nonce was used before"
            self.nonces.add(nonce)
        age = _age(params.get("checkout-timestamp", ""), self.clock())
        return "" if age <= self.clocks_apart else "Clocks are apart"

    def _begin(self, body: bytes) -> Played:
        said = _parsed(body)
        faults = faults_of_payment(said)
        if faults or not isinstance(said, dict):
            return self._error("400 Bad Request", "Invalid payment", faults)
        made = self.transactions.begin(said)
        if made is None:
            return self._error("400 Bad Request", "Invalid payment", ["stamp"])
        return self._signed(
            "201 Created",
            {
                "transactionId": made.id,
                "href": f"{self.address}/pay/{made.id}",
                "reference": made.reference,
                "terms": "",
                "groups": [],
                "providers": [],
            },
        )

    def _refund(self, transaction: Transaction, body: bytes) -> Played:
        said = _parsed(body)
        faults = faults_of_refund(said)
        if faults or not isinstance(said, dict):
            return self._error("400 Bad Request", "Invalid refund", faults)
        if self.refunds_are == "unsupported":
            return self._error("422 Unprocessable Entity", "Refunds are not supported")
        made = self.transactions.refund(
            transaction,
            stamp=str(said.get("refundStamp") or uuid4()),
            amount=said["amount"],
            callback=said["callbackUrls"]["success"],
            status=self.refunds_are,
        )
        if made is None:
            return self._error("400 Bad Request", "Too much", ["amount"])
        return self._signed(
            "201 Created",
            {
                "transactionId": made.id,
                "provider": transaction.provider,
                "status": PENDING if made.status == PENDING else made.status,
            },
        )

    def _facts(self, transaction: Transaction, refund: Refund | None) -> dict[str, object]:
        return {
            "transactionId": refund.id if refund else transaction.id,
            "status": refund.status if refund else transaction.status,
            "amount": refund.amount if refund else transaction.amount,
            "currency": "EUR",
            "stamp": refund.stamp if refund else transaction.stamp,
            "reference": transaction.reference,
            "provider": transaction.provider,
        }

    def _in_trouble(self, trouble: str) -> Played:
        """Answer as it was chosen: late, without sense, unsigned, or with an error."""
        if trouble == "timeout":
            time.sleep(6)
            return Played("200 OK")
        if trouble == "reset":
            return Played("drop")
        if trouble == "garbage":
            return self._signed("201 Created", None)
        if trouble == "unsigned":
            said = {"transactionId": str(uuid4()), "href": f"{self.address}/pay/x"}
            return Played("201 Created", json.dumps(said).encode())
        codes = {
            "400": "400 Bad Request",
            "401": "401 Unauthorized",
            "404": "404 Not Found",
            "422": "422 Unprocessable Entity",
        }
        if trouble in codes:
            return self._error(codes[trouble], "As you wished")
        return Played("500 Internal Server Error", b"<h1>Internal Server Error</h1>")

    def _error(self, status: str, message: str, meta: list[str] | None = None) -> Played:
        return self._signed(status, {"status": "error", "message": message, "meta": meta or []})

    def _signed(self, status: str, said: object) -> Played:
        body = b"this is no JSON" if said is None else json.dumps(said).encode()
        params = {
            "checkout-account": self.account,
            "checkout-algorithm": self.algorithm,
            "checkout-method": "POST",
            "checkout-nonce": str(uuid4()),
        }
        signature = self._sign(params, body)
        headers = [*params.items(), ("signature", signature), ("request-id", str(uuid4()))]
        return Played(status, body, [*headers, ("Content-Type", "application/json")])

    def _sign(self, params: Mapping[str, str], body: bytes = b"") -> str:
        return sign(secret=self.secret, algorithm=self.algorithm, params=params, body=body)

    # --- The pages that people see

    def _pay_page(self, key: str, method: str, body: bytes) -> Played:
        transaction, refund = self.transactions.find(key)
        if transaction is None or refund is not None:
            return _page("404 Not Found", pages.unknown())
        if method != "POST":
            return _page("200 OK", pages.pay(transaction))
        said = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        outcome = said.get("outcome", "")
        if outcome not in STATUSES or transaction.status == OK:
            return _page("400 Bad Request", pages.pay(transaction))
        place = self.finish(transaction, outcome, said.get("calls", "before"))
        return Played("303 See Other", b"", [("Location", place)])

    def finish(self, transaction: Transaction, outcome: str, calls: str = "before") -> str:
        """Let a payment go as somebody chose; give the address to which the browser returns."""
        self.transactions.settle(transaction, STATUSES[outcome], "osuuspankki")
        end = "cancel" if STATUSES[outcome] == FAIL else "success"
        query = self.query_of(transaction)
        if end in transaction.callbacks:
            self._call(f"{transaction.callbacks[end]}?{query}", calls)
        return f"{transaction.redirects[end]}?{query}"

    def finish_refund(self, transaction: Transaction, refund: Refund, status: str) -> None:
        """Let a refund that waits go as somebody chose, and tell the shop."""
        with self.transactions.lock:
            refund.status = status
        self._call(f"{refund.callback}?{self.query_of(transaction, refund)}", "before")

    def query_of(self, transaction: Transaction, refund: Refund | None = None) -> str:
        """Give the signed query that the browser and the service's own call bring to the shop."""
        facts = self._facts(transaction, refund)
        params = {
            "checkout-account": self.account,
            "checkout-algorithm": self.algorithm,
            "checkout-amount": str(facts["amount"]),
            "checkout-stamp": str(facts["stamp"]),
            "checkout-reference": transaction.reference,
            "checkout-transaction-id": str(facts["transactionId"]),
            "checkout-status": str(facts["status"]),
            "checkout-provider": transaction.provider,
        }
        return urlencode({**params, "signature": self._sign(params)})

    def _call(self, address: str, calls: str) -> None:
        """Call the shop: before the browser returns, after it, twice, at once, late, or never."""
        if calls in ("before", "twice"):
            for _each in range(1 + (calls == "twice")):
                call(address)
        elif calls == "at_once":
            for _each in range(TIMES_AT_ONCE):
                self._call_later(address, 0)
        elif calls in ("after", "late"):
            self._call_later(address, SECONDS_LATER if calls == "after" else SECONDS_LATE)

    def _call_later(self, address: str, seconds: float) -> None:
        def wait_and_call() -> None:
            time.sleep(seconds)
            call(address)

        thread = Thread(target=wait_and_call, daemon=True)
        self.calls.append(thread)
        thread.start()

    def _own_page(self, method: str, body: bytes) -> Played:
        """Show all payments, and let somebody choose what goes wrong."""
        if method == "POST":
            said = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            self._choose(said)
            return Played("303 See Other", b"", [("Location", "/")])
        with self.transactions.lock:
            known = list(self.transactions.all.values())
        return _page("200 OK", pages.overview(known, self.trouble, self.refunds_are))

    def _choose(self, said: Mapping[str, str]) -> None:
        if "trouble" in said or "refunds" in said:
            trouble, refunds = said.get("trouble", ""), said.get("refunds", OK)
            self.trouble = trouble if trouble in pages.TROUBLES else ""
            self.refunds_are = refunds if refunds in pages.REFUNDS else OK
        transaction, refund = self.transactions.find(said.get("transaction", ""))
        outcome = said.get("outcome", "")
        if transaction is None or outcome not in STATUSES:
            return
        if refund is not None and refund.status == PENDING:
            self.finish_refund(transaction, refund, STATUSES[outcome])
        elif refund is None and transaction.status not in (NEW, OK):
            self.finish(transaction, outcome)


def call(address: str) -> int:
    """Call the shop on this machine; nothing else is called, and no answer is nothing."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if not is_own_machine(host):
        return 0
    connection = http.client.HTTPConnection(host, parts.port, timeout=15)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _page(status: str, words: str) -> Played:
    policy = f"default-src 'none'; style-src '{pages.STYLE_HASH}'; base-uri 'none'"
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Security-Policy", policy),
        ("Referrer-Policy", "no-referrer"),
        ("Cache-Control", "no-store"),
    ]
    return Played(status, words.encode(), headers)


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _age(text: str, now: float) -> float:
    """Tell how many seconds a moment is from now, and for ever for what is none."""
    try:
        said = datetime.fromisoformat(text)
    except ValueError:
        return math.inf
    return abs(now - said.timestamp()) if said.tzinfo else math.inf
