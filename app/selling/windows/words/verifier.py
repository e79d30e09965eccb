"""How a reader repeats a draw, by a script or in the browser, and what is said there, whatever is drawn."""

from __future__ import annotations

from flask_babel import gettext

from app.core.config import current_settings
from app.outcomes.draws.algorithms import Algorithm, Recorded
from app.outcomes.draws.models import Draw


def run_words() -> dict[str, str]:
    """For a chain of hashes on its way, and for what came out of it."""
    return {
        "progress": gettext("{done} of {total} hashes, {rate} million a second"),
        "left": gettext("about {time} left"),
        "second": gettext("{n} second"),
        "seconds": gettext("{n} seconds"),
        "minutes": gettext("{n} minutes"),
        "hours": gettext("{n} hours"),
        "matches": gettext("Matches"),
        "differs": gettext("Does not match"),
        "drawn": gettext("Drawn"),
        "long": gettext("Ready to run"),
        "longText": gettext("This draw takes {total} hashes. Run it when you like; you can stop it at any time."),
        "stopped": gettext("Stopped"),
        "stoppedText": gettext("Run it again to start over."),
        "failed": gettext("The draw could not run here"),
        "failedText": gettext("Your browser refused the worker. Use the script below."),
        "hash": gettext("A block hash has 64 hexadecimal digits and is not all zeros."),
    }


def by_script(algorithm: Algorithm[Recorded], draw: Draw | None) -> str | None:
    """The lines that repeat a draw without us; None before it is done."""
    if draw is None or draw.outcome is None:
        return None
    return algorithm.lines(current_settings().base_url, draw.seed, draw.parameters, draw.outcome)
