"""What of a bundle no claim has read, or nothing in it shows, in sentences: those that verify_round.py prints."""

from __future__ import annotations

from flask_babel import gettext


def left_words() -> dict[str, str]:
    """By the names that static/verify/bundle/left.js has for them."""
    return {f"left_{name}": text for name, text in {**_of_chain(), **_of_log()}.items()}


def _of_chain() -> dict[str, str]:
    return {
        "witness": gettext(
            "The signatures inside transactions. Bitcoin’s nodes checked them before a block took these, and no amount "
            "or address depends on them."
        ),
        "height": gettext(
            "The heights of blocks after the last one that is shown. Look their hashes up in any explorer."
        ),
        "again": gettext("A second proof of the height of the payout’s block, which the blocks show already."),
        "unknown": gettext("What the format of bundles does not know, and nobody reads."),
    }


def _of_log() -> dict[str, str]:
    return {
        "sealedAt": gettext(
            "At which height the seal was fixed. Where the log says nothing of it, that is the platform’s word alone."
        ),
        "signatures": gettext(
            "Signatures below checkpoints of the log by whom neither the promise nor you name. Name those whom you "
            "believe."
        ),
        "checkpoint": gettext(
            "Checkpoints of the log below which nobody’s signature was looked at: their size and time say nothing."
        ),
        "extra": gettext("Notes that somebody put into a proof."),
        "anchorSize": gettext("How many entries the log had when its root went into Bitcoin."),
        "line": gettext("What each witness’s own line was, of which the log notes the hash. The witness has it."),
    }
