"""Why a job that did not end well did not, as a page's named reason.

Knows exceptions and deaths of children. Must not know what a job does.
"""

from __future__ import annotations

import cv2

from papi.errors import PapiError
from papi.model.page import PageFailure, PageSource, PageStatus, Reason
from papi.pipeline.children import Death, Ended
from papi.scans.limits import Limits


def failure_of(ended: Ended, source: PageSource, status: PageStatus, limits: Limits) -> PageFailure:
    """Return the failure of a job that raised or ended its child.

    Args:
        ended: how it ended; not with a result.
        source: the page or file it was about.
        status: what a page or file is in that was too slow or too large; one that crashed its
            child is QUARANTINED.
        limits: what it was allowed.

    Raises:
        PapiError: what it raised, if that is the operator's business and not the page's fault.
    """
    if ended.death is Death.SLOW:
        return PageFailure(source, status, Reason.TOO_SLOW, ended.detail)
    if ended.death is Death.BURST:
        return PageFailure(source, status, Reason.TOO_LARGE, ended.detail)
    if ended.death is Death.CRASHED:
        return PageFailure(source, PageStatus.QUARANTINED, Reason.WORKER_DIED, ended.detail)
    return failure_of_error(ended.error or RuntimeError(), source, status, limits)


def failure_of_error(
    error: Exception, source: PageSource, status: PageStatus, limits: Limits
) -> PageFailure:
    """Return the failure of a job that raised: TOO_LARGE without memory, else DECODE_FAILED.

    Raises:
        PapiError: see `failure_of`.
    """
    if isinstance(error, PapiError):
        raise error
    if _out_of_memory(error):
        detail = f"more than {limits.memory_bytes / 1e6:.0f} MB of memory"
        return PageFailure(source, status, Reason.TOO_LARGE, detail)
    return PageFailure(source, status, Reason.DECODE_FAILED, type(error).__name__)


def _out_of_memory(error: Exception) -> bool:
    if isinstance(error, cv2.error):
        return bool(getattr(error, "code", 0) == cv2.Error.StsNoMem)
    return isinstance(error, MemoryError) or "bad_alloc" in str(error)
