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
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "papi.store"]
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
