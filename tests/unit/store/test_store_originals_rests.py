"""Rests of copies that a killed run left behind do not stay."""

import os
import time

from papi.store.originals import keep_original, sweep_rests


def test_old_rests_go_and_everything_else_stays(tmp_path):
    scan = tmp_path / "scan.png"
    scan.write_bytes(b"pixels")
    original = keep_original(tmp_path, scan)
    home = tmp_path / "images" / original.sha256[:2]
    old, young = home / ".part-old", home / ".part-young"
    for rest in (old, young):
        rest.write_bytes(b"half")
    long_ago = time.time() - 7200
    os.utime(old, (long_ago, long_ago))
    assert sweep_rests(tmp_path, time.time()) == 1
    assert not old.exists()
    assert young.exists()
    assert (tmp_path / "images" / original.stored).read_bytes() == b"pixels"
