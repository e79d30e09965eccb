"""The code as it was at another commit, checked out beside this one, so that both are measured in one run."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_TOP = Path(__file__).resolve().parent.parent
_MIGRATIONS = "migrations/versions"


class OtherTables(RuntimeError):
    """The commit's tables are not ours: on one template of a database the two cannot be compared."""


@contextmanager
def checked_out(commit: str, folder: Path) -> Iterator[Path]:
    """The tree of `commit` in `folder`, removed at the end.

    Raises OtherTables where migrations came or went since.
    """
    if _git("diff", "--name-only", commit, "--", _MIGRATIONS):
        raise OtherTables(f"migrations differ between {commit} and what stands here: choose a later commit")
    _git("worktree", "add", "--detach", str(folder), commit)
    try:
        yield folder
    finally:
        _git("worktree", "remove", "--force", str(folder))


def _git(*command: str) -> str:
    done = subprocess.run(["git", *command], cwd=_TOP, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"git {command[0]} failed: {done.stderr.strip()}")
    return done.stdout
