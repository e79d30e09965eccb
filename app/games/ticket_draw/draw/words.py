"""What the scripts in the reader's browser say: they carry no words of their own."""

from __future__ import annotations

from flask_babel import gettext

from app.selling.windows.words.verifier import run_words


def draw_words() -> dict[str, str]:
    """For a draw that runs in the browser."""
    return {
        **run_words(),
        "matchesText": gettext("Your browser drew {number}, as recorded."),
        "differsText": gettext("Your browser drew {number}, but {expected} is claimed."),
        "stateDiffers": gettext("The hash after digit {place} is not the recorded one."),
        "drawnText": gettext("These inputs draw {number}. Enter the claimed ticket to compare."),
        "digits": gettext("Enter a whole number from 1 to 9."),
        "hashes": gettext("Enter a whole number from 1."),
        "drawnLabel": gettext("Drawn so far: {digits}"),
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
    """For the claims of one order, and for what was pasted and cannot be checked."""
    return {
        "values": gettext("Show the values"),
        "recorded": gettext("Recorded"),
        "allHold": gettext("Every claim holds"),
        "allHoldText": gettext("Everything that can be recomputed from the record was recomputed here and agrees."),
        "someFail": gettext("A claim does not match"),
        "someFailText": gettext("Something in the record contradicts itself. The list shows which claim."),
        "someOpen": gettext("What could be checked holds"),
        "someOpenText": gettext("Not everything could be checked here. The list says what, and why."),
        "slipWon": gettext("The drawn ticket is on this slip"),
        "slipLost": gettext("The drawn ticket is not on this slip"),
        "claim_commitment": gettext("The commitment is the hash of the terms"),
        "claim_address": gettext("The address is the key plus the commitment"),
        "claim_names": gettext("The terms name this order and this round"),
        "claim_tickets": gettext("The payments buy exactly these tickets"),
        "claim_result": gettext("The draw, for this slip"),
        "notPublic": gettext("This order is not public: no payment of it has been confirmed."),
        "unknownData": gettext("This is not something that can be checked here"),
        "unknownDataText": gettext("Paste a proof bundle, a receipt file, or the record of a slip, whole and as JSON."),
        **_value_words(),
    }


def _value_words() -> dict[str, str]:
    """What the values between are called."""
    return {
        "value_range": gettext("Tickets held"),
        "value_commitment": gettext("Commitment"),
        "value_internalKey": gettext("Internal key"),
        "value_tweak": gettext("Tweak"),
        "value_outputKey": gettext("Output key"),
        "value_address": gettext("Address"),
        "value_terms": gettext("Terms"),
        "value_order": gettext("Order"),
        "value_round": gettext("Round"),
        "value_bought": gettext("Sats for tickets, price, tickets"),
        "value_ticket": gettext("Drawn ticket"),
    }


def claims() -> dict[str, str]:
    """What the claims of a round's bundle are called that no other game makes, or makes in these words."""
    return {
        "jackpot": gettext("The jackpot is the price of all tickets less the house's fee"),
        "prices": gettext(
            "Every price is the base price and the partner's edge, rounded up once; every minimum is the round's"
        ),
        "tickets": gettext("Tickets were given in chain order, as many as were paid for"),
        "ranges": gettext(
            "The slips' ranges are disjoint and without a hole, and every slip holds what its payments bought"
        ),
        "draw": gettext("The winning ticket follows from the closing block's hash"),
    }
