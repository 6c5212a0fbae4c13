"""What a buyer fills in at the checkout."""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from customers import postcodes, typed
from customers.postcodes import NotAPostcode, is_in_aland
from orders.basket.contents import Contents
from orders.checkout.methods import payment_methods
from orders.checkout.models import ADDRESS, COMPANY, COUNTRIES, ELSEWHERE, CheckoutDraft
from orders.checkout.summary import delivery_offers
from orders.checkout.taxing import NoRateAbroad, is_asked_for_vat_id, priced, tax
from orders.delivery.models import DeliveryMethod
from orders.delivery.pricing import DeliveryOffer, Load
from orders.quotes.models import Quote
from orders.quotes.pricing import quote_of
from orders.sales.models import Order
from orders.taxation.areas import HOME
from orders.taxation.countries import country_name
from orders.taxation.vat_ids import NotAVatId, normal_vat_id
from privacy.free_words import refusal_of
from privacy.normal import LONGEST, compose, normal_email

WRITTEN_FREELY = (
    "first_name",
    "last_name",
    "street",
    "city",
    "company_name",
    "buyer_reference",
    "delivery_name",
    "delivery_street",
    "delivery_city",
    "note",
)


ASKED_SOMETIMES = ("company_name", "business_id", "vat_id", *ELSEWHERE[:-1])
_POSTCODE = re.compile(r"[A-Z0-9][A-Z0-9 -]{1,13}[A-Z0-9]")
CHOICES = ("delivery_method", "payment_method")


class NormalEmail(forms.EmailField):
    """An e-mail address however it is spelled, checked in its normal form."""

    def to_python(self, value: Any) -> str:
        address = super().to_python(value) or ""
        if len(address) > LONGEST:
            raise ValidationError(_("Enter a valid email address."), code="invalid")
        return normal_email(address)


if TYPE_CHECKING:
    _DraftForm = forms.ModelForm[CheckoutDraft]
else:
    _DraftForm = forms.ModelForm


class KeepForm(forms.Form):
    """The wish of a customer to find the address in the own address book another time."""

    told_of = tuple(f"customers.Address.{column}" for column in ("name", *ADDRESS))

    keep_address = forms.BooleanField(
        label=gettext_lazy("Keep the address in my address book"), required=False
    )


class CheckoutForm(_DraftForm):
    """Who buys, where to, how, and how it is paid.

    The delivery methods on offer depend on the goods and on the postcode, so the form is given
    what lies in the basket.
    """

    told_of: tuple[str, ...] = ("orders.CheckoutDraft", "orders.Order")

    email = NormalEmail(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("The order confirmation is sent here."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Telephone"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("For the carrier, so that it can tell when the parcel comes."),
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )
    business_id = forms.CharField(
        label=gettext_lazy("Business ID"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Such as 2077474-0"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    vat_id = forms.CharField(
        label=gettext_lazy("VAT ID"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Of a company in another EU country, such as SE556012579001."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    einvoice_address = typed.einvoice_address_field()
    einvoice_operator = typed.einvoice_operator_field()
    country = forms.ChoiceField(
        label=pgettext_lazy("address", "Country"),
        required=False,
        widget=forms.Select(attrs={"autocomplete": "billing country"}),
    )
    delivery_country = forms.ChoiceField(
        label=pgettext_lazy("address", "Country"),
        required=False,
        widget=forms.Select(attrs={"autocomplete": "shipping country"}),
    )
    delivery_method = forms.ModelChoiceField(
        label=gettext_lazy("Delivery method"),
        queryset=DeliveryMethod.objects.offered(),
        required=False,
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": gettext_lazy("Choose a delivery method.")},
    )
    payment_method = forms.ChoiceField(
        label=gettext_lazy("Payment method"),
        choices=Order.PaymentMethod.choices,
        initial=Order.PaymentMethod.INVOICE,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose a payment method."),
            "invalid_choice": gettext_lazy("Choose a payment method."),
        },
    )

    class Meta:
        model = CheckoutDraft
        fields = [
            "email",
            "phone",
            "first_name",
            "last_name",
            "for_company",
            "company_name",
            "business_id",
            "vat_id",
            "buyer_reference",
            "einvoice_address",
            "einvoice_operator",
            "street",
            "postcode",
            "city",
            "deliver_elsewhere",
            "delivery_name",
            "delivery_street",
            "delivery_postcode",
            "delivery_city",
            "delivery_method",
            "payment_method",
            "note",
        ]
        help_texts = {
            "buyer_reference": gettext_lazy(
                "Your order number or cost centre. It is printed on the papers of the order."
            ),
            "city": gettext_lazy("Filled in from the postcode."),
            "delivery_city": gettext_lazy("Filled in from the postcode."),
        }
        labels = {"postcode": pgettext_lazy("address", "Postcode")}
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "company_name": forms.TextInput(attrs={"autocomplete": "organization"}),
            "buyer_reference": forms.TextInput(attrs={"autocomplete": "off"}),
            "street": forms.TextInput(attrs={"autocomplete": "billing street-address"}),
            "postcode": forms.TextInput(
                attrs={"autocomplete": "billing postal-code", "inputmode": "numeric"}
            ),
            "city": forms.TextInput(attrs={"autocomplete": "billing address-level2"}),
            "delivery_name": forms.TextInput(attrs={"autocomplete": "shipping name"}),
            "delivery_street": forms.TextInput(attrs={"autocomplete": "shipping street-address"}),
            "delivery_postcode": forms.TextInput(
                attrs={"autocomplete": "shipping postal-code", "inputmode": "numeric"}
            ),
            "delivery_city": forms.TextInput(attrs={"autocomplete": "shipping address-level2"}),
            "note": forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        }

    def __init__(self, *args: Any, contents: Contents, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contents = contents
        self.at = at
        offered = payment_methods(at=at)
        methods = cast(forms.ChoiceField, self.fields["payment_method"])
        methods.choices = [each for each in Order.PaymentMethod.choices if each[0] in offered]
        if self.initial.get("payment_method") not in offered:
            self.initial["payment_method"] = next(iter(offered), "")
        self._offer_countries()
        for name in ("first_name", "last_name", "street", "postcode"):
            self.fields[name].required = True
        for name in ASKED_SOMETIMES:
            self.fields[name].__dict__["asked_sometimes"] = True
        for name, field in self.fields.items():
            if name not in CHOICES:
                field.error_messages["required"] = _("Fill in this field.")

    def _offer_countries(self) -> None:
        """Ask for a country only where there is a choice."""
        offered = [(code, country_name(code)) for code in settings.DELIVERY_COUNTRIES]
        for name in COUNTRIES:
            cast(forms.ChoiceField, self.fields[name]).choices = offered
            if not offered[1:]:
                del self.fields[name]
            else:
                known = getattr(self.instance, name)
                self.initial.setdefault(name, known if known in dict(offered) else offered[0][0])

    @property
    def many_countries(self) -> bool:
        return "country" in self.fields

    @cached_property
    def offers(self) -> list[DeliveryOffer]:
        """List the ways of delivery for these goods and what is known of the address."""
        load = Load(
            total=self.contents.goods_total,
            weight_g=self.contents.goods_weight_g,
            to_aland=is_in_aland(self._destination()),
            country=self._destination_country(),
        )
        return delivery_offers(self.quote, self.contents, load)

    @cached_property
    def quote(self) -> Quote | None:
        """Give the quote that is being accepted, if it is one."""
        return quote_of(self.instance.basket)

    @property
    def chosen_method(self) -> str:
        """Tell which way of delivery is ticked: the only one, where there is no choice."""
        if len(self.offers) == 1:
            return str(self.offers[0].method.pk)
        return str(self["delivery_method"].value() or "")

    def clean_phone(self) -> str:
        return typed.phone(self.cleaned_data["phone"])

    def clean_business_id(self) -> str:
        return typed.business_id(self._of_a_company("business_id"))

    def _of_a_company(self, name: str) -> str:
        """Give what was typed of a company; nothing where a person buys after all."""
        return str(self.cleaned_data[name]) if self.cleaned_data.get("for_company") else ""

    def clean_vat_id(self) -> str:
        number = self._of_a_company("vat_id")
        try:
            return normal_vat_id(number) if number else ""
        except NotAVatId as refusal:
            raise ValidationError(_("No EU country gives such a VAT ID.")) from refusal

    def clean_einvoice_address(self) -> str:
        return typed.einvoice_address(self._of_a_company("einvoice_address"))

    def clean_einvoice_operator(self) -> str:
        return typed.einvoice_operator(self._of_a_company("einvoice_operator"))

    def clean_postcode(self) -> str:
        return _postcode(self.cleaned_data["postcode"], self._country("country"))

    def clean_delivery_postcode(self) -> str:
        code = self.cleaned_data["delivery_postcode"]
        if not code or not self.cleaned_data.get("deliver_elsewhere"):
            return ""
        return _postcode(code, self._country("delivery_country"))

    def clean(self) -> dict[str, Any]:
        super().clean()
        compose(self.cleaned_data)
        for name in COUNTRIES:
            self.cleaned_data[name] = self._country(name)
        self._fill_in_towns()
        self._ask_for_town("postcode", "city")
        if self.cleaned_data.get("for_company"):
            self._ask("company_name")
            self._ask_for_number()
            self._ask_for_both("einvoice_address", "einvoice_operator")
        else:
            self._drop(COMPANY)
        if self.cleaned_data.get("deliver_elsewhere"):
            self._ask("delivery_name", "delivery_street", "delivery_postcode")
            self._ask_for_town("delivery_postcode", "delivery_city")
        else:
            self._drop(ELSEWHERE)
        self._refuse_what_must_not_be_kept()
        self._check_delivery()
        self._check_party()
        self._check_tax()
        return self.cleaned_data

    def _fill_in_towns(self) -> None:
        places = (
            ("country", "postcode", "city"),
            ("delivery_country", "delivery_postcode", "delivery_city"),
        )
        for country, postcode, city in places:
            if self._country(country) == HOME:
                typed.fill_in_town(self, postcode, city)

    def _ask(self, *names: str) -> None:
        for name in names:
            if not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, self.fields[name].error_messages["required"])

    def _ask_for_number(self) -> None:
        """Ask a company for the number that it is known by where it is."""
        country = self._country("country")
        if country == HOME:
            self._ask("business_id")
            self._drop(("vat_id",))
            return
        self._drop(("business_id",))
        if is_asked_for_vat_id(country):
            self._ask("vat_id")

    def _ask_for_both(self, one: str, other: str) -> None:
        """Ask for the second of two that are worth nothing alone."""
        for said, missing in ((one, other), (other, one)):
            if self.cleaned_data.get(said):
                self._ask(missing)

    def _ask_for_town(self, postcode: str, city: str) -> None:
        """Ask for a town only where the postcode did not give it: one thing at a time."""
        if postcode not in self.errors:
            self._ask(city)

    def _drop(self, names: tuple[str, ...]) -> None:
        """Forget what was typed for a choice that was not made."""
        for name in names:
            self.cleaned_data[name] = ""
            self.errors.pop(name, None)

    def _refuse_what_must_not_be_kept(self) -> None:
        for name in WRITTEN_FREELY:
            refusal = refusal_of(self.cleaned_data.get(name) or "")
            if refusal:
                self.add_error(name, refusal)

    def _check_delivery(self) -> None:
        if "delivery_method" in self.errors:
            return
        fitting = [offer.method for offer in self.offers]
        chosen = self.cleaned_data.get("delivery_method")
        if not self.contents.has_goods:
            self.cleaned_data["delivery_method"] = None
        elif not fitting:
            self.add_error("delivery_method", _("We cannot deliver these goods to this address."))
        elif chosen is None:
            self.add_error("delivery_method", _("Choose a delivery method."))
        elif chosen not in fitting:
            self.add_error("delivery_method", self._why_not(chosen))

    def _why_not(self, chosen: DeliveryMethod) -> str:
        abroad = self._destination_country() != HOME
        if not abroad and is_in_aland(self._destination()) and not chosen.to_aland:
            return _("We do not send parcels to Åland yet. You can pick up the order.")
        return _("These goods cannot go this way. Choose another delivery method.")

    def _check_party(self) -> None:
        """Refuse to buy for another what was quoted to a company."""
        company = self.quote.company if self.quote is not None else None
        if company is None or "business_id" in self.errors:
            return
        if self.cleaned_data.get("business_id") != company.business_id:
            words = _("This quote was given to %(company)s, %(number)s. Buy for it.")
            known = {"company": company.name, "number": company.business_id}
            self.add_error("business_id", words % known)

    def _check_tax(self) -> None:
        """Refuse what bears the tax of a country whose rate nobody has told."""
        if self.errors:
            return
        known = {field.name for field in CheckoutDraft._meta.get_fields()}
        said = {name: value for name, value in self.cleaned_data.items() if name in known}
        draft = CheckoutDraft(**said)
        try:
            taxation = tax(draft, self.contents, draft.delivery_method, at=self.at)
            priced(self.contents, taxation, at=self.at)
        except NoRateAbroad:
            self.add_error(
                None,
                _("We do not know the VAT of these products in this country yet. Write to us."),
            )

    def _country(self, name: str) -> str:
        """Give the country of an address: the shop's only one, where there is no choice."""
        if name not in self.fields:
            return str(settings.DELIVERY_COUNTRIES[0])
        asked = str(self[name].value() or "")
        return (
            asked if asked in settings.DELIVERY_COUNTRIES else str(settings.DELIVERY_COUNTRIES[0])
        )

    def _destination_country(self) -> str:
        elsewhere = self["deliver_elsewhere"].value()
        return self._country("delivery_country" if elsewhere else "country")

    def _destination(self) -> str:
        """Give the postcode that the goods go to, as far as it is known."""
        elsewhere = self["deliver_elsewhere"].value()
        code = self["delivery_postcode" if elsewhere else "postcode"].value()
        if self._destination_country() != HOME:
            return ""
        try:
            return postcodes.normalise(cast(str, code or ""))
        except NotAPostcode:
            return ""


def _postcode(code: str, country: str) -> str:
    if country == HOME:
        return typed.postcode(code)
    abroad = " ".join(code.upper().split())
    if _POSTCODE.fullmatch(abroad):
        return abroad
    raise ValidationError(_("This does not look like a postcode."))
