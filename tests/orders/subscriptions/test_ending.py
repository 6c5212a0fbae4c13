"""A service is ended in two clicks, at the first day that was agreed, and says so."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import signing
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import Client
from django.utils import timezone, translation

from customers.models import Customer
from orders.catalogue.models import Variant
from orders.checkout.steps import cancel_order, deliver_order, mark_paid
from orders.complaints.deciding import Decision, accept, examine
from orders.complaints.models import Complaint
from orders.complaints.operations import Told, complain
from orders.complaints.states import Remedy
from orders.invoicing.models import Invoice
from orders.returns.following import follow
from orders.returns.models import WithdrawalNotice
from orders.returns.operations import Statement, give_notice
from orders.sales.models import Order
from orders.subscriptions.ending import end, last_day, stop
from orders.subscriptions.models import SALT, Subscription
from orders.subscriptions.renewing import renew
from orders.subscriptions.states import ServiceState
from privacy.erase import erase, preview
from privacy.outbox.models import Letter
from privacy.registry import Ground
from privacy.requests.plan import plan_of
from privacy.subject import subject_of
from privacy.sweep import sweep
from tests.conftest import NOON
from tests.doors import let_in
from tests.factories import (
    BasketFactory,
    BasketLineFactory,
    DeliveryMethodFactory,
    StaffFactory,
    VariantFactory,
    in_stock,
)
from tests.orders.subscriptions.conftest import bought, renew_all
from tests.privacy.lives import login_of
from tests.races import at_once

DAY = timedelta(days=1)
FIRST_END, SECOND_END = date(2026, 12, 22), date(2027, 1, 22)


def day(month: int, number: int) -> datetime:
    return NOON.replace(year=2026 if month > 10 else 2027, month=month, day=number)


def of(card: Customer, variant: Variant, **said: Any) -> Subscription:
    return bought(variant, basket=BasketFactory.create(customer=card), email=card.email, **said)


def address(service: Subscription) -> str:
    with translation.override("en"):
        return service.signed_address


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("told", "on", "last"),
    [
        (day(12, 9), day(12, 1), FIRST_END),
        (day(12, 9), day(12, 20), FIRST_END),  # two days before, as was agreed
        (day(12, 9), day(12, 21), SECOND_END),
        (None, day(12, 21), FIRST_END),  # of a period nobody told of, nobody is held to
        (day(12, 14), day(12, 21), FIRST_END),  # nor of one told with less than a week to go
        (day(12, 13), day(12, 21), SECOND_END),
    ],
)
def test_the_last_day_follows_from_what_was_agreed_and_told(
    maintenance: Variant, told: datetime | None, on: datetime, last: date
) -> None:
    service = bought(maintenance)
    if told is not None:
        renew_all(at=told)

    assert last_day(service, on=on.date()) == last
    ended = end(service=service, at=on)

    assert (ended.state, ended.last_date, ended.notice_at) == (ServiceState.ENDING, last, on)
    (letter,) = Letter.objects.filter(kind="service_ends")
    assert letter.to == "pekka@example.fi"
    assert f"{last.day}.{last.month}.{last.year}" in letter.text
    renew_all(at=day(4, 1))
    service.refresh_from_db()
    assert service.state == ServiceState.ENDED
    assert service.periods.count() == (1 if last == FIRST_END else 2)
    assert Invoice.objects.count() == service.periods.count() - 1


@pytest.mark.django_db(transaction=True)
def test_ended_twice_at_once_is_ended_once_and_never_billed_after(maintenance: Variant) -> None:
    service = bought(maintenance)
    renew_all(at=day(12, 9))

    def ends() -> None:
        end(service=service, at=day(12, 20))

    def bills() -> None:
        renew(service_id=service.pk, at=day(12, 23))

    assert at_once([ends, bills, ends, bills]) == [None] * 4

    service.refresh_from_db()
    assert Letter.objects.filter(kind="service_ends").count() == 1
    assert Invoice.objects.count() == service.periods.count() - 1
    # Whoever came first: what was billed is served, and what was ended is not billed.
    assert service.last_date == service.latest.ends_date


@pytest.mark.django_db
def test_an_order_that_is_cancelled_stops_its_service(maintenance: Variant) -> None:
    service = bought(maintenance)

    cancel_order(order=service.order, at=NOON + DAY)

    service.refresh_from_db()
    assert (service.state, service.last_date) == (ServiceState.ENDED, date(2026, 11, 24))
    assert renew_all(at=day(4, 1)) == 0


@pytest.mark.django_db
@pytest.mark.parametrize("is_delivered", [True, False])
@pytest.mark.parametrize("sku", ["HUOLTO", "LAMPPU"])
def test_whoever_withdraws_from_a_service_stops_it_and_not_from_something_else(
    maintenance: Variant, sku: str, *, is_delivered: bool
) -> None:
    lamp = in_stock(5, variant=VariantFactory.create(sku="LAMPPU"))
    basket = BasketFactory.create()
    BasketLineFactory.create(basket=basket, variant=lamp, quantity=1)
    delivery = DeliveryMethodFactory.create()
    service = bought(maintenance, basket=basket, delivery_method=delivery)
    order = mark_paid(order=service.order, at=NOON)
    if is_delivered:
        order = deliver_order(order=order, at=NOON)
    said = Statement(
        submission=uuid4(),
        name="Pekka Puro",
        email=order.email,
        order=order,
        quantities={order.lines.get(sku=sku).pk: 1},
    )
    way = WithdrawalNotice.Way.ADDRESS
    notice = give_notice(statement=said, way=way, language="fi", at=NOON + DAY)
    WithdrawalNotice.objects.filter(pk=notice.pk).update(acknowledged_at=NOON + DAY)

    follow(notice_id=notice.pk, at=NOON + DAY)

    service.refresh_from_db()
    stands = ServiceState.ENDED if sku == "HUOLTO" else ServiceState.ACTIVE
    assert service.state == stands


@pytest.mark.django_db
def test_the_database_lets_no_service_go_back_or_end_without_a_day(maintenance: Variant) -> None:
    service = bought(maintenance)
    rows = Subscription.objects.filter(pk=service.pk)

    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state="ending")
    end(service=service, at=NOON)
    for change in ({"state": "active"}, {"last_date": SECOND_END}):
        with pytest.raises(ProgrammingError), transaction.atomic():
            rows.update(**change)
    stop(order=service.order, at=NOON)
    with pytest.raises(ProgrammingError), transaction.atomic():
        rows.update(state="ending", ended_at=None)


@pytest.mark.django_db
def test_a_guest_ends_it_in_two_clicks_from_the_letter(
    client: Client, maintenance: Variant
) -> None:
    now = timezone.now()
    service = bought(maintenance, at=now)
    letter = Letter.objects.get(kind="service_started")
    (link,) = [word for word in letter.text.split() if "/palvelu/" in word]
    last = service.ends(1)

    page = client.get(link)
    assert f"viimeinen päivä on {last.day}.{last.month}.{last.year}" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    done = client.post(link, headers={"Sec-Fetch-Site": "same-origin"}, follow=True)

    service.refresh_from_db()
    assert (service.state, service.last_date) == (ServiceState.ENDING, last)
    assert "Palvelu päättyy" in done.content.decode()
    assert "Päätä palvelu" not in done.content.decode()
    assert client.get(link + "x").status_code == 404
    forged = signing.dumps(str(service.pk), salt="other")
    assert client.get(f"/en/service/{forged}/").status_code == 404
    with pytest.raises(signing.BadSignature):
        signing.loads(forged, salt=SALT)


@pytest.mark.django_db
def test_a_member_sees_the_own_services_and_nobody_elses(
    client: Client, anna: Customer, celia: Customer, maintenance: Variant
) -> None:
    service = of(anna, maintenance)
    assert service.customer == anna

    page = client.get("/en/account/services/")
    assert page.status_code == 302
    let_in(client, login_of(anna))
    assert "Huolto" in client.get("/en/account/services/").content.decode()
    assert client.get(address(service)).status_code == 200
    let_in(client, login_of(celia))
    assert "Huolto" not in client.get("/en/account/services/").content.decode()


@pytest.mark.django_db
def test_the_list_asks_as_often_for_many_as_for_few(
    client: Client,
    anna: Customer,
    maintenance: Variant,
    django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
) -> None:
    let_in(client, login_of(anna))
    of(anna, maintenance)
    client.get("/en/account/services/")
    with django_assert_max_num_queries(30) as few:
        client.get("/en/account/services/")
    for _each in range(5):
        of(anna, maintenance)
    with django_assert_num_queries(len(few)):
        client.get("/en/account/services/")


@pytest.mark.django_db
def test_the_next_bill_goes_where_the_card_says_today(anna: Customer, maintenance: Variant) -> None:
    service = of(anna, maintenance, first_name="Anna", last_name="Virtanen")
    anna.last_name = "Uusi"
    anna.save()
    renew_all(at=day(12, 9))

    renew_all(at=day(12, 23))

    service.refresh_from_db()
    assert (service.order.customer, service.order.last_name) == (anna, "Uusi")
    assert service.bought_as.order.last_name == "Virtanen"


@pytest.mark.django_db
def test_a_running_service_holds_what_it_needs_until_it_ends(
    anna: Customer, maintenance: Variant
) -> None:
    service = of(anna, maintenance)
    order = deliver_order(order=mark_paid(order=service.order, at=NOON), at=NOON)
    Order.objects.update(informed_at=NOON)
    person = subject_of(cards=[anna.pk])
    later = NOON + 16 * DAY  # the time for withdrawing has ended

    plan = plan_of(preview(person, at=later))
    (obstacle,) = [each for each in plan.obstacles if each.matter.name == "Huolto"]
    ((words, way_out),) = obstacle.matter.ways_out
    assert (str(words), way_out.endswith("#end")) == ("Päätä palvelu", True)
    assert obstacle.until is None
    assert {told.ground for told in plan.goes_later} == {Ground.SERVICE}
    sweep(at=NOON + 400 * DAY)
    service.refresh_from_db()
    order.refresh_from_db()
    assert (service.email, order.email) == ("anna@example.fi", "anna@example.fi")

    end(service=service, at=later)
    plan = plan_of(preview(person, at=later))
    (obstacle,) = [each for each in plan.obstacles if each.matter.name == "Huolto"]
    assert (obstacle.until, obstacle.matter.ways_out) == (FIRST_END, ())

    renew_all(at=day(12, 23))
    erase(person, at=day(12, 23))
    service.refresh_from_db()
    order.refresh_from_db()
    assert (service.customer, service.email, order.email) == (None, "", "")


@pytest.mark.django_db
def test_one_who_is_forgotten_before_the_end_is_served_until_then_as_a_guest(
    anna: Customer, maintenance: Variant
) -> None:
    service = of(anna, maintenance)
    erase(subject_of(cards=[anna.pk]), at=NOON + DAY)
    with connection.cursor() as cursor:  # as in the next transaction
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    renew_all(at=day(12, 9))
    renew_all(at=day(12, 23))

    service.refresh_from_db()
    assert (service.customer, service.email) == (None, "anna@example.fi")
    assert Letter.objects.get(kind="service_renews").to == "anna@example.fi"
    assert service.order.email == "anna@example.fi"


@pytest.mark.django_db
def test_staff_end_a_service_for_a_customer_and_only_those_who_may(
    client: Client, maintenance: Variant
) -> None:
    service = bought(maintenance, at=timezone.now())
    page = f"/en/admin/orders/subscription/{service.pk}/"
    auditor, carer = StaffFactory.create(role="auditor"), StaffFactory.create(role="care")
    let_in(client, auditor)
    assert "Huolto" in client.get(f"{page}change/").content.decode()
    assert client.post(f"{page}end/").status_code == 403

    let_in(client, carer)
    assert client.post(f"{page}end/").status_code == 302
    service.refresh_from_db()
    assert service.state == ServiceState.ENDING


@pytest.mark.django_db
def test_a_sale_that_is_off_for_a_defect_stops_its_service(maintenance: Variant) -> None:
    service = bought(maintenance)
    order = deliver_order(order=mark_paid(order=service.order, at=NOON), at=NOON)
    told = Told(
        submission=uuid4(),
        email=order.email,
        words="Kukaan ei tullut huoltamaan.",
        wish=Remedy.CANCELLING,
        quantities={order.lines.get().pk: 1},
    )
    way = Complaint.Way.ADDRESS
    complaint = complain(order=order, told=told, way=way, language="fi", at=NOON)
    complaint = examine(complaint=complaint, at=NOON, by=None)
    line = complaint.lines.get()

    accept(
        complaint=complaint,
        decision=Decision(remedy=Remedy.CANCELLING, pieces={line.pk: 1}, answer="Selvä."),
        at=NOON,
        by=None,
    )

    service.refresh_from_db()
    assert service.state == ServiceState.ENDED
