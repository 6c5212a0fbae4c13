"""Services go on: each period is told before it begins, and billed exactly once."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pgtrigger
import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from orders.books.models import Posting
from orders.catalogue.models import Variant, VatRate
from orders.catalogue.plans import Period, Plan, begins
from orders.checkout.steps import mark_paid
from orders.invoicing.models import Invoice
from orders.invoicing.reminders import due_for_a_reminder
from orders.sales.models import Order, OrderLine
from orders.sales.states import PaymentStatus, Status
from orders.subscriptions import renewing
from orders.subscriptions.models import ServicePeriod, Subscription
from orders.subscriptions.renewing import renew
from orders.subscriptions.tasks import renew_service, renew_services
from orders.taxation.treatments import Treatment
from orders.viitenumero import is_valid
from privacy.outbox.models import Letter
from tests.conftest import NOON
from tests.factories import ProductFactory
from tests.orders.subscriptions.conftest import bought, renew_all
from tests.races import at_once

DAY = timedelta(days=1)
TOLD, BEGUN = NOON + 16 * DAY, NOON + 30 * DAY
"""9 December, two weeks before the second period, and its first day, 23 December."""


def letters(kind: str) -> list[Letter]:
    return list(Letter.objects.filter(kind=kind).order_by("created_at"))


@pytest.fixture
def set_rate() -> Any:
    """Let the standard rate change on a day."""

    def changed(rate: str, *, since: date) -> None:
        old = VatRate.objects.get(vat_class="standard", country="FI", valid__contains=since)
        old.valid = (old.valid.lower, since)
        old.save()
        VatRate.objects.create(
            vat_class_id="standard", country="FI", rate=Decimal(rate), valid=(since, None)
        )

    return changed


@pytest.mark.parametrize(
    ("first", "period", "number", "day"),
    [
        (date(2026, 1, 31), Period.MONTH, 2, date(2026, 2, 28)),
        (date(2026, 1, 31), Period.MONTH, 3, date(2026, 3, 31)),
        (date(2026, 11, 30), Period.QUARTER, 2, date(2027, 2, 28)),
        (date(2028, 2, 29), Period.YEAR, 2, date(2029, 2, 28)),
        (date(2028, 2, 29), Period.YEAR, 5, date(2032, 2, 29)),
    ],
)
def test_a_period_begins_on_the_day_of_the_first(
    first: date, period: Period, number: int, day: date
) -> None:
    assert begins(first, period, number) == day


@pytest.mark.django_db
def test_an_ordinary_order_starts_a_service_and_bills_its_first_period(
    maintenance: Variant,
) -> None:
    service = bought(maintenance, quantity=2)

    period = service.periods.get()
    assert (period.number, period.starts_date, period.ends_date) == (
        1,
        date(2026, 11, 23),
        date(2026, 12, 22),
    )
    assert (period.price, period.order, service.email) == (
        Decimal("12.55"),
        service.order,
        "pekka@example.fi",
    )
    assert service.order.total == Decimal("25.10")
    (letter,) = letters("service_started")
    assert "Huolto" in letter.text
    assert "14 päivää ennen" in letter.text
    told = {each["code"]: each for each in service.order.confirmation.told}
    assert "Huolto: " in told["contract"]["whole"]
    assert renew_all(at=TOLD - DAY) == 0


@pytest.mark.django_db
def test_a_period_is_told_two_weeks_before_and_billed_on_its_first_day(
    maintenance: Variant,
) -> None:
    service = bought(maintenance, quantity=2)

    renew_all(at=TOLD)
    (letter,) = letters("service_renews")
    assert letter.to == "pekka@example.fi"
    assert "23.12.2026" in letter.text
    assert "22.1.2027" in letter.text
    assert "25,10" in letter.text
    assert "20.12.2026" in letter.text  # the last day to say no
    renew_all(at=BEGUN - DAY)
    assert Order.objects.count() == 1

    renew_all(at=BEGUN)
    renew_all(at=BEGUN)
    order = Order.objects.exclude(pk=service.order_id).get()
    invoice = Invoice.objects.get()
    assert (order.status, order.payment_status) == (Status.DELIVERED, PaymentStatus.UNPAID)
    assert (order.first_name, order.street, order.email) == (
        "Pekka",
        "Mannerheimintie 1",
        "pekka@example.fi",
    )
    assert is_valid(order.reference)
    assert order.reference == invoice.reference != service.order.reference
    assert order.due_date == invoice.due_date == date(2027, 1, 6)
    assert (invoice.tax_point, invoice.total, invoice.total_net, invoice.total_vat) == (
        date(2026, 12, 23),
        Decimal("25.10"),
        Decimal("20.00"),
        Decimal("5.10"),
    )
    assert [line.name for line in invoice.lines.all()] == ["Huolto, 23.12.2026–22.1.2027"]
    assert len(letters("service_renews")) == 1
    assert list(due_for_a_reminder(BEGUN + 25 * DAY)) == [invoice]

    mark_paid(order=order, at=BEGUN + DAY)
    assert Invoice.objects.count() == 1
    amounts = Posting.objects.filter(entry__order=order).values_list("amount", flat=True)
    assert sum(amounts) == 0


@pytest.mark.django_db
def test_the_tax_is_that_of_the_periods_first_day(maintenance: Variant, set_rate: Any) -> None:
    bought(maintenance)
    set_rate("27.0", since=date(2026, 12, 23))

    renew_all(at=BEGUN)

    invoice = Invoice.objects.get()
    assert invoice.total == Decimal("12.55")  # the price that was told
    assert invoice.vat_rows.get().rate == Decimal("27.0")


@pytest.mark.django_db
def test_a_dearer_price_is_told_and_counts_from_the_next_period_only(
    maintenance: Variant,
) -> None:
    service = bought(maintenance)
    maintenance.price = Decimal("15.00")
    maintenance.save()

    renew_all(at=TOLD)
    maintenance.price = Decimal("99.00")  # once told, it stays as told
    maintenance.save()
    renew_all(at=BEGUN)

    assert [each.price for each in service.periods.order_by("number")] == [
        Decimal("12.55"),
        Decimal("15.00"),
    ]
    assert Invoice.objects.get().total == Decimal("15.00")
    (letter,) = letters("service_renews")
    assert "12,55" in letter.text
    assert "15,00" in letter.text


@pytest.mark.django_db
def test_a_company_abroad_goes_on_paying_without_vat(maintenance: Variant) -> None:
    service = bought(maintenance)
    order = service.order
    with pgtrigger.ignore():
        Order.objects.filter(pk=order.pk).update(
            treatment=Treatment.REVERSE,
            company_name="Lampan AB",
            vat_id="SE556012579001",
            vat_id_checked_at=NOON,
            destination_country="SE",
            total=Decimal("10.00"),
            total_net=Decimal("10.00"),
            total_vat=0,
            country="SE",
        )
        OrderLine.objects.filter(order=order).update(
            treatment=Treatment.REVERSE, country="SE", vat_rate=0
        )

    renew_all(at=TOLD)
    renew_all(at=BEGUN)

    invoice = Invoice.objects.get()
    assert (invoice.total, invoice.total_vat) == (Decimal("10.00"), Decimal("0.00"))
    assert (invoice.treatment, invoice.buyer_vat_id) == (Treatment.REVERSE, "SE556012579001")
    assert "10,00" in letters("service_renews")[0].text


@pytest.mark.django_db
@pytest.mark.parametrize(("price", "asked"), [("15.00", "12.55"), ("9.00", "9.00")])
def test_a_dearer_price_told_too_late_does_not_count(
    maintenance: Variant, price: str, asked: str
) -> None:
    bought(maintenance)
    maintenance.price = Decimal(price)
    maintenance.save()

    renew_all(at=BEGUN - 9 * DAY)  # 14 December: six days to say no in are no week
    renew_all(at=BEGUN)

    assert Invoice.objects.get().total == Decimal(asked)


@pytest.mark.django_db
def test_after_many_periods_without_a_worker_each_is_billed_once_at_the_old_price(
    maintenance: Variant,
) -> None:
    service = bought(maintenance)
    maintenance.price = Decimal("15.00")
    maintenance.save()

    later = NOON + 160 * DAY  # 2 May 2027, in the sixth period
    renew_all(at=later)
    renew_all(at=later)

    periods = list(service.periods.order_by("number"))
    assert [each.number for each in periods] == [1, 2, 3, 4, 5, 6]
    assert periods[-1].ends_date == date(2027, 5, 22)
    assert len({each.order_id for each in periods}) == 6
    assert {each.price for each in periods} == {Decimal("12.55")}
    points = Invoice.objects.order_by("number").values_list("tax_point", flat=True)
    assert list(points) == [each.starts_date for each in periods[1:]]
    assert letters("service_renews") == []  # nobody is told today of what has begun long ago


@pytest.mark.django_db
def test_each_service_is_seen_to_by_a_job_of_its_own(maintenance: Variant) -> None:
    due = [bought(maintenance), bought(maintenance)]
    bought(maintenance)
    today = timezone.localdate()
    Subscription.objects.update(look_date=today + DAY)
    Subscription.objects.filter(pk__in=[each.pk for each in due]).update(look_date=today)

    renew_services.func(timestamp=0)

    jobs = ProcrastinateJob.objects.filter(task_name=renew_service.name)
    told = sorted(jobs.values_list("args__service_id", flat=True))
    assert told == sorted(str(each.pk) for each in due)


@pytest.mark.django_db
def test_a_worker_killed_in_the_middle_leaves_nothing_half_done(
    maintenance: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = bought(maintenance)
    renew_all(at=TOLD)

    def killed(**_facts: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(renewing, "issue", killed)
        with pytest.raises(SystemExit):
            renew_all(at=BEGUN)
    assert Order.objects.count() == 1
    assert service.periods.get(number=2).order is None

    renew_all(at=BEGUN)
    assert Order.objects.count() == 2
    assert Invoice.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_workers_at_once_one_tells_and_one_bills(maintenance: Variant) -> None:
    service = bought(maintenance)

    for moment in (TOLD, BEGUN):
        done = at_once([partial(renew, service_id=service.pk, at=moment) for _each in range(4)])
        assert done == [None] * 4

    assert [each.number for each in service.periods.order_by("number")] == [1, 2]
    assert len(letters("service_renews")) == 1
    assert Order.objects.count() == 2
    assert Invoice.objects.count() == 1


@pytest.mark.django_db
def test_the_database_bills_a_period_once_and_forgets_none(maintenance: Variant) -> None:
    service = bought(maintenance)
    first = service.periods.get()
    days = {"starts_date": date(2027, 1, 1), "ends_date": date(2027, 1, 31)}
    again = {"subscription": service, "price": 1}

    for facts in (
        {"number": 1, **days},
        {"number": 2, **days, "order": service.order},
        {"number": 2, "starts_date": first.ends_date, "ends_date": date(2027, 1, 31)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ServicePeriod.objects.create(**again, **facts)
    for change in ({"price": 2}, {"order": None}, {"number": 7}):
        with pytest.raises(ProgrammingError), transaction.atomic():
            ServicePeriod.objects.filter(pk=first.pk).update(**change)
    with pytest.raises(ProgrammingError), transaction.atomic():
        first.delete()
    with pytest.raises(ProgrammingError), transaction.atomic():
        Subscription.objects.filter(pk=service.pk)._raw_delete("default")
    with pytest.raises(ProgrammingError), transaction.atomic():
        Subscription.objects.filter(pk=service.pk).update(first_date=date(2020, 1, 1))


@pytest.mark.django_db
def test_only_services_go_on_and_leave_time_to_say_no() -> None:
    goods, service = ProductFactory.create(), ProductFactory.create(kind="service")
    for product, notice in ((goods, 0), (service, 7)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Plan.objects.create(product=product, period=Period.MONTH, notice_days=notice)
    Plan.objects.create(product=service, period=Period.MONTH, notice_days=6)
