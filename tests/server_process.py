"""`papi serve` as a process of its own, for tests of the whole thing.

Knows how to start, kill and measure the server. Must not know who uses it.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_LISTENS = re.compile(r"PAPI listens at http://127\.0\.0\.1:(\d+)/")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Server:
    """`papi serve` as a process of its own."""

    workspace: Path
    port: int = 0
    said: list[str] = field(default_factory=list)
    _process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it and wait until it listens; on the port it had before if it had one."""
        words = ["-w", str(self.workspace), "serve", "--port", str(self.port)]
        self._process = subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, "-m", "papi.cli", *words],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            env=clean_environment(),
        )
        assert self._process.stderr is not None
        for line in self._process.stderr:
            if found := _LISTENS.search(line):
                self.port = int(found[1])
                break
            self.said.append(line)
        else:
            raise AssertionError(f"the server ended: {self.said}")
        threading.Thread(target=self._listen, args=(self._process.stderr,), daemon=True).start()

    def _listen(self, stream: Iterator[str]) -> None:
        self.said.extend(stream)

    def kill(self) -> None:
        """As the power goes: nothing is tidied up."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """As an administrator ends it."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(60)
        self._process = None

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def failures(self) -> list[str]:
        """What it complained of."""
        return [line for line in self.said if "Traceback" in line or "Error" in line]

    def cpu_s(self) -> float:
        """CPU seconds it has used."""
        assert self._process is not None
        return cpu_of(self._process.pid)


def clean_environment() -> dict[str, str]:
    """The environment of a command: where its database is, papi.toml says."""
    unwanted = {"PAPI_DATABASE_URL", "PAPI_WORKSPACE"}
    return {name: value for name, value in os.environ.items() if name not in unwanted}


def cpu_of(process: int) -> float:
    """CPU seconds of a process and of the children it has waited for."""
    text = Path(f"/proc/{process}/stat").read_text("ascii")
    return sum(map(int, text.rpartition(")")[2].split()[11:15])) / _TICKS
