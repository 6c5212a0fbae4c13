"""What the payment service says of a payment or a refund, once its signature was found right."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from orders.payments.paytrail.signature import is_signed

PAID, FAILED = "ok", "fail"
WAITING = ("pending", "delayed")
BEGUN = "new"


class NotSigned(ValueError):
    """The signature is missing or wrong, or is of another account or algorithm."""


@dataclass(frozen=True)
class Word:
    """One word of the service, to be held against our own row."""

    stamp: str
    reference: str
    transaction_id: str
    status: str
    amount: str
    currency: str
    method: str


def word_in_query(query: Mapping[str, list[str]]) -> Word:
    """Read the word that a call or a returning browser brings in its address.

    :raises NotSigned: when it is not the service's word to this shop.
    """
    if any(len(values) != 1 for values in query.values()):
        raise NotSigned
    params = {name: values[0] for name, values in query.items()}
    check_signature(params, params.get("signature", ""))
    return Word(
        stamp=params.get("checkout-stamp", ""),
        reference=params.get("checkout-reference", ""),
        transaction_id=params.get("checkout-transaction-id", ""),
        status=params.get("checkout-status", ""),
        amount=params.get("checkout-amount", ""),
        # The service knows no other currency, and says none in an address.
        currency=params.get("checkout-currency", "EUR"),
        method=params.get("checkout-provider", ""),
    )


def word_in_answer(said: Mapping[str, Any]) -> Word:
    """Read the word in an answer to our question, whose signature was looked at already."""
    return Word(
        stamp=_text(said, "stamp"),
        reference=_text(said, "reference"),
        transaction_id=_text(said, "transactionId"),
        status=_text(said, "status"),
        amount=_text(said, "amount"),
        currency=_text(said, "currency"),
        method=_text(said, "provider"),
    )


def check_signature(params: Mapping[str, str], signature: str, body: bytes = b"") -> None:
    """Look whether something is signed by the service, for our account, as we agreed.

    :raises NotSigned: when it is not.
    """
    ours = settings.PAYTRAIL
    named = {
        "checkout-account": ours["account"],
        "checkout-algorithm": ours["algorithm"],
    }
    right = is_signed(
        signature,
        secret=ours["secret"],
        algorithm=ours["algorithm"],
        params=params,
        body=body,
    )
    if not right or any(params.get(name) != value for name, value in named.items()):
        raise NotSigned


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
