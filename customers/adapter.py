"""How django-allauth meets the shop: letters through the outbox, a card for each new account."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """The shop's ways in place of allauth's."""

    def clean_email(self, email: str) -> Any:
        return super().clean_email(email)
