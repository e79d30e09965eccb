"""What a proof bundle's claims are called, and what is said of each by the page that checks them.

The scripts there carry no words of their own. A claim's statement is the one that verify_round.py prints.
"""

from __future__ import annotations

from flask_babel import gettext


def claim_words() -> dict[str, str]:
    """Everything that the check of a bundle says, of either game."""
    return {
        **{f"claim_{name}": text for name, text in {**_shared(), **_tickets(), **_luckotto()}.items()},
        **{f"why_{name}": text for name, text in {**_why_chain(), **_why_round(), **_why_open()}.items()},
        **{f"of_{name}": text for name, text in _subjects().items()},
        **{f"open_{name}": text for name, text in _unfinished().items()},
        **_conclusions(),
    }


def _shared() -> dict[str, str]:
    """The claims of every game."""
    return {
        "promise": gettext(
            "What decides the round is what was promised before its sales, and every order's terms and the seal say so"
        ),
        "schedule": gettext("Sales end before the closing block, with room for the seal between them"),
        "headers": gettext("The block headers are linked, and each carries the work that its network asks for"),
        "heights": gettext("The blocks have the heights that are claimed, for the closing block says its own"),
        "transactions": gettext("Every transaction is in its block, and that block carries the work of its network"),
        "addresses": gettext("Every deposit address commits to its order's terms"),
        "terms": gettext("Every order's terms are those of its round and of its record"),
        "outputs": gettext(
            "Every payment is an output to its order's address, and none of these transactions' is passed over"
        ),
        "amounts": gettext("Every payment is as large as its output"),
        "windows": gettext("A payment counts if its block lies before the end of sales, and only then"),
        "seal": gettext("The seal's root is over exactly these orders, payments and tickets"),
        "seal-time": gettext(
            "By its record the seal was fixed after the last sale was buried and before the closing block"
        ),
        "void": gettext("A void round had no seal before its closing block, or says why it is void all the same"),
        "closing": gettext("The draw began with the hash of the closing block, and that block is buried"),
        "winner": gettext("The jackpot is owed to the one order that holds what was drawn, or to nobody"),
        "win": gettext("A win's record is the winning order's: whole jackpot, payout address, partner, player"),
        "earnings": gettext("Each partner earned what its players paid beyond base prices"),
        "payout": gettext(
            "What was paid is the whole jackpot, to the winner's address, in the block named; without a win, nothing"
        ),
        "expected-promise": gettext("The promise is the one you were told before"),
        "expected-seal": gettext("The seal is the one you were told before"),
        "expected-closing": gettext("The closing block is the one that the world knows"),
        "platform": gettext("The platform says the same today"),
    }


def _tickets() -> dict[str, str]:
    """What the ticket draw alone claims, or says in words of its own."""
    return {
        "rounds-jackpot": gettext("The jackpot is the price of all tickets less the house's fee"),
        "rounds-prices": gettext(
            "Every price is the base price and the partner's edge, rounded up once; every minimum is the round's"
        ),
        "rounds-tickets": gettext("Tickets were given in chain order, as many as were paid for"),
        "rounds-ranges": gettext(
            "The slips' ranges are disjoint and without a hole, and every slip holds what its payments bought"
        ),
        "rounds-draw": gettext("The winning ticket follows from the closing block's hash"),
    }


def _luckotto() -> dict[str, str]:
    """What Luckotto alone claims, or says in words of its own."""
    return {
        "luckotto-jackpot": gettext("The jackpot is the base price of all combinations"),
        "luckotto-prices": gettext(
            "Every total is the base price of the combinations and the partner's edge, rounded up once"
        ),
        "luckotto-fates": gettext("Every payment counts for its order, or waits for its refund, as the rules say"),
        "luckotto-allocation": gettext(
            "Funded orders got their numbers in chain order: those they asked for, or the nearest free ones"
        ),
        "luckotto-apart": gettext("No two tickets share six numbers, so that at most one can win"),
        "luckotto-draw": gettext("The six numbers follow from the closing block's hash"),
    }


def _why_chain() -> dict[str, str]:
    """What is wrong with a block, a transaction or its proof."""
    bytes_ = gettext("Its bytes are no transaction")
    proof = gettext("Its proof does not lead to its block")
    difficulty = gettext("Its difficulty is not what the network asks for at this height")
    height = gettext("It is at another height")
    return {
        **dict.fromkeys(("endsEarly", "malformed", "innerNode"), bytes_),
        **dict.fromkeys(("foreignPlace", "repeatedNode", "otherBranch", "otherHeader"), proof),
        **dict.fromkeys(
            ("foreignDifficulty", "lateNotEasy", "otherDifficulty", "adjustedTooFar", "notAsClosing", "belowAQuarter"),
            difficulty,
        ),
        **dict.fromkeys(("otherHeight", "heightOfOther"), height),
        "aboveTarget": gettext("The work it claims was not done"),
        "notLinked": gettext("It does not name the block before it"),
        "noHeight": gettext("It names no height"),
        "notFirst": gettext("It is not the first of its block"),
        "notAmongHeaders": gettext("Its block is not among the headers"),
        "amongHeaders": gettext("Its block belongs among the headers and is not there"),
        "otherBytes": gettext("Its bytes are those of another transaction"),
        "otherProof": gettext("The proof is of another transaction"),
        "twice": gettext("It occurs twice"),
        "unproven": gettext("Nothing proves the heights"),
        "otherBlockSays": gettext("Another block says the heights, not the closing block"),
        "notBuried": gettext("Too few blocks follow it"),
        "notAfterClosing": gettext("Its block does not come after the closing block"),
    }


def _why_round() -> dict[str, str]:
    """What is wrong with a record of the round."""
    return {
        "missing": gettext("It is missing"),
        "unreadable": gettext("It cannot be read"),
        "noKey": gettext("These terms give no address"),
        "notCanonical": gettext("It is not canonical JSON"),
        "otherPromise": gettext("It does not say what a promise says"),
        "heightOrder": gettext("Its heights are not in this order"),
        "paysOther": gettext("It does not pay this order"),
        "leftOut": gettext("It is passed over"),
        "isLate": gettext("Its block is not before the end of sales"),
        "isInTime": gettext("Its block is before the end of sales"),
        "otherLeaves": gettext("Its leaves are not what was bought"),
        "sealedOutside": gettext("It was fixed at block {is}"),
        "voidReasonWithout": gettext("It is not void, and says why it is"),
        "voidSealedInTime": gettext("It was sealed in time, and nothing true says why it is void"),
        "voidNoClosing": gettext("Its closing block is not here, and nothing true says why it is void"),
        "winWithoutDraw": gettext("There is a winner without a draw"),
        "earnedEarly": gettext("There are earnings before the round is settled"),
        "paidEarly": gettext("It was paid before the round was settled"),
        "paidNobody": gettext("It was paid to nobody who won"),
        "feeTooHigh": gettext("The house's fee is too high"),
        "edgeTooHigh": gettext("The partner's edge is too high"),
        "notFollowing": gettext("They do not follow on the tickets before them"),
        "boughtNothing": gettext("Nothing was bought for it"),
        "gotNone": gettext("Its order got none, or it occurs twice"),
        "bothWin": gettext("It and ticket {is} could both win"),
        "outsidePool": gettext("It asks for a number outside the pool"),
        "algorithm": gettext("The algorithm is unknown to this page"),
    }


def _why_open() -> dict[str, str]:
    """Why a claim cannot be told: yet, from this bundle, or at all."""
    return {
        "noBlocks": gettext("No block of this round exists yet."),
        "notSealed": gettext("The round is not sealed."),
        "notSettled": gettext("The round is not settled."),
        "notPaid": gettext("The jackpot is still to be paid: no block holds it yet."),
        "notTold": gettext("This bundle does not tell them."),
        "hashingLeftOut": gettext("The hashing was left out; what is recorded of it agrees with itself."),
        "sealedOutsideVoid": gettext("It was fixed too early or too late, and the round is void."),
        "voidDecided": gettext("That it is void was decided otherwise: {is}"),
        "versionOne": gettext("This round is of version 1: nothing was promised that binds its rules."),
        "laterBlockSays": gettext("A later block says the heights, not the closing block. Fetch the bundle anew."),
        "heightUnproven": gettext("Nothing shows the height of its block. Fetch the bundle anew."),
        "maybeEasy": gettext("Blocks of this network may be easy to make."),
        "closingNotHere": gettext("The block at this height is not here yet."),
        "expectPromise": gettext("What was promised before sales began."),
        "expectSeal": gettext("Which seal was public before the closing block."),
        "expectClosing": gettext("Which block the world has at the closing height."),
    }


def _subjects() -> dict[str, str]:
    """What a problem can be one of."""
    return {
        "order": gettext("Order"),
        "payment": gettext("Payment"),
        "slip": gettext("Slip"),
        "ticket": gettext("Ticket"),
        "tickets": gettext("Tickets"),
        "block": gettext("Block"),
        "transaction": gettext("Transaction"),
        "partner": gettext("Partner"),
        "round": gettext("Round"),
        "bundle": gettext("Bundle"),
        "seal": gettext("Seal"),
        "draw": gettext("Draw"),
        "win": gettext("Win"),
        "payout": gettext("Payout"),
    }


def _unfinished() -> dict[str, str]:
    """A round on its way, by its state."""
    return {
        "scheduled": gettext("Its sales are yet to begin."),
        "open": gettext("Its sales are open."),
        "unbacked": gettext("No orders are taken, for the reserve does not cover its jackpot."),
        "closed": gettext("Its sales have ended, and it is not sealed yet."),
        "sealed": gettext("It is sealed, and not drawn yet."),
        "drawing": gettext("It is being drawn."),
        "halted": gettext("It was halted, and waits for a person's decision."),
        "void": gettext("It is void: nothing is drawn, and what was paid is refunded."),
        "unknown": gettext("Its state is unknown to this page."),
    }


def _conclusions() -> dict[str, str]:
    """What all claims together say, as the script's exit statuses do, and what stands around them."""
    return {
        "status0": gettext("Settled, and everything holds"),
        "status0Text": gettext("Every claim was checked here, from the blocks to the payout."),
        "status1": gettext("Something does not hold"),
        "status1Text": gettext("Claims that do not hold: {n}. They are marked in the list."),
        "status3": gettext("Nothing is wrong, but not finished"),
        "status3Text": gettext("What was checked holds. What could not be, and why:"),
        "platformDiffers": gettext("The platform says something else today"),
        "platformDiffersText": gettext(
            "The bundle and the platform's own record are not the same. The list shows where."
        ),
        "movedOn": gettext("The round has moved on since this was fetched."),
        "busy_checking": gettext("Checking"),
        "busy_fetching": gettext("Fetching the round’s bundle"),
        "busy_addresses": gettext("Recomputing addresses"),
        "busy_allocation": gettext("Giving out the numbers again"),
        "busy_draw": gettext("Running the chain of hashes"),
        "checkingText": gettext("{n} of {total}"),
        "computed": gettext("Computed"),
        "recorded": gettext("Recorded"),
        "toldBefore": gettext("Told by you"),
        "details": gettext("Show what differs"),
        "values": gettext("Show the values"),
        "more": gettext("and {n} more"),
        "closingAt": gettext("Closing block at height {height}"),
        "sealFact": gettext("Seal"),
        "promiseFact": gettext("Promise"),
        "payoutFact": gettext("Payout"),
        "none": gettext("none yet"),
        "drawLeft": gettext("The draw takes {total} hashes, here about {time}."),
        "badHash": gettext("A hash has 64 hexadecimal digits."),
        "badBlock": gettext("Give the closing block as HASH@HEIGHT."),
        "recordFailed": gettext("The round’s record could not be read. Load the page again."),
        "partMissing": gettext("A part of this bundle is missing"),
        "partMissingText": gettext("A long round comes in parts. Choose all its files at once."),
        "brokenData": gettext("This record cannot be read"),
        "brokenDataText": gettext("Something in it is malformed, so nothing was checked: {error}"),
        "tooLong": gettext("More than a page should check; use the bundle and its script."),
    }
