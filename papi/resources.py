"""Where the data folders are: templates, pipelines, samples.

Knows both homes of the data: beside the package in a checkout, inside it in a wheel.
Must not know what the files mean.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def data_folder(name: str) -> Path:
    """Return the folder `name` (templates, pipelines or samples), wherever PAPI is installed."""
    inside = _PACKAGE / "_resources" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name
