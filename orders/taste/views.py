"""The switch beside what was picked for somebody."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from customers.own_data import account_or_404
from privacy.consents.operations import withdraw
from privacy.consents.purposes import For, Place
from privacy.csrf import same_origin_is_enough
from privacy.languages import readers_language
from privacy.subject import subject_of


@same_origin_is_enough
@require_POST
@login_required
def turn_off(request: HttpRequest) -> HttpResponse:
    """Pick nothing any more, and delete at once what was remembered for it."""
    withdraw(
        purpose=For.PERSONAL,
        subject=subject_of(accounts=[account_or_404(request).pk]),
        place=Place.SHELF,
        language=readers_language(),
        at=timezone.now(),
    )
    messages.success(
        request, _("Nothing is picked for you any more, and what was remembered is deleted.")
    )
    return redirect("orders:home")
