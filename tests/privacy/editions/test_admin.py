"""Staff with the role for it put in editions; nobody alters one."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from privacy.editions.models import Edition
from privacy.statement import statement_text
from soluto_shop.staff_groups import GDPR_CONTACT, ensure_groups
from tests.doors import let_in
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db

ADD = "/admin/privacy/edition/add/"


def staff(group: str) -> Client:
    ensure_groups()
    clerk = StaffFactory.create(is_superuser=False, full_name="Gunilla Gård")
    clerk.groups.add(Group.objects.get(name=group))
    return let_in(Client(), clerk)


def said(**changed: str) -> dict[str, str]:
    begins = timezone.localtime(timezone.now() + timedelta(days=7))
    texts = {f"text_{code}": statement_text(code) for code in ("fi", "sv", "en")}
    hour = {"valid_from_0": f"{begins:%d.%m.%Y}", "valid_from_1": f"{begins:%H:%M:%S}"}
    return texts | hour | changed


def test_the_contact_person_adds_an_edition_and_is_named_in_it() -> None:
    text = statement_text("fi").replace("tunnistaumisesta", "tunnistautumisesta")

    answer = staff(GDPR_CONTACT).post(ADD, said(text_fi=text.replace("\n", "\r\n")))

    assert answer.status_code == 302
    edition = Edition.objects.get(number=2)
    assert edition.approved_by == "Gunilla Gård"
    assert edition.text_fi.strip() == text.strip()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"text_fi": "Gunilla"}, "Jani-Petteri Pohjonen"),
        ({"valid_from_0": "1.2.2026"}, "errorlist"),
        ({"text_sv": "Kort"}, "errorlist"),
    ],
    ids=["another controller", "in the past", "too few lines"],
)
def test_an_edition_that_would_not_agree_is_refused(changed: dict[str, str], words: str) -> None:
    answer = staff(GDPR_CONTACT).post(ADD, said(**changed))

    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert Edition.objects.count() == 1


def test_an_edition_is_looked_at_and_never_altered() -> None:
    desk = staff(GDPR_CONTACT)
    first = Edition.objects.get()
    address = f"/admin/privacy/edition/{first.pk}/change/"

    assert desk.get(address).status_code == 200
    assert desk.post(address, said()).status_code == 403
    assert desk.post(f"/admin/privacy/edition/{first.pk}/delete/").status_code == 403


def test_others_add_none() -> None:
    assert staff("auditor").get(ADD).status_code == 403
    assert staff("orders").get("/admin/privacy/edition/").status_code == 403
