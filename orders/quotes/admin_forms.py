"""What staff type who answer a request for a quote."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from orders import money
from orders.basket.models import MOST_OF_ONE
from orders.catalogue.models import Variant
from orders.delivery.models import DeliveryMethod
from orders.quotes.models import Quote, QuoteLine
from orders.quotes.operations import Answer, Offered
from privacy.free_words import WithoutIdentityCodes

ROWS_TO_ADD = 3
USUALLY_VALID = timedelta(days=30)


def _price(*, required: bool = False) -> forms.DecimalField:
    return forms.DecimalField(
        label=gettext_lazy("price of a piece, €"),
        required=required,
        min_value=money.ZERO,
        max_digits=12,
        decimal_places=2,
        localize=True,
    )


class LineForm(forms.Form):
    """How many pieces of a line are offered, and at what price."""

    quantity = forms.IntegerField(
        label=gettext_lazy("pieces offered"), min_value=0, max_value=MOST_OF_ONE
    )
    price = _price()

    def __init__(self, said: QueryDict | None = None, *, line: QuoteLine) -> None:
        first = {"quantity": line.quantity, "price": line.price}
        super().__init__(said, prefix=f"line_{line.pk}", initial=first)
        self.line = line

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("quantity") and said.get("price") is None and "price" not in self.errors:
            self.add_error("price", _("Say the price, or offer no pieces."))
        return said

    @property
    def key(self) -> UUID:
        return self.line.pk

    def offered(self) -> Offered:
        """Give what is offered of the line."""
        return Offered(self.cleaned_data["quantity"], self.cleaned_data["price"])


class AddedForm(forms.Form):
    """Something that was not asked for, and is offered all the same."""

    sku = forms.CharField(label=gettext_lazy("SKU"), max_length=64, required=False)
    quantity = forms.IntegerField(
        label=gettext_lazy("pieces offered"), min_value=1, max_value=MOST_OF_ONE, required=False
    )
    price = _price()

    def clean_sku(self) -> str:
        typed: str = self.cleaned_data["sku"].strip()
        if typed and self.found(typed) is None:
            raise ValidationError(_("There is no such product for sale."))
        return typed

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        given = [said.get(name) is not None for name in ("quantity", "price")]
        if said.get("sku") and not all(given) and not self.errors:
            raise ValidationError(_("Say how many pieces, and the price."))
        if any(given) and not said.get("sku") and "sku" not in self.errors:
            self.add_error("sku", _("Say which product it is."))
        return said

    def found(self, sku: str) -> Variant | None:
        """Find what an article number names; an appointment's place only an order keeps."""
        found = Variant.objects.active().filter(sku=sku, product__bookable=None)
        return found.select_related("product").first()


class AnswerForm(WithoutIdentityCodes):
    """How the goods are delivered, until when the quote holds, and a text."""

    delivery_method = forms.ModelChoiceField(
        DeliveryMethod.objects.none(),
        label=gettext_lazy("delivery method"),
        required=False,
        help_text=gettext_lazy("The one way in which these goods are delivered."),
    )
    delivery_price = forms.DecimalField(
        label=gettext_lazy("delivery, €"),
        min_value=money.ZERO,
        max_digits=8,
        decimal_places=2,
        localize=True,
        initial=money.ZERO,
    )
    valid_until = forms.DateField(
        label=gettext_lazy("valid until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    answer = forms.CharField(
        label=gettext_lazy("text to the buyer"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("It stands in the quote as you write it."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(
        self, said: QueryDict | None = None, *, quote: Quote, lines: list[QuoteLine]
    ) -> None:
        super().__init__(said, initial={"valid_until": timezone.localdate() + USUALLY_VALID})
        field = cast(forms.ModelChoiceField[DeliveryMethod], self.fields["delivery_method"])
        field.queryset = DeliveryMethod.objects.offered()
        self.quote = quote
        self.rows = [LineForm(said, line=line) for line in lines]
        self.added = [AddedForm(said, prefix=f"added_{number}") for number in range(ROWS_TO_ADD)]

    def clean_valid_until(self) -> date:
        day: date = self.cleaned_data["valid_until"]
        if day < timezone.localdate():
            raise ValidationError(_("This day is over already."))
        return day

    def is_valid(self) -> bool:
        """Ask every row, so that each tells its faults."""
        answers = [super().is_valid(), *(row.is_valid() for row in (*self.rows, *self.added))]
        return all(answers) and not self._names_twice()

    def _names_twice(self) -> bool:
        """Refuse a product that the quote names already: its price would not be one."""
        seen = {row.line.sku for row in self.rows}
        for row in self.added:
            sku = row.cleaned_data.get("sku")
            if sku and sku in seen:
                row.add_error("sku", _("The quote has this product already."))
            seen.add(sku or "")
        return any(row.errors for row in self.added)

    def said(self) -> Answer:
        """Give what is offered in the words of the operation."""
        said = self.cleaned_data
        added = []
        for row in self.added:
            sku = row.cleaned_data.get("sku")
            variant = row.found(sku) if sku else None
            if variant is not None:
                facts = row.cleaned_data
                added.append((variant, Offered(facts["quantity"], facts["price"])))
        price: Decimal = said["delivery_price"]
        return Answer(
            lines={row.key: row.offered() for row in self.rows},
            added=added,
            valid_until=said["valid_until"],
            delivery_method=said["delivery_method"],
            delivery_price=price,
            words=said["answer"],
        )


class WithdrawalForm(WithoutIdentityCodes):
    """Why the shop gives no quote, or takes one back."""

    reason = forms.CharField(
        label=pgettext_lazy("quote", "reason"),
        max_length=500,
        help_text=gettext_lazy("The buyer reads this."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
