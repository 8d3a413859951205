"""Django settings of one workspace, read from the environment.

Knows PAPI_WORKSPACE (folder), PAPI_DATABASE_URL (PostgreSQL instead of the workspace's SQLite) and
PAPI_DATABASE_TIMEOUT_S. Must not know the command line. Importing it has no side effect; without a
workspace (type checker, test collection) the database is in memory.
"""

import os
from pathlib import Path

from papi.store.databases import SECRET_FILE, database_settings

_FOLDER = os.environ.get("PAPI_WORKSPACE", "")


def read_secret(folder: str) -> str:
    """Return the workspace's secret key; a fixed one where there is no workspace to protect."""
    path = Path(folder) / SECRET_FILE
    return path.read_text("ascii").strip() if folder and path.is_file() else "no-workspace-open"


SECRET_KEY = read_secret(_FOLDER)
DEBUG = False
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "papi.store",
    "papi.review",
]
ROOT_URLCONF = "papi.review.urls"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "papi.review.privacy.PrivateAnswersMiddleware",
    "papi.review.privacy.PlainRequestsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "papi.review.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "papi.review.rights.DenyByDefaultMiddleware",
    "papi.review.privacy.IdleMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # of people added by an older release
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "papi.review.navigation.navigation",
            ],
        },
    }
]
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # straight from the package: no build step
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False  # pages of other sites need no file of ours
LOGIN_URL = "people:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "people:login"
SESSION_COOKIE_AGE = 30 * 60  # s; IdleMiddleware renews it while somebody works
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_HTTPONLY = True  # scripts find the token in the page
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_AGE = None  # like the session: until the browser is closed
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600  # s
LANGUAGE_COOKIE_HTTPONLY = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 128 * 1024  # bytes: the largest form is a grid of a few kB
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "font-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # h, counted from the failure that locked
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "papi.review.people.lockout.locked_out"
AXES_DISABLE_ACCESS_LOG = True  # the audit chain has them
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "csrfmiddlewaretoken", "next"]
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LOCALE_PATHS = sorted(Path(__file__).parents[1].joinpath("review", "locale").glob("*"))
"""One folder a screen: papi/review/locale/<area>/<language>/LC_MESSAGES/django.{po,mo}."""
DATABASES = {
    "default": database_settings(
        Path(_FOLDER) if _FOLDER else None, os.environ.get("PAPI_DATABASE_URL", "")
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "store.User"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LANGUAGE_CODE = "id"
TIME_ZONE = "Asia/Jakarta"
USE_TZ = True
USE_I18N = True
LOGGING_CONFIG = None  # commands own stdout and stderr
