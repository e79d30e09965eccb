"""What a proof bundle's claims are called, and what is said of each by the page that checks them.

The scripts there carry no words of their own. A claim's statement is the one that verify_round.py prints.
"""

from __future__ import annotations

from flask_babel import gettext

from app.selling.windows.games import window_games

from .labels import differing_words, label_words, state_words
from .left import left_words
from .reasons import reason_words


def claim_words(*named: str) -> dict[str, str]:
    """Everything that the check of a bundle says, of the games that are named, or of every one."""
    games = [game for game in window_games() if not named or game.name in named]
    return {
        **{f"claim_{name}": text for name, text in _shared().items()},
        **{f"claim_{game.name}-{name}": text for game in games for name, text in game.proof.claims().items()},
        **{f"why_{name}": text for name, text in reason_words().items()},
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
        **_shared_of_log(),
        "expected-promise": gettext("The promise is the one you were told before"),
        "expected-seal": gettext("The seal is the one you were told before"),
        "expected-closing": gettext("The closing block is the one that the world knows"),
        "platform": gettext("The platform says the same today"),
        "platform-bundle": gettext(
            "The platform says the same of the round today, and of what nothing in the bundle proves"
        ),
    }


def _shared_of_log() -> dict[str, str]:
    """What the public log says of it."""
    return {
        "log": gettext(
            "The public log has the round's promise and its seal among its entries, word for word, under one checkpoint"
        ),
        "anchor": gettext(
            "A block of Bitcoin holds a root of the log that covers the seal, or the promise of what is not sealed"
        ),
        "witnesses": gettext(
            "As many witnesses as were promised had cosigned the log over the seal before the closing block"
        ),
        "expected-log": gettext("The log that says so is the one you know, by its own signature"),
        "expected-witness": gettext(
            "Nothing changed since witnesses whom you believe cosigned the log with the seal, before the closing block"
        ),
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
        "promise": gettext("Promise"),
        "witness": gettext("Witness"),
        "quorum": gettext("The log's entry about its witnesses"),
        "draw": gettext("Draw"),
        "win": gettext("Win"),
        "payout": gettext("Payout"),
    }


def _unfinished() -> dict[str, str]:
    """A round on its way, by its state."""
    return {
        "scheduled": gettext("Its own sales are yet to begin; what is bought ahead counts like all else."),
        "open": gettext("Its sales are open."),
        "unbacked": gettext("No orders are taken, for the reserve does not cover its jackpot."),
        "closed": gettext("Its sales have ended, and it is not sealed yet."),
        "sealed": gettext("It is sealed, and not drawn yet."),
        "drawing": gettext("It is being drawn."),
        "halted": gettext("It was halted, and waits for a person's decision."),
        "void": gettext("It is void: nothing is drawn, and what was paid is refunded."),
        "unknown": gettext("Its state is unknown to this page."),
    }


def _all_holds() -> dict[str, str]:
    """Where nothing is wrong or open: with what nobody looked at, and with what only the reader knows."""
    return {
        "status0": gettext("Settled, and everything holds"),
        "status0Text": gettext("Every claim that a bundle can show was checked here, from the blocks to the payout."),
        "status0NotAsked": gettext(
            "Every claim that a bundle can show was checked here, from the blocks to the payout. What only you can "
            "know was not asked."
        ),
        "status0Left": gettext("Settled, and everything that was looked at holds"),
        "status0LeftText": gettext(
            "Every claim that a bundle can show was checked here, from the blocks to the payout. What this one says "
            "besides, and what only you can know, was not; the list below names it."
        ),
    }


def _conclusions() -> dict[str, str]:
    """What all claims together say, as the script's exit statuses do, and what stands around them."""
    return {
        **_all_holds(),
        "status1": gettext("Something does not hold"),
        "status1Text": gettext("Claims that do not hold: {n}. They stand first in the list."),
        "status3": gettext("Nothing is wrong, but not finished"),
        "status3Text": gettext("What was checked holds. What could not be, and why:"),
        "platformDiffers": gettext("The platform says something else today"),
        "platformDiffersText": gettext(
            "The bundle and the platform's own record are not the same. The list shows where."
        ),
        "onlyBundle": gettext("The bundle holds"),
        "onlyBundleText": gettext("Every claim was checked here. What the platform says today could not be asked."),
        "movedOn": gettext("The round has moved on since this was fetched."),
        **_busy(),
        "checkingText": gettext("{n} of {total}"),
        "checkingAll": gettext("Your browser makes every claim again and trusts nothing that this page says."),
        "values": gettext("Show the values"),
        "more": gettext("and {n} more"),
        "closingAt": gettext("Closing block at height {height}"),
        "sealFact": gettext("Seal"),
        "promiseFact": gettext("Promise"),
        "payoutFact": gettext("Payout"),
        "noAnchor": gettext("No block holds one yet, as far as this file says. Fetch it again in a day."),
        "bundleRest": gettext("What else the bundle says"),
        "none": gettext("none yet"),
        **{f"outcome_{name}": text for name, text in _outcome().items()},
        "drawLeft": gettext("The draw takes {total} hashes, here about {time}."),
        **label_words(),
        **left_words(),
        **differing_words(),
        **state_words(),
        **_refused(),
    }


def _outcome() -> dict[str, str]:
    """What was drawn, and who is owed or was paid what."""
    return {
        "drawn": gettext("Drawn: {drawn}"),
        "owed": gettext("Owed, and in no block of this file yet: {sats} sats to {address}"),
        "sent": gettext("Sent, and in no block yet: {sats} sats to {address}"),
        "confirmed": gettext("Paid since this was fetched: {sats} sats to {address}"),
        "paid": gettext("Paid: {sats} sats to {address}, in block {height}, by {output}"),
        "nobody": gettext("Owed: nothing, for nobody held it"),
        "doubt": gettext("That is the file’s word alone."),
        "said": gettext("Drawn, by the file’s word alone: {drawn}"),
        "computed": gettext("Drawn, as your browser computed it from the blocks in the file: {drawn}"),
        "notComputed": gettext("What was drawn your browser has not computed."),
        "follows": gettext("By the file’s word alone: “{said}”"),
    }


def _busy() -> dict[str, str]:
    """What takes a while."""
    return {
        "busy_checking": gettext("Checking"),
        "busy_done": gettext("Checked"),
        "busy_fetching": gettext("Fetching the round’s bundle"),
        "busy_addresses": gettext("Recomputing addresses"),
        "busy_allocation": gettext("Giving out the numbers again"),
        "busy_draw": gettext("Running the chain of hashes"),
    }


def _refused() -> dict[str, str]:
    """What could not be read."""
    return {
        "typed": gettext("What you entered is not checked yet"),
        "typedText": gettext("“Check again” takes it into account."),
        "badHash": gettext("A hash has 64 hexadecimal digits."),
        "badBlock": gettext("Give the closing block as HASH@HEIGHT."),
        "badKey": gettext("A key is NAME+ID+KEY."),
        "badCosigned": gettext("What you gave of witnesses cannot be used"),
        "badCosignedText": gettext("It has to be a proof that their checkpoint covers this round's seal."),
        "recordFailed": gettext("The round’s record could not be read. Load the page again."),
        "partMissing": gettext("A part of this bundle is missing"),
        "partMissingText": gettext("A long round comes in parts. Choose all its files at once."),
        "brokenData": gettext("This record cannot be read"),
        "brokenDataText": gettext("Something in it is malformed, so nothing was checked: {error}"),
        "broken_otherwise": gettext("it is not what its format says."),
        "tooLong": gettext("More than a page should check; use the bundle and its script."),
    }
