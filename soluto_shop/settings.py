"""Every setting of the shop: the environment decides, the safe value is the default."""

import re
from datetime import date, timedelta
from pathlib import Path

import django_stubs_ext
import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

# Lets class statements name the types of what Django leaves untyped at run time.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# --- Where the shop runs ------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))
SECRET_KEY = env("SECRET_KEY", default="")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_ADDRESS = env("SITE_ADDRESS", default="").rstrip("/")
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
HTTPS_ONLY = env.bool("HTTPS_ONLY", default=True)

_WEAK_KEYS = ("django-insecure", "change-me", "secret")
_SHORTEST_KEY = 50
if len(SECRET_KEY) < _SHORTEST_KEY or SECRET_KEY.startswith(_WEAK_KEYS):
    raise ImproperlyConfigured(
        "SECRET_KEY is missing or weak: set it to at least 50 random characters "
        '(python -c "import secrets; print(secrets.token_urlsafe(64))").'
    )
if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the shop's own hosts, and not *.")
if DEBUG and HTTPS_ONLY:
    raise ImproperlyConfigured("DEBUG is for a developer's machine only: set HTTPS_ONLY=no there.")

if HTTPS_ONLY:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz", r"^readyz"]
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- The house ----------------------------------------------------------------------------

INSTALLED_APPS = [
    "soluto_shop",
    "orders",
    "customers",
    "privacy",
    "soluto_shop.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_htmx",
    "pgtrigger",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "soluto_shop.middleware.SecurityHeadersMiddleware",
    "soluto_shop.middleware.KnownMethodsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "soluto_shop.middleware.OutageMiddleware",
    "privacy.replay.ErasuresFirstMiddleware",
    "privacy.gone.GoneMiddleware",
    "customers.sessions.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "privacy.csrf.CsrfMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "soluto_shop.middleware.NotTooMuchMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
    "customers.ended_sign_in.EndedSignInMiddleware",
    "orders.basket.visits.BasketComesAlong",
    "orders.taste.visits.LooksAreRemembered",
]

ROOT_URLCONF = "soluto_shop.urls"
WSGI_APPLICATION = "soluto_shop.wsgi.application"
APPEND_SLASH = True
FORM_RENDERER = "soluto_shop.form_renderer.FormRenderer"

_LOADERS = [
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": _LOADERS if DEBUG else [("django.template.loaders.cached.Loader", _LOADERS)],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "soluto_shop.context.house",
            ],
        },
    }
]

# --- Database -----------------------------------------------------------------------------

_database = env.db("DATABASE_URL", default="postgresql:///soluto")
_database["OPTIONS"] = {
    **_database.get("OPTIONS", {}),
    "connect_timeout": 3,
    "tcp_user_timeout": 5000,  # a link that swallows packets is given up
    "options": (
        "-c statement_timeout=15s -c lock_timeout=10s -c idle_in_transaction_session_timeout=30s"
        " -c jit=off"  # the shop's questions are short: to compile one costs more than to answer it
    ),
    "pool": {
        "min_size": 0,
        "max_size": env.int("DATABASE_POOL", default=10),
        "timeout": 2.5,
        # One that cannot be made is soon given up, so that the next visitor tries anew at once.
        "reconnect_timeout": 1,
        "max_idle": 120,
    },
}
_database["ENGINE"] = "soluto_shop.database"
_database["CONN_MAX_AGE"] = 0  # the pool keeps the connections
_database["CONN_HEALTH_CHECKS"] = False  # our engine looks at each one it is given
DATABASES = {"default": _database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rendered parts of the catalogue live in the process; what must be shared lives in the database.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "soluto_cache",
        "KEY_FUNCTION": "privacy.cache_keys.sealed",
        # Never throw out what still counts: limits of sign-in attempts live here. A job clears it.
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    },
    "parts": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "parts",
        "TIMEOUT": 60,
        "OPTIONS": {"MAX_ENTRIES": 1000},  # pages of some 40 kB each, in every process
    },
}

# --- Signing in ---------------------------------------------------------------------------

AUTH_USER_MODEL = "customers.Account"
AUTHENTICATION_BACKENDS = [
    "customers.signing_in.DoorKeeper",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
SHORTEST_PASSWORD = 10
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": SHORTEST_PASSWORD},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "customers.passwords.NotTriedFirst"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "customers:account"
SESSION_ENGINE = "customers.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600  # a guest's from its last use, a sign-in's from its beginning
STAFF_IDLE_MINUTES = env.int("STAFF_IDLE_MINUTES", default=30)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "soluto_shop.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = True  # one address, which moves when the new one is proved
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_REDIRECT_URL = "orders:home"
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "60/m/ip,20/300s/key",  # above the limit of axes
    "reset_password": "20/m/ip,3/h/key",
    "confirm_email": "3/h/key",
}
ACCOUNT_FORMS = {
    "login": "customers.sign_in_forms.SignInForm",
    "signup": "customers.sign_in_forms.SignUpForm",
    "reset_password": "customers.sign_in_forms.ResetPasswordForm",
    "reset_password_from_key": "customers.sign_in_forms.NewPasswordForm",
    "change_password": "customers.sign_in_forms.ChangePasswordForm",
    "set_password": "customers.sign_in_forms.SetPasswordForm",
    "reauthenticate": "customers.sign_in_forms.ReauthenticateForm",
    "add_email": "customers.sign_in_forms.ChangeEmailForm",
}
ACCOUNT_ADAPTER = "customers.adapter.AccountAdapter"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""

MFA_ADAPTER = "customers.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # half a minute of a telephone's wrong clock
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS_ONLY
MFA_FORMS = {
    "authenticate": "customers.sign_in_forms.SecondFactorForm",
    "reauthenticate": "customers.sign_in_forms.SecondFactorAgainForm",
    "add_webauthn": "customers.sign_in_forms.NewPasskeyForm",
    "edit_webauthn": "customers.sign_in_forms.RenamePasskeyForm",
    "authenticate_webauthn": "customers.sign_in_forms.PasskeyForm",
    "reauthenticate_webauthn": "customers.sign_in_forms.PasskeyAgainForm",
    "login_webauthn": "customers.sign_in_forms.PasskeySignInForm",
}
DEMO_WITHOUT_SECOND_FACTOR = env.bool("DEMO_WITHOUT_SECOND_FACTOR", default=False)
if DEMO_WITHOUT_SECOND_FACTOR and not DEBUG:
    raise ImproperlyConfigured("DEMO_WITHOUT_SECOND_FACTOR is for a developer's machine (DEBUG).")

AXES_ENABLE_ACCESS_FAILURE_LOG = True  # section 5: failed authentications are recorded
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "customers.signing_in.typed_name"
AXES_CLIENT_IP_CALLABLE = "privacy.network.client_address"
AXES_HANDLER = "customers.signing_in.SignInLog"
AXES_LOCKOUT_CALLABLE = "customers.signing_in.locked_out"
AXES_ENABLE_ADMIN = False  # the shop has pages of its own for these tables
AXES_ALLOWED_CORS_ORIGINS = ""
AXES_VERBOSE = False  # its log lines carry names and addresses

# Access of staff is given for so many days at most, and then given anew or not.
LONGEST_GRANT_DAYS = env.int("LONGEST_GRANT_DAYS", default=365)
if not 1 <= LONGEST_GRANT_DAYS <= 365:  # noqa: PLR2004
    raise ImproperlyConfigured("LONGEST_GRANT_DAYS is from 1 to 365: access has an end.")

# --- Languages and places -----------------------------------------------------------------

LANGUAGE_CODE = "fi"
LANGUAGES = [("fi", _("Finnish")), ("sv", _("Swedish")), ("en", _("English"))]
FORMAT_MODULE_PATH = ["soluto_shop.formats"]
LOCALE_PATHS = [BASE_DIR / "soluto_shop" / "locale"]
TIME_ZONE = "Europe/Helsinki"
USE_TZ = True
USE_I18N = True

# --- Files --------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(VAR_DIR / "media")))
PRIVATE_ROOT = Path(env("PRIVATE_ROOT", default=str(VAR_DIR / "private")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o750
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- Letters and jobs ---------------------------------------------------------------------

# Without a mail server letters stay in the shop's own mailbox, which staff read in the admin.
EMAIL_URL = env("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(env.email("EMAIL_URL"))
EMAIL_BACKEND = "privacy.egress.mail.MailServer"
EMAIL_TIMEOUT = 10
LETTERS_STAY_HERE = not EMAIL_URL
DEFAULT_FROM_EMAIL = env("MAIL_FROM", default="Soluto Oy <kauppa@soluto.fi>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
ADMINS = [("", address) for address in env.list("ADMINS", default=[])]
DEFAULT_EXCEPTION_REPORTER_FILTER = "privacy.error_reports.NothingPersonal"

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
PROCRASTINATE_IMPORT_PATHS = [
    "privacy.outbox.tasks",
    "privacy.files",
    "privacy.copies.tasks",
    "privacy.requests.tasks",
    "privacy.breaches.tasks",
    "privacy.intake.tasks",
    "privacy.notices.tasks",
    "customers.grants.tasks",
    "customers.newsletter.tasks",
]
PROCRASTINATE_WORKER_DEFAULTS = {
    "concurrency": 2,
    "update_heartbeat_interval": 5,
    "stalled_worker_timeout": 20,
    "delete_jobs": "successful",
}

# --- Who we are ---------------------------------------------------------------------------

CONTROLLER = {
    "name": env("COMPANY_NAME", default="Soluto Oy"),
    "address": env("COMPANY_ADDRESS", default="Vanha Talvitie 2-6, A 7, 00580 Helsinki"),
    "business_id": env("COMPANY_BUSINESS_ID", default=""),
    "email": env("COMPANY_EMAIL", default="kauppa@soluto.fi"),
    "phone": env("COMPANY_PHONE", default=""),
    "contact_person": env("PRIVACY_CONTACT", default="Jani-Petteri Pohjonen"),
    "contact_email": env("PRIVACY_EMAIL", default="gdpr@soluto.fi"),
}
BANK_ACCOUNT = {
    "iban": env("BANK_IBAN", default=""),
    "bic": env("BANK_BIC", default=""),
}
# The name of the page on which a consumer withdraws (Directive (EU) 2023/2673); texts link to it.
WITHDRAWAL_PAGE = "orders:withdraw"
# Where goods are sent back to; without it, to the company itself.
RETURN_ADDRESS = env("RETURN_ADDRESS", default="")
PAYMENT_TERM_DAYS = env.int("PAYMENT_TERM_DAYS", default=14)
PAYTRAIL = {
    "account": env("PAYTRAIL_ACCOUNT", default=""),
    "secret": env("PAYTRAIL_SECRET", default=""),
    "algorithm": env("PAYTRAIL_ALGORITHM", default="sha256"),
    "address": env("PAYTRAIL_ADDRESS", default="https://services.paytrail.com"),
}
PAYTRAIL_PATIENCE = env.int("PAYTRAIL_PATIENCE", default=24)
if PAYTRAIL["algorithm"] not in ("sha256", "sha512"):
    raise ImproperlyConfigured("PAYTRAIL_ALGORITHM is sha256 or sha512.")
if bool(PAYTRAIL["account"]) != bool(PAYTRAIL["secret"]):
    raise ImproperlyConfigured("PAYTRAIL_ACCOUNT and PAYTRAIL_SECRET belong together.")
DELIVERY_COUNTRIES = env.list("DELIVERY_COUNTRIES", default=["FI"])
if not all(re.fullmatch(r"[A-Z]{2}", _country) for _country in DELIVERY_COUNTRIES):
    raise ImproperlyConfigured("DELIVERY_COUNTRIES are two letters each, such as FI,SE,EE.")
try:
    OSS_SINCE = date.fromisoformat(_oss) if (_oss := env("OSS_SINCE", default="")) else None
except ValueError:
    raise ImproperlyConfigured("OSS_SINCE is a day, such as 2026-01-01.") from None
VAT_ID_CHECK_DAYS = env.int("VAT_ID_CHECK_DAYS", default=30)
REMINDER_DAYS = env.int("REMINDER_DAYS", default=5)
SECOND_REMINDER_DAYS = env.int("SECOND_REMINDER_DAYS", default=10)
RESERVATION_MINUTES = env.int("RESERVATION_MINUTES", default=15)

# What a helper may need that sets a paper or draws a picture; one that needs more is killed.
# Shorter than a transaction may idle (30 s): most papers are set inside one.
RENDERING_SECONDS = env.int("RENDERING_SECONDS", default=20)
RENDERING_MEGABYTES = env.int("RENDERING_MEGABYTES", default=1024)

# --- How long, and what is remembered of forgetting ------------------------------------------

# Each in days unless it says otherwise. Less than the law asks stops the start, and so does more
# than the register promises.
FINANCIAL_YEAR_END_MONTH = env.int("FINANCIAL_YEAR_END_MONTH", default=12)
KEEP_VOUCHERS_YEARS = env.int("KEEP_VOUCHERS_YEARS", default=6)
WITHDRAWAL_DAYS = env.int("WITHDRAWAL_DAYS", default=14)
SIMPLIFIED_RECEIPTS = env.bool("SIMPLIFIED_RECEIPTS", default=False)
KEEP_ORDER_CONTACTS_DAYS = env.int("KEEP_ORDER_CONTACTS_DAYS", default=90)
KEEP_COMPLAINTS_DAYS = env.int("KEEP_COMPLAINTS_DAYS", default=365)
# After it ended: claims from it fall under the statute of limitations (728/2003) by then.
KEEP_AGREEMENTS_DAYS = env.int("KEEP_AGREEMENTS_DAYS", default=3 * 365)
KEEP_IDLE_ACCOUNTS_DAYS = env.int("KEEP_IDLE_ACCOUNTS_DAYS", default=3 * 365)
IDLE_WARNING_DAYS = env.int("IDLE_WARNING_DAYS", default=30)
KEEP_SIGN_IN_LOG_DAYS = env.int("KEEP_SIGN_IN_LOG_DAYS", default=365)
KEEP_FULL_IP_DAYS = env.int("KEEP_FULL_IP_DAYS", default=30)
KEEP_STAFF_LOG_DAYS = env.int("KEEP_STAFF_LOG_DAYS", default=2 * 365)
KEEP_READ_LOG_DAYS = env.int("KEEP_READ_LOG_DAYS", default=2 * 365)
KEEP_BREACH_PEOPLE_DAYS = env.int("KEEP_BREACH_PEOPLE_DAYS", default=2 * 365)
BREACH_NOTICE_HOURS = env.int("BREACH_NOTICE_HOURS", default=72)
KEEP_LETTERS_DAYS = env.int("KEEP_LETTERS_DAYS", default=14)
KEEP_COPIES_DAYS = env.int("KEEP_COPIES_DAYS", default=2)
KEEP_DISCLOSURES_DAYS = env.int("KEEP_DISCLOSURES_DAYS", default=3 * 365)
KEEP_JOBS_DAYS = env.int("KEEP_JOBS_DAYS", default=30)
KEEP_REQUESTS_DAYS = env.int("KEEP_REQUESTS_DAYS", default=3 * 365)
KEEP_RESTRICTIONS_DAYS = env.int("KEEP_RESTRICTIONS_DAYS", default=30)
KEEP_CONSENTS_DAYS = env.int("KEEP_CONSENTS_DAYS", default=3 * 365)
KEEP_LOOKS_DAYS = env.int("KEEP_LOOKS_DAYS", default=60)
KEEP_WISHES_DAYS = env.int("KEEP_WISHES_DAYS", default=2 * 365)

_MONTH = "a month is a number from 1 to 12"
_LEAST = {
    "FINANCIAL_YEAR_END_MONTH": (1, _MONTH),
    "KEEP_VOUCHERS_YEARS": (6, "Accounting Act 1336/1997, chapter 2, section 10"),
    "WITHDRAWAL_DAYS": (14, "Consumer Protection Act 38/1978, chapter 6, section 14"),
    "BREACH_NOTICE_HOURS": (1, "Regulation (EU) 2016/679, Article 33(1)"),
    "IDLE_WARNING_DAYS": (1, "a warning comes before what it warns of"),
    "STAFF_IDLE_MINUTES": (1, "nobody could work otherwise"),
    "PAYTRAIL_PATIENCE": (1, "a buyer needs some time to pay"),
}
for _name, (_least, _reason) in _LEAST.items():
    if vars()[_name] < _least:
        raise ImproperlyConfigured(f"{_name} is at least {_least}: {_reason}.")
_MOST = {
    "FINANCIAL_YEAR_END_MONTH": (12, _MONTH),
    "KEEP_FULL_IP_DAYS": (30, "after a month the network is enough to see misuse"),
    "KEEP_SIGN_IN_LOG_DAYS": (365, "the sign-in log goes within twelve months"),
}
for _name, (_most, _reason) in _MOST.items():
    if vars()[_name] > _most:
        raise ImproperlyConfigured(f"{_name} is at most {_most}: {_reason}.")

# The ledger of erasures lies outside the database and outside its back-ups: on one host a file,
# on several a file on a disk that they share. Its key lies beside it.
ERASURE_LEDGER = Path(env("ERASURE_LEDGER", default=str(VAR_DIR / "ledger" / "erasures.jsonl")))
KEEP_BACKUPS_DAYS = env.int("KEEP_BACKUPS_DAYS", default=35)
BACKUP_FOLDER = env("BACKUP_FOLDER", default="")
BACKUP_KEY = env("BACKUP_KEY", default="")
BACKUP_KEY_FALLBACKS = env.list("BACKUP_KEY_FALLBACKS", default=[])
for _key in filter(None, [BACKUP_KEY, *BACKUP_KEY_FALLBACKS]):
    if not re.fullmatch(r"[A-Za-z0-9_-]{43}", _key):
        raise ImproperlyConfigured(
            "BACKUP_KEY and BACKUP_KEY_FALLBACKS hold keys as `manage.py backup --new-key` prints "
            "them, 43 characters each."
        )
if BACKUP_FOLDER and not BACKUP_KEY:
    raise ImproperlyConfigured(
        "BACKUP_FOLDER is set, but no BACKUP_KEY to seal with: `manage.py backup --new-key` "
        "without BACKUP_FOLDER prints one. Keep it where the back-ups are not."
    )
for _folder in filter(None, [BACKUP_FOLDER, PRIVATE_ROOT, ERASURE_LEDGER]):
    if Path(_folder).resolve().is_relative_to(MEDIA_ROOT.resolve()):
        raise ImproperlyConfigured(f"{_folder} must not lie in MEDIA_ROOT, which others may read.")
COMPACT_AT_NIGHT = env.bool("COMPACT_AT_NIGHT", default=False)
PRIVACY_CARD_MODEL = "customers.Customer"
PRIVACY_NUMBERED = ["orders.Order.number"]  # columns by whose numbers staff find somebody's rows

# What kind of staff a group is, in words for whoever was looked at.
STAFF_ROLES = {
    "owner": _("administration of the shop"),
    "orders": _("order handling"),
    "catalogue": _("catalogue keeping"),
    "care": _("customer service"),
    "gdpr_contact": _("data protection"),
    "auditor": _("auditing"),
    "accountant": _("accounting"),
}

# Who understands Finnish in searches: voikko (two system packages), simplemma, or the better.
SEARCH_ANALYSER = env("SEARCH_ANALYSER", default="auto")

# --- Security headers ---------------------------------------------------------------------

SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "manifest-src": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# The checks of `check --deploy` look for Django's own classes; ours do the same work:
# soluto_shop.middleware sets the frame header, privacy.csrf refuses forged posts.
SILENCED_SYSTEM_CHECKS = ["security.W002", "security.W003"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "privacy.error_reports.OneLine"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "letter": {
            "class": "privacy.error_reports.ErrorLetter",
            "formatter": "line",
            "level": "ERROR",
        },
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # Django would also mail the whole request to ADMINS; our letter says what and where.
        "django": {"handlers": ["console", "letter"], "level": "WARNING", "propagate": False},
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # the noise of scanners
        "django.server": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},  # addresses that are not found may be secrets
        "procrastinate": {"level": "WARNING"},
        "axes": {"level": "ERROR"},
        "privacy.copies": {"level": "INFO"},  # how far a long copy has come; it names nobody
    },
}
