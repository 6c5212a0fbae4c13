"""Let services go on: tell of each period before it begins, and bill it once when it does."""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from customers.models import Address, Customer
from orders import vat
from orders.catalogue.asking import price_now
from orders.catalogue.plans import DAYS_TO_DECIDE
from orders.catalogue.rates import rates_on
from orders.invoicing.lines import rates_of
from orders.invoicing.operations import issue
from orders.sales.models import BUYER, Order, OrderEvent, OrderLine, OrderVat
from orders.sales.numbers import new_number, new_secret, reference_of
from orders.sales.operations import move
from orders.sales.states import Step
from orders.subscriptions.ending import hold
from orders.subscriptions.letters import write_renewal
from orders.subscriptions.models import ServicePeriod, Subscription
from orders.subscriptions.states import ServiceState
from orders.taxation.areas import HOME
from orders.taxation.treatments import UNTAXED
from privacy.locks import share_person, unless_crossed

_AS_BEFORE = (
    *BUYER,
    "phone",
    "language",
    "country",
    "vat_id_checked_at",
    "vat_id_checked_by_id",
    "terms_edition",
    "statement_sha256",
    "informed_at",
)
"""What an order for a period has from the one before: the agreement is the same."""


def to_renew(*, at: datetime) -> list[UUID]:
    """List the services of which something is to be done."""
    due = Subscription.objects.to_see_to(timezone.localdate(at))
    return list(due.values_list("pk", flat=True))


def renew(*, service_id: UUID, at: datetime) -> None:
    """Do all that is to be done about one service, each thing in a transaction of its own."""
    while unless_crossed(lambda: _next_thing(service_id, at)):
        pass


@transaction.atomic
def _next_thing(service_id: UUID, at: datetime) -> bool:
    """Do the next thing about a service; tell whether there was one."""
    _hold_the_party(service_id)
    service = hold(service_id)
    if not service.is_running:
        return False
    today = timezone.localdate(at)
    unbilled = service.periods.filter(order=None, starts_date__lte=today).order_by("number").first()
    if unbilled is not None:
        _bill(service, unbilled, at)
        return True
    latest = service.periods.order_by("number").last()
    if latest is None:
        return False
    begins = service.begins(latest.number + 1)
    goes_on = service.last_date is None or begins <= service.last_date
    tell_on = begins - timedelta(days=service.letter_days)
    if goes_on and tell_on <= today:
        _tell(service, latest, at)
        return True
    if service.last_date is not None and service.last_date < today:
        service.state = ServiceState.ENDED
        service.ended_at = at
        service.save(update_fields=["state", "ended_at"])
        return False
    _look_again(service, latest, tell_on if goes_on else None)
    return False


def _hold_the_party(service_id: UUID) -> None:
    """Keep an erasure of the customer waiting, or notice that it came first."""
    who = Subscription.objects.filter(pk=service_id).values_list("email", "customer")
    for email, card_id in who:
        share_person(email)
        Customer.objects.select_for_update(no_key=True).filter(pk=card_id).first()


def _look_again(service: Subscription, latest: ServicePeriod, tell_on: date | None) -> None:
    days = [tell_on] if tell_on else []
    if latest.order_id is None:
        days.append(latest.starts_date)
    if service.last_date is not None:
        days.append(service.last_date + timedelta(days=1))
    service.look_date = min(days)
    service.save(update_fields=["look_date"])


def _tell(service: Subscription, latest: ServicePeriod, at: datetime) -> None:
    """Note the next period and its price, and write to the customer unless it has begun already.

    A price that has risen counts only where the customer hears of it in time to end the service.
    """
    number = latest.number + 1
    begins, today = service.begins(number), timezone.localdate(at)
    latest_notice = begins - timedelta(days=1 + service.notice_days)
    is_in_time = today + timedelta(days=DAYS_TO_DECIDE - 1) <= latest_notice
    now = _price(service, latest, at)
    price = now if is_in_time else min(now, latest.price)
    period = ServicePeriod.objects.create(
        subscription=service,
        number=number,
        starts_date=begins,
        ends_date=service.ends(number),
        price=price,
        told_at=at if begins > today else None,
    )
    if period.told_at is not None:
        write_renewal(service, period, before=latest.price, latest_notice=latest_notice, at=at)


def _price(service: Subscription, latest: ServicePeriod, at: datetime) -> Decimal:
    """Ask what the service costs today; what is not offered any more costs what it did."""
    if service.variant is None:
        return latest.price
    price = price_now(service.variant, at)
    if service.bought_as.treatment not in UNTAXED:
        return price
    home = rates_on(timezone.localdate(at)).get(service.bought_as.vat_class)
    return latest.price if home is None else vat.split_gross(price, home).net


def _bill(service: Subscription, period: ServicePeriod, at: datetime) -> Order:
    """Place the order of a period, and invoice it: by the database it is one for each."""
    order = _write_order(service, period, at)
    period.order = order
    period.save(update_fields=["order"])
    service.order = order
    service.save(update_fields=["order"])
    OrderEvent.objects.create(order=order, kind=OrderEvent.Kind.PLACED, at=at)
    order = move(order=order, step=Step.DELIVER, at=at)
    if not order.total:
        return move(order=order, step=Step.PAY, at=at)
    issue(order=order, tax_point=period.starts_date, at=at)
    return order


def _write_order(service: Subscription, period: ServicePeriod, at: datetime) -> Order:
    before, line = service.order, service.bought_as
    rate = rates_of([line], period.starts_date)[line.pk]
    total = period.price * line.quantity
    taxed = vat.Taxed(rate, total, line.treatment, line.country)
    rows = vat.summary([taxed]) if total else []
    net, tax, gross = vat.total(rows)
    number = new_number()
    order = Order.objects.create(
        **{name: getattr(before, name) for name in _AS_BEFORE} | _party_now(service),
        number=number,
        secret=new_secret(),
        treatment=line.treatment,
        destination_country=line.country,
        checkout=period.pk,  # unique: however it is tried, a period has one order
        customer=service.customer,
        company=service.company,
        placed_at=at,
        reference=reference_of(number),
        due_date=timezone.localdate(at) + timedelta(days=settings.PAYMENT_TERM_DAYS),
        total=gross,
        total_net=net,
        total_vat=tax,
    )
    OrderLine.objects.create(
        order=order,
        variant=service.variant,
        position=1,
        sku=line.sku,
        name=line.name,
        options=_options(service, period),
        kind=line.kind,
        quantity=line.quantity,
        base_price=period.price,
        unit_price=period.price,
        vat_rate=rate,
        vat_class=line.vat_class,
        treatment=line.treatment,
        country=line.country,
        exempt_reason=line.exempt_reason,
        exempt_code=line.exempt_code,
        total=total,
        withdrawal_exclusion=line.withdrawal_exclusion,
    )
    OrderVat.objects.bulk_create(OrderVat(order=order, **asdict(row)) for row in rows)
    return order


def _options(service: Subscription, period: ServicePeriod) -> str:
    """Say on the line, and so on the invoice, which days are billed."""
    first, last = period.starts_date, period.ends_date
    days = f"{first.day}.{first.month}.{first.year}–{last.day}.{last.month}.{last.year}"
    return ", ".join(filter(None, [service.bought_as.options, days]))


def _party_now(service: Subscription) -> dict[str, str]:
    """Give what the customer's card says today; a guest's order says the same as before."""
    card = service.customer
    if card is None:
        return {"email": service.email}
    facts = {"email": card.email}
    if service.order.company_name:
        return facts
    facts |= {
        name: said
        for name, said in (
            ("first_name", card.first_name),
            ("last_name", card.last_name),
            ("phone", card.phone),
        )
        if said
    }
    bills = Address.objects.of(card).filter(is_billing=True).first()
    if bills is not None and service.order.country == HOME:
        facts |= {"street": bills.street, "postcode": bills.postcode, "city": bills.city}
    return facts
