"""The tables beside the staff's pages: drawn once for many, and never for somebody else."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.auth.models import Permission
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from customers.models import Account
from soluto_shop.staff_groups import ensure_groups
from tests.doors import let_in
from tests.factories import StaffFactory, give_access

pytestmark = pytest.mark.django_db

SIDEBAR = re.compile(r'<button class="sticky.*?</nav>', re.DOTALL)
LISTS = ("/admin/orders/order/", "/admin/orders/product/", "/admin/orders/category/")
EVERYBODYS = "/admin/orders/product/"


def of_role(role: str) -> tuple[Account, Client]:
    ensure_groups()
    account = StaffFactory.create(is_superuser=False, role=role)
    return account, let_in(Client(), account)


def drawn(answer: Any) -> str:
    found = SIDEBAR.search(answer.content.decode())
    assert found is not None
    return found[0]


@pytest.mark.parametrize("language", ["fi", "en"])
def test_it_is_what_django_draws_for_each_and_marks_the_page_at_hand(language: str) -> None:
    lists = {}
    for role in ("owner", "orders", "catalogue"):
        _account, client = of_role(role)
        for page in LISTS:
            address = page if language == "fi" else f"/{language}{page}"
            answer = client.get(address)
            if answer.status_code == 200:
                request = answer.wsgi_request
                with translation.override(language):
                    ours = admin.site._build_app_dict(request)
                    assert ours == AdminSite._build_app_dict(admin.site, request)
                    said = {"available_apps": admin.site.get_app_list(request), "request": request}
                    djangos = render_to_string("admin/nav_sidebar.html", said).strip()
                lists[role, page] = drawn(answer)
                assert lists[role, page] == djangos
                assert re.findall(r'<a href="([^"]*)" aria-current', djangos) == [address]
    assert len(lists) >= 6
    assert len(set(lists.values())) == len(lists)


def test_what_a_grant_no_longer_gives_is_gone_from_it_at_the_next_page() -> None:
    account, client = of_role("orders")
    grant = account.grants.get()
    assert 'href="/admin/orders/order/"' in drawn(client.get(EVERYBODYS))
    assert 'href="/admin/orders/category/add/"' not in drawn(client.get(EVERYBODYS))

    grant.role.permissions.set(Permission.objects.filter(codename="view_product"))
    assert 'href="/admin/orders/order/"' not in drawn(client.get(EVERYBODYS))

    give_access(account, "catalogue")
    assert 'href="/admin/orders/category/add/"' in drawn(client.get(EVERYBODYS))
