"""Named steps at which a test may kill the process, to see that nothing is lost. Inert unless FAIL_AT is set."""

from __future__ import annotations

import os

from flask import current_app

_EXIT_AS_IF_KILLED = 9


def step(name: str) -> None:
    """Die here, without clean-up, if the setting FAIL_AT names this step (refused in production)."""
    if current_app.config["SETTINGS"].fail_at == name:
        os._exit(_EXIT_AS_IF_KILLED)
