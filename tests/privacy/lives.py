"""People with something to forget."""

from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from uuid import UUID, uuid4

import pgtrigger
from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from customers.companies.operations import note
from customers.grants.models import Acknowledgement, Grant, GrantReview
from customers.models import Account, Customer, Invitation, Membership, MembershipEvent
from customers.sessions import SessionStore
from orders import vat
from orders.agreements.operations import lay_in, put_in_force
from orders.banking.facts import Format
from orders.banking.models import BankEntry, BankEntryStep, BankFile
from orders.banking.states import EntryState
from orders.bookings.models import Booking
from orders.bookings.operations import give_back
from orders.catalogue.agreements import Agreement
from orders.catalogue.pictures import CheckedPicture
from orders.catalogue.plans import Period, Plan
from orders.catalogue.times import Bookable, Calendar, CalendarService, Slot
from orders.checkout.models import Confirmation, PurchaseRequest, PurchaseState
from orders.complaints.deciding import examine, refuse
from orders.complaints.models import PHOTOS, Complaint
from orders.complaints.operations import Told, complain
from orders.complaints.photos import lay_down
from orders.complaints.states import Remedy
from orders.downloads.models import Fetched
from orders.former.models import FormerOrder
from orders.fulfilment.models import Parcel
from orders.invoicing.models import Invoice, Reminder
from orders.invoicing.operations import issue
from orders.offers.discount import Discount
from orders.offers.models import CouponUse
from orders.offers.operations import use
from orders.payments.models import Payment, Provider
from orders.quotes.models import Quote
from orders.quotes.operations import decline
from orders.returns.cases import Found, inspect, open_case, receive, settle
from orders.returns.following import follow
from orders.returns.models import WithdrawalNotice
from orders.returns.operations import Statement, give_notice
from orders.returns.states import NoticeState, Outcome
from orders.reviews.models import Review, ReviewState
from orders.sales.models import Order, OrderLine, OrderVat
from orders.sales.numbers import new_secret, reference_of
from orders.sales.operations import move
from orders.sales.states import Step
from orders.subscriptions.ending import end, stop
from orders.subscriptions.models import ServicePeriod, Subscription
from orders.taste.models import Look
from orders.taxation.models import VatIdCheck
from orders.taxation.treatments import BEARS_NO_TAX
from orders.wishes.awaited import Awaited
from orders.wishes.models import Wish, WishList
from privacy.breaches.affected import Seen, add_affected
from privacy.breaches.operations import open_breach
from privacy.consents.models import AskedConsent
from privacy.consents.operations import give
from privacy.consents.purposes import For, Place
from privacy.copies.models import DataCopy
from privacy.disclosures.models import Disclosure
from privacy.egress.models import Transfer
from privacy.intake.models import Intake
from privacy.notices.operations import note_told_otherwise
from privacy.outbox.operations import post
from privacy.processors.models import Processor
from privacy.provenance.models import SourceNotice, Whence
from privacy.provenance.operations import note_provenance
from privacy.reading import models as reading
from privacy.reading.operations import note_readings
from privacy.registry import Basis, Purpose
from privacy.requests.operations import ask
from privacy.requests.states import Kind
from privacy.restriction.models import Restriction
from privacy.restriction.operations import restrict
from privacy.statement import edition_in_force
from privacy.subject import subject_of
from tests.conftest import NOON
from tests.factories import (
    AccountFactory,
    AddressFactory,
    BasketFactory,
    BasketLineFactory,
    CheckoutDraftFactory,
    CompanyFactory,
    CustomerFactory,
    MembershipFactory,
    ProcessorFactory,
    ProductFactory,
    VariantFactory,
    give_access,
)
from tests.orders.agreements.agreeing import drafted, pdf_of
from tests.orders.offers.couponing import coupon
from tests.orders.quotes.quoting import asked as asked_price
from tests.orders.quotes.quoting import given as quoted

_numbers = count(20_000_000)


def member(email: str, **facts: object) -> Customer:
    """Let somebody have an account whose address was confirmed, and a card."""
    account = AccountFactory.create(email=email)
    EmailAddress.objects.create(user=account, email=email, verified=True, primary=True)
    said = {"first_name": "Anna", "last_name": "Virtanen", "phone": "+358401234567"}
    return CustomerFactory.create(account=account, email=email, **{**said, **facts})


def login_of(card: Customer) -> Account:
    """Give the account of somebody who has one."""
    assert card.account is not None
    return card.account


def order_of(card: Customer | None, email: str, *, at: datetime = NOON, **facts: object) -> Order:
    """Let somebody order one thing, with a parcel; without a card it is a guest."""
    number = str(next(_numbers))
    said: dict[str, object] = {
        "email": email,
        "language": "fi",
        "phone": "+358401234567",
        "first_name": "Anna",
        "last_name": "Virtanen",
        "street": "Mannerheimintie 1",
        "postcode": "00100",
        "city": "Helsinki",
        "note": "Ovikoodi 1234",
        "total": Decimal("12.55"),
        "total_net": Decimal("10.00"),
        "total_vat": Decimal("2.55"),
        "informed_at": at,
    }
    order = Order.objects.create(
        number=number,
        secret=new_secret(),
        checkout=uuid4(),
        customer=card,
        placed_at=at,
        reference=reference_of(number),
        due_date=at.date() + timedelta(days=14),
        terms_edition=1,
        statement_sha256="0" * 64,
        **{**said, **facts},
    )
    taxed = {"treatment": order.treatment, "country": order.destination_country}
    is_free = order.treatment in BEARS_NO_TAX
    [row] = vat.summary([vat.Taxed(Decimal(0 if is_free else "25.5"), Decimal("12.55"))])
    OrderLine.objects.create(
        order=order,
        position=1,
        sku="LAMPPU",
        name="Lamppu",
        kind="goods",
        quantity=1,
        unit_price=row.gross,
        vat_rate=row.rate,
        total=row.gross,
        exempt_reason="AVL 39 §" if order.treatment == "exempt" else "",
        **taxed,
    )
    OrderVat.objects.create(order=order, **{**asdict(row), **taxed})
    Parcel.objects.create(order=order, tracking_code=f"JJFI{number}", sent_at=at)
    return order


def finish(order: Order, *, at: datetime) -> Order:
    """Let an order be paid and delivered."""
    move(order=order, step=Step.PAY, at=at)
    return move(order=order, step=Step.DELIVER, at=at)


def passed_on(
    about: UUID, *, to: Processor | None = None, at: datetime = NOON, **facts: object
) -> Transfer:
    """Let a row have been passed on to a company, by its own reference."""
    to = to or ProcessorFactory.create()
    said: dict[str, object] = {
        "way": "letters",
        "lines": ["name", "address"],
        "reference": f"VIITE-{next(_numbers)}",
        "is_confirmed": True,
        "kept_until": at + timedelta(days=14),
    }
    return Transfer.objects.create(
        processor=to, recipient=to.called, about=about, at=at, **{**said, **facts}
    )


def disclosure_of(
    card: Customer, email: str, *, at: datetime = NOON, **facts: object
) -> Disclosure:
    """Let an authority have asked about somebody."""
    said: dict[str, object] = {
        "authority": "Poliisi",
        "statute": "Pakkokeinolaki 806/2011, 7 luku",
        "case_number": f"5500/R/{next(_numbers)}",
        "lines": ["name", "orders"],
    }
    return Disclosure.objects.create(
        about=card.pk,
        about_email=email,
        asked_at=at,
        registered_at=at,
        registered_by=uuid4(),
        registered_name="Bertil Ek",
        **{**said, **facts},
    )


def served_once(account: Account, *, clerk: Account, at: datetime) -> Grant:
    """Let somebody have been of the staff for a while, who is a customer now."""
    grant = give_access(account, "orders", given_by=clerk)
    GrantReview.objects.create(grant=grant, by=clerk, at=at)
    Acknowledgement.objects.create(account=account, edition=edition_in_force(), at=at)
    grant.ended_at, grant.ended_by, grant.ended_why = at, clerk, "Työ päättyi"
    grant.save()
    return grant


def paid_by_bank(order: Order, *, at: datetime) -> BankEntry:
    """Let the bank have told of a payment whose order somebody has yet to find."""
    file = BankFile.objects.create(
        sha256=uuid4().hex * 2,
        file_name="tiliote.xml",
        format=Format.STATEMENT,
        uploaded_at=at,
        content=b"<Document/>",
    )
    entry = BankEntry.objects.create(
        file=file,
        key=uuid4().hex,
        family=Format.STATEMENT.family,
        is_credit=True,
        amount=1,
        currency="EUR",
        booked_date=at.date(),
        payer_name="Virtanen Anna",
        payer_account="FI3715903000000776",
        message="Kiitos",
        state=EntryState.LISTED,
        order=order,
        read_at=at,
    )
    BankEntryStep.objects.create(entry=entry, state=entry.state, at=at)
    return entry


def used_coupon(order: Order, *, at: datetime) -> CouponUse:
    """Let an order have used a coupon that each buyer may use once."""
    made = coupon(f"KERRAN{order.number}", percent="10", most_per_buyer=1)
    return use(
        discount=Discount(made.pk, made.code, "Kesäetu", "", None),
        order_number=order.number,
        customer=order.customer,
        email=order.email,
        at=at,
    )


def withdrew_from(order: Order, *, at: datetime) -> WithdrawalNotice:
    """Let somebody withdraw from an order in words that staff have yet to read."""
    said = Statement(
        submission=uuid4(),
        name="Anna Virtanen",
        email=order.email,
        order=order,
        products="Se lamppu",
    )
    way = WithdrawalNotice.Way.MEMBER
    notice = give_notice(statement=said, way=way, language="fi", at=at)
    WithdrawalNotice.objects.filter(pk=notice.pk).update(acknowledged_at=at)
    notice = follow(notice_id=notice.pk, at=at)
    # As when the goods had left: the life goes on from an order that stands as it was placed.
    with transaction.atomic():
        open_case(notice, order, at=at, quantities={order.lines.get().pk: 1})
    WithdrawalNotice.objects.filter(pk=notice.pk).update(state=NoticeState.TAKEN)
    notice.refresh_from_db()
    return notice


def came_back(order: Order, *, at: datetime) -> None:
    """Let all that was withdrawn from have come back, and be settled."""
    for case in order.returns.all():
        receive(case=case, at=at)
        found = {line.pk: Found(Outcome.WRITE_OFF) for line in case.lines.all()}
        inspect(case=case, found=found, at=at)
        settle(case=case, at=at)


def ordered_before(card: Customer, *, at: datetime) -> FormerOrder:
    """Let somebody have ordered in the former shop."""
    return FormerOrder.objects.create(
        customer=card,
        shop="Vanha kauppa",
        number=f"V-{next(_numbers)}",
        placed_date=at.date(),
        lines="1 × Vanha lamppu, 9,90 €",
        total=Decimal("9.90"),
        total_vat=Decimal("1.92"),
        brought_in_at=at,
    )


def keeps_a_service(order: Order, *, at: datetime) -> Subscription:
    """Let somebody have a service that went on, and have ended it."""
    product = ProductFactory.create(kind="service")
    Plan.objects.create(product=product, period=Period.MONTH)
    line = order.lines.get()
    service = Subscription.objects.create(
        bought_as=line,
        order=order,
        customer=order.customer,
        variant=VariantFactory.create(product=product),
        email=order.email,
        language="fi",
        period=Period.MONTH,
        notice_days=0,
        letter_days=14,
        first_date=at.date(),
        started_at=at,
        look_date=at.date(),
    )
    ServicePeriod.objects.create(
        subscription=service,
        number=1,
        starts_date=at.date(),
        ends_date=service.ends(1),
        price=line.unit_price,
        told_at=at,
        order=order,
    )
    return end(service=service, at=at)


def booked_a_time(order: Order, *, at: datetime) -> Booking:
    """Let somebody have an appointment tomorrow."""
    product = ProductFactory.create(kind="service")
    room, bookable = (
        Calendar.objects.create(name=f"Huone {next(_numbers)}"),
        Bookable.objects.create(product=product),
    )
    CalendarService.objects.create(calendar=room, bookable=bookable)
    begins = at + timedelta(days=1)
    slot = Slot.objects.create(
        calendar=room, starts_at=begins, ends_at=begins + timedelta(hours=1), places=2
    )
    return Booking.objects.create(
        bought_as=order.lines.get(),
        customer=order.customer,
        email=order.email,
        slot=slot,
        places=1,
        change_hours=bookable.change_hours,
        booked_at=at,
        told_at=at,
    )


def keeps_services(order: Order, *, at: datetime) -> None:
    """Let somebody have a service that goes on, an appointment, and a download."""
    keeps_a_service(order, at=at)
    booked_a_time(order, at=at)
    Fetched.objects.create(line=order.lines.get(), first_at=at)


def agreed_with(card: Customer, *, at: datetime) -> Agreement:
    """Let somebody have had agreed prices until yesterday."""
    yesterday, before = at.date() - timedelta(days=1), at - timedelta(days=40)
    draft = drafted(
        card,
        {VariantFactory.create(): {1: "8.00"}},
        accepted_at=before,
        valid_from=before.date(),
        valid_until=yesterday,
        document_name="Sopimus.pdf",
        document_place="Kansio 7",
    )
    lay_in(agreement=draft, content=pdf_of("Puitesopimus"), at=before)
    return put_in_force(agreement=draft, at=before)


def a_picture(ending: str = "jpg") -> CheckedPicture:
    """Give a picture of a defect, of no person in particular."""
    return CheckedPicture(b"a lamp that flickers", ending, 1, 1, "0" * 64)


def complained_about(order: Order, *, at: datetime) -> Complaint:
    """Let somebody complain about a defect that staff have begun to look at."""
    told = Told(
        submission=uuid4(),
        email=order.email,
        words="Anna Virtasen lamppu välkkyy.",
        wish=Remedy.REPAIR,
        quantities={order.lines.get().pk: 1},
        photos=tuple(a_picture() for _each in PHOTOS),
    )
    way = Complaint.Way.MEMBER
    complaint = complain(order=order, told=told, way=way, language="fi", at=at)
    lay_down(complaint_id=complaint.pk, photos=told.photos)
    return examine(complaint=complaint, at=at, by=None)


def answered(order: Order, *, at: datetime) -> None:
    """Let all that was complained of be refused."""
    for complaint in order.complaints.all():
        refuse(complaint=complaint, reasons=f"Ei vikaa. {order.email}", at=at, by=None)


def done_with(order: Order, *, at: datetime) -> None:
    """Let nothing of an order be open any more, nor any service that it began."""
    finish(order, at=at)
    came_back(order, at=at)
    answered(order, at=at)
    stop(order=order, at=at)
    give_back(order=order, at=at)


def consented(account: Account, *, at: datetime) -> None:
    """Let somebody have consented to all there is, and have asked for the newsletter anew."""
    for purpose in For:
        given = give(
            purpose=purpose, account_id=account.pk, place=Place.ACCOUNT, language="fi", at=at
        )
    Look.objects.create(account=account, product=ProductFactory.create(), at=at)
    AskedConsent.objects.create(
        account=account,
        email=account.email,
        purpose=For.NEWSLETTER,
        asked_at=at,
        edition=given.edition,
        wording=given.wording,
        language="fi",
        place=Place.ACCOUNT,
    )


def wished_for(card: Customer, *, at: datetime) -> WishList:
    """Let somebody have a wish list that friends may see."""
    wished = WishList.objects.create(
        customer=card,
        name="Annan toiveet",
        shown_as="Anna",
        secret=new_secret(),
        created_at=at,
        touched_at=at,
    )
    Wish.objects.create(wish_list=wished, name="Vanha lamppu", at=at)
    Awaited.objects.create(
        account=card.account,
        variant=VariantFactory.create(),
        language="fi",
        asked_at=at,
        confirmed_at=at,
        until=at + timedelta(days=180),
    )
    return wished


def reviewed(card: Customer, *, at: datetime) -> Review:
    """Let somebody have reviewed what was bought long ago, in words that are still to be read."""
    with pgtrigger.ignore("orders.Review:reviews_are_by_buyers"):
        return Review.objects.create(
            product=ProductFactory.create(),
            customer=card,
            rating=4,
            title="Annan arvio",
            text="Anna Virtanen pitää lampusta.",
            is_named=True,
            language="fi",
            written_at=at,
            state=ReviewState.WAITING,
        )


def buys_for_a_company(card: Customer, *, at: datetime) -> Membership:
    """Let somebody be a company's only member, and be invited to another."""
    mine = CompanyFactory.create(
        einvoice_address="003720774740",
        einvoice_operator="NDEAFIHH",
        street="Tehtaankatu 1",
        postcode="00140",
        city="Helsinki",
        delivery_name="Varasto",
        delivery_street="Satamakatu 2",
        delivery_postcode="00160",
        delivery_city="Helsinki",
    )
    member = MembershipFactory.create(
        customer=card, company=mine, role=Membership.Role.ADMIN, order_limit=100
    )
    note(member, MembershipEvent.Kind.JOINED, at=at)
    Invitation.objects.create(
        company=CompanyFactory.create(),
        email=card.email,
        created_at=at,
        expires_at=at + timedelta(days=14),
    )
    PurchaseRequest.objects.create(
        company=mine,
        customer=card,
        state=PurchaseState.REFUSED,
        total_net=500,
        total=Decimal("627.50"),
        asked_at=at,
        decided_at=at,
        reason="Liian kallis",
    )
    return member


def asked_for_a_quote(card: Customer, *, at: datetime) -> Quote:
    """Let somebody have been given a quote, and have said no to it."""
    asked_for = asked_price(card.baskets.get(), at=at, message="Anna Virtanen kysyy.")
    quote = quoted(asked_for, "9.00", at=at, days=3650)
    return decline(quote=quote, reason="Anna ei tarvitse.", at=at)


def bargained(card: Customer, *, at: datetime) -> None:
    """Let somebody have had prices of their own: by an agreement, and by a quote."""
    agreed_with(card, at=at)
    asked_for_a_quote(card, at=at)


def whole_life(email: str, *, clerk: Account, at: datetime = NOON) -> Customer:
    """Let somebody leave a row in every table that can hold one."""
    card = member(email)
    account = login_of(card)
    DataCopy.objects.create(account=account, language="fi", requested_at=at)
    buys_for_a_company(card, at=at)
    AddressFactory.create(customer=card)
    basket = BasketFactory.create(customer=card)
    BasketLineFactory.create(basket=basket)
    CheckoutDraftFactory.create(
        basket=basket, email=email, delivery_method=None, for_company=True, business_id="1234567-1"
    )
    order = order_of(card, email, at=at)
    Confirmation.objects.create(order=order, for_consumer=True, told=[], seller={}, told_at=at)
    issue(order=order, tax_point=at.date(), at=at)
    Payment.objects.create(order=order, provider=Provider.BANK, amount=1, created_at=at)
    paid_by_bank(order, at=at)
    used_coupon(order, at=at)
    ordered_before(card, at=at)
    bargained(card, at=at)
    Intake.objects.create(
        kind="customers", file="x", asked_format="own", created_at=at, touched_at=at
    )
    ask(kind=Kind.OBJECTION, account_id=account.pk, said="Vastustan.", language="fi", at=at)
    consented(account, at=at)
    wished_for(card, at=at)
    reviewed(card, at=at)
    restrict(subject_of(cards=[card.pk]), reason=Restriction.Reason.ACCURACY, at=at)
    post(to=email, language="fi", kind="x", subject="x", text="x", at=at, about=order.pk)
    withdrew_from(order, at=at)
    complained_about(order, at=at)
    keeps_services(order, at=at)
    Reminder.objects.create(invoice=Invoice.objects.get(order=order), step=1, sent_at=at, owed=1)
    VatIdCheck.objects.create(vat_id="SE556012579001", checked_at=at, checked_by=clerk)
    passed_on(order.pk, at=at)
    disclosure_of(card, email, at=at)
    signed_in = SessionStore()
    signed_in[SESSION_KEY] = str(account.pk)
    signed_in.save()
    visit = SessionStore()
    visit["said"] = f"A letter went to {email}."
    visit.save()
    EmailConfirmation.create(EmailAddress.objects.get(user=account))
    Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data={})
    seen = {"username": email, "ip_address": "192.0.2.7", "path_info": "/"}
    AccessLog.objects.create(**seen, session_hash="0" * 64)
    AccessFailureLog.objects.create(**seen)
    AccessAttempt.objects.create(**seen, failures_since_start=1)
    served_once(account, clerk=clerk, at=at)
    note_provenance(
        rows={card: ["phone"]},
        source=Whence.THIRD_PARTY,
        party="Numeropalvelu Oy",
        basis=Basis.CONTRACT,
        purpose=Purpose.REGISTER,
        at=at,
        by=clerk,
    )
    note_told_otherwise(SourceNotice.objects.get(card=card), at=at, by=clerk)
    LogEntry.objects.create(
        user=clerk,
        content_type=ContentType.objects.get_for_model(order),
        object_id=str(order.pk),
        object_repr=email,
        action_flag=CHANGE,
        change_message=email,
    )
    note_readings(
        staff=clerk,
        kind=reading.Kind.DETAIL,
        table="orders.Order",
        numbers=[order.pk, card.pk],
        at=at,
        reason=f"{email} asked where the parcel is",
    )
    breach = open_breach(noticed_at=at, what="Somebody else had the session.")
    add_affected(breach, {card.pk: Seen({"orders.Order"}, at, at)}, at=at)
    return card
