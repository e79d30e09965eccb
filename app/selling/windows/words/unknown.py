"""Of what can be checked nowhere: what it looks like, and what to do, as the server and scripts say it."""

from __future__ import annotations

from typing import Final

from flask_babel import LazyString, lazy_gettext

LOOKS_LIKE: Final[dict[str, LazyString]] = {
    "empty": lazy_gettext("There is nothing in it yet: open a file, or paste a text into the field."),
    "problem": lazy_gettext(
        "This is no file that was kept, but an answer that something was wrong: {title} Fetch the file again."
    ),
    "nothing": lazy_gettext("This is an empty record: nothing was saved in it. Fetch the file again."),
    "paper": lazy_gettext("This document has no receipt in it. Only the one that we make has the file inside."),
    "bytes": lazy_gettext("This file is no text, and no PSBT. If it is a picture, open the file that it shows."),
    "elsewhere": lazy_gettext("This link leads to another site. Only links to this one can be verified here."),
    "cut": lazy_gettext("This is JSON that was cut off or changed, so that it cannot be read. Paste it whole."),
    "list": lazy_gettext("This is a list. What is checked here is one record: a bundle, a receipt or an order."),
    "anchor": lazy_gettext(
        "This is an anchor of the public log: verify_anchor.py checks it, and every receipt that it covers has it "
        "inside."
    ),
    "terms": lazy_gettext(
        "These are the exact terms of an order. Whether an address commits to them is checked with its internal key."
    ),
    "checkpoint": lazy_gettext(
        "This is a checkpoint of a public log. Keep it: a receipt is compared with it, where it is entered under “What "
        "you know from elsewhere”, or by verify_receipt.py with --checkpoint."
    ),
    "proof": lazy_gettext(
        "This is a proof that an entry is in a public log. It is part of a receipt or a bundle, which are checked here "
        "whole; verify_round.py takes one of a witness with --cosigned."
    ),
    "promise": lazy_gettext(
        "This is a signed promise that an entry will be in the public log. It is part of a receipt, which is checked "
        "here whole."
    ),
    "logkey": lazy_gettext(
        "This is the key of a log or of a witness. A receipt or a bundle is checked against it, where it is entered "
        "under “What you know from elsewhere”, or by the scripts with --log-key or --witness."
    ),
    "keys": lazy_gettext("These are the keys that a public log had: the scripts take them with --keys."),
    "grown": lazy_gettext(
        "This shows that a public log only grew: verify_receipt.py takes it with --consistency, beside a checkpoint."
    ),
    "entry": lazy_gettext(
        "This is the text of an entry of a public log. It is part of a receipt or a bundle, which are checked here "
        "whole; where the log has it:"
    ),
    "draw": lazy_gettext("This is a draw of bets with its evidence, which is checked alone, or with one receipt."),
    "ticket": lazy_gettext("This is a receipt of bets, which is checked alone, or with the draws that it has bets on."),
    "psbt": lazy_gettext("This is a PSBT that was cut off or changed, so that it cannot be read. Paste it whole."),
    "transaction": lazy_gettext(
        "This looks like a transaction that was cut off or changed, or that is not signed. Paste the signed one whole, "
        "or its id."
    ),
    "record": lazy_gettext(
        "This is JSON, but neither a proof bundle, a receipt nor an order: it has no terms and no round in it."
    ),
}


MEMBERS: Final[dict[str, frozenset[str]]] = {
    "problem": frozenset({"type", "title", "status"}),
    "anchor": frozenset({"root", "size", "txid", "previous"}),
    "terms": frozenset({"orderId", "internalKey", "payoutAddress"}),
    "keys": frozenset({"rotations"}),
    "grown": frozenset({"first", "second", "hashes"}),
    "entry": frozenset({"subject", "type"}),
    "draw": frozenset({"betBundleVersion", "entries"}),
    "ticket": frozenset({"ticket", "leaves"}),
}
"""By which members a record of each kind is known."""


def unknown_words() -> dict[str, str]:
    """The same for scripts."""
    return {f"unknown_{name}": str(words) for name, words in LOOKS_LIKE.items()}
