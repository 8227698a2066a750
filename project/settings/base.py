"""Settings by environment, with defaults that run from a fresh clone."""

import secrets
from pathlib import Path

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE

from project.env import env_bool, env_database, env_int, env_list, env_str, env_url

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env_str("VAR_DIR") or BASE_DIR / "var")


def _own_secret_key() -> str:
    """A random key, made at the first start and kept beside the database."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50), encoding="ascii")
        try:
            # link, not rename: of two processes starting at once, the first one's key stays.
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


SECRET_KEY = env_str("SECRET_KEY") or _own_secret_key()
DEBUG = env_bool("DEBUG", False)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", [])

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    # Before django_rq: its rqcron stands in front of that one.
    "project",
    "django_rq",
    "import_export",
    "accounts",
    "points",
    "vip",
    "numbers",
    "botrunner",
]

MIDDLEWARE = [
    "project.requests.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "project.headers.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.second_step.SecondStepMiddleware",
    "accounts.session_notes.SessionNotesMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "project.odd_ids.OddIdsMiddleware",
]

ROOT_URLCONF = "project.urls"
WSGI_APPLICATION = "project.wsgi.application"

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
            ],
        },
    },
]

DATABASES = {
    "default": {
        **env_database("DATABASE_URL", f"sqlite:///{VAR_DIR / 'tallyhouse.sqlite3'}"),
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 600,
    }
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Without IMMEDIATE, two writers that both read first fail with "database is locked".
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
            "PRAGMA cache_size=-65536;PRAGMA temp_store=MEMORY;"
            # Else INSERT OR REPLACE deletes rows of append-only tables past their triggers.
            "PRAGMA recursive_triggers=ON"
        ),
    }
else:
    # For project.sql.hot_cursor alone: Django's own cursors never prepare. The address may say
    # otherwise: behind a pooler that loses prepared statements, ?prepare_threshold=None.
    DATABASES["default"]["OPTIONS"] = {
        "prepare_threshold": 2,
        **DATABASES["default"].get("OPTIONS", {}),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.StaffBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "/admin/login/"
LOGIN_REDIRECT_URL = "/admin/"
# An address is the client's own: uvicorn takes it from the X-Forwarded-For of proxies it trusts,
# which are this machine's unless FORWARDED_ALLOW_IPS names others.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 1  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "admin/lockout.html"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français"), ("ru", "Русский"), ("ar", "العربية")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = "project.formats"

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "project" / "static"]
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = Path(env_str("MEDIA_ROOT") or VAR_DIR / "media")
# Older bots' files between their upload and their import: no part of a backup.
LEGACY_UPLOADS = VAR_DIR / "legacy"
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
# Served over TLS by a proxy in production; off for a first look on loopback.
SERVED_OVER_TLS = env_bool("SERVED_OVER_TLS", False)
# Chiefs and creators log in with an authenticator app besides; a first look needs none.
SECOND_FACTOR_FORCED = env_bool("SECOND_FACTOR_FORCED", SERVED_OVER_TLS)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SERVED_OVER_TLS
SECURE_SSL_REDIRECT = SERVED_OVER_TLS
# Load balancers and Prometheus ask for these without TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if SERVED_OVER_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SERVED_OVER_TLS
if SERVED_OVER_TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# unfold's Alpine.js evaluates expressions and sets styles: it needs these two, and nothing more.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, UNSAFE_EVAL],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

# As the dashboard is reached from outside: in the addresses that providers are told.
PUBLIC_URL = env_url("PUBLIC_URL").rstrip("/")
TELEGRAM_TOKEN = env_str("TELEGRAM_TOKEN")
TELEGRAM_API_URL = env_url("TELEGRAM_API_URL")
TELEGRAM_WEBHOOK_URL = env_url("TELEGRAM_WEBHOOK_URL")
TELEGRAM_WEBHOOK_SECRET = env_str("TELEGRAM_WEBHOOK_SECRET")
# Telegram allows a bot about 30 messages a second over all chats.
TELEGRAM_MESSAGES_PER_SECOND = env_int("TELEGRAM_MESSAGES_PER_SECOND", 30, low=1, high=100_000)

# Without a token the bot talks to the sandbox's Bot API on loopback.
SANDBOX = not TELEGRAM_TOKEN
SANDBOX_PORT = env_int("SANDBOX_PORT", 8081, low=1, high=65_535)
SANDBOX_URL = f"http://127.0.0.1:{SANDBOX_PORT}"
# The sandbox plays ad networks and SMS providers on this machine; real ones do not lie on it.
OUTBOUND_LOOPBACK_ALLOWED = SANDBOX

# Without it /metrics answers this machine only.
METRICS_TOKEN = env_str("METRICS_TOKEN")

# Forms are small, but for those named below; members of the sandbox send what Telegram lets
# a bot send.
REQUEST_BYTES_MAX = (52 if SANDBOX else 8) * 1024 * 1024
# Videos, at most as large as a bot may send them, files of numbers, and older bots' files.
REQUEST_BYTES_MAX_BY_PATH = {
    "/admin/botrunner/legacyimport/import/": 102 * 1024 * 1024,
    "/admin/vip/video/": 52 * 1024 * 1024,
    "/admin/numbers/batch/import/": 52 * 1024 * 1024,
}

IMPORT_EXPORT_FORMATS: list[object] = []
