"""The search for cycles rests while a block is applied, and while a process starts.

A block makes tens of thousands of tuples, which go when nobody names them any more; Python would look through them
for cycles again and again, and finds none. Memory grows by what one block makes, and is looked through afterwards. What
is imported at a start stays for good: to look through it as it grows was a quarter of the time that a start takes.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_search() -> Iterator[None]:
    """Nobody looks for cycles meanwhile, in any thread of this process."""
    searched = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searched:
            gc.enable()
