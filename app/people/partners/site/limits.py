"""How many sites one person makes. Pages and JSON count together: names are few, and nobody takes them all."""

from __future__ import annotations

from typing import Final

from flask_login import current_user

NEW_SITES: Final = "new-sites"


def maker() -> str:
    """One counter a person, whatever machine they use."""
    return f"new-sites-of:{current_user.get_id()}"
