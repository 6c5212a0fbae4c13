"""What strangers and clumsy machines send, and what happens beside the shop: short versions."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import cast

import pytest
from django.conf import settings as shop
from django.contrib import admin
from django.core import signing
from django.core.cache import caches
from django.db.models import ForeignObjectRel, Model
from django.http import QueryDict
from django.http.multipartparser import MultiPartParser
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from pytest_django.fixtures import Settings

from customers.models import Account, Customer
from orders.basket.models import BasketLine
from privacy.outbox.models import Letter
from tests.conftest import NOON
from tests.customers.test_signing_up import link_in
from tests.doors import let_in, seen_by
from tests.factories import (
    BasketLineFactory,
    CategoryFactory,
    CompanyFactory,
    MembershipFactory,
    ProductFactory,
    VariantFactory,
    in_stock,
    put_on_shelf,
)
from tests.orders.buying import BANK, fill_in, order, put
from tests.orders.catalogue.shelf import commit
from tests.privacy.lives import order_of
from tests.soluto_shop.test_forgeries import named_pages

pytestmark = pytest.mark.django_db

PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "{{7*7}}{% debug %}",
    "{0.__class__}%(x)s${7*7}",
]


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


# --- IN: what is typed ----------------------------------------------------------------------------


@pytest.mark.parametrize("payload", PAYLOADS)
def test_in_02_and_03_what_a_buyer_typed_is_shown_to_staff_and_buyer_as_typed(
    payload: str, bertil: Account, client: Client
) -> None:
    typed = {"first_name": payload, "last_name": payload, "street": payload, "note": payload}
    bought = order_of(None, "pekka@example.fi", at=NOON, **typed)
    with translation.override("fi"):
        own = bought.get_absolute_url()
    desk = let_in(Client(), bertil)
    shown = [
        page(client, own),
        page(desk, reverse("admin:orders_order_change", args=[bought.pk])),
        page(desk, reverse("admin:orders_order_changelist")),
    ]

    for said in shown:
        for bad in ("<script>alert", "<img src=x", "49{", "<class"):
            assert bad not in said
    assert all("&lt;script&gt;" in said for said in shown) or "<script>" not in payload


@pytest.mark.parametrize("payload", PAYLOADS)
def test_in_02_and_03_what_is_searched_for_and_not_found_is_repeated_as_typed(
    payload: str, client: Client
) -> None:
    for said in (
        page(client, f"/haku/?q={payload.replace('%', '%25')}"),
        client.get("/ei-ole/" + payload.replace("%", "%25").replace("?", "")).content.decode(),
    ):
        assert "<script>alert" not in said
        assert "<img src=x" not in said


@pytest.mark.parametrize(
    "path",
    [
        "../settings.py",
        "%2e%2e/settings.py",
        "..%2f..%2fetc/passwd",
        "%2fetc%2fpasswd",
        "....//settings.py",
        "a%00.png",
        "pictures/../../imports/x",
        "imports/x",
        "private/x.zip",
        "ledger/erasures.jsonl",
    ],
)
@pytest.mark.parametrize("below", ["/media/", "/media/pictures/", "/static/"])
def test_in_04_and_ac_01_nothing_outside_of_its_folder_has_an_address(
    below: str, path: str, client: Client, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "imports").mkdir()
    (tmp_path / "imports" / "x").write_text("secret")

    assert client.get(below + path).status_code in {400, 404}


def test_in_06_no_typed_line_end_becomes_a_header(client: Client, settings: Settings) -> None:
    settings.BANK_ACCOUNT = BANK
    lamp = in_stock(3, variant=VariantFactory.create())
    put(client, lamp.sku)
    for field in ("first_name", "last_name", "email"):
        fill_in(client, **{field: "pekka@example.fi\r\nBcc: muu@example.fi"})
    fill_in(client)
    order(client)
    letter = Letter.objects.get()

    assert letter.to == "pekka@example.fi"
    assert not {"\r", "\n"} & set(letter.subject + letter.to + letter.reply_to)
    assert "muu@example.fi" not in letter.text


# --- AC, SE: where nobody is let ------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "account__password__startswith=argon2",
        "card__account__password__startswith=a",
        "password__startswith=a",
        "o=99.-99",
        "ordering=account__password",
        "fields=password",
        "_to_field=password",
        "p=999999999999999999999999999999",
        "all=1&q=%00",
    ],
)
def test_ac_04_lists_of_staff_answer_no_question_about_passwords(
    query: str, bertil: Account, anna: Customer
) -> None:
    desk = let_in(Client(raise_request_exception=False), bertil)
    for table in ("customers_customer", "customers_account", "orders_order"):
        answer = desk.get(f"{reverse(f'admin:{table}_changelist')}?{query}")

        assert answer.status_code in {200, 302, 400}
        if "password" in query and answer.status_code == 200:
            assert "__" not in query


def ways_to_accounts(model: type[Model], steps: int = 3) -> Iterator[str]:
    """Give the lookups that lead from a table to the accounts, there and back."""
    if model is Account:
        yield ""
    for field in model._meta.get_fields() if steps else ():
        if field.is_relation and isinstance(field.related_model, type):
            name = field.name if field.concrete else cast(ForeignObjectRel, field).name
            for way in ways_to_accounts(field.related_model, steps - 1):
                yield f"{name}__{way}"


def test_ac_04_no_list_of_staff_can_be_asked_about_a_password_however_far_away(
    bertil: Account,
) -> None:
    request = RequestFactory().get("/")
    request.user = bertil
    asked = {
        (model._meta.label, f"{way}{secret}"): desk.lookup_allowed(f"{way}{secret}", "a", request)
        for model, desk in admin.site._registry.items()
        for way in ways_to_accounts(model)
        for secret in ("password", "password__startswith", "authenticator__data__contains")
    }

    assert len(asked) > 300
    assert ("orders.Order", "customer__account__password__startswith") in asked
    assert [question for question, is_answered in asked.items() if is_answered] == []


@pytest.mark.parametrize("address", ["/", "/haku/", "/ostoskori/", "/tili/", "/tili/kirjaudu/"])
def test_se_12_nobody_elsewhere_may_read_an_answer(address: str, client: Client) -> None:
    evil = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for answer in (client.options(address, headers=evil), client.get(address, headers=evil)):
        assert not [name for name in answer.headers if name.startswith("Access-Control-")]
        assert answer.status_code < 500


def test_ac_02_a_foreign_basket_is_neither_shown_nor_changed(
    client: Client, anna: Customer
) -> None:
    line = BasketLineFactory.create(basket__customer=anna, variant=in_stock(5))
    session = client.session
    session["basket"] = str(line.basket_id)
    session.save()
    shown = page(client, "/en/basket/")
    client.post("/en/basket/change/", {"sku": line.variant.sku, "quantity": 4})

    assert line.variant.sku not in shown
    assert BasketLine.objects.get().quantity == 1


def test_ac_03_who_buys_for_one_company_sees_nothing_of_another_and_who_left_nothing_of_either(
    anna: Customer, celia: Customer
) -> None:
    member = MembershipFactory.create(customer=anna)
    foreign = order_of(celia, celia.email, company=CompanyFactory.create(name="Celia Oy"))
    colleagues = order_of(celia, celia.email, company=member.company)
    browser = seen_by(anna)
    lamp = in_stock(1, variant=VariantFactory.create(price=Decimal("12.50")))
    commit()
    product = lamp.product.get_absolute_url()

    for one in (foreign, colleagues):
        assert browser.get(f"/en/account/orders/{one.number}/").status_code == 404
    assert "Celia Oy" not in page(browser, "/en/account/orders/")
    assert "9,96" in page(browser, product), "the price without VAT, for companies"

    member.delete()
    assert "9,96" not in page(browser, product)


def test_ac_06_nobody_can_sign_in_as_somebody_else(bertil: Account, anna: Customer) -> None:
    """There is no such thing: no address for it, and no page of the staff's that offers one."""
    named = str([name for name, _entry in named_pages()])
    for word in ("hijack", "impersonat", "login-as", "sign-in-as", "login_as", "masquerade"):
        assert word not in named
    staff = let_in(Client(), bertil)
    staff.post(f"/admin/customers/customer/{anna.pk}/change/", {"login_as": "1"})
    assert str(staff.session["_auth_user_id"]) == str(bertil.pk)


# --- LO: too much of it ---------------------------------------------------------------------------


def test_lo_01_what_is_larger_than_any_form_is_refused_unread(
    bertil: Account, anna: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []

    def parse(_parser: MultiPartParser) -> tuple[QueryDict, MultiValueDict[str, object]]:
        read.append(1)
        return QueryDict(), MultiValueDict()

    monkeypatch.setattr(MultiPartParser, "parse", parse)

    def send(client: Client, address: str, megabytes: int) -> int:
        length = str(megabytes * 1024 * 1024)
        kind = "multipart/form-data; boundary=b"
        return client.generic(
            "POST", address, b"--b", content_type=kind, CONTENT_LENGTH=length
        ).status_code

    member, desk = seen_by(anna), let_in(Client(), bertil)
    for address in ("/tili/kirjaudu/", "/ostoskori/lisaa/", "/admin/orders/importrun/add/", "/x/"):
        assert [send(client, address, 100) for client in (Client(), member)] == [413, 413]
    assert send(desk, "/admin/orders/importrun/add/", 500) == 413
    complaint = reverse("orders:complain", args=[order_of(anna, anna.email).secret])
    assert send(member, complaint, 100) == 413
    assert read == []

    assert send(desk, "/admin/orders/importrun/add/", 100) != 413
    assert send(member, complaint, 20) != 413
    assert len(read) == 2


def test_lo_02_thousands_of_fields_and_files_are_refused(client: Client) -> None:
    many = {f"f{number}": "x" for number in range(2_001)}
    body = "".join(
        f'--b\r\nContent-Disposition: form-data; name="f{n}"; filename="{n}"\r\n\r\nx\r\n'
        for n in range(2_000)
    )
    files = client.post(
        "/tili/kirjaudu/", body + "--b--\r\n", content_type="multipart/form-data; boundary=b"
    )

    assert client.post("/tili/kirjaudu/", many).status_code == 400
    assert files.status_code == 400


@pytest.mark.parametrize("number", ["1000000", "9" * 30, "-1", "0", "x", "1e9", "%00"])
def test_lo_03_pages_that_are_far_away_are_answered_at_once(number: str, anna: Customer) -> None:
    assert anna.account is not None
    member = let_in(Client(), anna.account)
    shelf = CategoryFactory.create(slug="koti")
    put_on_shelf(ProductFactory.create(), shelf)
    for address in ("/osasto/koti/", "/haku/", "/tili/tilaukset/"):
        assert member.get(f"{address}?page={number}").status_code in {200, 302, 400, 404}


def test_lo_09_pages_with_secrets_are_not_packed_by_us(client: Client) -> None:
    answer = client.get("/tili/kirjaudu/", headers={"Accept-Encoding": "gzip, br"})
    packed = client.post(
        "/tili/kirjaudu/",
        b"\x1f\x8b" + b"\0" * 100,
        content_type="application/x-www-form-urlencoded",
        headers={"Content-Encoding": "gzip"},
    )

    assert "Content-Encoding" not in answer.headers
    assert packed.status_code in {200, 400}


# --- FA: what happens beside it -------------------------------------------------------------------


def test_fa_11_an_emptied_cache_signs_nobody_out_and_loses_no_basket(anna: Customer) -> None:
    assert anna.account is not None
    guest, member = Client(), let_in(Client(), anna.account)
    lamp = in_stock(5, variant=VariantFactory.create())
    put(guest, lamp.sku)
    for cache in caches.all():
        cache.clear()

    assert member.get("/tili/").status_code == 200
    assert lamp.sku in page(guest, "/en/basket/")


def test_fa_12_a_new_secret_key_keeps_sessions_and_links_while_the_old_one_is_named(
    anna: Customer, settings: Settings
) -> None:
    assert anna.account is not None
    member = let_in(Client(), anna.account)
    Client().post("/tili/salasana/unohtui/", {"email": anna.email})
    link = link_in(Letter.objects.get())
    service = signing.dumps("x", salt="orders.service")
    old, settings.SECRET_KEY = shop.SECRET_KEY, "another-key-" + "9876543210" * 5
    settings.SECRET_KEY_FALLBACKS = [old]
    assert member.get("/tili/").status_code == 200
    assert Client().get(link)["Location"].endswith("-set-password/")
    assert signing.loads(service, salt="orders.service") == "x"

    settings.SECRET_KEY_FALLBACKS = []
    other = let_in(Client(), anna.account)
    settings.SECRET_KEY = "a-third-key-" + "5432167890" * 5
    assert other.get("/tili/").status_code == 302
    assert Client().get(link).status_code == 200, "the page that says that it works no more"
    with pytest.raises(signing.BadSignature):
        signing.loads(service, salt="orders.service")
