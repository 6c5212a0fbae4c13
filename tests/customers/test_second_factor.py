"""Second factors: staff need one, and guessing at one is a failed sign-in."""

import base64
import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from axes.models import AccessFailureLog, AccessLog
from django.test import Client
from pytest_django import Settings
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from customers.models import Account, Customer
from privacy.outbox.models import Letter
from tests.customers.conftest import Door
from tests.doors import (
    code_of,
    give_app,
    give_passkey,
    let_in,
    let_in_just_now,
    lift_limits,
    prove_email,
)
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "ihan-uusi-salalause-42"

ADMIN = "/admin/"
SHOW = "/tili/kaksivaiheinen/nayta/"
HERE = "192.0.2.7"


@pytest.fixture(autouse=True)
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    lift_limits(monkeypatch)


@pytest.fixture
def staff(bertil: Account) -> Account:
    prove_email(bertil)
    return bertil


def test_the_admin_has_no_password_form_of_its_own(client: Client) -> None:
    answer = client.get(ADMIN, follow=True)

    assert [url for url, _status in answer.redirect_chain] == [
        "/admin/login/?next=/admin/",
        "/tili/kirjaudu/?next=%2Fadmin%2F",
    ]
    assert client.post("/admin/login/", {"username": "x", "password": "y"}).status_code == 302
    assert not AccessFailureLog.objects.exists()


def test_au_06_staff_without_a_second_factor_see_no_admin_page(staff: Account, door: Door) -> None:
    assert door.knock("bertil@example.fi", next=ADMIN) == 302
    for address in (ADMIN, "/sv/admin/", "/admin/customers/customer/", "/admin/jsi18n/"):
        answer = door.client.get(address, follow=True)
        assert (
            answer.redirect_chain[-1][0]
            .split("?")[0]
            .endswith(("/kaksivaiheinen/", "/tvastegsverifiering/"))
        )


def test_au_06_taking_a_factor_is_not_yet_showing_it(staff: Account, door: Door) -> None:
    door.knock("bertil@example.fi")
    give_app(staff)

    answer = door.client.get(ADMIN, follow=True)
    assert answer.redirect_chain[-1][0] == "/tili/kaksivaiheinen/nayta-uudelleen/?next=%2Fadmin%2F"


def test_staff_take_an_app_into_use_and_reach_their_side(staff: Account, door: Door) -> None:
    door.knock("bertil@example.fi")
    page = door.client.get("/tili/kaksivaiheinen/sovellus/lisaa/")
    assert (page.status_code, page.headers.get("Location")) == (200, None)
    secret = page.context["form"].secret
    answer = door.client.post("/tili/kaksivaiheinen/sovellus/lisaa/", {"code": code_of(secret)})
    assert answer["Location"] == "/tili/kaksivaiheinen/koodit/"
    assert door.client.get("/tili/kaksivaiheinen/koodit/").status_code == 200

    again = "/tili/kaksivaiheinen/nayta-uudelleen/"
    answer = door.client.post(again, {"code": code_of(secret), "next": ADMIN})
    assert answer["Location"] == ADMIN
    assert door.client.get(ADMIN).status_code == 200


def test_with_both_steps_staff_are_in_and_written_down(staff: Account, door: Door) -> None:
    secret = give_app(staff)
    assert door.knock("bertil@example.fi", next=ADMIN) == 302
    assert door.answer["Location"].startswith(SHOW)
    assert not AccessLog.objects.exists()

    answer = door.client.post(SHOW, {"code": code_of(secret)}, REMOTE_ADDR=HERE)
    assert answer["Location"] == ADMIN
    assert door.client.get(ADMIN).status_code == 200
    assert AccessLog.objects.get().path_info == SHOW


def test_au_06_a_code_works_once(staff: Account, door: Door) -> None:
    secret = give_app(staff)
    code = code_of(secret)
    door.knock("bertil@example.fi")
    assert door.client.post(SHOW, {"code": code}, REMOTE_ADDR=HERE).status_code == 302

    other = Door()
    other.knock("bertil@example.fi")
    assert other.client.post(SHOW, {"code": code}, REMOTE_ADDR=HERE).status_code == 200


def test_wrong_codes_are_failed_sign_ins_and_lock(staff: Account, door: Door) -> None:
    secret = give_app(staff)
    door.knock("bertil@example.fi")
    statuses = [
        door.client.post(SHOW, {"code": "000000"}, REMOTE_ADDR=HERE).status_code for _ in range(5)
    ]

    assert statuses == [200, 200, 200, 200, 429]
    assert (
        AccessFailureLog.objects.filter(username="bertil@example.fi", path_info=SHOW).count() == 5
    )
    # The right code passes no more while the lock holds, and neither does the password.
    right = door.client.post(SHOW, {"code": code_of(secret)}, REMOTE_ADDR=HERE)
    assert right.status_code == 429
    assert Door().knock("bertil@example.fi") == 429


def test_a_wrong_passkey_is_a_failed_sign_in(staff: Account, door: Door) -> None:
    whose = base64.urlsafe_b64encode(staff.pk.hex.encode()).decode()
    said = {"authenticatorData": "AAAA", "clientDataJSON": "AAAA", "signature": "AAAA"}
    response = {**said, "userHandle": whose}
    claimed = {"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": response}
    door.client.post(
        "/tili/avainkoodit/kirjaudu/", {"credential": json.dumps(claimed)}, REMOTE_ADDR=HERE
    )

    assert AccessFailureLog.objects.get().username == "bertil@example.fi"


@pytest.mark.parametrize(
    "credential",
    ["", "null", "[]", "{}", '"x"', '{"response": []}', '{"response": {"userHandle": 5}}', "\0"],
)
def test_what_is_no_passkey_is_refused_without_an_error(credential: str, door: Door) -> None:
    answer = door.client.post("/tili/avainkoodit/kirjaudu/", {"credential": credential})

    assert answer.status_code == 302
    assert answer["Location"] == "/tili/kirjaudu/"


def test_customers_have_no_business_at_the_staffs_side(known: Account, client: Client) -> None:
    let_in(client, known)

    assert client.get(ADMIN, follow=True).status_code == 403


def test_a_factor_that_is_removed_opens_no_more(staff: Account, client: Client) -> None:
    let_in(client, staff)
    assert client.get(ADMIN).status_code == 200
    Authenticator.objects.all().delete()

    assert client.get(ADMIN).status_code == 302


def test_the_demo_switch_waives_the_second_factor(
    staff: Account, door: Door, settings: Settings
) -> None:
    settings.DEMO_WITHOUT_SECOND_FACTOR = True
    door.knock("bertil@example.fi")

    assert door.client.get(ADMIN).status_code == 200


def test_signing_out_of_the_admin_signs_out_of_the_shop(staff: Account, client: Client) -> None:
    let_in(client, staff)
    answer = client.post("/admin/logout/", follow=True)

    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session


# --- Customers may have one too

REMOVE = "/tili/kaksivaiheinen/sovellus/poista/"


def test_a_customer_with_an_app_is_not_in_with_the_password_alone(
    known: Account, door: Door
) -> None:
    secret = give_app(known)
    assert door.knock(known.email) == 302
    assert door.answer["Location"].startswith(SHOW)
    assert door.client.get("/tili/")["Location"].startswith("/tili/kirjaudu/")
    assert not AccessLog.objects.exists()
    door.client.post(SHOW, {"code": code_of(secret)}, REMOTE_ADDR=HERE)

    assert door.client.get("/tili/").status_code == 200
    assert AccessLog.objects.get().username == known.email


def test_a_recovery_code_lets_in_once_and_guessing_at_one_locks(known: Account) -> None:
    give_app(known)
    codes = RecoveryCodes.activate(known)
    spare = codes.get_unused_codes()[0]
    answers = []
    for _each in range(2):
        door = Door()
        door.knock(known.email)
        answers.append(door.client.post(SHOW, {"code": spare}, REMOTE_ADDR=HERE).status_code)

    assert answers == [302, 200]
    assert AccessFailureLog.objects.filter(username=known.email).count() == 1
    door = Door()
    door.knock(known.email)
    statuses = [
        door.client.post(SHOW, {"code": "aaaaaaaa"}, REMOTE_ADDR=HERE).status_code for _ in range(4)
    ]
    assert statuses == [200, 200, 200, 429]


@pytest.mark.parametrize("page", [REMOVE, "/tili/kaksivaiheinen/koodit/uudet/"])
def test_a_factor_is_not_removed_by_whoever_finds_an_open_screen(
    page: str, known: Account, client: Client
) -> None:
    give_app(known)
    let_in(client, known)
    for answer in (client.get(page), client.post(page)):
        assert answer["Location"].startswith(("/tili/vahvista/", "/tili/kaksivaiheinen/nayta"))

    assert Authenticator.objects.filter(user=known).count() == 1
    assert not Letter.objects.exists()


def test_a_passkey_is_not_removed_without_another_proof_and_then_tells_its_owner(
    known: Account, celia: Customer, client: Client
) -> None:
    passkey = give_passkey(known)
    address = f"/tili/avainkoodit/{passkey.pk}/poista/"
    let_in(client, known)
    assert client.post(address)["Location"].startswith("/tili/")
    assert Authenticator.objects.filter(pk=passkey.pk).exists()
    assert celia.account is not None
    assert let_in_just_now(Client(), celia.account).post(address).status_code == 404
    assert Authenticator.objects.filter(pk=passkey.pk).exists()
    let_in_just_now(client, known).post(address)

    assert not Authenticator.objects.filter(pk=passkey.pk).exists()
    letter = Letter.objects.get()
    assert letter.to == known.email
    assert "Tililtäsi poistettiin avainkoodi." in letter.text


def test_the_app_is_taken_and_removed_with_a_letter_each_time(
    known: Account,
    client: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    let_in_just_now(client, known)
    client.get("/tili/kaksivaiheinen/sovellus/lisaa/")
    secret = client.session["mfa.totp.secret"]
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/tili/kaksivaiheinen/sovellus/lisaa/", {"code": code_of(secret)})
    client.post(REMOVE)

    assert not Authenticator.objects.filter(user=known).exists()
    texts = "\n".join(Letter.objects.order_by("created_at").values_list("text", flat=True))
    assert "Tilillesi lisättiin todennussovellus." in texts
    assert "Todennussovellus poistettiin tililtäsi." in texts


def test_a_passkey_of_a_locked_name_is_not_even_looked_at(
    known: Account, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[object] = []
    monkeypatch.setattr(
        "allauth.mfa.webauthn.forms.auth.complete_authentication",
        lambda *said: looked.append(said),
    )
    for _each in range(5):
        door.knock(known.email, "väärä")
    whose = base64.urlsafe_b64encode(known.pk.hex.encode()).decode()
    said = {"authenticatorData": "AA", "clientDataJSON": "AA", "signature": "AA"}
    claimed = {"id": "AA", "rawId": "AA", "type": "public-key"}
    credential = json.dumps({**claimed, "response": {**said, "userHandle": whose}})
    door.client.post("/tili/avainkoodit/kirjaudu/", {"credential": credential}, REMOTE_ADDR=HERE)

    assert looked == []
    assert door.client.get("/tili/").status_code == 302
    assert not AccessLog.objects.exists()


@pytest.mark.parametrize("change", ["app added", "app removed", "passkey removed", "new password"])
def test_a_change_and_the_letter_that_tells_of_it_are_one(
    known: Account, client: Client, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    let_in_just_now(client, known)
    client.raise_request_exception = False
    if change == "app removed":
        give_app(known)
    passkey = give_passkey(known) if change == "passkey removed" else None
    page, form = {
        "app added": ("/tili/kaksivaiheinen/sovellus/lisaa/", {}),
        "app removed": ("/tili/kaksivaiheinen/sovellus/poista/", {}),
        "passkey removed": (f"/tili/avainkoodit/{passkey.pk if passkey else 0}/poista/", {}),
        "new password": (
            "/tili/salasana/vaihda/",
            {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
        ),
    }[change]
    if change == "app added":
        client.get(page)
        form = {"code": code_of(client.session["mfa.totp.secret"])}
    before = set(Authenticator.objects.values_list("pk", "type")), known.password

    def stopped(**_said: object) -> None:
        raise RuntimeError("the shop was stopped")

    with monkeypatch.context() as patch:
        patch.setattr("privacy.outbox.operations.post", stopped)
        assert client.post(page, form).status_code == 500
    known.refresh_from_db()
    assert (set(Authenticator.objects.values_list("pk", "type")), known.password) == before

    assert client.post(page, form).status_code == 302
    assert Letter.objects.get().kind == "account_notice", "it did not wait for the commit"
    known.refresh_from_db()
    assert (set(Authenticator.objects.values_list("pk", "type")), known.password) != before
