"""What a buyer says who asks for a quote, or declines one."""

from typing import cast
from uuid import UUID, uuid4

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy, pgettext_lazy

from customers.models import Company, Customer
from orders.quotes.operations import Asked
from privacy.email_field import TypedEmailField
from privacy.free_words import WithoutIdentityCodes


class AskForm(WithoutIdentityCodes):
    """For whom a quote is asked, and what else the shop should know."""

    told_of = ("orders.Quote.email", "orders.Quote.message")

    company = forms.ChoiceField(label=gettext_lazy("Who buys"), required=False)
    email = TypedEmailField(help_text=gettext_lazy("The quote comes here."))
    message = forms.CharField(
        label=gettext_lazy("Message"),
        required=False,
        max_length=1000,
        help_text=gettext_lazy("For example when you need the products, or how many a year."),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
    )
    submission = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self,
        said: QueryDict | None = None,
        *,
        card: Customer | None,
        companies: list[Company],
        chosen: Company | None = None,
    ) -> None:
        first = {"company": str(chosen.pk) if chosen else "", "submission": uuid4()}
        super().__init__(said, initial=first)
        self.card = card
        self.companies = {str(company.pk): company for company in companies}
        if card is not None:
            del self.fields["email"]
        if not companies:
            del self.fields["company"]
            return
        field = cast(forms.ChoiceField, self.fields["company"])
        field.choices = [
            ("", pgettext_lazy("quote", "Me, as a private person")),
            *((key, company.name) for key, company in self.companies.items()),
        ]

    def asked(self, language: str) -> Asked:
        """Give what was said in the words of the operation."""
        said = self.cleaned_data
        submission: UUID = said["submission"]
        return Asked(
            submission=submission,
            email=self.card.email if self.card is not None else said["email"],
            message=said["message"],
            language=language,
            customer=self.card,
            company=self.companies.get(said.get("company", "")),
        )


class DeclineForm(WithoutIdentityCodes):
    """Why a quote is declined, if the buyer cares to say."""

    told_of = ("orders.Quote.reason",)

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("You need not give one."),
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )
