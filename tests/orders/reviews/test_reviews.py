"""Only buyers review, once each; good and bad stand alike; the sums are what they add up to."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Customer
from orders.catalogue.models import Product
from orders.catalogue.ratings import Rating
from orders.reviews import operations
from orders.reviews.letters import REFUSED
from orders.reviews.models import Complained, Review, ReviewState
from orders.reviews.operations import Decided, NotBought
from orders.sales.models import Order
from privacy.erase import erase
from privacy.outbox.models import Letter
from privacy.subject import subject_of
from soluto_shop.staff_groups import ensure_groups
from tests.doors import let_in
from tests.factories import StaffFactory, VariantFactory
from tests.orders.catalogue.shelf import commit, main_part, page
from tests.orders.wishes.test_wishes import ware
from tests.privacy.lives import finish, login_of, member, order_of
from tests.races import at_once

pytestmark = pytest.mark.django_db

ANNA, CELIA = "anna@example.fi", "celia@example.fi"
MINE, PAGE = "/tili/arviot/lamppu/", "/tuote/lamppu/"
HERE = {"sec-fetch-site": "same-origin"}


def lamp() -> Product:
    return ware("lamppu").product


def buys(card: Customer, product: Product) -> Order:
    order = order_of(card, card.email, at=timezone.now() - timedelta(days=3))
    order.lines.update(variant=product.variants.get())
    return order


def buyer(email: str, product: Product) -> Customer:
    card = member(email)
    finish(buys(card, product), at=timezone.now() - timedelta(days=1))
    return card


def says(
    card: Customer, product: Product, rating: int, text: str = "", *, is_named: bool = False
) -> Review:
    written = operations.review(
        card,
        product=product,
        rating=rating,
        title="",
        text=text,
        is_named=is_named,
        language="fi",
        at=timezone.now(),
    )
    commit()
    return written


def sums(product: Product) -> tuple[int, int] | None:
    found = Rating._base_manager.filter(product=product).first()
    return (found.reviews, found.points) if found else None


# --- Who may


def test_only_who_has_got_it_reviews_it(client: Client) -> None:
    product = lamp()
    card = member(ANNA)
    let_in(client, login_of(card))
    order = buys(card, product)

    assert "Tuotteen voi arvioida vasta" in page(client, MINE, status=403)
    assert client.post(MINE, {"rating": 5}).status_code == 403
    with pytest.raises(NotBought):
        says(card, product, 5)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(
            product=product,
            customer=card,
            rating=5,
            is_named=False,
            language="fi",
            written_at=timezone.now(),
            state=ReviewState.SHOWN,
        )
    assert not Review.objects.exists()

    finish(order, at=timezone.now())
    assert client.post(MINE, {"rating": 5})["Location"] == PAGE
    assert Review.objects.get().state == ReviewState.SHOWN
    assert sums(product) == (1, 5)
    assert Client().get(MINE)["Location"].startswith("/tili/kirjaudu/")


def test_written_again_it_is_written_anew_and_once(client: Client) -> None:
    product = lamp()
    card = buyer(ANNA, product)
    let_in(client, login_of(card))
    client.post(MINE, {"rating": 5})
    typed = {"rating": 2, "title": "Välkkyy", "text": "131052-308T", "is_named": "on"}
    refused = client.post(MINE, typed).content.decode()
    assert "Välkkyy" in refused
    assert sums(product) == (1, 5)

    client.post(MINE, {**typed, "text": "Välkkyy iltaisin."})
    written = Review.objects.get()
    assert (written.rating, written.is_named, written.state) == (2, True, ReviewState.WAITING)
    assert sums(product) == (0, 0)
    assert "Välkkyy" not in page(client, PAGE)

    client.post(f"{MINE}poista/")
    assert not Review.objects.exists()
    assert client.post(f"{MINE}poista/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_written_at_once_it_is_written_once_and_counted_once() -> None:
    product = lamp()
    card = buyer(ANNA, product)
    write = partial(
        operations.review,
        card,
        product=product,
        rating=4,
        title="",
        text="",
        is_named=False,
        language="fi",
        at=timezone.now(),
    )
    assert not [each for each in at_once([write] * 5) if isinstance(each, Exception)]
    assert Review.objects.count() == 1
    assert sums(product) == (1, 4)


# --- What everybody sees


def test_the_page_and_the_card_show_the_sums_and_how_they_are_verified(client: Client) -> None:
    product = lamp()
    anna, celia = buyer(ANNA, product), buyer(CELIA, product)
    says(anna, product, 4)
    operations.publish(says(celia, product, 1, "Rikki jo\n<b>aamulla</b>.", is_named=True))
    commit()
    cache.clear()

    said = main_part(page(client, PAGE))

    assert "2,5" in said
    assert "2 arviota" in said
    assert "Rikki jo<br>&lt;b&gt;aamulla&lt;/b&gt;." in said
    assert "Anna, varmennettu ostaja" in said  # the first name of whoever wanted it shown
    assert said.count("Varmennettu ostaja") == 1
    for mark in (ANNA, CELIA, "Virtanen", str(anna.pk), str(celia.pk)):
        assert mark not in said
    assert "kauppa tarkistaa tämän omista tilauksistaan" in said
    assert not client.cookies
    assert "2 arviota" in main_part(page(client, "/"))


def test_the_sums_follow_whoever_goes(client: Client) -> None:
    product = lamp()
    anna, celia = buyer(ANNA, product), buyer(CELIA, product)
    says(anna, product, 5)
    says(celia, product, 2)
    assert sums(product) == (2, 7)
    erase(subject_of(cards=[anna.pk]), at=timezone.now())
    assert sums(product) == (1, 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rating._base_manager.update(points=99)


def test_queries_stay_level(client: Client) -> None:
    product = lamp()
    says(buyer(ANNA, product), product, 5)

    def queries(address: str) -> int:
        commit()
        client.get(address)
        cache.clear()
        VariantFactory.create()  # the next version of the catalogue: nothing is kept
        commit()
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    few = [queries(PAGE), queries("/")]
    for number in range(6):
        card = buyer(f"ostaja{number}@example.fi", product)
        operations.publish(says(card, product, 3, "Hyvä.", is_named=True))
    assert [queries(PAGE), queries("/")] == few


# --- What the shop decides


def test_a_refusal_tells_the_writer_why_and_is_of_the_words_that_were_read() -> None:
    product = lamp()
    card = buyer(ANNA, product)
    read = says(card, product, 1, "Haukkuu.")
    says(card, product, 1, "Ei hauku enää.")
    for decide in (
        operations.publish,
        partial(operations.refuse, reason="Loukkaa.", at=timezone.now()),
    ):
        with pytest.raises(Decided):
            decide(read)
    assert not Letter.objects.filter(kind=REFUSED).exists()

    operations.refuse(Review.objects.get(), reason="Loukkaa myyjää.", at=timezone.now())

    letter = Letter.objects.get(kind=REFUSED)
    assert letter.to == ANNA
    assert "Loukkaa myyjää." in letter.text
    assert MINE in letter.text
    assert Review.objects.get().state == ReviewState.REFUSED
    assert sums(product) is None
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.update(reason="")


def test_a_reader_reports_and_it_stays_until_staff_have_looked(client: Client) -> None:
    cache.clear()
    product = lamp()
    written = says(buyer(ANNA, product), product, 1, "Rikki.")
    address = f"/ilmoita-arviosta/{written.pk}/"
    page(client, address, status=404)  # what is not published cannot be reported
    operations.publish(written)
    assert client.post(address, {"why": "x"}, headers=HERE).status_code == 200
    assert client.post(address, {"why": "untrue"}, headers=HERE)["Location"] == PAGE
    written.refresh_from_db()
    assert (written.state, written.complained) == (ReviewState.SHOWN, Complained.UNTRUE)
    for _more in range(12):
        answer = client.post(address, {"why": "untrue"}, headers=HERE)
    assert answer.status_code == 429


def test_staff_publish_and_refuse_at_the_desk() -> None:
    ensure_groups()
    product = lamp()
    written = says(buyer(ANNA, product), product, 1, "Rikki.")
    care = let_in(Client(), StaffFactory.create(role="care"))
    looks = let_in(Client(), StaffFactory.create(role="gdpr_contact"))
    desk = f"/admin/orders/review/{written.pk}/"
    assert "Rikki." in page(care, f"{desk}change/")
    assert 'name="decide"' not in page(looks, f"{desk}change/")
    said = {"written": written.written_at.isoformat(), "decide": "publish"}
    assert looks.post(f"{desk}decide/", said).status_code == 403
    stale = {**said, "written": "x"}
    care.post(f"{desk}decide/", stale)
    assert Review.objects.get().state == ReviewState.WAITING

    care.post(f"{desk}decide/", said)
    assert Review.objects.get().state == ReviewState.SHOWN
    without_reason = care.post(f"{desk}decide/", {**said, "decide": "refuse"})
    assert without_reason.status_code == 200
    care.post(f"{desk}decide/", {**said, "decide": "refuse", "reason": "Väärä tuote."})
    assert Review.objects.get().reason == "Väärä tuote."
    assert "Väärä tuote." in Letter.objects.get(kind=REFUSED).text
    assert sums(product) == (0, 0)
