"""The key of the audit chain, and seals made with it.

Knows the workspace's secret and PAPI_AUDIT_KEY_FILE. Must not know events or files that are sealed.
"""

from __future__ import annotations

import hmac
import os
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from papi.errors import WorkspaceUnusable

KEY_FILE_VARIABLE = "PAPI_AUDIT_KEY_FILE"
_SHORTEST = 32
"""Characters of a key file: 128 bits where they are hexadecimal."""


def audit_key() -> bytes:
    """Return the chain's key: derived from a secret, of no other use.

    The secret is the content of the file that PAPI_AUDIT_KEY_FILE names, else the workspace's own.

    Raises:
        WorkspaceUnusable: the named file cannot be read, or is too short.
    """
    path = os.environ.get(KEY_FILE_VARIABLE, "")
    return derive_key(_content(path) if path else settings.SECRET_KEY)


@lru_cache(maxsize=4)
def derive_key(secret: str) -> bytes:
    """Derive the chain's key from a secret."""
    return hmac.digest(secret.encode(), b"papi audit chain 1", "sha256")


@lru_cache(maxsize=4)
def key_mark(key: bytes) -> str:
    """Return a short name of a key, that tells nothing of it."""
    return hmac.digest(key, b"papi audit key mark", "sha256").hex()[:16]


def seal(text: str) -> str:
    """Return the seal of a text that leaves PAPI (heads, a destruction protocol)."""
    return hmac.digest(audit_key(), b"papi audit seal\n" + text.encode(), "sha256").hex()


@lru_cache(maxsize=4)
def _content(path: str) -> str:
    """Read a key file once a process: it must not change while a chain lives."""
    try:
        text = Path(path).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise WorkspaceUnusable(
            f"The audit key {path} cannot be read.",
            f"Check {KEY_FILE_VARIABLE} and the file's rights.",
        ) from error
    if len(text) < _SHORTEST:
        raise WorkspaceUnusable(
            f"The audit key {path} has fewer than {_SHORTEST} characters.",
            "Make one with: openssl rand -hex 32",
        )
    return text
