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


def record_words() -> dict[str, str]:
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


def check_words() -> dict[str, str]:
    """For claims that are made in the browser, and the values between."""
    return {
        "values": gettext("Show the values"),
        "someOpen": gettext("What could be checked holds"),
        "someOpenText": gettext("Not everything could be checked here. The list says what, and why."),
        "recorded": gettext("Recorded"),
        "headersCount": gettext("{n} headers, each on top of the other"),
        "slipWon": gettext("The drawn ticket is on this slip"),
        "slipLost": gettext("The drawn ticket is not on this slip"),
        "claim_commitment": gettext("The commitment is the hash of the terms"),
        "claim_address": gettext("The address is the key plus the commitment"),
        "claim_names": gettext("The terms name this order and this round"),
        "claim_tickets": gettext("The payments buy exactly these tickets"),
        "claim_result": gettext("The draw, for this slip"),
        "claim_figures": gettext("Supply and jackpot follow from price, digits and fee"),
        "claim_addresses": gettext("Every slip’s address commits to its terms"),
        "claim_ranges": gettext("Tickets are one sequence, without hole or overlap"),
        "claim_seal": gettext("The seal covers exactly these payments and tickets"),
        "claim_outcome": gettext("Recorded hashes, digits and winning ticket agree"),
        "claim_draw": gettext("Hashing the closing block’s hash gives the recorded ticket"),
        "claim_holder": gettext("Who holds the winning ticket"),
        "claim_headers": gettext("The blocks are linked, and each was worked for"),
        "claim_heights": gettext("The blocks are at the heights they claim"),
        "claim_payments": gettext("Every payment is in its block, of this amount, to its order’s address"),
        "claim_closing": gettext("The draw began with the closing block’s hash, and that block is buried"),
        "claim_platform": gettext("The platform says the same today"),
        **_value_words(),
        **_refusal_words(),
    }


def _value_words() -> dict[str, str]:
    """What the values between are called."""
    return {
        "value_supply": gettext("Tickets"),
        "value_jackpot": gettext("Jackpot"),
        "value_range": gettext("Tickets held"),
        "value_sold": gettext("Tickets sold"),
        "value_level": gettext("Nodes of a level, and the first"),
        "value_root": gettext("Seal"),
        "value_digits": gettext("Digits"),
        "value_commitment": gettext("Commitment"),
        "value_internalKey": gettext("Internal key"),
        "value_tweak": gettext("Tweak"),
        "value_outputKey": gettext("Output key"),
        "value_address": gettext("Address"),
        "value_order": gettext("Order"),
        "value_round": gettext("Round"),
        "value_bought": gettext("Sats for tickets, price, tickets"),
        "value_ticket": gettext("Drawn ticket"),
        "value_block": gettext("Block"),
        "value_height": gettext("Height"),
    }


def _refusal_words() -> dict[str, str]:
    """Why something was not checked."""
    return {
        "notPublic": gettext("This order is not public: no payment of it has been confirmed."),
        "unknownData": gettext("This is not something that can be checked here"),
        "unknownDataText": gettext("Paste a proof bundle, a receipt file, or the record of a slip, whole and as JSON."),
        "otherGameText": gettext(
            "A bundle of another game is checked by the script verify_round.py, which needs nothing of ours."
        ),
        "partMissing": gettext("A part of this bundle is missing"),
        "partMissingText": gettext("A long round comes in parts. Choose all its files at once."),
        "brokenData": gettext("This record cannot be read"),
        "brokenDataText": gettext("Something in it is malformed, so nothing was checked: {error}"),
    }
