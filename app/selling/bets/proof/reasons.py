"""Why a claim of a draw of bets does not hold, or cannot be told: for the page that checks it."""

from __future__ import annotations

from flask_babel import gettext


def reason_words() -> dict[str, str]:
    """All reasons, by the names that the browser's verifier gives them."""
    return {
        **_why_promise(),
        **_why_sales(),
        **_why_refunds(),
        **_why_seal(),
        **_why_result(),
        **_why_evidence(),
        **_why_settlement(),
        **_why_log(),
        **_why_receipt(),
        **_why_promised(),
    }


def _why_promise() -> dict[str, str]:
    """What is wrong with what a draw promises."""
    return {
        "promiseHash": gettext("Its hash is another than the bundle says"),
        "promiseWritten": gettext("It is not written as promises are"),
        "promiseFirst": gettext("The log does not tell one promise, before all else"),
        "promiseOther": gettext("The log tells another promise"),
        "promiseOfOther": gettext("It is the promise of another draw"),
        "nameOther": gettext("The draw’s name is not its day and slot"),
        "expectPromise": gettext("It is not the promise that you entered"),
        "timeBefore": gettext("{field} is before {other}"),
        "timeTogether": gettext("{field} is not after {other}"),
        "zoneUnknown": gettext("Its zone is {is}, and this page knows the clocks of {should}"),
        "dayOther": gettext("It is drawn on another day than its own"),
    }


def _why_sales() -> dict[str, str]:
    """What is wrong with what was sold."""
    return {
        "saleDue": gettext("Entry {entry} is sale {is}, where {should} is due"),
        "salePrevious": gettext("Sale {n} names another one before it"),
        "saleOther": gettext("Sale {n} is of another draw, promise or currency"),
        "saleTwice": gettext("Sale {n} is of a ticket that was sold already"),
        "saleLate": gettext("Sale {n} was said after the seal"),
        "salesBehind": gettext("The log has {is} of {should} sales so far"),
        "salesCount": gettext("The bundle says {should} sales, and here are {is}; or it names another last one"),
        "soldOutside": gettext("Sale {n} was not sold between opening and cut-off"),
        "noBet": gettext("Sale {n} has a line that is no bet"),
        "noBets": gettext("Sale {n} has no bets"),
        "oddsOther": gettext("Sale {n}: {is} for {line}, where {should} is due"),
    }


def _why_refunds() -> dict[str, str]:
    """What is wrong with what was given back."""
    return {
        "backUnsold": gettext("Entry {entry} gives back sale {n}, which there was not yet"),
        "backTwice": gettext("Entry {entry}: sale {n} has gone back already"),
        "backOther": gettext("Entry {entry}: sale {n} is another ticket’s, or of another stake"),
        "backElsewhere": gettext("Entry {entry} names another draw or currency"),
        "backAfterSeal": gettext("Sale {n} went back after the seal"),
        "backOpen": gettext("Sales that are still to go back: {n}"),
        "cancelledOther": gettext("The log says otherwise whether it was cancelled"),
    }


def _why_seal() -> dict[str, str]:
    """What is wrong with a seal, or who had seen it."""
    return {
        "noSeal": gettext("The log tells no seal"),
        "notSealed": gettext("It is not sealed yet"),
        "sealTwice": gettext("The log tells more than one seal, or of a draw that still sells"),
        "sealDiffers": gettext("{field}: the seal says {is}, and here it is {should}"),
        "worstDiffers": gettext("The seal says {is}, and here it is {should}"),
        "worstWaiting": gettext(
            "The seal says {is}, with tickets that were not paid yet ({n}); without them it is {should}"
        ),
        "witnessedOther": gettext("The log says of another seal, or another quorum, that it was cosigned"),
        "cosignedUntold": gettext("The bundle does not show their cosignatures"),
        "cosignedOther": gettext("The checkpoint does not cover the seal"),
        "cosignedByOther": gettext("The checkpoint that they cosigned is not signed by this log"),
        "cosignedFew": gettext("In time had cosigned {is} of {should}, and a result counts"),
        "cosignedShown": gettext("The bundle shows {is} of {should} cosignatures"),
    }


def _why_result() -> dict[str, str]:
    """What is wrong with the number by which a draw was settled."""
    return {
        "writtenOther": gettext("{is} is not how {n} is written"),
        "cancelledResult": gettext("It was cancelled, and has a result"),
        "expectNumber": gettext("You say that {should} was drawn, and it was settled by {is}"),
        "resultOther": gettext("It was settled by {is}, which is not its result then"),
        "finalOther": gettext("It is said to be final at another time than its result"),
        "resultUntold": gettext("The log does not tell by which number it was settled"),
        "noResult": gettext("It has no result yet"),
        "corrected": gettext("The result was corrected to {is}, and it is not settled by that yet"),
        "expectedOther": gettext("Another draw’s result was waited for"),
        "notExpected": gettext("The log does not say that its result was waited for"),
        "versionMissing": gettext("Version {n} of the result is missing, or is another one’s"),
        "noNumber": gettext("{is} is no number of this game"),
        "knownEarly": gettext("It was known before it was drawn"),
        "finalLate": gettext("It is final after another time than was promised"),
        "notDrawn": gettext("It is not drawn yet"),
        "drawnTwice": gettext("The log does not tell one seal, one draw and one result of it"),
        "drawnOther": gettext("What was drawn is of another promise, or not what it was settled by"),
        "hashesMany": gettext("The draw takes {n} hashes; they were left out"),
        "drawGives": gettext("The draw gives {is}"),
    }


def _why_evidence() -> dict[str, str]:
    """What is wrong with what shows that a number counts."""
    return {
        "readOther": gettext("{name} was read to say {is}"),
        "readEarly": gettext("{name} was asked before the draw"),
        "readLate": gettext("{name} was read after it counted"),
        "sourceOther": gettext("{name} is not the source that was promised"),
        "sourcesFew": gettext("None of {name} was read twice, {n} seconds apart"),
        "originMissing": gettext("Nothing that {name} says was read"),
        "noPaper": gettext("It was entered by hand without a paper that shows it"),
        "howUnknown": gettext("It counts by {is}, which no rule knows"),
        "simulated": gettext("It was read from {is}, which is no source: a demonstration"),
        "ruleOther": gettext("The promised rule lets no machine decide this lottery"),
        "ruleNone": gettext("The promise does not say by which rule sources are believed"),
    }


def _why_settlement() -> dict[str, str]:
    """What is wrong with who won, and how much."""
    return {
        "settledTwice": gettext("It has a first result twice, or a correction of none"),
        "settledDiffers": gettext("{field}: {is} was said, and here it is {should}"),
        "notInForce": gettext("The settlement in force is not the one that the log tells"),
        "settledState": gettext("It is settled, and said to be {is}"),
        "settledUntold": gettext("The log does not tell what it came to"),
        "notSettled": gettext("It is not settled yet"),
        "correctionOther": gettext("A correction names another result before it"),
        "borneInTime": gettext("A correction was in time, and is not treated so"),
        "borneLate": gettext("A correction was not in time, and is not treated so"),
    }


def _why_log() -> dict[str, str]:
    """What is wrong with what shows that the log has an entry."""
    return {
        "noProofYet": gettext("Entry {entry} ({is}) has no proof yet"),
        "proofOther": gettext("The proof of entry {entry} is of another"),
        "proofUnreadable": gettext("A proof cannot be read, or is not one"),
        "signatureOther": gettext("A signature of {is} is not its own"),
        "notInLog": gettext("Entry {entry} ({is}) is not in the log as it stands here"),
        "notSigned": gettext("The checkpoint over entry {entry} is not signed by this log"),
        "twoHistories": gettext("Two checkpoints of {n} entries differ: keep the file, the operator signed both"),
        "notInOrder": gettext("The entries are not in the log’s order"),
    }


def _why_receipt() -> dict[str, str]:
    """What is wrong with a receipt beside its draw."""
    return {
        "leafUntold": gettext("The receipt has no text of an entry: fetch it again"),
        "leafOther": gettext("An entry of the receipt has another hash"),
        "leafMissing": gettext("{is} is in the receipt, and not in the bundle"),
        "ticketOther": gettext("An entry of the receipt is of another ticket"),
        "gameOther": gettext("An entry of the receipt is in another currency, or of another game"),
        "totalOther": gettext("The receipt says {is}, and its bets are {should} together"),
        "noSaleHere": gettext("The receipt is of no sale of this draw"),
        "noSalt": gettext("The receipt has no salt: fetch it where you are signed in"),
        "personOther": gettext("An entry of the receipt names somebody else"),
    }


def _why_promised() -> dict[str, str]:
    """What is wrong with what the log promised of a receipt's entries, or did not keep."""
    return {
        "noKey": gettext("Without the log’s key nothing that it signed is believed"),
        "promiseUnreadable": gettext("The promise of entry {n} of the receipt cannot be read, or is none"),
        "promiseNone": gettext("The promise of entry {n} of the receipt is none of this log’s"),
        "promiseElse": gettext("The promise of entry {n} of the receipt is of another entry"),
        "promiseTimeless": gettext("The promise of entry {n} of the receipt names no time, or another delay"),
        "promiseUnsigned": gettext("The promise of entry {n} of the receipt is not signed by this log"),
        "promiseToCome": gettext("The promise of entry {n} of the receipt is dated {is}, which is yet to come"),
        "promiseBroken": gettext(
            "Entry {entry} was promised by {should}, and the log first signed it at {is}: keep the file, it proves a "
            "broken promise"
        ),
        "promiseAhead": gettext("Entry {entry} was in the log at {is}, before its promise of {should}"),
        "promisedBy": gettext("Entry {n} of the receipt is promised by {should}"),
        "proofMissing": gettext("Entry {n} of the receipt has no proof: fetch the receipt again"),
    }
