"""The staff's side: what it shows, what it lets be done, and by whom."""

import io
from decimal import Decimal

import pytest
from axes.models import AccessFailureLog
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob

from customers.models import Account
from orders.catalogue.models import Picture, Product, Variant
from orders.checkout.operations import place_order, show_summary
from orders.delivery.models import DeliveryMethod
from orders.sales.models import Order
from orders.sales.states import PaymentStatus, Status
from orders.stock.models import Level, Movement
from privacy.outbox.models import Letter
from tests.conftest import NOON
from tests.doors import let_in
from tests.factories import (
    AttributeFactory,
    AttributeOptionFactory,
    CategoryFactory,
    CustomerFactory,
    ProductFactory,
    StaffFactory,
    VariantFactory,
    in_stock,
)
from tests.filled import fields_of
from tests.orders.checkout.conftest import Fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, bertil: Account) -> Client:
    """Bertil, signed in."""
    let_in(client, bertil)
    return client


@pytest.fixture
def order(fill: Fill) -> Order:
    """Two lamps, ordered by Pekka."""
    draft = fill(in_stock(10, variant=VariantFactory.create(price=Decimal("12.55"))), 2)
    show_summary(draft=draft, at=NOON)
    return place_order(draft_id=draft.pk, at=NOON)


def step(desk: Client, order: Order, name: str, **more: str) -> list[str]:
    address = reverse("admin:orders_order_step", args=[order.pk])
    page = desk.post(address, {"step": name, **more}, follow=True)
    order.refresh_from_db()
    return [str(message) for message in page.context["messages"]]


def test_an_order_goes_from_the_desk_to_its_buyer(desk: Client, order: Order) -> None:
    for name in ("pay", "pack"):
        step(desk, order, name)
    step(desk, order, "ship", tracking_code="JJFI64574900000202361")
    step(desk, order, "deliver")

    assert (order.status, order.payment_status) == (Status.DELIVERED, PaymentStatus.PAID)
    assert order.parcels.get().tracking_code == "JJFI64574900000202361"
    assert Letter.objects.filter(kind="order_shipped").count() == 1
    by_staff = [event.kind for event in order.events.filter(staff__full_name="Bertil Ek")]
    assert by_staff == ["pay", "pack", "ship", "deliver"]


def test_a_step_that_is_not_permitted_is_told_and_changes_nothing(
    desk: Client, order: Order
) -> None:
    for name in ("ship", "no-such-step"):
        [told] = step(desk, order, name)
        assert told

    assert order.status == Status.PLACED
    assert order.events.filter(staff__isnull=False).count() == 0


def test_a_cancelled_order_puts_its_goods_back(desk: Client, order: Order) -> None:
    assert Level.objects.get().on_hand == 8

    step(desk, order, "cancel")

    assert Level.objects.get().on_hand == 10
    assert order.is_cancelled


def test_the_order_page_offers_only_what_is_permitted(desk: Client, order: Order) -> None:
    address = reverse("admin:orders_order_change", args=[order.pk])
    before = desk.get(address).content.decode()
    step(desk, order, "cancel")
    after = desk.get(address).content.decode()

    offered = [f'name="step" value="{name}"' for name in ("pay", "pack", "deliver", "cancel")]
    assert "tilausvahvistus" in before
    assert "order_placed" not in before
    assert all(button in before for button in offered)
    assert 'value="ship"' not in before
    assert [name for name in offered if name in after] == ['name="step" value="pay"']


@pytest.mark.parametrize(
    ("kind", "usual"), [("parcel", ["pack", "ship", "deliver"]), ("pickup", ["pack", "deliver"])]
)
def test_one_button_stands_out_the_step_that_usually_comes_next(
    desk: Client, order: Order, kind: str, usual: list[str]
) -> None:
    DeliveryMethod.objects.filter(code=order.delivery_code).update(kind=kind)
    address = reverse("admin:orders_order_change", args=[order.pk])

    for name in [*usual, "pay"]:
        page = desk.get(address)
        assert page.context["usual_step"] == name
        assert page.content.count(b'<button type="submit" class="button">Merkitse') == 1
        step(desk, order, name)
    assert desk.get(address).context["usual_step"] is None


def test_orders_without_a_delivery_are_filtered_for_by_a_link_with_words(
    desk: Client, order: Order
) -> None:
    Order.objects.update(delivery_method="")

    page = desk.get(reverse("admin:orders_order_changelist")).content.decode()

    assert '<a href="?delivery_method=">Ei toimitettavaa</a>' in " ".join(page.split())


def test_who_may_only_look_gets_no_buttons_and_no_steps(client: Client, order: Order) -> None:
    looker = StaffFactory.create(is_superuser=False)
    looker.user_permissions.add(Permission.objects.get(codename="view_order"))
    let_in(client, looker)

    page = client.get(reverse("admin:orders_order_change", args=[order.pk]))
    refused = client.post(reverse("admin:orders_order_step", args=[order.pk]), {"step": "cancel"})

    assert page.status_code == 200
    assert b'name="step"' not in page.content
    assert refused.status_code == 403
    order.refresh_from_db()
    assert not order.is_cancelled


def test_an_order_is_found_by_number_reference_address_and_name(desk: Client, order: Order) -> None:
    address = reverse("admin:orders_order_changelist")
    grouped = " ".join(order.reference[i : i + 5] for i in range(0, len(order.reference), 5))

    for typed in (order.number, order.reference, grouped, "PEKKA@example.fi", "Puro"):
        assert order.number in desk.get(address, {"q": typed}).content.decode(), typed
    assert order.number not in desk.get(address, {"q": "Virtanen"}).content.decode()


def test_a_product_is_made_on_one_page_with_its_stock_and_colours(desk: Client) -> None:
    colour = AttributeFactory.create(code="vari", name_fi="Väri")
    black = AttributeOptionFactory.create(attribute=colour, code="musta", name_fi="Musta")
    shelf = CategoryFactory.create()
    said = {
        "name_fi": "Työtuoli",
        "slug": "tyotuoli",
        "kind": "goods",
        "vat_class": "standard",
        "published_from_0": "2026-11-01",
        "published_from_1": "12:00:00",
        "shelves-TOTAL_FORMS": "1",
        "shelves-INITIAL_FORMS": "0",
        "shelves-0-category": str(shelf.pk),
        "shelves-0-position": "0",
        "variants-TOTAL_FORMS": "1",
        "variants-INITIAL_FORMS": "0",
        "variants-0-sku": "TUOLI-M",
        "variants-0-gtin": "4006381333931",
        "variants-0-weight_g": "9000",
        "variants-0-price": "249.00",
        "variants-0-makes": str(black.pk),
        "variants-0-is_active": "on",
        "variants-0-position": "0",
        "variants-0-pieces": "7",
        "variants-0-low_at": "2",
        "pictures-TOTAL_FORMS": "0",
        "pictures-INITIAL_FORMS": "0",
        "attribute_values-TOTAL_FORMS": "0",
        "attribute_values-INITIAL_FORMS": "0",
        "wares-TOTAL_FORMS": "0",
        "wares-INITIAL_FORMS": "0",
        "plan-TOTAL_FORMS": "0",
        "plan-INITIAL_FORMS": "0",
        "bookable-TOTAL_FORMS": "0",
        "bookable-INITIAL_FORMS": "0",
    }

    answer = desk.post(reverse("admin:orders_product_add"), said)

    assert answer.status_code == 302, answer.context["errors"]
    variant = Variant.objects.get(sku="TUOLI-M")
    assert [value.option for value in variant.options.all()] == [black]
    assert (variant.level.on_hand, variant.level.low_at) == (7, 2)
    assert Movement.objects.get().change == 7


def test_a_variant_is_taken_away_with_its_stock_whatever_else_is_typed(desk: Client) -> None:
    product = ProductFactory.create()
    kept, gone = (in_stock(3, variant=VariantFactory.create(product=product)) for _ in range(2))
    address = reverse("admin:orders_product_change", args=[product.pk])
    said = fields_of(desk.get(address).content.decode())
    row = next(name.rpartition("-")[0] for name, value in said.items() if value == gone.sku)

    answer = desk.post(address, {**said, f"{row}-DELETE": "on", f"{row}-makes": "x"})

    assert answer.status_code == 302, answer.context["errors"]
    assert list(product.variants.all()) == [kept]
    assert Level.objects.get().variant == kept


def test_a_wrong_check_digit_is_told_beside_the_field(desk: Client) -> None:
    product = ProductFactory.create()
    variant = VariantFactory.create(product=product)
    said = {
        "name_fi": product.name_fi,
        "slug": product.slug,
        "kind": "goods",
        "vat_class": "standard",
        "published_from_0": "2026-11-01",
        "published_from_1": "12:00:00",
        "shelves-TOTAL_FORMS": "0",
        "shelves-INITIAL_FORMS": "0",
        "variants-TOTAL_FORMS": "1",
        "variants-INITIAL_FORMS": "1",
        "variants-0-id": str(variant.pk),
        "variants-0-product": str(product.pk),
        "variants-0-sku": variant.sku,
        "variants-0-gtin": "4006381333932",
        "variants-0-weight_g": "0",
        "variants-0-price": "1",
        "variants-0-position": "0",
        "pictures-TOTAL_FORMS": "0",
        "pictures-INITIAL_FORMS": "0",
        "attribute_values-TOTAL_FORMS": "0",
        "attribute_values-INITIAL_FORMS": "0",
        "wares-TOTAL_FORMS": "0",
        "wares-INITIAL_FORMS": "0",
        "plan-TOTAL_FORMS": "0",
        "plan-INITIAL_FORMS": "0",
        "bookable-TOTAL_FORMS": "0",
        "bookable-INITIAL_FORMS": "0",
    }

    answer = desk.post(reverse("admin:orders_product_change", args=[product.pk]), said)

    assert answer.status_code == 200
    [formset] = [f for f in answer.context["inline_admin_formsets"] if f.opts.model is Variant]
    assert list(formset.formset.errors[0]) == ["gtin"]
    variant.refresh_from_db()
    assert variant.gtin == ""


def test_counting_writes_the_difference(desk: Client) -> None:
    level = in_stock(10).level

    desk.post(reverse("admin:orders_level_change", args=[level.pk]), {"pieces": "6", "low_at": "3"})

    level.refresh_from_db()
    assert level.on_hand == 6
    assert Movement.objects.order_by("pk").last() is not None
    assert sorted(Movement.objects.values_list("change", flat=True)) == [-4, 10]


def test_less_than_is_promised_cannot_be_counted(desk: Client, fill: Fill) -> None:
    variant = in_stock(10)
    show_summary(draft=fill(variant, 5), at=NOON)
    level = Level.objects.get()

    answer = desk.post(
        reverse("admin:orders_level_change", args=[level.pk]), {"pieces": "4", "low_at": "3"}
    )

    assert "5" in str(answer.context["errors"])
    level.refresh_from_db()
    assert level.on_hand == 10


def test_a_letter_is_read_where_it_can_do_nothing(desk: Client, order: Order) -> None:
    letter = Letter.objects.get()

    page = desk.get(reverse("admin:privacy_letter_html", args=[letter.pk]))

    assert page.status_code == 200
    assert "sandbox" in page["Content-Security-Policy"]
    assert "default-src 'none'" in page["Content-Security-Policy"]


def test_nobody_is_deleted_at_the_desk(desk: Client) -> None:
    card = CustomerFactory.create()

    answer = desk.post(reverse("admin:customers_customer_delete", args=[card.pk]), {"post": "yes"})

    assert answer.status_code == 403
    card.refresh_from_db()


def test_every_list_and_form_opens(desk: Client, order: Order) -> None:
    names = sorted(model._meta.label_lower.replace(".", "_") for model in admin.site._registry)
    lists = {name: desk.get(reverse(f"admin:{name}_changelist")).status_code for name in names}
    forms = {name: desk.get(reverse(f"admin:{name}_add")).status_code for name in names}

    assert {name: status for name, status in lists.items() if status != 200} == {}
    assert {name: status for name, status in forms.items() if status not in {200, 403}} == {}
    assert len(names) > 60


def test_lists_ask_the_same_of_the_database_however_long(desk: Client, fill: Fill) -> None:
    def more() -> None:
        draft = fill(in_stock(10))
        show_summary(draft=draft, at=NOON)
        place_order(draft_id=draft.pk, at=NOON)

    def queries() -> dict[str, int]:
        return {name: asked(name) for name in ("orders_product", "orders_level", "orders_order")}

    def asked(name: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(reverse(f"admin:{name}_changelist")).status_code == 200
        return len(captured)

    more()
    queries()
    few = queries()
    for _ in range(10):
        more()

    assert queries() == few
    assert Product.objects.count() == 11


def test_the_start_page_counts_what_waits(desk: Client, order: Order) -> None:
    page = desk.get(reverse("admin:index"))

    assert page.context["today"].to_pack == 1
    assert [group["app_label"] for group in page.context["app_list"]][:2] == ["desk", "shelf"]


def product_page(product: Product, **pictures: object) -> dict[str, object]:
    """Give what a product's page posts, with these fields of its pictures."""
    nothing = {
        f"{rows}-{count}_FORMS": "0"
        for rows in (
            "shelves",
            "variants",
            "pictures",
            "attribute_values",
            "wares",
            "plan",
            "bookable",
        )
        for count in ("TOTAL", "INITIAL")
    }
    variant = VariantFactory.create(product=product)
    return {
        "name_fi": product.name_fi,
        "slug": product.slug,
        "kind": "goods",
        "vat_class": "standard",
        "published_from_0": "2026-11-01",
        "published_from_1": "12:00:00",
        **nothing,
        "variants-TOTAL_FORMS": "1",
        "variants-INITIAL_FORMS": "1",
        "variants-0-id": str(variant.pk),
        "variants-0-product": str(product.pk),
        "variants-0-sku": variant.sku,
        "variants-0-weight_g": "0",
        "variants-0-price": "1",
        "variants-0-position": "0",
        "pictures-TOTAL_FORMS": "1",
        **pictures,
    }


def test_an_uploaded_picture_is_drawn_anew_and_its_renditions_wait(desk: Client) -> None:
    product = ProductFactory.create()
    said = product_page(
        product,
        **{
            "pictures-0-file": SimpleUploadedFile("IMG_Anna_Virtanen.png", png()),
            "pictures-0-alt_fi": "Tuoli",
            "pictures-0-position": "0",
        },
    )

    answer = desk.post(reverse("admin:orders_product_change", args=[product.pk]), said)

    assert answer.status_code == 302
    picture = product.pictures.get()
    assert "Anna" not in str(picture.file.name)
    assert (picture.width, picture.height) == (8, 6)
    jobs = ProcrastinateJob.objects.filter(task_name__endswith="draw_picture")
    assert [job.args for job in jobs] == [{"picture_id": str(picture.pk)}]


def test_what_is_no_picture_is_told_beside_the_field(desk: Client) -> None:
    product = ProductFactory.create()
    said = product_page(
        product,
        **{
            "pictures-0-file": SimpleUploadedFile("kuva.png", b"<svg onload=alert(1)>"),
            "pictures-0-alt_fi": "Tuoli",
            "pictures-0-position": "0",
        },
    )

    answer = desk.post(reverse("admin:orders_product_change", args=[product.pk]), said)

    [formset] = [f for f in answer.context["inline_admin_formsets"] if f.opts.model is Picture]
    assert list(formset.formset.errors[0]) == ["file"]
    assert not product.pictures.exists()


def png() -> bytes:
    """Draw a small picture."""
    written = io.BytesIO()
    Image.new("RGB", (8, 6), "green").save(written, "PNG")
    return written.getvalue()


def test_a_stock_level_is_called_by_its_product(desk: Client) -> None:
    lamp = VariantFactory.create(sku="LAMPPU-1", product__name_fi="Lamppu")
    in_stock(5, variant=lamp)
    page = desk.get(reverse("admin:orders_level_change", args=[lamp.level.pk])).content.decode()

    assert "Lamppu, LAMPPU-1" in page
    assert f"{lamp.pk}:" not in page


def test_the_sign_in_log_names_nobody_in_its_titles(desk: Client) -> None:
    row = AccessFailureLog.objects.create(
        username="anna@example.fi", ip_address="192.0.2.7", path_info="/"
    )
    for kind in ("change", "history"):
        page = desk.get(reverse(f"admin:axes_accessfailurelog_{kind}", args=[row.pk]))
        title = page.content.decode().partition("<title>")[2].partition("</title>")[0]
        assert "anna@" not in title
        assert "Failed" not in page.content.decode()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/admin/auth/group/add/", "Tilaus: saa nähdä"),
        ("/sv/admin/auth/group/add/", "Beställning: får se"),
        ("/admin/jsi18n/", "Valitse kaikki: %s"),
    ],
)
def test_permissions_and_choices_speak_the_readers_language(
    desk: Client, address: str, words: str
) -> None:
    page = desk.get(address).content.decode()

    assert words in page
    assert "Can add" not in page
    assert "Can view" not in page


@pytest.mark.parametrize("table", ["level", "product"])
def test_co_07_what_is_sold_while_a_page_is_open_stays_sold(
    table: str, desk: Client, fill: Fill
) -> None:
    lamp = in_stock(10, variant=VariantFactory.create())
    row = lamp.level if table == "level" else lamp.product
    address = reverse(f"admin:orders_{table}_change", args=[row.pk])
    open_page = fields_of(desk.get(address).content.decode())
    draft = fill(lamp, 3)
    show_summary(draft=draft, at=NOON)
    place_order(draft_id=draft.pk, at=NOON)
    saved = desk.post(address, open_page)

    assert saved.status_code == 302
    assert Level.objects.get().on_hand == 7
    assert not Movement.objects.filter(kind=Movement.Kind.COUNT, at__gt=NOON).exists()


def test_an_empty_list_says_whether_nothing_is_there_or_nothing_is_found(desk: Client) -> None:
    address = reverse("admin:orders_complaint_changelist")

    for query, words in (("", "Täällä ei ole vielä mitään"), ("?waiting=yes", "ei löydy mitään")):
        page = desk.get(f"{address}{query}").content.decode()
        assert words in page
        assert ('<p><a href="?">Näytä kaikki</a></p>' in page) is bool(query)
