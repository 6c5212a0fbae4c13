"""The door of the staff's side: the shop's own sign-in, a second factor, and access that runs."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.middleware import get_user
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.views import shortcut
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from customers import second_factor
from customers.grants.access import (
    access_is_over,
    promise,
    staff_of,
    to_the_promise,
)
from customers.grants.powers import GrantedPowers
from customers.standing import Standing, standing_of


class StaffDoor(AdminSite):
    """An admin site without a password form of its own.

    Whoever comes is sent to the shop's sign-in, where limits and the log stand, and then to take
    or show a second factor. Each request asks anew whether access has been given for today, and
    whether confidentiality has been promised under the statement in force.
    """

    def has_permission(self, request: HttpRequest) -> bool:
        person = staff_of(request)
        return person is not None and person.has_access and _is_proved(request, person)

    def admin_view(
        self,
        view: Callable[..., HttpResponseBase],
        cacheable: bool = False,  # noqa: FBT001, FBT002 (Django's signature)
    ) -> Any:
        """Let no page open for staff whose access does not run, or who have promised nothing."""
        guarded = super().admin_view(view, cacheable)

        def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            _look_who_came(request)
            person = staff_of(request)
            if person is not None:
                if not person.has_access:
                    return access_is_over(request, person)
                if self.has_permission(request) and not _standing(request, person).has_promised:
                    return to_the_promise(request)
            return guarded(request, *args, **kwargs)

        return update_wrapper(asked, guarded)

    @method_decorator(never_cache)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send to the next step on the way in.

        :raises PermissionDenied: for customers, who have no business here.
        """
        wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
        if not wanted or not get_adapter(request).is_safe_url(wanted):
            wanted = reverse("admin:index")
        if self.has_permission(request):
            return HttpResponseRedirect(wanted)
        if request.user.is_authenticated:
            person = staff_of(request)
            if person is None:
                raise PermissionDenied
            if not person.has_access:
                return access_is_over(request, person)
            if not second_factor.has_one(request):
                messages.info(request, _("Staff need a second factor. Take one into use here."))
        return redirect(
            f"{second_factor.next_step(request)}?{urlencode({REDIRECT_FIELD_NAME: wanted})}"
        )

    @method_decorator(never_cache)
    def acknowledge(self, request: HttpRequest) -> HttpResponse:
        """Show the statement in force, and note who promises confidentiality under it."""
        person = staff_of(request)
        if person is None or not self.has_permission(request):
            return self.login(request)
        frame = {**self.each_context(request), "title": _("Confidentiality")}
        return promise(request, person, frame)

    def seen_on_site(
        self, request: HttpRequest, content_type_id: int, object_id: str
    ) -> HttpResponse:
        """Lead to a row's own page in the shop, for those who may look at such rows.

        Django's page leads anybody of the staff anywhere; an order's address is its key.

        :raises PermissionDenied: when the table is none of theirs.
        """
        table = get_object_or_404(ContentType, pk=content_type_id)
        if not request.user.has_perm(f"{table.app_label}.view_{table.model}"):
            raise PermissionDenied
        return shortcut(request, content_type_id, object_id)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Put the shop's own pages before the site's: confidentiality, sign-out, password."""
        return [
            path("confidentiality/", self.acknowledge, name="acknowledge"),
            path("logout/", _to_signing_out, name="logout"),
            path("password_change/", _to_the_password, name="password_change"),
            path(
                "r/<int:content_type_id>/<path:object_id>/",
                self.admin_view(self.seen_on_site),
                name="view_on_site",
            ),
            *super().get_urls(),
        ]


def _to_signing_out(request: HttpRequest) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("account_logout"), preserve_request=True)


def _to_the_password(request: HttpRequest) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("account_change_password"))


def _look_who_came(request: HttpRequest) -> None:
    """Put whoever came in the place of what stands for them until it is asked.

    A page of the staff's asks hundreds of times what they may do, for the tables beside it alone.
    """
    stands_for_them: object = request.user
    if type(stands_for_them) is SimpleLazyObject:
        request.user = get_user(request)


def _is_proved(request: HttpRequest, person: GrantedPowers) -> bool:
    """Tell whether the session has shown a second factor that the account still has."""
    if settings.DEMO_WITHOUT_SECOND_FACTOR:
        return True
    return second_factor.was_shown(request) and _standing(request, person).has_factor


def _standing(request: HttpRequest, person: GrantedPowers) -> Standing:
    """Ask once in a request how whoever is signed in stands."""
    known: dict[Any, Standing] = request.__dict__.setdefault("standings", {})
    if person.pk not in known:
        known[person.pk] = standing_of(person, at=timezone.now())
    return known[person.pk]
