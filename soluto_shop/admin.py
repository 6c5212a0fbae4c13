"""The staff's side: one site, its tables grouped by the work they belong to."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.i18n import JavaScriptCatalog

from customers.grants.access import staff_of
from customers.grants.operations import reviews_waiting_for
from customers.staff_door import StaffDoor
from orders.banking.models import BankEntry
from orders.bookkeeping.nightly import books_are_well
from orders.complaints.models import Complaint
from orders.complaints.states import ComplaintState
from orders.desk.today import today
from orders.quotes.models import Quote
from orders.returns.cases import pressing as returns_are_pressing
from orders.returns.models import WithdrawalNotice
from orders.returns.states import NoticeState
from orders.returns.unanswered import some_wait as receipts_wait
from privacy.notices.operations import notices_are_overdue
from privacy.reading.logged import ReadLoggedSite
from privacy.registry import Words
from privacy.requests.desk import waiting
from soluto_shop.backups.folder import backup_is_late
from soluto_shop.borrowed_words import STAFF_SCRIPTS
from soluto_shop.sidebar import app_of, place_now, sidebar, table_of

GROUPS: list[tuple[str, Words, tuple[str, ...]]] = [
    (
        "desk",
        pgettext_lazy("purchases", "Orders"),
        (
            "orders.Order",
            "orders.WithdrawalNotice",
            "orders.ReturnCase",
            "orders.Complaint",
            "orders.Quote",
            "orders.PurchaseRequest",
            "orders.Subscription",
            "orders.Review",
            "privacy.Letter",
        ),
    ),
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
    (
        "money",
        pgettext_lazy("staff", "Money"),
        (
            "orders.Invoice",
            "orders.BankEntry",
            "orders.BankFile",
            "orders.Entry",
            "orders.Posting",
            "orders.VatIdCheck",
        ),
    ),
    ("stock", _("Store room"), ("orders.Level", "orders.Movement")),
    ("times", _("Appointments"), ("orders.Booking", "orders.Slot", "orders.Calendar")),
    (
        "selling",
        _("Ways of selling"),
        (
            "orders.Campaign",
            "orders.Coupon",
            "orders.CouponCode",
            "orders.DeliveryMethod",
            "orders.VatClass",
            "orders.TermsDraft",
            "orders.Terms",
            "orders.PageEdition",
        ),
    ),
    (
        "people",
        pgettext_lazy("persons", "Customers"),
        (
            "customers.Customer",
            "customers.Company",
            "customers.Membership",
            "customers.MembershipEvent",
            "customers.Invitation",
            "orders.Agreement",
            "orders.PriceList",
            "customers.Newsletter",
            "orders.FormerOrder",
        ),
    ),
    (
        "privacy",
        _("Privacy"),
        (
            "privacy.Request",
            "privacy.Restriction",
            "privacy.Consent",
            "privacy.SourceNotice",
            "privacy.Provenance",
            "privacy.Intake",
            "privacy.Edition",
            "privacy.ProcessingRecord",
            "privacy.Processor",
            "privacy.Transfer",
            "privacy.RecipientNotice",
            "privacy.Disclosure",
            "privacy.Reading",
            "privacy.Breach",
            "privacy.Affected",
            "privacy.Erasure",
            "privacy.SweepRun",
        ),
    ),
    (
        "access",
        _("Access"),
        (
            "customers.Account",
            "customers.Grant",
            "customers.Acknowledgement",
            "auth.Group",
            "axes.AccessLog",
            "axes.AccessFailureLog",
            "axes.AccessAttempt",
            "account.EmailAddress",
        ),
    ),
    ("work", _("Background work"), ("procrastinate.ProcrastinateJob",)),
]
"""Groups of the start page: a short name, the words for it, and its tables in order."""

GROUPED = frozenset(label for _short, _words, labels in GROUPS for label in labels)

NAMES: dict[str, Words] = {
    "procrastinate.ProcrastinateJob": _("Background jobs"),
}
"""Names for tables of packages that have no words to translate."""

SECRETS = frozenset({"mfa.Authenticator"})
"""Tables of packages that bring a page of their own, and hold secrets that no page shows."""


class WordsForScripts(JavaScriptCatalog):
    """What the admin's scripts say, with our words where Django's translators have none yet."""

    def get_catalog(self) -> dict[str, Any]:
        ours = {word: gettext(word) for word in STAFF_SCRIPTS}
        return {**super().get_catalog(), **ours}


class StaffSite(ReadLoggedSite, StaffDoor):
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
        """Let the first page of a table win: the shop's own stand before the packages'.

        What holds secrets gets no page, whoever brings one.
        """
        models = (
            model_or_iterable if isinstance(model_or_iterable, Iterable) else [model_or_iterable]
        )
        wanted = [model for model in models if model._meta.label not in SECRETS]
        free = [model for model in wanted if not self.is_registered(model)]
        super().register(free, admin_class, **options)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Give what every page of the staff's needs; the tables beside it are drawn where shown."""
        said = super().each_context(request)
        return {**said, "sidebar": lambda: sidebar(request, said["available_apps"])}

    def _build_app_dict(self, request: HttpRequest, label: Any = None) -> dict[str, dict[str, Any]]:
        """List the tables that whoever asks may come to, as Django does, by app.

        What they may do is asked at every request. Names and addresses are the same for everybody.
        """
        apps: dict[str, dict[str, Any]] = {}
        place = place_now()
        for model, page in self._registry.items():
            app_label = model._meta.app_label
            if label in (None, app_label) and page.has_module_permission(request):
                powers = page.get_model_perms(request)
                if any(powers.values()):
                    if app_label not in apps:
                        apps[app_label] = app_of(place, self.name, app_label)
                    table = table_of(place, self.name, model, powers)
                    apps[app_label]["models"].append(table)
        return apps

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """List the tables by group; one that no group names stands under its own app."""
        apps = super().get_app_list(request, app_label)
        if app_label is not None:
            return apps
        tables = {table["model"]._meta.label: table for app in apps for table in app["models"]}
        groups = [_group(short, words, labels, tables) for short, words, labels in GROUPS]
        rest = [_without(app, GROUPED) for app in apps]
        return [group for group in groups + rest if group["models"]]

    def i18n_javascript(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        answer = WordsForScripts.as_view(packages=["django.contrib.admin"])(request)
        return cast(HttpResponse, answer)

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        more: dict[str, Any] = {"duties": duties_of(request)}
        if request.user.has_perm("orders.view_order"):
            late = backup_is_late(at=timezone.now())
            more |= {"today": today(), "backup_is_late": late}
        if request.user.has_perm("privacy.view_request"):
            more["asked"] = waiting(at=timezone.now())
        return super().index(request, {**more, **(extra_context or {})})


@dataclass(frozen=True)
class Duty:
    """Something that somebody should have done, with the page where it is done."""

    words: str
    address: str


def duties_of(request: HttpRequest) -> list[Duty]:
    """List what waits for whoever is signed in and is late: it stands in red on the start page."""
    now, person, found = timezone.now(), staff_of(request), []
    if person is not None and person.has_perm("customers.change_grant"):
        waiting = reviews_waiting_for(person, at=now)
        if waiting:
            words = ngettext(
                "%(count)d grant of access has not been confirmed for a quarter.",
                "%(count)d grants of access have not been confirmed for a quarter.",
                waiting,
            )
            address = reverse("admin:customers_grant_reviews")
            found.append(Duty(words % {"count": waiting}, address))
    if request.user.has_perm("privacy.view_sourcenotice") and notices_are_overdue(at=now):
        words = gettext("Somebody should have been told by now where their data came from.")
        address = f"{reverse('admin:privacy_sourcenotice_changelist')}?state=overdue"
        found.append(Duty(words, address))
    return [*found, *_duties_of_money(request), *_duties_of_returns(request)]


def _duties_of_returns(request: HttpRequest) -> list[Duty]:
    """List what buyers who have withdrawn, complain, or ask for a quote, wait for."""
    found, now = [], timezone.now()
    if request.user.has_perm("orders.change_returncase") and returns_are_pressing(at=now):
        words = gettext("Money of a return must go back within three days, or should have gone.")
        address = f"{reverse('admin:orders_returncase_changelist')}?waiting=yes"
        found.append(Duty(words, address))
    undecided = WithdrawalNotice.objects.filter(state=NoticeState.TO_DECIDE)
    if request.user.has_perm("orders.change_withdrawalnotice") and undecided.exists():
        words = gettext("A notice of withdrawal waits for somebody to decide.")
        address = f"{reverse('admin:orders_withdrawalnotice_changelist')}?waiting=decide"
        found.append(Duty(words, address))
    unseen = Complaint.objects.filter(state=ComplaintState.RECEIVED)
    if request.user.has_perm("orders.change_complaint") and unseen.exists():
        words = gettext("A complaint about a defect waits for somebody to look at it.")
        address = f"{reverse('admin:orders_complaint_changelist')}?waiting=yes"
        found.append(Duty(words, address))
    if request.user.has_perm("orders.change_quote") and Quote.objects.waiting().exists():
        words = gettext("Somebody has asked for a quote, and waits for an answer.")
        address = f"{reverse('admin:orders_quote_changelist')}?waiting=yes"
        found.append(Duty(words, address))
    if request.user.has_perm("orders.change_withdrawalnotice") and receipts_wait(at=now):
        words = gettext("Somebody who withdrew has had no acknowledgement for an hour.")
        address = f"{reverse('admin:orders_withdrawalnotice_changelist')}?waiting=receipt"
        found.append(Duty(words, address))
    return found


def _duties_of_money(request: HttpRequest) -> list[Duty]:
    """List what the books and the bank want of whoever may look at them."""
    found = []
    if request.user.has_perm("orders.view_entry") and not books_are_well(at=timezone.now()):
        words = gettext("The books do not balance, or nobody has looked at them for a day.")
        found.append(Duty(words, reverse("admin:orders_entry_books")))
    if request.user.has_perm("orders.change_bankentry"):
        waiting = BankEntry.objects.waiting().count()
        if waiting:
            words = ngettext(
                "%(count)d payment waits to be matched or paid back.",
                "%(count)d payments wait to be matched or paid back.",
                waiting,
            )
            address = f"{reverse('admin:orders_bankentry_changelist')}?state__exact=open"
            found.append(Duty(words % {"count": waiting}, address))
    return found


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


def _without(app: dict[str, Any], grouped: frozenset[str]) -> dict[str, Any]:
    rest = [table for table in app["models"] if table["model"]._meta.label not in grouped]
    return {**app, "models": rest}
