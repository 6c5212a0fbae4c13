"""What the played payment service remembers: in memory only, and as long as it runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import RLock
from typing import Any
from uuid import uuid4

NEW, OK, FAIL, PENDING, DELAYED = "new", "ok", "fail", "pending", "delayed"


@dataclass
class Refund:
    """Money that was sent back, or is to be."""

    stamp: str
    amount: int
    callback: str
    status: str
    id: str = field(default_factory=lambda: str(uuid4()))


@dataclass
class Transaction:
    """One payment, from its beginning to its last word."""

    stamp: str
    reference: str
    amount: int
    language: str
    redirects: Mapping[str, str]
    callbacks: Mapping[str, str]
    status: str = NEW
    provider: str = ""
    refunds: list[Refund] = field(default_factory=list)
    id: str = field(default_factory=lambda: str(uuid4()))

    @property
    def refunded(self) -> int:
        return sum(refund.amount for refund in self.refunds if refund.status != FAIL)


class Transactions:
    """All payments and refunds of one account."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.all: dict[str, Transaction] = {}

    def begin(self, said: Mapping[str, Any]) -> Transaction | None:
        """Take up a payment; none when its stamp was used before."""
        with self.lock:
            if any(known.stamp == said["stamp"] for known in self.all.values()):
                return None
            made = Transaction(
                stamp=said["stamp"],
                reference=said["reference"],
                amount=said["amount"],
                language=said["language"],
                redirects=said["redirectUrls"],
                callbacks=said.get("callbackUrls", {}),
            )
            self.all[made.id] = made
            return made

    def settle(self, transaction: Transaction, status: str, provider: str) -> None:
        """Note how a payment went."""
        with self.lock:
            transaction.status = status
            transaction.provider = provider

    def refund(
        self, transaction: Transaction, *, stamp: str, amount: int, callback: str, status: str
    ) -> Refund | None:
        """Send money back; a stamp that is known gives the same refund, too much gives none."""
        with self.lock:
            for known in transaction.refunds:
                if known.stamp == stamp:
                    return known
            if transaction.status != OK or transaction.refunded + amount > transaction.amount:
                return None
            made = Refund(stamp=stamp, amount=amount, callback=callback, status=status)
            transaction.refunds.append(made)
            return made

    def find(self, key: str) -> tuple[Transaction | None, Refund | None]:
        """Find a payment by its number, or a refund with the payment it belongs to."""
        with self.lock:
            if key in self.all:
                return self.all[key], None
            for transaction in self.all.values():
                for refund in transaction.refunds:
                    if refund.id == key:
                        return transaction, refund
        return None, None
