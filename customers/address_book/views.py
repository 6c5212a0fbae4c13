"""The address book of whoever is signed in."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from customers.address_book.forms import AddressForm
from customers.address_book.operations import (
    MOST,
    AddressIsKnown,
    BookIsFull,
    add_address,
    change_address,
    remove_address,
)
from customers.models import Address
from customers.visitors import own_card


@require_safe
@login_required
@never_cache
def addresses(request: HttpRequest) -> HttpResponse:
    """List the addresses, those by default first."""
    mine = list(Address.objects.of(own_card(request)).defaults_first())
    context = {"addresses": mine, "is_full": len(mine) >= MOST}
    return render(request, "customers/addresses.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def add(request: HttpRequest) -> HttpResponse:
    """Let a customer write down another address."""
    card = own_card(request)
    form = AddressForm(request.POST or None, initial={"name": card.full_name})
    if form.is_valid():
        try:
            add_address(card, **form.cleaned_data, at=timezone.now())
        except AddressIsKnown:
            form.add_error(None, _("This address is in your address book already."))
        except BookIsFull:
            form.add_error(None, _("The address book is full. Remove an address first."))
        else:
            messages.success(request, _("The address was saved."))
            return redirect("customers:addresses")
    return render(request, "customers/address.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def change(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let a customer correct an address; another's is as unknown as none at all."""
    card = own_card(request)
    address = Address.objects.of(card).filter(pk=key).first()
    if address is None:
        raise Http404
    known = {name: getattr(address, name) for name in AddressForm.base_fields}
    form = AddressForm(request.POST or None, initial=known)
    if form.is_valid():
        try:
            change_address(card, key=address.pk, **form.cleaned_data, at=timezone.now())
        except AddressIsKnown:
            form.add_error(None, _("This address is in your address book already."))
        else:
            messages.success(request, _("The address was saved."))
            return redirect("customers:addresses")
    return render(request, "customers/address.html", {"form": form, "address": address})


@require_POST
@login_required
@never_cache
def remove(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take an address out of the book; orders that went there stay as they are."""
    if not remove_address(own_card(request), key=key):
        raise Http404
    messages.success(request, _("The address was removed."))
    return redirect("customers:addresses")
