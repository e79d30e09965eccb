"""A file's lock, waited for no longer than so: whoever holds it may be stopped, and the kernel would wait for ever."""

from __future__ import annotations

import fcntl
import time

_LOOK_AGAIN_SECONDS = 0.002  # each holder is done in a few milliseconds


class FileHeld(TimeoutError):
    """Somebody holds the lock and did not let go in time. An OSError, as everything else that is wrong with a file."""


def lock(descriptor: int, seconds: float) -> None:
    """Take the lock of an open file; closing the file lets it go. Raises FileHeld."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise FileHeld("somebody holds the file's lock") from None
        time.sleep(_LOOK_AGAIN_SECONDS)
