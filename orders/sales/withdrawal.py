"""The law's own form and instructions for withdrawing from a purchase, in three languages."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from orders.sales.editions import AUTHENTIC
from privacy.outbox.addresses import absolute

_FOLDER = Path(__file__).parent / "withdrawal_form"


@dataclass(frozen=True)
class WithdrawalForm:
    """What a consumer needs to withdraw on paper: how it is done, and a form for it."""

    instructions_title: str
    instructions: tuple[str, ...]
    title: str
    intro: str
    to: str
    declaration: str
    order: str
    fields: tuple[str, ...]
    strike: str


def withdrawal_form(language: str, seller: Mapping[str, str]) -> WithdrawalForm:
    """Give form and instructions in a language, else in Finnish, with the seller's addresses."""
    texts = _texts(language if (_FOLDER / f"{language}.json").exists() else AUTHENTIC)
    called = _called(seller)
    online = _online(texts["online"], language)
    said = [
        online if words == "{online}" else words.format(seller=called)
        for words in texts["instructions"]
    ]
    return WithdrawalForm(
        instructions_title=texts["instructions_title"],
        instructions=tuple(filter(None, said)),
        title=texts["form_title"],
        intro=texts["form_intro"],
        to=texts["to"].format(seller=called),
        declaration=texts["declaration"],
        order=texts["order"],
        fields=tuple(texts["fields"]),
        strike=texts["strike"],
    )


def withdrawal_page() -> str:
    """Give the address of the page on which one withdraws; nothing while the shop has none."""
    return reverse(settings.WITHDRAWAL_PAGE) if settings.WITHDRAWAL_PAGE else ""


@lru_cache(maxsize=len(settings.LANGUAGES))
def _texts(language: str) -> dict[str, Any]:
    texts: dict[str, Any] = json.loads((_FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return texts


def _called(seller: Mapping[str, str]) -> str:
    facts = (seller.get(fact, "") for fact in ("name", "address", "phone", "email"))
    return ", ".join(filter(None, facts))


def _online(words: str, language: str) -> str:
    with translation.override(language):
        page = withdrawal_page()
    return words.format(address=absolute(page)) if page else ""
