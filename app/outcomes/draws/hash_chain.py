"""SHA-256 applied to its own result many times, as fast as this machine can.

An attacker would not use Python; where a C compiler is at hand, neither do we. Both ways give the same bytes.
"""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Callable
from functools import lru_cache

from . import build

SLICE_STEPS = 1 << 20
Advance = Callable[[bytes, int], bytes]


def advance(state: bytes, steps: int, progress: Callable[[int], None] | None = None) -> bytes:
    """The state after `steps` hashes. `progress` gets the steps done so far after each slice, and may raise to stop."""
    if len(state) != 32 or steps < 0:
        raise ValueError("a state has 32 bytes and goes forward")
    run, done = engine()[1], 0
    while done < steps:
        part = min(SLICE_STEPS, steps - done)
        state = run(state, part)
        done += part
        if progress is not None:
            progress(done)
    return state


@lru_cache(maxsize=1)
def engine() -> tuple[str, Advance]:
    """What hashes here, and how: ("c", …) or ("hashlib", …). Chosen and checked once a process."""
    native = load_native()
    if native is None:
        return "hashlib", portable
    return "c", native


def portable(state: bytes, steps: int) -> bytes:
    """The same with the standard library alone."""
    sha256 = hashlib.sha256
    for _ in range(steps):
        state = sha256(state).digest()
    return state


def load_native(kind: int = 0) -> Advance | None:
    """The C way, if it can be built, loaded and agrees with hashlib. `kind` 1 is C without special instructions."""
    try:
        library = build.library_path()
        if library is None:
            return None
        function = ctypes.CDLL(str(library)).sha256_chain
    except (OSError, AttributeError):
        return None
    function.argtypes = (ctypes.c_char_p, ctypes.c_uint64, ctypes.c_int)
    function.restype = None

    def run(state: bytes, steps: int) -> bytes:
        buffer = ctypes.create_string_buffer(state, 32)
        function(buffer, steps, kind)  # ctypes lets other threads run meanwhile
        return buffer.raw

    return run if _agrees(run) else None


def _agrees(run: Advance) -> bool:
    samples = (bytes(32), b"\xff" * 32, bytes(range(32)))
    return all(run(sample, steps) == portable(sample, steps) for sample in samples for steps in (0, 1, 2, 333))
