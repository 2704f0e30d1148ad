"""Django's settings, chosen by AFTERFLOW_ENV; what is not set is refused or safe.

`production` (the default) starts only with its keys and hosts given. `demo` is what
`make run` starts, on private servers, over plain HTTP. `test` is for pytest.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from webapp import environment

BASE_DIR = Path(__file__).resolve().parent.parent
ENV = environment.kind()
DATA_DIR = Path(os.environ.get("DATA_DIR") or BASE_DIR / "var").resolve()
if ENV == "demo":
    environment.adopt_demo_file(DATA_DIR)
DEBUG = False

# --- Keys -----------------------------------------------------------------------------
if ENV == "test":
    SECRET_KEY = os.environ.get("SECRET_KEY") or "afterflow-test-key-" + "0123456789abcdef" * 3
    STATE_KEY = b"afterflow-test-state-key-0123456"
    ALLOWED_HOSTS = ["*"]
else:
    SECRET_KEY = environment.required("SECRET_KEY", "it signs sessions and event tokens.")
    STATE_KEY = environment.required("STATE_KEY", "it authenticates stored engine states.").encode()
    ALLOWED_HOSTS = environment.listed("ALLOWED_HOSTS")
    if not ALLOWED_HOSTS:
        environment.required("ALLOWED_HOSTS", "name the hosts that serve the pages, by commas.")
SECRET_KEY_FALLBACKS = environment.listed("SECRET_KEY_FALLBACKS")

# --- Parts ----------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "webapp.accounts",
    "processes",
    "handlers.policies",
    "handlers.orders",
    "handlers.refunds",
    "handlers.notifications",
    "handlers.cases",
    "webapp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "webapp.security.SecurityHeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "webapp.accounts.idle.IdleLogoutMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "webapp.urls"
WSGI_APPLICATION = "webapp.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "webapp" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "webapp.context.page",
            ]
        },
    }
]

# --- Database and broker --------------------------------------------------------------
DATABASES = {
    "default": environment.database(
        environment.required("DATABASE_URL", "PostgreSQL 15 or newer is the only database.")
        if ENV != "test"
        else os.environ.get("DATABASE_URL", "postgresql:///afterflow")
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = os.environ.get("REDIS_URL", "")
if not REDIS_URL and ENV == "production":
    environment.required("REDIS_URL", "Celery's hints and live pages need Valkey or Redis.")
CHANGED_CHANNEL = "af:changed"

# --- People ---------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "accounts:login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
if ENV == "test":  # the honest hasher costs 0.3 s a login
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# --- Language and time ----------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("AFTERFLOW_TIME_ZONE", "Asia/Shanghai")  # shown; stored is UTC
CLOCK_MAY_MOVE = ENV != "production"
"""The business clock: each deadline it is moved past may pay somebody."""

# --- Files ----------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "webapp" / "static"]
MEDIA_ROOT = DATA_DIR / "evidence"
EVIDENCE_MAX_BYTES = environment.number("EVIDENCE_MAX_BYTES", 10 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # a body without files; evidence is counted apart
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if ENV == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = ENV == "test"

# --- What a browser may do ------------------------------------------------------------
HTTPS = ENV == "production"
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]  # probes come over plain HTTP
BEHIND_PROXY = os.environ.get("TRUST_FORWARDED_PROTO") == "1"
"""Our own proxy says how and from where a request came; nobody else can."""
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
STAFF_IDLE_SECONDS = environment.number("STAFF_IDLE_SECONDS", 1800)
"""Staff who do nothing for so long are logged out."""
CSRF_FAILURE_VIEW = "webapp.errorpages.csrf_failed"
CSRF_TRUSTED_ORIGINS = environment.listed("CSRF_TRUSTED_ORIGINS")

# --- Live pages -----------------------------------------------------------------------
EVENTS_URL = os.environ.get("EVENTS_URL", "")
"""Where browsers reach the event stream (`webapp.events`); empty: pages ask now and then."""

# --- Celery: hints only, the tables decide (research: infrastructure §3.3) ------------
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://", 1) or "memory://"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "global_keyprefix": "af:",
}

JOB_LEASE_SECONDS = environment.number("JOB_LEASE_SECONDS", 60)
"""After so long without a word a job is given to another worker; a call takes a third at most."""

# --- Money ----------------------------------------------------------------------------
FORM_CHECK = "forms.problems_of"
"""Who judges forms when they are deployed: schema → what is wrong with it."""
KNOWN_GROUPS = frozenset(
    {"seller", "seller_manager", "customer_service", "cs_lead", "finance", "finance_lead", "admin"}
)
"""Groups that tasks may be offered to; a diagram that names another one is refused."""
FOUR_EYES_LIMITS = environment.amounts("FOUR_EYES_LIMITS", "CNY 500")
"""Currency → minor units: above it a refund needs two people; in other currencies always."""
if ENV == "production":
    CALLBACK_BASE_URL = environment.required(
        "CALLBACK_BASE_URL", "it is where payment providers reach us, https://…"
    )
else:
    CALLBACK_BASE_URL = os.environ.get("CALLBACK_BASE_URL") or "http://127.0.0.1:8000"
PAYMENT_DEFAULT_PROVIDER = os.environ.get("PAYMENT_DEFAULT_PROVIDER") or "simulator"
PAYMENT_PROVIDERS: dict[str, dict[str, Any]]
if ENV == "production":
    PAYMENT_PROVIDERS = environment.entries(
        "PAYMENT_PROVIDERS",
        environment.required("PAYMENT_PROVIDERS", "it names who pays refunds out, as JSON."),
    )
    environment.require_among(
        "PAYMENT_DEFAULT_PROVIDER", PAYMENT_DEFAULT_PROVIDER, PAYMENT_PROVIDERS
    )
else:
    PAYMENT_PROVIDERS = environment.entries(
        "PAYMENT_PROVIDERS", os.environ.get("PAYMENT_PROVIDERS") or "{}"
    ) or {
        "simulator": {
            "adapter": "handlers.refunds.adapters.simulator.SimulatorGateway",
            "base_url": os.environ.get("SIMULATOR_URL", "http://127.0.0.1:8002"),
            "key_id": "afterflow",
            "secret": os.environ.get("SIMULATOR_SECRET", "simulator-secret"),
            "mode": os.environ.get("SIMULATOR_MODE", "idempotent"),
            "settle_seconds": environment.number("SIMULATOR_SETTLE_SECONDS", 15),
            "timeout_seconds": float(os.environ.get("SIMULATOR_TIMEOUT_SECONDS", "10")),
        }
    }

# --- Logs: one JSON object a line, to stderr; who runs us keeps them ------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "webapp.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"handlers": ["stderr"], "propagate": False},
        "celery": {"level": "WARNING"},
        "kombu": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
    },
}
