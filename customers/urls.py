"""Addresses of accounts, in the language of the page. The names are those allauth asks for."""

from allauth.account import views as door
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.webauthn import views as passkeys
from django.urls import URLPattern, URLResolver, path, re_path
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from customers import consents, own_data, rights, security, told_changes, views
from customers.address_book import views as address_book
from customers.companies import views as companies
from privacy.requests.states import Kind

_by_key = "{}(?P<key>[-:\\w]+)/$"
_by_proof = "{}(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"

allauth_urlpatterns: list[URLPattern | URLResolver] = [
    path(_("account/sign-in/"), door.login, name="account_login"),
    path(_("account/sign-out/"), door.logout, name="account_logout"),
    path(_("account/sign-up/"), door.signup, name="account_signup"),
    path(_("account/closed/"), door.account_inactive, name="account_inactive"),
    path(_("account/prove-again/"), door.reauthenticate, name="account_reauthenticate"),
    path(_("account/email/"), told_changes.change_email, name="account_email"),
    path(
        _("account/email/sent/"),
        door.email_verification_sent,
        name="account_email_verification_sent",
    ),
    re_path(
        format_lazy(_by_key, _("account/email/confirm/")),
        door.confirm_email,
        name="account_confirm_email",
    ),
    path(
        _("account/password/change/"), told_changes.change_password, name="account_change_password"
    ),
    path(_("account/password/set/"), told_changes.set_password, name="account_set_password"),
    path(_("account/password/forgotten/"), door.password_reset, name="account_reset_password"),
    path(
        _("account/password/forgotten/sent/"),
        door.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        format_lazy(_by_proof, _("account/password/new/")),
        door.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        _("account/password/changed/"),
        door.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path(_("account/second-factor/"), factors.index, name="mfa_index"),
    path(_("account/second-factor/show/"), factors.authenticate, name="mfa_authenticate"),
    path(_("account/second-factor/show-again/"), factors.reauthenticate, name="mfa_reauthenticate"),
    path(_("account/second-factor/app/add/"), told_changes.add_app, name="mfa_activate_totp"),
    path(
        _("account/second-factor/app/remove/"), told_changes.remove_app, name="mfa_deactivate_totp"
    ),
    path(
        _("account/second-factor/codes/"),
        recovery.view_recovery_codes,
        name="mfa_view_recovery_codes",
    ),
    path(
        _("account/second-factor/codes/new/"),
        told_changes.new_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        _("account/second-factor/codes/download/"),
        recovery.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path(_("account/passkeys/"), passkeys.list_webauthn, name="mfa_list_webauthn"),
    path(_("account/passkeys/add/"), told_changes.add_passkey, name="mfa_add_webauthn"),
    path(_("account/passkeys/sign-in/"), passkeys.login_webauthn, name="mfa_login_webauthn"),
    path(
        _("account/passkeys/show-again/"),
        passkeys.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        _("account/passkeys/<int:pk>/remove/"),
        told_changes.remove_passkey,
        name="mfa_remove_webauthn",
    ),
    path(_("account/passkeys/<int:pk>/name/"), passkeys.edit_webauthn, name="mfa_edit_webauthn"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path(_("account/"), views.account, name="account"),
    path(_("account/details/"), views.details, name="details"),
    path(_("account/addresses/"), address_book.addresses, name="addresses"),
    path(_("account/addresses/add/"), address_book.add, name="add-address"),
    path(_("account/addresses/<uuid:key>/"), address_book.change, name="address"),
    path(_("account/addresses/<uuid:key>/remove/"), address_book.remove, name="remove-address"),
    path(_("account/security/"), security.security, name="security"),
    path(_("account/security/end-session/"), security.end, name="end-session"),
    path(_("account/company/"), views.company, name="company"),
    path(_("account/company/invitation/<str:key>/"), companies.invitation, name="invitation"),
    path(_("account/company/<uuid:key>/"), companies.company_page, name="company-page"),
    path(_("account/company/<uuid:key>/details/"), companies.details, name="company-details"),
    path(_("account/company/<uuid:key>/history/"), companies.history, name="company-history"),
    path(_("account/company/<uuid:key>/invite/"), companies.invite_member, name="invite"),
    path(
        _("account/company/<uuid:key>/invite/<uuid:invitation>/take-back/"),
        companies.withdraw_invitation,
        name="withdraw-invitation",
    ),
    path(_("account/company/<uuid:key>/leave/"), companies.leave_company, name="leave-company"),
    path(_("account/company/<uuid:key>/members/<uuid:member>/"), companies.member, name="member"),
    path(
        _("account/company/<uuid:key>/members/<uuid:member>/remove/"),
        companies.remove,
        name="remove-member",
    ),
    path(_("account/rights/"), rights.rights, name="rights"),
    path(_("account/rights/erasure/"), rights.erasure, name="erasure"),
    path(
        _("account/rights/correction/"),
        rights.say,
        {"kind": Kind.RECTIFICATION},
        name="rectification",
    ),
    path(
        _("account/rights/restriction/"), rights.say, {"kind": Kind.RESTRICTION}, name="restriction"
    ),
    path(_("account/rights/objection/"), rights.say, {"kind": Kind.OBJECTION}, name="objection"),
    path(_("account/rights/withdraw/<uuid:key>/"), rights.withdraw_request, name="withdraw"),
    path(_("account/consents/"), consents.consents, name="consents"),
    path(_("account/own-data/"), own_data.own_data, name="own-data"),
    path(_("account/own-data/copy/"), own_data.copies, name="copies"),
    path(_("account/own-data/copy/<str:key>/"), own_data.copy, name="copy"),
]
