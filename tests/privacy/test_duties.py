"""What is done each night, and who hears of it when it is not."""

import re
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from customers.models import Account, Customer
from privacy.copies.models import DataCopy
from privacy.duties import raise_alarm, sweep_is_late, sweep_tonight
from privacy.erase import erase
from privacy.evidence import SweepRun
from privacy.outbox.models import Letter
from privacy.requests.tasks import make_requested_copy
from privacy.statistics import personal_columns, sampled, settle
from privacy.subject import subject_of
from soluto_shop.idle import see_who_is_idle
from soluto_shop.tasks import nightly_sweep
from tests.conftest import NOON
from tests.privacy.lives import finish, member, order_of, whole_life
from tests.races import at_once

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)


def test_a_day_without_a_sweep_is_seen_and_told_once(
    client: Client, bertil: Account, mailoutbox: list[object]
) -> None:
    sweep_tonight(at=NOON)
    SweepRun.objects.update(began_at=NOON, ended_at=NOON)
    late = NOON + timedelta(hours=26, minutes=1)

    assert not sweep_is_late(at=NOON + timedelta(hours=26))
    assert sweep_is_late(at=late)
    raise_alarm(at=late)
    raise_alarm(at=late + timedelta(hours=1))
    assert Letter.objects.get().to == "gdpr@soluto.fi"
    raise_alarm(at=late + timedelta(hours=25))
    assert Letter.objects.count() == 2


def test_the_duties_and_the_start_page_turn_red(client: Client, bertil: Account) -> None:
    now = timezone.now()
    SweepRun.objects.all().delete()
    SweepRun.objects.create(began_at=now, ended_at=now - timedelta(hours=27))

    assert client.get("/healthz/duties").json()["sweep"] is False
    assert client.get("/healthz/duties").status_code == 503

    nightly_sweep(0)
    assert client.get("/healthz/duties").json()["sweep"] is True
    assert raise_alarm(at=now) is None


def test_a_new_shop_counts_from_its_first_day() -> None:
    assert SweepRun.objects.count() == 1


def test_who_is_idle_gets_a_letter_and_a_month() -> None:
    anna = member("anna@example.fi", created_at=NOON - 4 * YEAR)
    member("celia@example.fi", created_at=NOON - YEAR)
    buyer = member("dora@example.fi", created_at=NOON - 4 * YEAR)
    order_of(buyer, "dora@example.fi", at=NOON - YEAR)

    assert see_who_is_idle(at=NOON) == 1
    assert see_who_is_idle(at=NOON) == 0

    assert Letter.objects.get().to == "anna@example.fi"
    assert Customer.objects.get(warned_at=NOON) == anna


@pytest.mark.django_db(transaction=True)
def test_co_08_two_nights_at_once_do_the_work_of_one() -> None:
    for number in range(6):
        member(f"anna{number}@example.fi", created_at=NOON - 4 * YEAR)
        finish(order_of(None, f"guest{number}@example.fi", at=NOON - YEAR), at=NOON - YEAR)

    results = at_once(
        [partial(see_who_is_idle, at=NOON)] * 3 + [partial(sweep_tonight, at=NOON)] * 3
    )

    assert not [each for each in results if isinstance(each, Exception)]
    assert sorted(Letter.objects.values_list("to", flat=True)) == [
        f"anna{number}@example.fi" for number in range(6)
    ]
    cleared = [run.removed.get("orders.Order.email", 0) for run in SweepRun.objects.all()]
    assert sum(cleared) == 6


@pytest.mark.django_db(transaction=True)
def test_pr_03_jobs_hold_numbers_and_nothing_that_is_said(bertil: Account) -> None:
    card = whole_life("anna@example.fi", clerk=bertil)
    make_requested_copy.defer(request_id=str(DataCopy.objects.get().pk))
    see_who_is_idle(at=NOON + 5 * YEAR)
    erase(subject_of(cards=[card.pk]), at=NOON)

    jobs = ProcrastinateJob._base_manager.all()
    said = [value for job in jobs for value in job.args.values()]
    number = re.compile(
        r"((copies|agreements)/)?[0-9a-f-]{32,36}(-\d)?(\.zip|\.pdf)?"
        r"|privacy\.DataCopy|orders\.AgreementDocument|file"
    )
    assert [value for value in said if not number.fullmatch(str(value))] == []
    assert "anna" not in str([(job.lock, job.queueing_lock) for job in jobs])


def test_who_comes_back_is_not_idle_any_more() -> None:
    anna = member("anna@example.fi", created_at=NOON - 4 * YEAR)
    see_who_is_idle(at=NOON)

    Account.objects.update(last_login=NOON + timedelta(days=1))
    see_who_is_idle(at=NOON + timedelta(days=2))

    assert Customer.objects.get().warned_at is None
    sweep_tonight(at=NOON + timedelta(days=40))
    assert Customer.objects.get() == anna


def test_staff_are_not_warned(bertil: Account) -> None:
    Customer.objects.create(account=bertil, email=bertil.email, created_at=NOON - 9 * YEAR)

    assert see_who_is_idle(at=NOON) == 0


def test_no_personal_column_is_sampled() -> None:
    assert "first_name" in personal_columns()["orders_order"]
    assert sampled() == []


def test_a_sampled_column_is_found_and_settled() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE orders_order ALTER COLUMN note SET STATISTICS 100")
        cursor.execute("CREATE INDEX by_lower_name ON customers_customer (lower(last_name))")

    assert sampled() == ["by_lower_name.1", "orders_order.note"]
    settle()
    assert sampled() == []


def test_jobs_that_were_given_up_go_after_a_month() -> None:
    raise_alarm(at=timezone.now() + timedelta(days=2))
    ProcrastinateJob._base_manager.update(status="failed")

    sweep_tonight(at=timezone.now() + timedelta(days=30))
    assert ProcrastinateJob._base_manager.count() == 1

    sweep_tonight(at=timezone.now() + timedelta(days=32))
    assert not ProcrastinateJob._base_manager.exists()
