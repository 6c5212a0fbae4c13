"""The door of the staff's side: the shop's own sign-in, and a second factor."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from customers import second_factor


class StaffDoor(AdminSite):
    """An admin site without a password form of its own.

    Whoever comes is sent to the shop's sign-in, where limits and the log stand, and then to take
    or show a second factor.
    """

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and second_factor.is_proved(request)

    @method_decorator(never_cache)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseRedirect:
        """Send to the next step on the way in.

        :raises PermissionDenied: for customers, who have no business here.
        """
        wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
        if not wanted or not get_adapter(request).is_safe_url(wanted):
            wanted = reverse("admin:index")
        if self.has_permission(request):
            return HttpResponseRedirect(wanted)
        if request.user.is_authenticated:
            if not request.user.is_staff:
                raise PermissionDenied
            if not second_factor.has_one(request):
                messages.info(request, _("Staff need a second factor. Take one into use here."))
        return redirect(
            f"{second_factor.next_step(request)}?{urlencode({REDIRECT_FIELD_NAME: wanted})}"
        )

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Put the shop's own pages before the site's: signing out, and changing the password."""
        return [
            path("logout/", _to_signing_out, name="logout"),
            path("password_change/", _to_the_password, name="password_change"),
            *super().get_urls(),
        ]


def _to_signing_out(request: HttpRequest) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("account_logout"), preserve_request=True)


def _to_the_password(request: HttpRequest) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("account_change_password"))
