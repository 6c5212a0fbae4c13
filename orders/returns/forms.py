"""What a buyer states who withdraws; nobody asks why."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.returns.operations import Statement
from orders.sales.models import Order, OrderLine
from privacy.email_field import TypedEmailField
from privacy.free_words import WithoutIdentityCodes

PIECES = "pieces_"


class StatementForm(WithoutIdentityCodes):
    """Who withdraws, and where the confirmation goes."""

    told_of: tuple[str, ...] = ("orders.WithdrawalNotice",)

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = TypedEmailField(
        help_text=gettext_lazy("The confirmation of your withdrawal goes here.")
    )
    submission = forms.UUIDField(widget=forms.HiddenInput)

    def statement(self) -> Statement:
        """Give what was stated in the words of the operation."""
        said = self.cleaned_data
        return Statement(said["submission"], said["name"], said["email"])


class AnyOrderForm(StatementForm):
    """The statement of somebody of whom only a number and an address are known."""

    order_number = forms.CharField(
        label=gettext_lazy("Order number"),
        max_length=40,
        help_text=gettext_lazy("It stands in the confirmation of the order."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    products = forms.CharField(
        label=gettext_lazy("Which products, if not the whole order"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Leave it empty to withdraw from the whole order."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ("order_number", "email", "name", "products")

    def statement(self) -> Statement:
        said = self.cleaned_data
        return replace(
            super().statement(), order_number=said["order_number"], products=said["products"]
        )


class OrderForm(StatementForm):
    """The statement of somebody whose order is known: all of it, unless fewer pieces are named."""

    told_of = ("orders.WithdrawalNotice.name", "orders.WithdrawalNotice.email")

    def __init__(
        self, said: QueryDict | None = None, *, order: Order, left: Mapping[UUID, int]
    ) -> None:
        known = {
            "submission": uuid4(),
            "name": f"{order.first_name} {order.last_name}".strip()[:100],
            "email": order.email,
        }
        super().__init__(said, initial=known)
        self.order = order
        self.rows: list[tuple[OrderLine, str]] = []
        for line in order.lines.all():
            field = f"{PIECES}{line.pk}"
            self.rows.append((line, field))
            self.fields[field] = forms.IntegerField(
                label=line.called,
                min_value=0,
                max_value=line.quantity,
                initial=left.get(line.pk, line.quantity),
                help_text=_("of %(count)d ordered") % {"count": line.quantity},
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )

    @property
    def lines(self) -> list[forms.BoundField]:
        """Give the fields of the order's lines."""
        return [self[field] for _line, field in self.rows]

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if not self.errors and not any(said[field] for _line, field in self.rows):
            raise ValidationError(_("Leave at least one piece of something."), code="nothing")
        return said

    def statement(self) -> Statement:
        wanted = {line.pk: self.cleaned_data[field] for line, field in self.rows}
        return replace(super().statement(), order=self.order, quantities=wanted)
