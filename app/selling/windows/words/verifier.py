"""What the scripts in the reader's browser say of a draw that runs there, whatever is drawn."""

from __future__ import annotations

from flask_babel import gettext


def run_words() -> dict[str, str]:
    """For a chain of hashes on its way, and for what came out of it."""
    return {
        "progress": gettext("{done} of {total} hashes, {rate} million a second"),
        "left": gettext("about {time} left"),
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
