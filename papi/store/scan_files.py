"""Which originals the store needs.

Knows the rows of files. Must not know where originals lie or what is in them.
"""

from __future__ import annotations

from papi.store.faults import storage_faults
from papi.store.models import SourceFile


def stored_paths() -> set[str]:
    """Return the path below the image store of every original some file row names."""
    with storage_faults():
        rows = SourceFile.objects.exclude(stored="").values_list("stored", flat=True)
        return {str(path) for path in rows}


def is_kept(sha256: str) -> bool:
    """Tell whether the original of a file with this content is kept (one too large is not)."""
    with storage_faults():
        return SourceFile.objects.filter(sha256=sha256).exclude(stored="").exists()
