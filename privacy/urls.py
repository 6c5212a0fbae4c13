from django.urls import URLPattern, URLResolver, path
from django.utils.translation import gettext_lazy as _

from privacy import views
from privacy.consents import views as consents
from privacy.editions import views as editions
from privacy.requests import views as requests

urlpatterns: list[URLPattern | URLResolver] = [
    path(_("privacy/"), views.statement, name="statement"),
    path(_("privacy/editions/"), editions.editions, name="editions"),
    path(_("privacy/editions/<int:number>/"), editions.edition, name="edition"),
    path(_("privacy/editions/<int:number>/statement.pdf"), views.edition_pdf, name="edition-pdf"),
    path(
        _("privacy/editions/<int:older>/changes/<int:newer>/"),
        editions.difference,
        name="difference",
    ),
    path(_("privacy/requests/"), requests.ask, name="ask"),
    path(_("privacy/requests/sent/"), requests.asked, name="asked"),
    path(
        _("privacy/requests/confirm/<str:key>/"), requests.confirm_request, name="request-confirm"
    ),
    path(_("privacy/requests/told/<str:key>/"), requests.told, name="request-told"),
    path(_("privacy/requests/copy/<str:key>/"), requests.fetch_copy, name="request-copy"),
    path(_("newsletter/"), consents.newsletter, name="newsletter"),
    path(_("newsletter/sent/"), consents.newsletter_asked, name="newsletter-asked"),
    path(
        _("privacy/consents/confirm/<str:key>/"), consents.confirm_consent, name="consent-confirm"
    ),
    path(_("privacy/consents/<str:key>/"), consents.consent, name="consent"),
]
