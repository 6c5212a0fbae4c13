"""The staff's side: one site, its tables grouped by the work they belong to."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.staff_door import StaffDoor
from orders.desk.today import today
from privacy.registry import Words
from privacy.requests.desk import waiting

GROUPS: list[tuple[str, Words, tuple[str, ...]]] = [
    ("desk", pgettext_lazy("purchases", "Orders"), ("orders.Order", "privacy.Letter")),
    (
        "shelf",
        _("Catalogue"),
        (
            "orders.Product",
            "orders.Category",
            "orders.Manufacturer",
            "orders.Attribute",
            "orders.ImportRun",
        ),
    ),
    ("stock", _("Store room"), ("orders.Level", "orders.Movement")),
    (
        "selling",
        _("Ways of selling"),
        ("orders.DeliveryMethod", "orders.VatClass", "orders.Terms"),
    ),
    (
        "people",
        pgettext_lazy("persons", "Customers"),
        ("customers.Customer", "customers.Company"),
    ),
    (
        "privacy",
        _("Privacy"),
        (
            "privacy.Request",
            "privacy.Restriction",
            "privacy.Erasure",
            "privacy.SweepRun",
            "privacy.Edition",
            "privacy.ProcessingRecord",
        ),
    ),
    (
        "access",
        _("Access"),
        (
            "customers.Account",
            "auth.Group",
            "axes.AccessLog",
            "axes.AccessFailureLog",
            "axes.AccessAttempt",
            "account.EmailAddress",
            "mfa.Authenticator",
        ),
    ),
    ("work", _("Background work"), ("procrastinate.ProcrastinateJob",)),
]
"""Groups of the start page: a short name, the words for it, and its tables in order."""

NAMES: dict[str, Words] = {
    "mfa.Authenticator": _("Second factors"),
    "procrastinate.ProcrastinateJob": _("Background jobs"),
}
"""Names for tables of packages that have no words to translate."""


class StaffSite(StaffDoor):
    """Django's admin, under the shop's own name and in the shop's own order."""

    site_header = _("Soluto shop")
    site_title = _("Soluto shop")
    index_title = _("Staff")
    index_template = "admin/start.html"

    def register(
        self,
        model_or_iterable: Any,
        admin_class: type[ModelAdmin[Any]] | None = None,
        **options: Any,
    ) -> None:
        """Let the first page of a table win: the shop's own stand before the packages'."""
        models = (
            model_or_iterable if isinstance(model_or_iterable, Iterable) else [model_or_iterable]
        )
        free = [model for model in models if not self.is_registered(model)]
        super().register(free, admin_class, **options)

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """List the tables by group; one that no group names stands under its own app."""
        apps = super().get_app_list(request, app_label)
        if app_label is not None:
            return apps
        tables = {table["model"]._meta.label: table for app in apps for table in app["models"]}
        groups = [_group(short, words, labels, tables) for short, words, labels in GROUPS]
        grouped = {label for _short, _words, labels in GROUPS for label in labels}
        rest = [_without(app, grouped) for app in apps]
        return [group for group in groups + rest if group["models"]]

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        more: dict[str, Any] = {}
        if request.user.has_perm("orders.view_order"):
            more["today"] = today()
        if request.user.has_perm("privacy.view_request"):
            more["asked"] = waiting(at=timezone.now())
        return super().index(request, {**more, **(extra_context or {})})


def _group(
    short: str, words: Words, labels: tuple[str, ...], tables: dict[str, Any]
) -> dict[str, Any]:
    return {
        "name": words,
        "app_label": short,
        "app_url": "",
        "has_module_perms": True,
        "models": [_named(label, tables[label]) for label in labels if label in tables],
    }


def _named(label: str, table: dict[str, Any]) -> dict[str, Any]:
    return {**table, "name": NAMES.get(label, table["name"])}


def _without(app: dict[str, Any], grouped: set[str]) -> dict[str, Any]:
    rest = [table for table in app["models"] if table["model"]._meta.label not in grouped]
    return {**app, "models": rest}
