"""The search for cycles rests until all tests are collected, as a plugin, the first of all: whatever is imported and
collected stays to the end. To look through it as it grows was a tenth of a worker's start."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

gc.disable()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Iterator[object]:
    """From here on only what tests make is looked through, and what they leave can wait a little."""
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)
        gc.enable()
