"""All settings, in one file. Every environment variable is read here and listed in the README."""

from pathlib import Path
from urllib.parse import urlsplit

from django.utils.csp import CSP

from ballerina_site import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Where things are -------------------------------------------------------------------------------------------
HOST = env.text("HOST", "127.0.0.1")
PORT = env.whole_number("PORT", 8000, least=1)
WORKERS = env.whole_number("WORKERS", 2, least=1, most=64)
SITE_URL = env.site_url(f"http://{HOST}:{PORT}")
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "var")
IS_PRODUCTION = SITE_URL.startswith("https://")

DEBUG = env.switch("DEBUG", False)
SECRET_KEY = env.secret_key(DATA_DIR)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = [urlsplit(SITE_URL).hostname, "localhost", "127.0.0.1", "[::1]", *env.words("ALLOWED_HOSTS")]
if IS_PRODUCTION:
    ALLOWED_HOSTS = [urlsplit(SITE_URL).hostname, *env.words("ALLOWED_HOSTS")]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# --- Apps -------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "theories",
    "lore",
    "moderation",
    "accounts",
    "ballerina_site",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    *[f"allauth.socialaccount.providers.{name}" for name in env.words("SOCIAL_PROVIDERS")],
    "django_htmx",
    "django_tasks_db",
]

MIDDLEWARE = [
    "ballerina_site.middleware.request_id",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lore.middleware.kept_pages",
    "ballerina_site.compression.compressed",
    "ballerina_site.middleware.response_headers",
    "ballerina_site.middleware.bounded",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SignInRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "accounts.middleware.password_change_due",
    "accounts.middleware.second_factor_due",
    "ballerina_site.middleware.too_fast",
    "lore.middleware.viewer",
]

ROOT_URLCONF = "ballerina_site.urls"
WSGI_APPLICATION = "ballerina_site.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ballerina_site.context.site",
                "moderation.context.queue",
                "moderation.context.bait",
                "lore.context.desk",
            ],
        },
    },
]
FORM_RENDERER = "ballerina_site.forming.Renderer"

# --- Data -------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.database(DATA_DIR)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a transaction that will write takes the write lock at its start, where waiting is safe, instead of
    # failing half way when two readers both want to write.
    DATABASES["default"]["ENGINE"] = "ballerina_site.sqlite"
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        # Seconds in the queue of writers, and again for a lock that somebody outside it holds: many times what a writer
        # waits in a crowd, and short enough that those who wait in vain leave room for readers.
        "timeout": 3,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
            "PRAGMA cache_size=-32000; PRAGMA mmap_size=134217728; PRAGMA temp_store=MEMORY;"
        ),
    }
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["ENGINE"] = "ballerina_site.postgresql"
    DATABASES["default"].setdefault("OPTIONS", {})
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": env.whole_number("DATABASE_POOL", 10, least=1, most=200),
        "timeout": 10,
    }
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHE_URL = env.text("CACHE_URL")
CACHES = {
    "default": {
        "BACKEND": "ballerina_site.caches.SharedRedis",
        "LOCATION": CACHE_URL,
    }
    if CACHE_URL
    else {
        "BACKEND": "ballerina_site.caches.SharedFiles",
        "LOCATION": str(DATA_DIR / "cache"),
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
# Guests' pages, kept whole in each process until something on the site changes (0: never kept).
PAGE_CACHE_BYTES = env.whole_number("PAGE_CACHE_MB", 16, least=0, most=1000) * 1_000_000
SESSION_ENGINE = "django.contrib.sessions.backends.db"

TASKS = {"default": {"BACKEND": env.text("TASKS_BACKEND", "django_tasks_db.DatabaseBackend")}}

# --- Files ------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "ballerina_site" / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "ballerina_site.storage.WholeFiles"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "ballerina_site.storage.CollectedFiles"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
MOST_BYTES = 32_000_000  # a request as a whole: room for a picture too big, so that its field can say so
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000

# --- People -----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "accounts.passwords.OneAtATimeArgon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "accounts.passwords.OneFaultAtATime"}]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
RATE_LIMITS = env.switch("RATE_LIMITS", True)

ACCOUNT_ADAPTER = "lore.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_USERNAME_MIN_LENGTH = 3
ACCOUNT_USERNAME_VALIDATORS = "accounts.names.username_validators"
ACCOUNT_PRESERVE_USERNAME_CASING = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_PRODUCTION else "http"
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "add_email": "accounts.forms.AddEmailForm",
    "request_login_code": "accounts.forms.RequestLoginCodeForm",
    "confirm_login_code": "accounts.forms.ConfirmLoginCodeForm",
}
ACCOUNT_RATE_LIMITS = {"confirm_email": "1/m/key"} if RATE_LIMITS else False
ACCOUNT_SESSION_REMEMBER = True
ALLAUTH_TRUSTED_PROXY_COUNT = env.whole_number("TRUSTED_PROXIES", 0, most=10)
MFA_ADAPTER = "accounts.sealing.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "activate_totp": "accounts.forms.ActivateTOTPForm",
    "authenticate": "accounts.forms.AuthenticateForm",
    "add_webauthn": "accounts.forms.AddWebAuthnForm",
}
MFA_TOTP_ISSUER = "Ballerina Archive"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_PRODUCTION
USERSESSIONS_TRACK_ACTIVITY = False
SOCIALACCOUNT_ADAPTER = "allauth.socialaccount.adapter.DefaultSocialAccountAdapter"
SOCIALACCOUNT_ONLY = False

# --- Mail -------------------------------------------------------------------------------------------------------
# Every mail is queued as a task and sent by the worker through "delivery": a mail server where EMAIL_HOST names one,
# else the console and a file in DATA_DIR/mail.
MAIL_SERVER = {
    "host": env.text("EMAIL_HOST"),
    "port": env.whole_number("EMAIL_PORT", 25, least=1),
    "username": env.text("EMAIL_HOST_USER"),
    "password": env.text("EMAIL_HOST_PASSWORD"),
    "use_tls": env.switch("EMAIL_USE_TLS", False),
    "timeout": 10,
}
MAILERS = {
    "default": {"BACKEND": "accounts.mail.QueuedBackend"},
    "delivery": {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": MAIL_SERVER}
    if MAIL_SERVER["host"]
    else {"BACKEND": "accounts.mail.FileAndConsoleBackend", "OPTIONS": {"folder": DATA_DIR / "mail"}},
}
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"Ballerina Archive <archive@{urlsplit(SITE_URL).hostname}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Security ---------------------------------------------------------------------------------------------------
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],  # data: for the QR code of an authenticator app
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF, *env.words("CSP_FORM_ACTION")],  # a social provider's origin, where one is configured
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "ballerina_site.errors.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_PRODUCTION
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if IS_PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_PRODUCTION
if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SILENCED_SYSTEM_CHECKS: list[str] = []

# --- Language, time, logs ---------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
USE_I18N = True
LANGUAGES = [("en-gb", "English")]
TIME_ZONE = "UTC"
USE_TZ = True
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "ballerina_site.logs.WithRequestId"}},
    "formatters": {
        "line": {"format": "%(asctime)s level=%(levelname)s logger=%(name)s request=%(request_id)s %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request_id"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"level": "WARNING"},
        "django.security.DisallowedHost": {"handlers": [], "propagate": False},
        "django_tasks_db": {"level": "WARNING"},
    },
}
