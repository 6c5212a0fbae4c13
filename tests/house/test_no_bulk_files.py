"""No page and no command of the shop hands out a file with more than one person's contact data.

The addresses of the staff's side are gone through in `tests/privacy/reading/test_crawl.py`, which
opens them all anyway.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.core.management import get_commands
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from customers.models import Account
from tests.doors import let_in
from tests.once import made_once
from tests.privacy.canaries import plant

pytestmark = pytest.mark.django_db

APPS = {"customers", "orders", "privacy", "soluto_shop"}
COMMANDS = {
    "backup": "everything, sealed: only the key opens it",
    "bench": "measures a shop that the command itself fills",
    "bench_forgetting": "measures a shop that the command itself fills",
    "export_books": "sums and vouchers; of companies abroad the VAT IDs that the law wants",
    "export_catalogue": "things, and nobody",
    "fill_bench": "writes made-up rows",
    "fill_demo": "writes the demonstration's shelves",
    "grant_access": "gives somebody of the staff access",
    "import_catalogue": "reads a file",
    "import_customers": "reads a file; what it tells quotes no cell",
    "import_old_orders": "reads a file; what it tells quotes no cell",
    "import_statement": "takes in what the bank tells, and hands nothing out",
    "prepare_shop": "makes tables and the first accounts, whose passwords it tells once",
    "privacy_breach": "tells rows by their numbers, and names nobody",
    "privacy_compact": "rewrites tables",
    "privacy_replay": "repeats erasures",
    "privacy_sweep": "clears what has had its time",
    "privacy_verify": "looks at seals, which name nobody",
    "refresh_search": "things, and nobody",
    "restore": "reads a sealed file",
    "staff_groups": "makes the groups",
}
"""Every command of the shop, and why what it hands out is no list of people."""


@pytest.fixture(scope="module")
def people(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: Any
) -> Iterator[list[set[str]]]:
    """Give what is known of two people, each value like no other."""
    with made_once(django_db_blocker, tmp_path_factory.mktemp("people")):
        emails = ("anna@example.fi", "celia@example.fi")
        yield [told_apart(email, plant(email)[1]) for email in emails]


def told_apart(email: str, planted: dict[str, Any]) -> set[str]:
    """Give the values by which somebody is known in a file."""
    values = {value for value in planted.values() if isinstance(value, str)}
    return {email, *(value for value in values if len(value) > 6)}


def pages() -> Iterator[tuple[str, ModelAdmin[Any]]]:
    for model, page in admin.site._registry.items():
        yield f"admin:{model._meta.app_label}_{model._meta.model_name}", page


def is_file(answer: HttpResponseBase) -> bool:
    kind = answer.get("Content-Type", "").partition(";")[0]
    return "Content-Disposition" in answer or kind not in ("text/html", "")


def content_of(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(content.decode("utf-8", "ignore"))


def named(said: str, people: list[set[str]]) -> int:
    return sum(any(value in said for value in known) for known in people)


def test_no_action_of_the_admin_hands_out_people(bertil: Account, people: list[set[str]]) -> None:
    desk = let_in(Client(), bertil)
    request = RequestFactory().get("/")
    request.user = bertil
    taken = set()
    for name, page in pages():
        for action in page.get_actions(request):
            rows = page.model._base_manager.values_list("pk", flat=True)
            chosen = {"action": action, "_selected_action": [str(pk) for pk in rows]}
            answer = desk.post(reverse(f"{name}_changelist"), chosen)
            taken.add(action)
            if is_file(answer):
                assert named(content_of(answer), people) <= 1, f"{name} {action}"
    assert {"try_again", "confirm"} <= taken


def test_every_command_is_known_to_hand_out_no_people() -> None:
    ours = {name for name, app in get_commands().items() if str(app) in APPS}

    assert ours == set(COMMANDS)


def test_a_file_with_two_people_would_be_seen(people: list[set[str]]) -> None:
    both = f"{next(iter(people[0]))},{next(iter(people[1]))}"

    assert named(both, people) == 2
    assert named(next(iter(people[0])), people) == 1
