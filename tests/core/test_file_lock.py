"""A lock that somebody holds is waited for as long as was said, and had at once when it is free again."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from app.core.dependencies.file_lock import FileHeld, lock


def test_a_held_lock_is_waited_for_no_longer_than_said(tmp_path: Path) -> None:
    first, second = (os.open(tmp_path / "file", os.O_RDWR | os.O_CREAT) for _ in range(2))
    lock(first, 0)
    began = time.monotonic()
    with pytest.raises(FileHeld):
        lock(second, 0.2)
    assert 0.2 <= time.monotonic() - began < 2
    os.close(first)
    lock(second, 0)
    os.close(second)
