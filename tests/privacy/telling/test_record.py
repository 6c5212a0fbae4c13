"""The record of processing names every declared purpose, line, basis and period."""

import html
import json
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone, translation
from pypdf import PdfReader

from privacy.registry import Line, Purpose
from privacy.statement import edition_in_force
from privacy.telling.record import record_of
from privacy.telling.supplement import all_told
from privacy.telling.words import basis_words, time_words
from soluto_shop.staff_groups import GDPR_CONTACT
from tests.doors import seated_as

pytestmark = pytest.mark.django_db

PAGE = "/en/admin/privacy/processingrecord/"


def test_each_purpose_that_is_declared_is_an_activity_with_all_of_it() -> None:
    with translation.override("en"):
        record = record_of(edition_in_force(), "en", at=timezone.now())
        activities = {each.purpose: each for each in record.activities}
        for told in all_told():
            for purpose in told.datum.purposes:
                activity = activities[str(purpose.label)]
                assert str(told.datum.line.label) in activity.lines
                assert basis_words(told.datum) in activity.bases
                assert any(time_words(told.datum.keep) in time for time in activity.times)
        assert {line for each in record.activities for line in each.lines} == {
            str(line.label) for line in Line
        }
        assert str(Purpose.TARGETED_CONTENT.label) in activities


def test_page_json_and_paper_say_the_same() -> None:
    desk = seated_as(GDPR_CONTACT)

    page = html.unescape(desk.get(PAGE).content.decode())
    plain = json.loads(desk.get(f"{PAGE}record.json").content)
    paper = desk.get(f"{PAGE}record.pdf").content
    words = " ".join(
        " ".join(each.extract_text() for each in PdfReader(BytesIO(paper)).pages).split()
    )

    assert plain["controller"]["name"] == "Soluto Oy"
    assert plain["register"] == "Customer register of Soluto Oy's online shop"
    assert plain["security_measures"]
    for activity in plain["activities"]:
        assert activity["third_country_transfers"] == []
        assert activity["purpose"] in page
        assert activity["purpose"] in words
        for said in activity["lines"] + activity["bases"] + activity["times"]:
            assert said in page
    assert b"pdfuaid" in paper


@pytest.mark.parametrize("kind", ["", "record.json", "record.pdf"])
def test_whoever_may_not_see_it_does_not(kind: str) -> None:
    assert seated_as("orders").get(PAGE + kind).status_code == 403
    assert Client().get(PAGE + kind).status_code == 302
