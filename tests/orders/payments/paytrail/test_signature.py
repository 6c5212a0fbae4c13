"""What the service and the shop sign, by the vectors of `tests/data/paytrail_signatures.json`."""

import json
from pathlib import Path
from typing import Any

import pytest

from orders.payments.paytrail.signature import is_signed, sign

ROWS = json.loads(
    (Path(__file__).parents[3] / "data" / "paytrail_signatures.json").read_text(encoding="utf-8")
)


def test_all_vectors_are_there() -> None:
    assert len(ROWS) == 14
    assert {row["algorithm"] for row in ROWS} == {"sha256", "sha512"}
    assert sum(not row["valid"] for row in ROWS) == 2


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_a_vector_is_signed_as_it_says(row: dict[str, Any]) -> None:
    body = row["body"].encode()
    said = {"secret": row["secret"], "algorithm": row["algorithm"], "params": row["params"]}

    assert is_signed(row["signature"], **said, body=body) is row["valid"]
    if row["valid"]:
        assert sign(**said, body=body) == row["signature"]
        assert not is_signed(row["signature"], **said, body=body + b" ")
        assert not is_signed(row["signature"].upper(), **said, body=body)
        assert not is_signed("", **said, body=body)
        assert not is_signed("ä" + row["signature"][1:], **said, body=body)


def test_names_are_compared_in_small_letters_and_order_does_not_count() -> None:
    said = {"Checkout-Stamp": "1", "CHECKOUT-ACCOUNT": "375917", "Accept": "x"}
    same = {"checkout-account": "375917", "checkout-stamp": "1"}

    assert sign(secret="s", algorithm="sha256", params=said) == sign(
        secret="s", algorithm="sha256", params=same
    )


@pytest.mark.parametrize("algorithm", ["", "md5", "none", "SHA256"])
def test_an_algorithm_that_is_not_agreed_signs_nothing(algorithm: str) -> None:
    assert not is_signed("", secret="s", algorithm=algorithm, params={})


def test_without_a_secret_nothing_is_signed() -> None:
    empty = sign(secret="", algorithm="sha256", params={"checkout-stamp": "1"})
    assert not is_signed(empty, secret="", algorithm="sha256", params={"checkout-stamp": "1"})
