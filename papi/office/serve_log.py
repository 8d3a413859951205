"""The server's log: what failed, where and how often, and never whose data it was about.

Knows Python's logging. Must not know screens. Messages of exceptions, query strings and paths may
hold personal data, so a line says only which view failed with which error in which line of code.
"""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from typing import TextIO

_ROOT = Path(__file__).parents[2]
_QUIET = ("axes", "django.security.csrf", "waitress.queue")
"""What the audit chain has anyway, or what is no fault."""


def log_to(stream: TextIO) -> None:
    """Write warnings of the whole process to a stream, from now on."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_WithoutData())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("django.request").setLevel(logging.ERROR)  # 404 and 403 are no faults
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL)


class _WithoutData(logging.Formatter):
    """One line a record: time, level, source, view, error and place."""

    def format(self, record: logging.LogRecord) -> str:
        parts = [self.formatTime(record, "%Y-%m-%dT%H:%M:%S"), record.levelname.lower()]
        parts += [record.name, _view(record)]
        error = record.exc_info[1] if record.exc_info else None
        parts.append(_place(error) if error is not None else _template(record))
        return " ".join(part for part in parts if part)


def _view(record: logging.LogRecord) -> str:
    """Return method and name of the view: a path may say what a person typed."""
    request = getattr(record, "request", None)
    match = getattr(request, "resolver_match", None)
    return f"{request.method} {match.view_name}" if request is not None and match else ""


def _template(record: logging.LogRecord) -> str:
    """Return the message without what was filled in, as far as it is text.

    Waitress fills in by itself what failed and with which words, behind an angle bracket.
    """
    numbers = record.args if isinstance(record.args, tuple) else ()
    if numbers and all(isinstance(value, int | float) for value in numbers):
        return record.getMessage()
    text = str(record.msg)
    return text.partition(" <")[0] if record.name.startswith("waitress") else text


def _place(error: BaseException) -> str:
    """Return the kind of error and the last line of PAPI's own code."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(_ROOT / "papi")
    ]
    where = f"{Path(frames[-1].filename).relative_to(_ROOT)}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__} {where or 'in a library'}"
