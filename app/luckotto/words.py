"""What the scripts in the reader's browser say: they carry no words of their own."""

from __future__ import annotations

from flask_babel import gettext

from app.windows.verify_words import run_words


def draw_words() -> dict[str, str]:
    """For a draw of six numbers that runs in the browser."""
    return {
        **run_words(),
        "matchesText": gettext("Your browser drew {numbers}, as recorded."),
        "differsText": gettext("Your browser drew {numbers}, but {expected} is claimed."),
        "drawnText": gettext("These inputs draw {numbers}. Enter the claimed numbers to compare."),
        "pool": gettext("Enter a whole number from 6 to 256."),
        "work": gettext("Enter a whole number from 1."),
        "numbers": gettext("Enter six different numbers with commas between them, or nothing."),
    }
