"""Named steps at which a test may kill the process, to see that nothing is lost. Inert unless FAIL_AT is set."""

from __future__ import annotations

import os

from app.core.config import current_settings

_EXIT_AS_IF_KILLED = 9


def step(name: str) -> None:
    """Die here, without clean-up, if the setting FAIL_AT names this step (refused in production)."""
    if current_settings().fail_at == name:
        os._exit(_EXIT_AS_IF_KILLED)
