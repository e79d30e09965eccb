"""Why a claim of a proof bundle does not hold, or cannot be told: for the page that checks it."""

from __future__ import annotations

from flask_babel import gettext


def reason_words() -> dict[str, str]:
    """All reasons, by the names that the browser's verifier gives them."""
    return {**_why_chain(), **_why_round(), **_why_log(), **_why_quorum(), **_why_open()}


def _why_log() -> dict[str, str]:
    """What is wrong with what the public log says of a round."""
    return {
        "noCheckpoint": gettext("It is no signed checkpoint"),
        "noSignature": gettext("Below a checkpoint this line is no signature: {is}"),
        "noProof": gettext("It is no proof"),
        "noPath": gettext("Its path does not lead to the root"),
        "otherCheckpoint": gettext("It is under another checkpoint"),
        "otherSignatures": gettext(
            "Below its checkpoint stand other signatures than below the promise’s, which is the same one"
        ),
        "otherEntry": gettext("Its entry tells of something else"),
        "otherRoot": gettext("It holds another root"),
        "otherLog": gettext("Its checkpoint bears no signature of this log"),
        "otherThanOwn": gettext("Its checkpoints bear no signature by the key of this site: {is}"),
        "cosignatureInvalid": gettext("The cosignature is not his"),
        "notInTime": gettext("He had not cosigned before the closing block"),
        "twoRoots": gettext("The log has two roots of {is} entries"),
    }


def _why_quorum() -> dict[str, str]:
    """What is wrong with what the log says of a round's witnesses, or with a round that is void for want of them."""
    return {
        "contradictsItself": gettext("It contradicts itself"),
        "otherClosing": gettext("It is of another closing block"),
        "drawnWithout": gettext("It says that too few had cosigned ({is}), and the round was drawn all the same"),
        "saysQuorum": gettext("It says itself that enough had cosigned"),
        "waitsForNobody": gettext("It was sealed in time, and its draw waits for no witness"),
        "hadQuorum": gettext("Enough had cosigned the log over its seal in time: {is}"),
        "hadCosigned": gettext("Had cosigned in time: {is}"),
        "leftOutCosigned": gettext("Had cosigned in time ({is}), and the log's entry leaves that out"),
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
        "hashWork": gettext("Its hash work is {is}, and no round may have that"),
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
        "otherStretch": gettext("The hashes after its checkpoint {is} do not lead to the next one"),
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
        "noSealYet": gettext("There is no seal, or no closing block yet."),
        "logNotTold": gettext("This bundle does not tell what the log says."),
        "tooFewWitnesses": gettext("Of the promised ones had cosigned the checkpoint that is shown: {is}"),
        "quorumNotSaid": gettext("This bundle does not show what the log says of its witnesses."),
        "quorumUnseen": gettext("No witness is shown to have cosigned what the log says of them."),
        "saidLate": gettext("The log said so only {is} seconds after the closing block."),
        "askTheOthers": gettext("The log says how many had cosigned; ask the others for what they serve: {is}"),
        "expectLog": gettext("Whose log says so."),
        "ownLog": gettext(
            "This site’s own key was used: {is}. Compare it with the one that you know, or enter yours under “What you "
            "know from elsewhere”."
        ),
        "expectWitness": gettext("Whose cosignatures you believe."),
        "expectPromise": gettext("What was promised before sales began."),
        "expectSeal": gettext("Which seal was public before the closing block."),
        "expectClosing": gettext("Which block the world has at the closing height."),
    }
