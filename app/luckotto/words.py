"""What the scripts in the reader's browser say: they carry no words of their own."""

from __future__ import annotations

from flask_babel import gettext


def verify_words() -> dict[str, str]:
    """For a draw that runs in the browser, and for the claims of a round's record."""
    return {
        "progress": gettext("{done} of {total} hashes, {rate} million a second"),
        "matches": gettext("Matches"),
        "matchesText": gettext("Your browser drew {numbers}, as recorded."),
        "differs": gettext("Does not match"),
        "differsText": gettext("Your browser drew {numbers}, but {expected} is claimed."),
        "drawn": gettext("Drawn"),
        "drawnText": gettext("These inputs draw {numbers}. Enter the claimed numbers to compare."),
        "long": gettext("Ready to run"),
        "longText": gettext("This draw takes {total} hashes. Run it when you like; you can stop it at any time."),
        "stopped": gettext("Stopped"),
        "stoppedText": gettext("Run it again to start over."),
        "failed": gettext("The draw could not run here"),
        "failedText": gettext("Your browser refused the worker. Use the script below."),
        "hash": gettext("A block hash has 64 hexadecimal digits and is not all zeros."),
        "pool": gettext("Enter a whole number from 6 to 256."),
        "work": gettext("Enter a whole number from 1."),
        "numbers": gettext("Enter six different numbers with commas between them, or nothing."),
        "termsCount": gettext("{n} orders"),
        "termsWrong": gettext("Order {order}: its terms say something else"),
        "allocationCount": gettext("{n} tickets, {changed} of them with other numbers than were asked for"),
        "allocationProgress": gettext("{n} of {total} payments replayed"),
        "allocationWrong": gettext("Order {order}: told {told}, found {found}"),
        "none": gettext("no numbers"),
        "collisionsCount": gettext("{n} pairs of tickets compared"),
        "collisionsWrong": gettext("Orders {one} and {other} could both win"),
        "sealCount": gettext("{n} tickets"),
        "winner": gettext("Order {order} of {player} holds all six"),
        "nobody": gettext("No ticket holds all six"),
        "tooMany": gettext("More orders than a page should check; use the script below"),
        "recordFailed": gettext("The round's record could not be read. Load the page again."),
        "allHold": gettext("Every claim holds"),
        "allHoldText": gettext("Everything that can be recomputed from the record was recomputed here and agrees."),
        "someFail": gettext("A claim does not match"),
        "someFailText": gettext("Something in the record contradicts itself. The list shows which claim."),
    }
