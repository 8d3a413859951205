"""The tables, one file per stretch of a form's life: from the pre-list to what people keyed.

Long-lived: columns are added, never given another meaning.
"""

from papi.store.models.audit import AuditEvent, AuditHead, AuditValue, DoomedFile
from papi.store.models.grids import Grid
from papi.store.models.keying import Approval, Entry, Item
from papi.store.models.paper import IssuedForm, LayoutContent, LayoutVersion, PrintCopy
from papi.store.models.people import User
from papi.store.models.prelist import PrelistEntry, PrelistImport, PrelistPast
from papi.store.models.results import Finding, Member, Reading, Record, Resolution
from papi.store.models.scans import Batch, PageFix, ScanPage, SourceFile

__all__ = [
    "Approval",
    "AuditEvent",
    "AuditHead",
    "AuditValue",
    "Batch",
    "DoomedFile",
    "Entry",
    "Finding",
    "Grid",
    "IssuedForm",
    "Item",
    "LayoutContent",
    "LayoutVersion",
    "Member",
    "PageFix",
    "PrelistEntry",
    "PrelistImport",
    "PrelistPast",
    "PrintCopy",
    "Reading",
    "Record",
    "Resolution",
    "ScanPage",
    "SourceFile",
    "User",
]
