"""Receipts of liars: each lie has its name. The script and the reader's browser are both shown all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from tests.utilities.receipts import PAID_TO, WRITTEN, Story, Written, changed
from tests.utilities.witness.log import Signer

Receipt = dict[str, Any]


def _unsigned(story: Story, receipt: Receipt) -> Receipt:
    return changed(
        receipt, "log", "proof", to=story.proof(5, checkpoint=Story(signer=Signer(seed=b"x" * 32)).checkpoint())
    )


def _other_leaf(story: Story, receipt: Receipt) -> Receipt:
    """All of another entry, promise and proof and all: of somebody else's order."""
    other = Story()
    other.leaves = [other.paid(subject="order:0190a000-0000-7000-8000-000000000002")]
    return changed(receipt, "log", to={**receipt["log"], **other.part(0)})


def telling(**told: Any) -> Callable[[Story, Receipt], Receipt]:
    """The log tells something else than the receipt, and proves that."""

    def forge(story: Story, receipt: Receipt) -> Receipt:
        story.leaves = [story.paid(**told)]
        return changed(receipt, "log", to={**receipt["log"], **story.part(0)})

    return forge


def _entry(text: Callable[[str], str]) -> Callable[[Story, Receipt], Receipt]:
    def forge(story: Story, receipt: Receipt) -> Receipt:
        story.leaves = [Written(story.leaves[0].told, story.leaves[0].salt, entry=text(story.leaves[0].entry))]
        return changed(receipt, "log", to={**receipt["log"], **story.part(0)})

    return forge


def _promise(**other: Any) -> Callable[[Story, Receipt], Receipt]:
    return lambda story, receipt: changed(receipt, "log", "promise", to=story.promise(story.leaves[0], **other))


def signed_after(seconds: int) -> Callable[[Story, Receipt], Receipt]:
    def forge(story: Story, receipt: Receipt) -> Receipt:
        return changed(receipt, "log", "proof", to=story.proof(5, checkpoint=story.checkpoint(when=WRITTEN + seconds)))

    return forge


def _set(*path: str | int, to: Any) -> Callable[[Story, Receipt], Receipt]:
    return lambda story, receipt: changed(receipt, *path, to=to)


FORGERIES: dict[str, tuple[str, Callable[[Story, Receipt], Receipt]]] = {
    "another order's entry": ("another-leaf", _other_leaf),
    "an entry whose text is another": ("another-leaf", _set("log", "entry", to="{}")),
    "an entry that is written otherwise": ("another-leaf", _entry(lambda entry: entry.replace(":", ": ", 1))),
    "an entry that says a thing twice": ("another-leaf", _entry(lambda entry: entry[:-1] + ',"vout":1}')),
    "an entry with something more": ("another-leaf", telling(more=1)),
    "an entry of another game": ("another-leaf", telling(game="luckotto")),
    "an entry whose tickets are none": ("another-leaf", telling(tickets={"a": 1})),
    "a promise of another leaf": ("another-leaf", _promise(leaf=b"\1" * 32)),
    "a promise of another log": ("promise", _promise(origin="another.example/log")),
    "a promise of another delay": ("promise", _promise(delay=6_000)),
    "a promise that is something else": ("promise", _promise(head="tiraj/promise/2")),
    "a promise that another key signed": ("wrong-key", _promise(signer=Signer(seed=b"x" * 32))),
    "a checkpoint that another key signed": ("wrong-key", _unsigned),
    "fewer tickets in the log": ("facts", telling(tickets=[0, 3])),
    "other tickets in the log": ("facts", telling(tickets=[5, 9])),
    "no tickets in the log": ("facts", telling(tickets=None)),
    "less paid in the log": ("facts", telling(amountSats=5_500)),
    "less credited in the log": ("facts", telling(creditedSats=5_000)),
    "another fate in the log": ("facts", telling(fate="late")),
    "another round in the log": ("facts", telling(roundNumber=8)),
    "other terms in the log": ("facts", telling(commitment="ab" * 32)),
    "another block in the log": ("untold", telling(blockHash="ab" * 32)),
    "another payment in the log": ("untold", telling(txid="ab" * 32)),
    "somebody else in the log": ("another-person", telling(person=hashlib.sha256(b"x").hexdigest())),
    "another salt": ("another-person", _set("log", "salt", to="00" * 32)),
    "a salt that is none": ("another-person", _set("log", "salt", to="zz")),
    "somebody else's receipt": ("another-person", _set("log", "identifier", to="customer-2")),
    "other terms": ("terms", _set("terms", to='{"roundNumber":7}')),
    "a payment that nobody told": ("untold", lambda s, r: changed(r, "payments", to=[*r["payments"], s.payment(4)])),
    "no log at all": ("untold", _set("log", to=None)),
    "a payment left out": ("facts", _set("payments", to=[])),
    "a slip left out": ("facts", _set("slip", to=None)),
    "a path with another hash": (
        "not-included",
        lambda s, r: changed(r, "log", "proof", to=s.proof(5).replace("index 5", "index 4")),
    ),
    "a proof of a checkpoint with another root": (
        "not-included",
        lambda s, r: changed(r, "log", "proof", to=s.proof(5, checkpoint=s.checkpoint(root=b"\7" * 32))),
    ),
    "a proof that was signed too late": ("promise-broken", signed_after(61)),
    "a promise of next year": ("promise-ahead", _promise(time=4_000_000_000)),
    "a promise that was dated later, so that it runs longer": ("promise-ahead", _promise(time=WRITTEN + 600)),
    "tickets that nobody paid": ("untold", lambda s, r: {**r, "log": None, "payments": []}),
    "terms that say a thing twice": ("terms", _set("terms", to='{"roundNumber":8,"roundNumber":7}')),
    "the same entry twice": (
        "facts",
        lambda s, r: changed(r, "log", "others", to=[s.part(0)]),
    ),
    "another count of tickets": ("beside", _set("slip", to={"ranges": [[0, 4]], "ticketCount": 6})),
    "a slip of another order": ("beside", _set("slip", to={"ranges": [[0, 4]], "identifier": "x"})),
    "a note that is not the terms'": ("beside", lambda s, r: {**r, "note": "e"}),
    "a win that is paid elsewhere": ("beside", lambda s, r: {**r, "payout": {"address": "bcrt1q-elsewhere"}}),
    "a loser who is paid a win": (
        "beside",
        lambda s, r: {
            **r,
            "slip": {**r["slip"], "status": "lost"},
            "payout": {"state": "confirmed", "address": PAID_TO},
        },
    ),
    "another number of the entry": ("not-included", _set("log", "number", to=6)),
}
