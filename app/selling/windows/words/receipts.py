"""What a receipt's claims are called, and what is said of each by the page that checks them: in the script's names."""

from __future__ import annotations

from flask_babel import gettext


def receipt_words() -> dict[str, str]:
    """Everything that the check of a receipt says, of every game."""
    return {
        **{f"claim_receipt-{name}": text for name, text in _claims().items()},
        **{f"said_{name}": text for name, text in {**_entries(), **_signed(), **_open()}.items()},
        **{f"tells_{name}": text for name, text in _tells().items()},
        **{f"broken_{name}": text for name, text in _broken().items()},
        **_payout(),
        **_about(),
        "misbehaved": gettext("This proves that the operator broke his word"),
        "misbehavedText": gettext(
            "Keep this receipt as it is: what was signed here cannot be unsaid. The list says what."
        ),
        "unlooked": gettext("The receipt says these, and nothing in it proves them: {names}."),
        "noWitness": gettext("You named no witness. Enter above the keys of those whom you believe."),
        "noCheckpoint": gettext("You gave no checkpoint. Enter above one that you kept."),
        "badCheckpoint": gettext("The checkpoint is none of this log"),
    }


def _about() -> dict[str, str]:
    """What it is of, in one line of several parts."""
    return {
        "aboutRound": gettext("{game}, round {n}"),
        "about_tickets": gettext("Tickets {held}"),
        "about_numbers": gettext("Numbers {held}"),
        "aboutPaid": gettext("Paid: {sats} sats"),
        "aboutDrawn": gettext("Drawn, by the platform’s record: {drawn}."),
    }


def _claims() -> dict[str, str]:
    return {
        "terms": gettext("The terms are those of this order, round and game"),
        "beside": gettext("What the receipt repeats of terms, payments and tickets agrees with them"),
        "rest": gettext("What else the receipt says"),
        "payout": gettext("The payment of the win"),
        "entries": gettext("Each entry of the log is of this order, and has its hash"),
        "facts": gettext("The log tells what was paid and what it brought"),
        "person": gettext("The entries are yours"),
        "promise": gettext("Entry {n}: the log promised it, signed"),
        "proof": gettext("Entry {n}: it is in the tree that the log signed"),
        "in-time": gettext("Entry {n}: it was there when it was promised to be"),
        "witness": gettext("Entry {n}: {name} saw it, and nothing changed before"),
        "no-witness": gettext("Witnesses whom you believe saw it, and nothing changed before"),
        "anchor": gettext("Entry {n}: a block of Bitcoin holds a root of the log that covers it"),
        "consistency": gettext("What you kept is the beginning of the same log"),
        "history": gettext("No two of the checkpoints contradict each other, as far as can be seen"),
        "key": gettext("The log is the one that you know"),
    }


def _tells() -> dict[str, str]:
    """What exactly is wrong, where one fault may be several things."""
    return {
        "twice": gettext("The receipt holds the log’s entry of the payment {id} twice."),
        "undone": gettext("An entry says that the payment {id} counts no more, and none says that it was made."),
        "left-out": gettext("The log tells of the payment {id}, and the receipt leaves it out."),
        "no-entry": gettext("The receipt says that {id} was paid, and no entry of the log tells of it."),
        "other-terms": gettext("Its terms name {id}, and not you."),
        "other-leaf": gettext("What the log signed has another hash in the place of entry {id} than the receipt says."),
    }


def _payout() -> dict[str, str]:
    """What a receipt says of the payment of a win, which the round's bundle and the chain prove."""
    return {
        "payoutText": gettext(
            "Its address was compared with the terms. That it was paid the round’s check shows, and the transaction."
        ),
        "payoutRound": gettext("The round’s check"),
        "payoutTxid": gettext("The transaction"),
        "payout_owed": gettext("Owed"),
        "payout_sent": gettext("Sent"),
        "payout_confirmed": gettext("Paid"),
    }


def _broken() -> dict[str, str]:
    """Why a file cannot be read, at the end of a sentence."""
    return {
        "json": gettext("it is no JSON as records are written, or was cut off."),
        "twice": gettext("“{name}” stands in it twice."),
        "number": gettext("a number in it has more digits than any has."),
        "utf8": gettext("it is no text in UTF-8."),
        "lacks": gettext("“{name}” is missing."),
        "kind": gettext("“{name}” is not what it should be."),
        "game": gettext("nobody here knows its game."),
        "misnamed": gettext("it calls itself a bundle of {name}, and the orders in it are of {other}."),
        "many": gettext("it has more entries than a page should check."),
        "version": gettext("nobody here knows its version or its network."),
    }


def _entries() -> dict[str, str]:
    """What is wrong with an entry, or with whose it is."""
    return {
        "malformed": gettext("It is not what its format says."),
        "another-leaf": gettext("It is of something else than this order."),
        "untold": gettext("Something was paid or is held, and no entry tells of it."),
        "facts": gettext("The receipt says something else than the log."),
        "terms": gettext("The terms are of something else."),
        "beside": gettext("The receipt says something else than its own terms."),
        "another-person": gettext("An entry is told of somebody else."),
        "nobody": gettext("The receipt names nobody. Say above who you are."),
        "no-salt": gettext("Only the holder’s receipt has the salt."),
        "by-terms": gettext(
            "Its terms name the account {id}, and its address and each entry commit to them. If that is your account "
            "at the partner, it is yours."
        ),
        "unpaid": gettext("Nothing has been paid."),
        "entry": gettext("Entry {id}."),
    }


def _signed() -> dict[str, str]:
    """What is wrong with what was signed."""
    return {
        "promise": gettext("It is no promise of this log."),
        "wrong-key": gettext("It is not signed by this key."),
        "another-log": gettext("The checkpoint is of another log: {id}."),
        "not-included": gettext("The entry is not where the receipt says."),
        "promise-ahead": gettext(
            "A promise dated ahead of its making, so that it would run longer: promised by {until}."
        ),
        "promise-broken": gettext(
            "The promise was not kept: it ran out at {until}, and the log that was signed at {signed} is the first "
            "with the entry, or still without it."
        ),
        "another-history": gettext("Two checkpoints tell two histories, of {id} entries."),
        "not-anchored": gettext("What is said to hold the root of the log does not hold it."),
        "not-witnessed": gettext("{id} did not cosign these checkpoints, or at a time that cannot be."),
    }


def _open() -> dict[str, str]:
    """What cannot be told yet, and when things that hold were so."""
    return {
        "no-key": gettext("Without the log’s key nobody knows who signed it."),
        "key": gettext(
            "This site’s own key was used. Compare it with the one that you know, or enter yours under “What you know "
            "from elsewhere”."
        ),
        "no-proof": gettext(
            "It was promised by {until}, and the receipt has no proof. Fetch it again; if it still has none, enter a "
            "newer checkpoint of the log: the two together show a broken promise."
        ),
        "no-proof-yet": gettext("There is no proof yet."),
        "no-anchor": gettext(
            "The receipt has none: the log’s root goes into Bitcoin within a day. Fetch it again then."
        ),
        "no-anchor-proof": gettext("The transaction with the root is not in the receipt. Fetch it again."),
        "anchored": gettext("In block {id}. Whether the world has that block any explorer says."),
        "no-consistency": gettext(
            "Whether the log of {second} entries begins with that of {first} is not shown: "
            "/api/log/consistency tells it."
        ),
        "promised": gettext("Promised by {until}."),
        "in-time": gettext("In the log at {signed}, promised by {until}."),
        "cosigned": gettext("Cosigned {id} entries at {signed}."),
    }
