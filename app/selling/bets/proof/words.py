"""What the claims of a draw of bets are called, and what is said of each by the page that checks them.

The scripts there carry no words of their own. A claim's statement is the one that its script prints.
"""

from __future__ import annotations

from flask_babel import gettext

from ..games import GAMES
from .reasons import reason_words


def draw_words() -> dict[str, str]:
    """Everything that the check of a draw says, of every game."""
    return {
        **{f"claim_{name}": text for name, text in _claims().items()},
        **_of_games(),
        **{f"why_{name}": text for name, text in reason_words().items()},
        **{f"left_{name}": text for name, text in _left().items()},
        **_conclusions(),
        **_outcome(),
        **_card(),
        **_untold(),
        **_busy(),
        **_refused(),
    }


def _claims() -> dict[str, str]:
    """The claims of every game; what a game says in its own words it hands over."""
    return {
        "promise": gettext("The promise is the one that the log told before all sales."),
        "sales": gettext(
            "Sales are numbered from 1 without gaps, and each names the one before, the first the promise."
        ),
        "cut-off": gettext("No bet was accepted before the draw opened, and none at or after its cut-off."),
        "refunds": gettext(
            "What was given back was sold, and once; before the seal, or because the draw was not held, and then all "
            "of it."
        ),
        "seal": gettext("The seal covers every sale, in order: root, sums, count and last one come out again."),
        "witnesses": gettext("As many of the promised witnesses as were promised had cosigned the seal in time."),
        "result": gettext(
            "The number by which it was settled is the one that the log tells as its result, after the draw."
        ),
        "evidence": gettext(
            "Each number that counted was read where, and as often as, the rule asks; or two people entered it."
        ),
        "settlement": gettext("Who won, and how much, comes out of the bets as it was settled."),
        "log": gettext("Promise, seal and result are in the log, under checkpoints that its key signed."),
        "receipt": gettext("Your ticket's entries about this draw are in the bundle as your receipt has them."),
        "promised": gettext("The log promised each entry of your receipt, by its own signature."),
        "logged": gettext(
            "Each entry of your receipt is in the log, as soon as it was promised, under a checkpoint that its key "
            "signed."
        ),
    }


def _of_games() -> dict[str, str]:
    """What games say in their own words: of claims, and of how a bet wins."""
    games = GAMES.get().values()
    return {
        **{f"claim_{game.name}-{name}": str(text) for game in games for name, text in game.claims.items()},
        **{f"kind_{game.name}-{name}": str(text) for game in games for name, text in game.kinds.items()},
    }


def _left() -> dict[str, str]:
    """What of a bundle no claim has read, in sentences, by the names that static/verify/bets/left.js has for them."""
    return {
        "number": gettext(
            "Where sales and refunds stand in the log. The chain fixes the order of sales, and the seal’s entry the "
            "chain."
        ),
        "signatures": gettext(
            "Signatures below checkpoints and promises of the log by whom neither the draw’s promise nor you name, and "
            "notes there."
        ),
        "person": gettext("Who bought a ticket: a hash that only its holder can tell, with receipt and account."),
        "reservations": gettext("What became of tickets that were not paid when the draw was sealed."),
        "block": gettext(
            "That the closing block is the first one whose median time is not before the draw: any explorer tells."
        ),
        "checkpoints": gettext("The root over the draw’s checkpoints: sealed_draw.py makes it again."),
        "cosigned": gettext("Which cosignatures the operator’s log notes. They are looked at themselves."),
        "because": gettext("Why something was cancelled or given back."),
        "promise": gettext("What of the promise no claim reads."),
        "evidence": gettext("What evidence names and nothing here shows: the pages and papers themselves."),
        "takenBack": gettext("How much of what was paid by another number came back."),
        "result": gettext("What else is said of the result."),
        "others": gettext(
            "Whether the receipt’s entries of other draws are in those: each draw is checked by itself, with the same "
            "receipt. Their promises and proofs were looked at."
        ),
        "code": gettext(
            "The card’s code: nothing that the log has, or its key signed, names it, so a file with another code "
            "passes here. Compare it with your card. Verify takes it, and shows what this site has under it."
        ),
        "salt": gettext("The salts of the receipt’s entries, which show with your account whose they are: enter it."),
        "unproven": gettext("Where the receipt says that an entry without proof stands in the log."),
        "unknown": gettext("What the format of bundles does not know, and nobody reads."),
    }


def _conclusions() -> dict[str, str]:
    """What all claims together say, as the script's exit statuses do, and what stands around them."""
    return {
        "status0": gettext("All that was looked at holds"),
        "status0Text": gettext(
            "Every claim that the file can show was checked here, from the promise over each bet to the winners. What "
            "it says besides, and what only you can know, was not; the list below names it."
        ),
        "status1": gettext("Something does not hold"),
        "status1Text": gettext("Claims that do not hold: {n}. They stand first in the list."),
        "status3": gettext("Nothing is wrong, but not everything could be checked"),
        "status3Text": gettext("What was checked holds. What could not be, and why:"),
        "claimed": gettext("Claimed: {claim}"),
        "toFailing": gettext("To the first of them"),
        "more": gettext("and {n} more"),
        "bundleRest": gettext("What else the bundle says"),
        "none": gettext("none yet"),
        "sealFact": gettext("Seal"),
        "promiseFact": gettext("Promise"),
        "drawTitle": gettext("Draw {name}"),
    }


def _outcome() -> dict[str, str]:
    """What was sold, drawn and won, and what the draw could have cost."""
    return {
        "outcome_consensus": gettext("Drawn: {number}, as sources said it"),
        "outcome_by_hand": gettext("Drawn: {number}, as two people entered it"),
        "outcome_correction": gettext("Drawn: {number}, as two people corrected it"),
        "outcome_block": gettext("Drawn: {number}, by a block"),
        "outcome_nothing": gettext("Nothing was drawn"),
        "outcome_open": gettext("Not drawn yet"),
        "outcome_sold": gettext("Bets: {bets}, on {sales} tickets, {staked} together. Tickets that went back: {back}"),
        "outcome_won": gettext("Winning bets: {bets}, {won} together"),
        "outcome_worst": gettext(
            "At worst it would have cost {worst} (number {number}); at any time before, {ever} (number {everNumber})"
        ),
        "outcome_doubt": gettext("That is the file’s word alone."),
    }


def _card() -> dict[str, str]:
    """What is on the reader's card, and what became of it."""
    return {
        "card_holds": gettext("Your card {code}, for this draw. Bets: {bets}, {staked} together"),
        "card_bet": gettext("{number} {kind} · {staked} · {odds} for 1 · {became}"),
        "card_won": gettext("won {won}"),
        "card_lost": gettext("did not win"),
        "card_waiting": gettext("waits for the draw"),
        "card_returned": gettext("given back"),
        "card_cancelled": gettext("the draw is not held, and the stake goes back"),
        "card_missing": gettext("is not in this draw"),
    }


def _untold() -> dict[str, str]:
    """What only the reader could know."""
    return {
        "claim_known-log": gettext("The log that says so is the one you know, by its own signature"),
        "claim_known-promise": gettext("The promise is the one that you were shown"),
        "claim_known-number": gettext("The number is the one that the lottery tells"),
        "untold_log": gettext(
            "This site’s own key was used: {is}. Compare it with the one that you know, or enter yours under “What you "
            "know from elsewhere”."
        ),
        "untold_noLog": gettext("Without the log’s key, whoever made this file may have made all of it."),
        "untold_promise": gettext("Enter its hash as you were shown it before the sales ended, and it is compared."),
        "untold_number": gettext("Enter the number that was drawn, and it is compared."),
    }


def _busy() -> dict[str, str]:
    """What takes a while."""
    return {
        "busy_checking": gettext("Checking"),
        "busy_done": gettext("Checked"),
        "busy_fetching": gettext("Fetching the draw’s bundle"),
        "busy_reading": gettext("Reading the entries"),
        "busy_draw": gettext("Running the chain of hashes"),
        "checkingText": gettext("{n} of {total}"),
        "checkingAll": gettext("Your browser makes every claim again and trusts nothing that this page says."),
        "drawLeft": gettext("The draw takes {total} hashes, here about {time}."),
        "left": gettext("about {time} left"),
        "second": gettext("{n} second"),
        "seconds": gettext("{n} seconds"),
        "minutes": gettext("{n} minutes"),
        "hours": gettext("{n} hours"),
    }


def _refused() -> dict[str, str]:
    """What could not be read."""
    return {
        "typed": gettext("What you entered is not checked yet"),
        "typedText": gettext("“Check again” takes it into account."),
        "badHash": gettext("A hash has 64 hexadecimal digits."),
        "badKey": gettext("A key is NAME+ID+KEY."),
        "drawFailed": gettext("The draw’s bundle could not be read"),
        "drawFailedText": gettext("Load the page again, or open the file."),
        "noDraw": gettext("This site has no such draw"),
        "noDrawText": gettext("The receipt names a draw that nobody here knows. Keep it."),
        "noTicket": gettext("There is no card with this code."),
        "brokenData": gettext("This record cannot be read"),
        "brokenDataText": gettext("Something in it is malformed, so nothing was checked: {error}"),
        "badReceipt": gettext("These are not files of bets"),
        "badReceiptText": gettext("Open a draw’s bundle, and a receipt’s file or the printed one."),
        "broken_json": gettext("it is no JSON as records are written, or was cut off."),
        "broken_utf8": gettext("it is no text in UTF-8."),
        "broken_twice": gettext("“{name}” stands in it twice."),
        "broken_lacks": gettext("“{name}” is missing."),
        "broken_kind": gettext("“{name}” is not what it should be."),
        "broken_game": gettext("nobody here knows its game."),
        "broken_number": gettext("a number in it has more digits than any has."),
        "broken_otherwise": gettext("it is not what its format says."),
    }
