"""What the servers wrote, kept where something went wrong: a benchmark's own folder goes with it."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

KEPT = Path(__file__).resolve().parent / "results"
_LOGS = ("*.log", "**/log", "**/*.log")


def keep(folder: Path, to: Path = KEPT) -> Path:
    """Copy every log below `folder` into a folder of its own in `to`, which is returned."""
    kept = to / f"failed-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}"
    kept.mkdir(parents=True)
    for log in sorted({file for pattern in _LOGS for file in folder.glob(pattern) if file.is_file()}):
        shutil.copyfile(log, kept / "-".join(log.relative_to(folder).parts))
    return kept
