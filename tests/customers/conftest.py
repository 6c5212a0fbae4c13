"""People at the door."""

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client

from customers.models import Account, Customer
from tests.doors import prove_email
from tests.factories import PASSWORD


@pytest.fixture
def known(anna: Customer) -> Account:
    """Anna's account, whose address is proved."""
    assert anna.account is not None
    prove_email(anna.account)
    return anna.account


class Door:
    """The sign-in page, tried from an address."""

    def __init__(self) -> None:
        self.client = Client()

    def knock(
        self, name: str, password: str = PASSWORD, *, address: str = "192.0.2.7", **more: str
    ) -> int:
        """Try a name and a password, and give the status of the answer."""
        self.answer = self.client.post(
            "/tili/kirjaudu/",
            {"login": name, "password": password, **more},
            REMOTE_ADDR=address,
        )
        return self.answer.status_code


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note each password that is worked on: nothing else takes a time that could be told."""
    worked_on: list[str] = []
    encode = MD5PasswordHasher.encode

    def noted(hasher: MD5PasswordHasher, password: str, salt: str) -> str:
        worked_on.append(password)
        return encode(hasher, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", noted)
    return worked_on
