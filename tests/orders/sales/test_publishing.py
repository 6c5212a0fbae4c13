"""The next edition of the terms: written by staff, published by whoever has the right to."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone, translation

from customers.models import Account
from orders.sales.editions import Terms, TermsDraft, edition_in_force, terms_text
from orders.sales.publishing import (
    NoDraft,
    NotReady,
    newest_texts,
    publish_terms,
    reasons_against,
)
from soluto_shop.staff_groups import ensure_groups
from tests.conftest import NOON
from tests.doors import let_in
from tests.factories import StaffFactory
from tests.races import at_once

LIST, ADD = "/admin/orders/termsdraft/", "/admin/orders/termsdraft/add/"
LATER = NOON + timedelta(days=7)


def drafted(**changed: Any) -> TermsDraft:
    """Draft the next edition: the newest one with one sentence more in each language."""
    texts = {f"text_{code}": f"{text}\n\nUusi." for code, text in newest_texts().items()}
    return TermsDraft.objects.create(**{"valid_from": LATER, **texts, **changed})


def reasons(draft: TermsDraft, *, at: datetime = NOON) -> list[str]:
    with translation.override("en"):
        return reasons_against(draft, at=at)


def clerk(*, may_publish: bool) -> Client:
    ensure_groups()
    if may_publish:
        role = Group.objects.create(name="Ehtojen julkaisija")
        names = ("publish_terms", "view_termsdraft", "view_terms")
        role.permissions.set(Permission.objects.filter(codename__in=names))
    who: Account = StaffFactory.create(
        role="Ehtojen julkaisija" if may_publish else "catalogue",
        is_superuser=False,
        full_name="Gunilla Gård",
    )
    return let_in(Client(), who)


@pytest.mark.django_db
def test_an_edition_comes_into_force_in_all_languages_at_its_time() -> None:
    drafted()
    made = publish_terms(by="Gunilla Gård", at=NOON)

    assert (made.edition, made.published_by, made.valid_from) == (3, "Gunilla Gård", LATER)
    assert set(Terms.objects.filter(edition=3).values_list("language", flat=True)) == {
        "fi",
        "sv",
        "en",
    }
    assert edition_in_force(at=LATER - timedelta(seconds=1)) == 2
    assert edition_in_force(at=LATER) == 3
    assert "Uusi." in terms_text(edition=3, language="sv")
    assert "Uusi." not in terms_text(edition=2, language="sv")
    assert not TermsDraft.objects.exists()
    with pytest.raises(NoDraft):
        publish_terms(by="Gunilla Gård", at=NOON)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"text_sv": " \n"}, "The text is missing: Swedish."),
        ({"text_en": ""}, "The text is missing: English."),
        ({"valid_from": None}, "The time from which it is in force is missing."),
        ({"valid_from": NOON - timedelta(days=1)}, "An edition cannot begin in the past."),
        ({"text_fi": "Ehdot\n\nMyyjä {nimi} {name}"}, "in the place of {nimi}: Finnish."),
        ({"text_fi": "Ehdot\n\nMyyjä"}, "does not name the seller, {name}: Finnish."),
        (
            {"text_sv": "Villkor\n\n1. Säljare\n\n{name}"},
            "The languages do not have as many numbered sections: fi 9, sv 1, en 9.",
        ),
    ],
)
def test_what_is_missing_or_wrong_is_refused_with_words(
    changed: dict[str, Any], words: str
) -> None:
    draft = drafted(**changed)

    found = reasons(draft)

    assert len(found) == 1
    assert words in found[0]
    with pytest.raises(NotReady):
        publish_terms(by="Gunilla Gård", at=NOON)
    assert Terms.objects.count() == 6
    assert TermsDraft.objects.exists()


@pytest.mark.django_db
def test_an_edition_begins_after_the_one_before_it() -> None:
    drafted()
    publish_terms(by="x", at=NOON)
    assert "begins after" in reasons(drafted())[0]
    assert reasons(TermsDraft(valid_from=LATER + timedelta(days=1), **texts_of_next())) == []


def texts_of_next() -> dict[str, str]:
    return {f"text_{code}": text for code, text in newest_texts().items()}


@pytest.mark.django_db
def test_there_is_one_draft_at_a_time() -> None:
    drafted()
    with pytest.raises(IntegrityError), transaction.atomic():
        drafted()
    with pytest.raises(IntegrityError), transaction.atomic():
        drafted(is_next=False)


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once_make_one_edition() -> None:
    drafted()

    def publish() -> str:
        try:
            return str(publish_terms(by="x", at=NOON).edition)
        except NoDraft:
            return "none"

    assert sorted(map(str, at_once([partial(publish)] * 4))) == ["3", "none", "none", "none"]
    assert Terms.objects.filter(edition__gt=2).count() == 3


# --- On the staff's pages


@pytest.mark.django_db
def test_staff_begin_with_the_newest_edition_and_see_what_they_change() -> None:
    desk = clerk(may_publish=False)
    page = desk.get(ADD).content.decode()
    assert "Tilaus- ja toimitusehdot" in page
    assert "Beställnings- och leveransvillkor" in page
    texts = texts_of_next()
    texts["text_fi"] = texts["text_fi"].replace("Voit tilata ilman", "Saat tilata ilman")
    assert desk.post(ADD, texts).status_code == 302
    draft = TermsDraft.objects.get()

    checked = desk.get(f"{LIST}{draft.pk}/check/").content.decode()

    assert ">Saat<" in re_ins(checked)
    assert "<del>" in checked
    preview = desk.get(f"{LIST}{draft.pk}/preview/", {"language": "sv"}).content.decode()
    assert '<html lang="sv"' in preview
    assert "<h1>Beställnings- och leveransvillkor</h1>" in preview
    assert "{name}" not in preview
    assert desk.get(f"{LIST}{draft.pk}/preview/", {"language": "xx"}).status_code == 404
    there_is_one = desk.get(ADD)
    assert (there_is_one.status_code, there_is_one["Location"]) == (
        302,
        f"{LIST}{draft.pk}/change/",
    )
    assert desk.post(ADD, texts).status_code == 302
    assert TermsDraft.objects.get() == draft


def re_ins(page: str) -> str:
    """Leave of marked words the words alone."""
    start = page.index("<ins>")
    piece = page[start : page.index("</ins>", start)]
    return ">" + piece.split("</span>")[1].split("<span")[0].strip() + "<"


@pytest.mark.django_db
def test_to_publish_is_a_right_of_its_own_and_is_logged() -> None:
    draft = drafted(valid_from=timezone.now() + timedelta(days=7))
    address = f"{LIST}{draft.pk}/publish/"
    writer, publisher = clerk(may_publish=False), clerk(may_publish=True)

    assert "/publish/" not in writer.get(f"{LIST}{draft.pk}/check/").content.decode()
    assert writer.post(address).status_code == 403
    assert TermsDraft.objects.exists()
    assert publisher.get(address).status_code == 405
    assert address in publisher.get(f"{LIST}{draft.pk}/check/").content.decode()
    assert publisher.post(address).status_code == 302

    made = Terms.objects.get(edition=3, language="fi")
    assert made.published_by == "Gunilla Gård"
    entry = LogEntry.objects.get(object_id=str(made.pk))
    assert entry.change_message == "Published edition 3."
    assert publisher.post(address).status_code == 404


@pytest.mark.django_db
def test_a_draft_that_lacks_something_is_not_published_and_says_what() -> None:
    draft = drafted(text_sv="", valid_from=timezone.now() + timedelta(days=7))
    publisher = clerk(may_publish=True)

    answer = publisher.post(f"{LIST}{draft.pk}/publish/")

    assert answer.status_code == 400
    assert "Teksti puuttuu: ruotsi." in answer.content.decode()
    assert Terms.objects.count() == 6


# --- For everybody


@pytest.mark.django_db
def test_every_edition_has_its_address_and_says_whether_it_counts() -> None:
    drafted(valid_from=NOON + timedelta(days=1))
    publish_terms(by="x", at=NOON)
    visitor = Client()
    old = visitor.get("/en/terms-of-sale/2/").content.decode()
    both = visitor.get("/en/terms-of-sale/").content.decode()

    in_force = edition_in_force(at=timezone.now())
    assert ("Orders made today follow" in old) is (in_force == 3)
    assert "Orders made today follow" not in both
    for number in (1, 2, 3):
        assert f'href="/en/terms-of-sale/{number}/"' in both
    changes = visitor.get("/en/terms-of-sale/3/changes/").content.decode()
    assert "Uusi." in changes
    assert "<ins>" in changes
    assert visitor.get("/en/terms-of-sale/1/changes/").status_code == 404
