"""`papi train` and `papi evaluate` say what is missing: the data, or the training tools."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from papi.cli import cli
from papi.cli.train import require_training_tools
from papi.errors import InputUnreadable, UsageError


@pytest.mark.parametrize("words", [("train", "--out", "x", "--only", "characters"), ("evaluate",)])
def test_missing_data_or_tools_are_named(words: tuple[str, ...], tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, [*words, "--data", str(tmp_path)])
    assert done.exit_code in (InputUnreadable.exit_code, UsageError.exit_code)
    assert "PAPI_DATA" in done.output or "papi[train]" in done.output


def test_missing_tools_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_torch(name: str, *args: Any, **kwargs: Any) -> Any:
        if name in ("torch", "onnx"):
            raise ImportError(name=name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without_torch)
    with pytest.raises(UsageError) as caught:
        require_training_tools()
    assert "papi[train]" in caught.value.next_step
