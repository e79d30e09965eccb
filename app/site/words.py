"""What the scripts in the reader's browser say: they carry no words of their own."""

from __future__ import annotations

from flask_babel import gettext


def draw_words() -> dict[str, str]:
    """For a draw that runs in the browser."""
    return {
        "progress": gettext("{done} of {total} hashes, {rate} million a second"),
        "left": gettext("about {time} left"),
        "seconds": gettext("{n} seconds"),
        "minutes": gettext("{n} minutes"),
        "hours": gettext("{n} hours"),
        "matches": gettext("Matches"),
        "matchesText": gettext("Your browser drew {number}, as recorded."),
        "differs": gettext("Does not match"),
        "differsText": gettext("Your browser drew {number}, but {expected} is claimed."),
        "stateDiffers": gettext("The hash after digit {place} is not the recorded one."),
        "drawn": gettext("Drawn"),
        "drawnText": gettext("These inputs draw {number}. Enter the claimed ticket to compare."),
        "long": gettext("Ready to run"),
        "longText": gettext("This draw takes {total} hashes. Run it when you like; you can stop it at any time."),
        "stopped": gettext("Stopped"),
        "stoppedText": gettext("Run it again to start over."),
        "failed": gettext("The draw could not run here"),
        "failedText": gettext("Your browser refused the worker. Use the script below."),
        "hash": gettext("A block hash has 64 hexadecimal digits and is not all zeros."),
        "digits": gettext("Enter a whole number from 1 to 9."),
        "hashes": gettext("Enter a whole number from 1."),
        "drawnLabel": gettext("Drawn so far: {digits}"),
    }


def round_words() -> dict[str, str]:
    """For the claims of a round's record."""
    return {
        "addressesCount": gettext("{n} addresses recomputed"),
        "addressesProgress": gettext("{n} of {total} addresses"),
        "rangesCount": gettext("{n} tickets, one after another"),
        "sealCount": gettext("{n} payments"),
        "holder": gettext("Ticket {ticket} belongs to slip {slip} of {player}"),
        "nobody": gettext("Ticket {ticket} was not sold"),
        "tooMany": gettext("More slips than a page should check; use the bundle and its script"),
        "recordFailed": gettext("The round’s record could not be read. Load the page again."),
        "allHold": gettext("Every claim holds"),
        "allHoldText": gettext("Everything that can be recomputed from the record was recomputed here and agrees."),
        "someFail": gettext("A claim does not match"),
        "someFailText": gettext("Something in the record contradicts itself. The list shows which claim."),
    }


def tweak_words() -> dict[str, str]:
    """For an address recomputed in the browser."""
    return {
        "matches": gettext("Matches"),
        "matchesText": gettext("The address commits to exactly these terms."),
        "differs": gettext("Does not match"),
        "differsText": gettext("These terms give another address than the one you entered."),
        "computed": gettext("Computed"),
        "computedText": gettext("These terms give the address below. Enter yours to compare."),
        "key": gettext("An internal key has 64 hexadecimal digits and is a point on the curve."),
        "terms": gettext("Paste the exact text of the terms."),
        "network": gettext("Choose one of the networks."),
    }
