"""What staff say of the bank's files and entries."""

from django import forms
from django.core.files.base import File
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.banking.facts import REASONS
from orders.banking.reading import MOST_BYTES, MOST_MEGABYTES
from orders.sales.models import Order


class UploadForm(forms.Form):
    """A file of the bank's."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "An account statement (camt.053), a notification (camt.054) or a list of reference "
            "payments (KTL), at most 20 megabytes."
        ),
    )

    def clean_file(self) -> File[bytes]:
        file: File[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(REASONS["too_large"] % {"most": MOST_MEGABYTES})
        return file


class Deed(models.TextChoices):
    """What can be done about an entry of the work list."""

    MATCH = "match", pgettext_lazy("bank entry", "Count for the order")
    TO_RETURN = "to_return", pgettext_lazy("bank entry", "Is to be paid back")
    NOT_OURS = "not_ours", pgettext_lazy("bank entry", "Is nothing of the shop's")
    RETURNED = "returned", pgettext_lazy("bank entry", "Has been paid back")
    LOOK_AGAIN = "look_again", pgettext_lazy("bank entry", "Back onto the work list")


class DeedForm(forms.Form):
    """One deed, and the order it is about."""

    deed = forms.ChoiceField(choices=Deed)
    order_number = forms.CharField(
        label=_("order number or reference number"), max_length=30, required=False
    )
    order: Order | None = None

    def clean(self) -> None:
        """Find the order by either of its numbers."""
        super().clean()
        if self.cleaned_data.get("deed") != Deed.MATCH or self.errors:
            return
        typed = "".join(self.cleaned_data["order_number"].split())
        found = Order.objects.filter(number=typed) | Order.objects.filter(
            reference=typed.lstrip("0")
        )
        self.order = found.first() if typed else None
        if self.order is None:
            self.add_error("order_number", _("There is no order with this number."))
