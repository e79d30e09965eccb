"""Hypothesis tries constants of our own code too, as a plugin: only when it searches anew.

It would read every module that is imported, 1,300 files in each worker of a fresh checkout, and what it tries would
differ with what else a run imports: a fixed set of examples would be none.
"""

from __future__ import annotations

import sys

import pytest

from tests.settings import EXPLORE


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems() -> None:
    """Before Hypothesis's own plugin looks, and once somebody has imported it."""
    if "hypothesis" in sys.modules and not EXPLORE:
        from hypothesis.internal.conjecture import providers

        nothing = providers._local_constants
        providers._get_local_constants = lambda: nothing
