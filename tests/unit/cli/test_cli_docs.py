"""The pages on pre-lists and exit codes say what the program does."""

from __future__ import annotations

from pathlib import Path

import pytest

from papi import errors
from papi.cli.frame import EXIT_INTERRUPTED
from papi.model.columns import columns_of

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize("form", ["verivali-rt", "verivali-ppks"])
def test_every_column_is_described(form: str) -> None:
    text = (DOCS / "prelist.md").read_text()
    for column in columns_of(form).columns:
        assert f"| `{column.name}` |" in text
        assert column.meaning in text


def test_every_exit_code_is_described() -> None:
    text = (DOCS / "errors.md").read_text()
    known = [errors.PapiError, *errors.PapiError.__subclasses__()]
    for error in known:
        if error.__module__ == "papi.errors":
            assert f"| {error.exit_code} | `{error.__name__}` |" in text
    assert f"| {EXIT_INTERRUPTED} |" in text
