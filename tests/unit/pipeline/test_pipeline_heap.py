"""The allocator of a worker: freed memory is used again instead of being faulted in anew."""

from __future__ import annotations

import subprocess
import sys

MEASURE = """
import resource, sys
import numpy as np
from papi.pipeline.heap import keep_freed_memory
if sys.argv[1] == "kept":
    assert keep_freed_memory() is True
def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
def page():
    held = [np.ones(9_000_000, np.uint8) for _ in range(3)]
    return len(held)
page()
before = faults()
for _ in range(20):
    page()
print(faults() - before)
"""


def faults(how: str) -> int:
    command = [sys.executable, "-c", MEASURE, how]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603 - own code


def test_pages_of_freed_memory_are_not_faulted_in_again() -> None:
    assert faults("kept") < 200
    assert faults("kept") < faults("given back")
