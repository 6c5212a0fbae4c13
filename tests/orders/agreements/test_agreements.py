"""Agreements: who gets which price, until when, and that nobody rewrites what was accepted."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.core.cache import caches
from django.db import Error, transaction
from django.test import Client
from django.utils import timezone, translation
from django.utils.formats import date_format
from hypothesis import given
from hypothesis import strategies as st

from customers.models import Company, Customer, Membership
from orders import vat
from orders.agreements.operations import (
    GivesNothing,
    NotAccepted,
    NotADraft,
    NotInForce,
    Overlaps,
    TooSoon,
    close_what_is_over,
    end,
    let_old_drafts_go,
    put_in_force,
)
from orders.basket.contents import contents_of
from orders.basket.models import Basket
from orders.basket.operations import accept_prices, change, put
from orders.catalogue.agreements import AgreedVariant, Agreement, ListPrice, PriceList
from orders.catalogue.asking import Agreed
from orders.catalogue.campaigns import Campaign
from orders.catalogue.models import Variant
from orders.checkout.operations import place_order
from orders.checkout.summary import seal, summarise
from orders.offers.planning import plan
from orders.sales.models import OrderLine
from orders.sales.story import story_of
from privacy.erase import erase, preview
from privacy.registry import Ground
from privacy.subject import subject_of
from tests.conftest import NOON
from tests.doors import let_in
from tests.factories import (
    BasketFactory,
    BasketLineFactory,
    CheckoutDraftFactory,
    CompanyFactory,
    MembershipFactory,
    VariantFactory,
    in_stock,
)
from tests.orders.agreements.agreeing import LONG_SINCE, agreed, drafted, list_of
from tests.orders.catalogue.shelf import commit, page, words
from tests.privacy.lives import login_of
from tests.races import at_once

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
TODAY = date(2026, 11, 23)


@pytest.fixture
def lamp() -> Variant:
    """Sell a lamp for 12.55, which is ten euros and the VAT of 25.5 %."""
    return in_stock(500, variant=VariantFactory.create(sku="LAMPPU", price=Decimal("12.55")))


@pytest.fixture
def company(anna: Customer) -> Company:
    """Let Anna buy for a company, and Celia not."""
    made = CompanyFactory.create(name="Lamppu Oy", business_id="2077474-0")
    MembershipFactory.create(company=made, customer=anna, role="admin")
    return made


def basket_of(card: Customer, variant: Variant, pieces: int) -> Basket:
    basket = BasketFactory.create(customer=card)
    BasketLineFactory.create(basket=basket, variant=variant, quantity=pieces)
    return basket


def test_the_party_alone_pays_the_agreed_price_of_so_many_pieces(
    company: Company, lamp: Variant, anna: Customer, celia: Customer
) -> None:
    agreement = agreed(
        company, {lamp: {1: "8.38", 10: "7.50"}}, number="S-1", valid_until=date(2026, 12, 31)
    )
    basket = BasketFactory.create(customer=anna)
    line = put(basket=basket, sku="LAMPPU", quantity=9, at=NOON)
    [shown] = contents_of(basket, at=NOON).lines

    # 8.38 € and 25.5 % are 10.5169 €.
    assert line.shown_price == shown.unit_price == Decimal("10.52")
    assert (shown.base_price, shown.price_reason) == (Decimal("12.55"), "agreement")
    assert shown.price_words == "S-1"
    assert "S-1" in shown.by_agreement
    assert "31.12.2026" in shown.by_agreement
    assert shown.rounding == Decimal("0.0279")

    change(basket=basket, sku="LAMPPU", quantity=10, at=NOON)
    [shown] = contents_of(basket, at=NOON).lines
    assert (shown.unit_price, shown.price_has_changed) == (Decimal("9.41"), False)
    basket.lines.update(shown_price=Decimal("1.00"))
    accept_prices(basket=basket, at=NOON)
    assert not contents_of(basket, at=NOON).lines[0].price_has_changed

    for stranger in (basket_of(celia, lamp, 10), BasketFactory.create()):
        put(basket=stranger, sku="LAMPPU", quantity=10, at=NOON)
        [theirs] = contents_of(stranger, at=NOON).lines
        assert (theirs.unit_price, theirs.agreed) == (Decimal("12.55"), None)
    after = datetime(2027, 1, 1, 12, tzinfo=NOON.tzinfo)
    assert contents_of(basket, at=after).lines[0].unit_price == Decimal("12.55")
    assert agreement.covers.get().party == company.pk


@given(
    net=st.integers(0, 1_000_000).map(lambda each: Decimal(each).scaleb(-2)),
    rate=st.sampled_from(["0", "10", "13.5", "14", "25.5", "27"]).map(Decimal),
)
def test_the_net_of_an_agreed_piece_is_what_was_agreed_to_the_cent(
    net: Decimal, rate: Decimal
) -> None:
    gross = Agreed(net=net, number="S-1", until=None, payment_days=14).gross(rate)
    assert vat.split_gross(gross, rate).net == net


def test_the_lowest_of_shelf_campaign_and_agreement_counts(
    company: Company, lamp: Variant, anna: Customer
) -> None:
    now = timezone.now()
    agreed(company, {lamp: {1: "8.00"}})  # 10.04 € with VAT
    basket = basket_of(anna, lamp, 1)
    assert contents_of(basket, at=now).lines[0].unit_price == Decimal("10.04")

    sale = Campaign.objects.create(
        name_fi="Ale", percent=50, begins_at=now, ends_at=now + DAY, is_for_all=True
    )
    plan(campaign=sale, at=now)
    [line] = contents_of(basket, at=timezone.now()).lines
    assert (line.unit_price, line.price_reason) == (Decimal("6.28"), "campaign")
    assert line.agreed is not None  # its payment term counts all the same


def test_the_line_tells_its_agreement_and_the_term_sets_the_due_date(
    company: Company, lamp: Variant, anna: Customer
) -> None:
    agreed(company, {lamp: {1: "8.38"}}, number="S-7", payment_days=45)

    def ordered(**facts: Any) -> OrderLine:
        draft = CheckoutDraftFactory.create(
            basket=BasketFactory.create(customer=anna), email=anna.email, **facts
        )
        BasketLineFactory.create(basket=draft.basket, variant=lamp, quantity=3)
        seen = seal(draft, summarise(draft, at=NOON))
        return place_order(draft_id=draft.pk, seen=seen, at=NOON).lines.get()

    line = ordered(for_company=True, company_name="Lamppu Oy", business_id="2077474-0")
    order = line.order
    assert (line.unit_price, line.total) == (Decimal("10.52"), Decimal("31.56"))
    assert (line.price_reason, line.price_words) == ("agreement", "S-7")
    assert order.total == order.total_net + order.total_vat
    assert order.due_date == TODAY + timedelta(days=45)
    story = story_of(line, order)
    assert story is not None
    assert [(part.amount, "S-7" in part.words) for part in story.parts] == [
        (Decimal("37.65"), False),
        (Decimal("-6.09"), True),
    ]

    # As a person Anna buys at the price of everybody, and pays as everybody does.
    as_herself = ordered()
    assert (as_herself.unit_price, as_herself.price_reason) == (Decimal("12.55"), "shelf")
    assert as_herself.order.due_date == TODAY + timedelta(days=14)


def refused(deed: Callable[[], object], why: str) -> None:
    with pytest.raises(Error, match=why), transaction.atomic():
        deed()


def test_an_agreement_has_exactly_one_party(
    company: Company, lamp: Variant, anna: Customer
) -> None:
    prices = list_of({lamp: {1: "8.00"}})
    refused(
        lambda: Agreement.objects.create(
            number="S-0", customer=anna, company=company, price_list=prices
        ),
        "agreement_has_one_party",
    )
    refused(
        lambda: Agreement.objects.create(number="S-0", price_list=prices),
        "agreement_has_one_party",
    )
    refused(
        lambda: Agreement.objects.create(
            number="S-0", customer=anna, price_list=prices, state="in_force"
        ),
        "agreement_begins_as_a_draft",
    )


def test_two_agreements_of_a_party_never_cover_a_product_on_the_same_day(
    company: Company, lamp: Variant, anna: Customer
) -> None:
    first = agreed(company, {lamp: {1: "8.00"}}, valid_until=date(2026, 12, 31))
    same = drafted(company, {lamp: {1: "7.00"}}, valid_from=date(2026, 12, 31))

    with pytest.raises(Overlaps):
        put_in_force(agreement=same, at=NOON)
    same.refresh_from_db()
    assert (same.state, same.covers.count()) == ("draft", 0)

    agreed(company, {lamp: {1: "7.00"}}, valid_from=date(2027, 1, 1))
    agreed(company, {VariantFactory.create(): {1: "7.00"}})
    agreed(anna, {lamp: {1: "9.00"}})
    with pytest.raises(Overlaps):
        put_in_force(agreement=same, at=NOON)  # now it meets the one of January
    refused(
        lambda: AgreedVariant.objects.create(
            agreement=first, variant=lamp, party=anna.pk, valid_from=TODAY
        ),
        "what_is_covered_follows_the_agreement",
    )


def test_two_at_once_put_one_of_two_overlapping_agreements_in_force(
    transactional_db: None, company: Company, lamp: Variant
) -> None:
    drafts = [drafted(company, {lamp: {1: "8.00"}}) for _ in range(2)]

    outcomes = at_once([partial(put_in_force, agreement=each, at=NOON) for each in drafts])

    assert sorted(type(each).__name__ for each in outcomes) == ["Agreement", "Overlaps"]
    assert Agreement.objects.in_force().count() == AgreedVariant.objects.count() == 1


def test_what_was_accepted_is_never_rewritten_but_ended(company: Company, lamp: Variant) -> None:
    agreement = agreed(company, {lamp: {1: "8.00"}}, valid_until=date(2027, 6, 30))
    mine = Agreement.objects.filter(pk=agreement.pk)
    other = CompanyFactory.create()
    prices = agreement.price_list

    for change_of in (
        {"payment_days": 60},
        {"number": "S-X"},
        {"price_list": list_of({lamp: {1: "1.00"}})},
        {"company": other},
        {"accepted_at": NOON},
        {"valid_until": None},
        {"valid_until": date(2028, 1, 1)},
        {"state": "draft"},
    ):
        refused(partial(mine.update, **change_of), "accepted_agreements_stay|goes_its_way")
    for deed in (
        lambda: ListPrice.objects.update(net=Decimal("1.00")),
        lambda: ListPrice.objects.all()[:1].get().delete(),
        lambda: ListPrice.objects.create(price_list=prices, variant=lamp, from_pieces=5, net=1),
    ):
        refused(deed, "given_prices_stay")
    refused(lambda: PriceList.objects.update(valid_until=TODAY), "given_lists_stay")
    with pytest.raises(NotADraft):
        put_in_force(agreement=agreement, at=NOON)


def test_an_agreement_ends_after_its_notice_and_is_closed_at_night(
    company: Company, lamp: Variant, anna: Customer
) -> None:
    agreement = agreed(company, {lamp: {1: "8.00"}}, notice_days=30)
    basket = basket_of(anna, lamp, 1)
    with pytest.raises(TooSoon):
        end(agreement=agreement, last_day=TODAY - DAY, at=NOON)

    ended = end(agreement=agreement, at=NOON)

    assert ended.valid_until == date(2026, 12, 23)
    last = NOON + 30 * DAY
    assert contents_of(basket, at=last).lines[0].unit_price == Decimal("10.04")
    assert contents_of(basket, at=last + DAY).lines[0].unit_price == Decimal("12.55")
    with pytest.raises(NotInForce):
        end(agreement=agreement, at=NOON)
    assert close_what_is_over(at=last) == 0
    assert close_what_is_over(at=last + DAY) == 1
    agreed(company, {lamp: {1: "7.00"}}, valid_from=date(2026, 12, 24))

    drafted(company, {lamp: {1: "6.00"}}, created_at=NOON)
    assert let_old_drafts_go(at=NOON + 1095 * DAY) == 0
    assert let_old_drafts_go(at=NOON + 1096 * DAY) == 1
    assert Agreement.objects.count() == 2


def test_nobody_comes_into_force_without_the_right_acceptance_or_a_price(
    company: Company, lamp: Variant, anna: Customer, celia: Customer
) -> None:
    for facts in (
        {"accepted_by": celia},
        {"accepted_by": None},
        {"accepted_at": None},
        {"accepted_at": NOON + DAY},
    ):
        with pytest.raises(NotAccepted):
            agreed(company, {lamp: {1: "8.00"}}, **facts)
    with pytest.raises(NotAccepted):
        agreed(celia, {lamp: {1: "8.00"}}, accepted_by=anna)
    old = list_of({lamp: {1: "8.00"}}, valid_until=date(2026, 6, 30))
    with pytest.raises(GivesNothing):
        agreed(celia, {}, price_list=old, valid_from=date(2026, 7, 1))
    with pytest.raises(GivesNothing):
        agreed(celia, {})
    # The list's own days count too.
    assert agreed(celia, {}, price_list=old).covers.get().valid_until == date(2026, 6, 30)


@pytest.fixture
def shelf() -> Iterator[None]:
    caches["parts"].clear()
    yield
    caches["parts"].clear()


def test_the_products_page_tells_the_party_alone_which_agreement_and_until_when(
    shelf: None, company: Company, lamp: Variant, anna: Customer, celia: Customer
) -> None:
    agreement = agreed(
        company,
        {lamp: {1: "8.38", 10: "7.50"}},
        number="S-99",
        at=timezone.now(),
        valid_until=timezone.localdate() + 400 * DAY,
    )
    commit()
    MembershipFactory.create(customer=celia)  # of another company, which sees net prices as well
    address = f"/en/product/{lamp.product.slug}/"
    nobody, member, stranger = Client(), Client(), Client()
    let_in(member, login_of(anna))
    let_in(stranger, login_of(celia))

    for _ in range(2):  # made, and kept
        told = words(page(member, address))
        assert "S-99" in told
        assert "€10.52" in told
        assert "€8.38 excl. VAT" in told
        assert "from 10 pieces €9.41" in told
        for other in (nobody, stranger):
            seen = words(page(other, address))
            assert "S-99" not in seen
            assert "€10.52" not in seen
            assert "€12.55" in seen

    end(agreement=agreement, last_day=timezone.localdate(), at=timezone.now())
    with translation.override("en"):
        today = date_format(timezone.localdate(), "SHORT_DATE_FORMAT")
    assert f"Price by agreement S-99, until {today}" in words(page(member, address))
    Membership.objects.all().delete()
    assert "S-99" not in words(page(member, address))


def test_a_running_agreement_holds_a_persons_erasure_until_its_last_day(
    anna: Customer, lamp: Variant
) -> None:
    agreement = agreed(anna, {lamp: {1: "8.00"}}, valid_until=date(2026, 12, 31))
    subject = subject_of(cards=[anna.pk])

    told = preview(subject, at=NOON)

    later = [item for item in told.goes_later if item.column == "orders.Agreement.party_name"]
    assert [(item.ground, item.until) for item in later] == [(Ground.CONTRACT, date(2026, 12, 31))]
    erase(subject, at=NOON)
    agreement.refresh_from_db()
    assert (agreement.customer, agreement.accepted_by) == (None, None)
    assert (agreement.party_gone, agreement.party_name) == (True, "Anna Virtanen")
    assert not AgreedVariant.objects.exists()  # nobody can buy by it any more
    assert agreement.valid_from == LONG_SINCE


def test_an_ended_agreement_goes_when_its_person_asks(anna: Customer, lamp: Variant) -> None:
    agreed(anna, {lamp: {1: "8.00"}}, valid_until=TODAY - DAY)
    open_ended = agreed(anna, {lamp: {1: "8.00"}}, valid_from=TODAY)
    subject = subject_of(cards=[anna.pk])
    untils = {item.until for item in preview(subject, at=NOON).goes_later}
    assert untils == {None}

    erase(subject, at=NOON)

    assert Agreement.objects.get() == open_ended


def test_the_last_member_takes_along_what_was_agreed_with_a_company(
    company: Company, lamp: Variant, anna: Customer
) -> None:
    agreed(company, {lamp: {1: "8.00"}}, valid_until=TODAY - DAY)
    erase(subject_of(cards=[anna.pk]), at=NOON)
    assert not Agreement.objects.exists()
    assert not Company.objects.exists()
