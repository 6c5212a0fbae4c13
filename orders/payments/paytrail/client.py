"""Speak with the payment service: begin a payment, ask how one stands, send money back.

Everything goes by the one way out (`privacy/egress`), and no answer is trusted before its
signature was found right. What is passed on of a person is the e-mail address, which the service
asks for; it is not told what was bought, only the sum of each VAT rate.
"""

import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings

from orders import money
from orders.payments.paytrail.breaker import Breaker, Resting
from orders.payments.paytrail.signature import sign
from orders.payments.paytrail.words import NotSigned, Word, check_signature, word_in_answer
from privacy.egress.door import NEVER_LEFT, Parcel, Refused, hand_over, refusal
from privacy.egress.web import Answer, call
from privacy.hosts import is_own_machine, normal_host
from privacy.registry import Line, Role
from privacy.ways import Way, open_way

log = logging.getLogger(__name__)

# Thirteen months: so long a payer may say that a payment was not theirs (Payment Services Act
# 290/2010, section 70), and so long the service keeps it at least.
REMEMBERED_DAYS = 400
SECONDS = 4.0
"""A buyer hears within five seconds that the service does not answer."""

PAYMENTS = open_way(
    Way(
        name="payments",
        role=Role.PAYMENT,
        fields={
            "stamp": (),
            "reference": (),
            "amount": (),
            "currency": (),
            "language": (),
            "items": (),
            "email": (Line.EMAIL,),
            "back": (),
            "heard_at": (),
        },
        timeout=SECONDS,
        remembered_days=REMEMBERED_DAYS,
    )
)
ENQUIRIES = open_way(
    Way(
        name="payment enquiries",
        role=Role.PAYMENT,
        fields={"transaction_id": ()},
        timeout=SECONDS,
        remembered_days=1,
        is_told=False,  # the service is only asked about what it said itself
    )
)
REFUNDS = open_way(
    Way(
        name="refunds",
        role=Role.PAYMENT,
        fields={
            "transaction_id": (),
            "stamp": (),
            "reference": (),
            "amount": (),
            "heard_at": (),
        },
        timeout=SECONDS,
        remembered_days=REMEMBERED_DAYS,
    )
)

_PAGES = ("pay.paytrail.com", "services.paytrail.com")
_OK, _CREATED, _FIRST_ERROR, _FIRST_FAULT = 200, 201, 400, 500
_UNAUTHORISED, _NOT_SUPPORTED = 401, 422
_QUESTIONS = Breaker(places=3, failures=3, seconds=20)


class Unavailable(Exception):
    """The service gave no answer that can be used; the code says why."""

    def __init__(
        self,
        code: str,
        *,
        may_have_it: bool = False,
        never_left: bool = False,
        whoever_asks: bool = False,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.may_have_it = may_have_it
        """Whether the service may have done all the same what it was asked."""
        self.never_left = never_left
        """Nothing was said to it: it may be asked again."""
        self.whoever_asks = whoever_asks
        """No other question would be answered now either."""


@dataclass(frozen=True)
class Begun:
    """A payment that the service has taken up, and the page on which it is paid."""

    transaction_id: str
    page: str


@dataclass(frozen=True)
class RefundBegun:
    """A refund that the service has taken up."""

    transaction_id: str
    status: str


def is_offered(*, at: datetime) -> bool:
    """Tell whether the shop has a payment service, and the processors register knows it."""
    ours = settings.PAYTRAIL
    return bool(ours["account"] and ours["secret"]) and not refusal(PAYMENTS, _host(), at=at)


def pages() -> list[str]:
    """Name, as a policy does, where the browser may be sent to pay."""
    address = urlsplit(settings.PAYTRAIL["address"])
    if is_own_machine(normal_host(address.hostname or "")):
        return [f"{address.scheme}://{address.netloc}"]
    return [f"https://{host}" for host in _PAGES]


def items_of(amount: Decimal, rows: Mapping[Decimal, Decimal]) -> list[dict[str, Any]]:
    """Divide an amount over VAT rates by what was sold at each; the parts sum to it exactly.

    :param rows: what was sold at each rate, with VAT.
    """
    rates = sorted(rate for rate, gross in rows.items() if gross > 0)
    parts = money.allocate(amount, [rows[rate] for rate in rates])
    return [
        {
            "unitPrice": money.to_cents(part),
            "units": 1,
            "vatPercentage": rate,
            "productCode": f"{rate:.1f}",
        }
        for rate, part in zip(rates, parts, strict=True)
        if part
    ]


def begin(
    *,
    stamp: UUID,
    reference: str,
    amount: Decimal,
    rows: Mapping[Decimal, Decimal],
    language: str,
    email: str,
    back: Mapping[str, str],
    heard_at: str,
    about: UUID,
    at: datetime,
) -> Begun:
    """Let the service take up a payment.

    :param back: the addresses to which the browser returns, ``success`` and ``cancel``.
    :param heard_at: the address that the service calls itself.
    :raises Unavailable: when it did not.
    """
    fields = {
        "stamp": str(stamp),
        "reference": reference,
        "amount": money.to_cents(amount),
        "currency": "EUR",
        "language": language.upper(),
        "items": items_of(amount, rows),
        "email": email,
        "back": dict(back),
        "heard_at": heard_at,
    }
    said = _ask(PAYMENTS, "POST", "/payments", fields, about=about, at=at, wanted=_CREATED)
    begun = Begun(_known(said, "transactionId"), _known(said, "href"))
    if not _may_be_left_to(begun.page):
        raise Unavailable("page")
    return begun


def ask_status(*, transaction_id: str, about: UUID, at: datetime) -> Word:
    """Ask how a payment or a refund stands.

    :raises Unavailable: when the service does not say.
    """
    said = _ask(
        ENQUIRIES,
        "GET",
        f"/payments/{transaction_id}",
        {"transaction_id": transaction_id},
        about=about,
        at=at,
        wanted=_OK,
    )
    return word_in_answer(said)


def send_back(
    *,
    transaction_id: str,
    stamp: UUID,
    reference: str,
    amount: Decimal,
    heard_at: str,
    about: UUID,
    at: datetime,
) -> RefundBegun:
    """Let the service send money back to where a payment came from.

    :raises Unavailable: when it did not, or may not have.
    """
    fields = {
        "transaction_id": transaction_id,
        "stamp": str(stamp),
        "reference": reference,
        "amount": money.to_cents(amount),
        "heard_at": heard_at,
    }
    path = f"/payments/{transaction_id}/refund"
    said = _ask(REFUNDS, "POST", path, fields, about=about, at=at, wanted=_CREATED)
    return RefundBegun(_known(said, "transactionId"), _known(said, "status"))


def start_anew() -> None:
    """Forget that the service did not answer."""
    _QUESTIONS.reset()


def _ask(
    way: Way,
    method: str,
    path: str,
    fields: Mapping[str, object],
    *,
    about: UUID,
    at: datetime,
    wanted: int,
) -> dict[str, Any]:
    """Hand a question over and read the answer, which counts only with its signature."""
    answers: list[Answer] = []

    def carry(parcel: Parcel) -> str:
        answers.append(_carry(parcel, method, path, at))
        return str(fields.get("stamp", ""))

    try:
        with _QUESTIONS.call():
            hand_over(way=way, host=_host(), fields=fields, about=about, at=at, carry=carry)
    except Refused as shut:
        raise Unavailable(shut.code, whoever_asks=True) from shut
    except OSError as trouble:
        never_left = isinstance(trouble, (*NEVER_LEFT, Resting))
        raise Unavailable(
            type(trouble).__name__,
            may_have_it=not never_left,
            never_left=never_left,
            whoever_asks=never_left,
        ) from trouble
    return _read(answers[0], wanted)


def _carry(parcel: Parcel, method: str, path: str, at: datetime) -> Answer:
    body = _body(parcel.fields) if method == "POST" else b""
    ours = settings.PAYTRAIL
    headers = {
        "checkout-account": ours["account"],
        "checkout-algorithm": ours["algorithm"],
        "checkout-method": method,
        "checkout-nonce": str(uuid4()),
        "checkout-timestamp": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
    if "transaction_id" in parcel.fields:
        headers["checkout-transaction-id"] = str(parcel.fields["transaction_id"])
    signature = sign(secret=ours["secret"], algorithm=ours["algorithm"], params=headers, body=body)
    headers |= {"platform-name": "soluto-shop", "signature": signature}
    if body:
        headers["content-type"] = "application/json; charset=utf-8"
    answer = call(
        ours["address"].rstrip("/") + path,
        method=method,
        headers=headers,
        body=body,
        timeout=parcel.timeout,
    )
    if answer.status >= _FIRST_FAULT:
        log.warning("Payment service: %s, request %s", answer.status, _request_id(answer))
        raise ServiceFault
    return answer


class ServiceFault(OSError):
    """The service says itself that it failed."""


def _body(fields: Mapping[str, Any]) -> bytes:
    """Write what leaves, as the service wants it; only VAT rates are not whole numbers.

    They are written digit by digit: json itself would make floats of them.
    """
    if "transaction_id" in fields:
        said = {
            "amount": fields["amount"],
            "refundStamp": fields["stamp"],
            "refundReference": fields["reference"],
        }
    else:
        same = ("stamp", "reference", "amount", "currency", "language", "items")
        said = {name: fields[name] for name in same}
        said |= {"customer": {"email": fields["email"]}, "redirectUrls": fields["back"]}
    said["callbackUrls"] = dict.fromkeys(("success", "cancel"), fields["heard_at"])
    written = json.dumps(said, ensure_ascii=False, default=lambda rate: f"\0{rate:.1f}")
    return re.sub(r'"\\u0000([0-9.]+)"', r"\1", written).encode()


def _read(answer: Answer, wanted: int) -> dict[str, Any]:
    """Take an answer whose signature is right and that is what was wanted.

    :raises Unavailable: when it is another.
    """
    if answer.status == _UNAUTHORISED:
        log.error("Payment service: account or secret refused, request %s", _request_id(answer))
    try:
        check_signature(answer.headers, answer.headers.get("signature", ""), answer.body)
    except NotSigned as forged:
        # Somebody between us may have said so: what was asked may be done all the same.
        refused = answer.status == _UNAUTHORISED
        raise Unavailable(
            "401" if refused else "signature", may_have_it=not refused, whoever_asks=refused
        ) from forged
    if answer.status != wanted:
        log.warning("Payment service: %s, request %s", answer.status, _request_id(answer))
        raise Unavailable(
            str(answer.status),
            may_have_it=answer.status < _FIRST_ERROR,
            whoever_asks=answer.status == _UNAUTHORISED,
        )
    try:
        said = json.loads(answer.body)
    except ValueError as garbage:
        raise Unavailable("garbage", may_have_it=True) from garbage
    if not isinstance(said, dict):
        raise Unavailable("garbage", may_have_it=True)
    return said


def _known(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str) or not value:
        raise Unavailable("garbage", may_have_it=True)
    return value


def _may_be_left_to(page: str) -> bool:
    parts = urlsplit(page)
    return f"{parts.scheme}://{parts.netloc}" in pages()


def _host() -> str:
    return normal_host(urlsplit(settings.PAYTRAIL["address"]).hostname or "")


def _request_id(answer: Answer) -> str:
    """Give the service's number of the question, for its support; nothing else is logged."""
    return re.sub(r"[^A-Za-z0-9-]", "", answer.headers.get("request-id", ""))[:64]
