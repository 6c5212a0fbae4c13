"""The kinds of letters, as people call them."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from privacy.outbox.kinds import name_of
from privacy.outbox.models import Letter
from tests.doors import let_in
from tests.factories import StaffFactory

MAIL = Path(settings.BASE_DIR) / "templates" / "mail"
KINDS = sorted(path.name.removesuffix(".subject.txt") for path in MAIL.glob("*.subject.txt"))


def test_every_letter_has_a_name_of_its_own_in_each_language() -> None:
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            names = {kind: name_of(kind) for kind in KINDS}

        assert [kind for kind, name in names.items() if name == kind and "_" in kind] == []
        assert len(set(names.values())) == len(KINDS)


@pytest.mark.parametrize(
    ("language", "name"), [("fi", "tilausvahvistus"), ("sv", "beställningsbekräftelse")]
)
def test_a_letter_is_named_in_the_readers_language(language: str, name: str) -> None:
    with translation.override(language):
        assert name_of("order_placed") == name
        assert name_of("a_kind_of_tomorrow") == "a_kind_of_tomorrow"


@pytest.mark.django_db
def test_the_mailbox_and_its_filter_tell_what_a_letter_is_about_in_words() -> None:
    bertil = let_in(Client(), StaffFactory.create())
    for kind in ("order_placed", "invoice_reminder"):
        Letter.objects.create(
            to="anna@example.fi", language="fi", kind=kind, created_at=timezone.now()
        )

    page = bertil.get(reverse("admin:privacy_letter_changelist")).content.decode()

    assert "tilausvahvistus" in page
    assert "order_placed</" not in page
    assert page.index(">maksumuistutus</a>") < page.index(">tilausvahvistus</a>")
