"""Whether a round's witnesses were enough is told otherwise: by the log, by its bundle, by calling the round void."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from app.record.log.format import notes
from app.record.log.format.notes import SigningKey
from app.record.log.format.tree import leaf_hash

from . import logs
from .chain import Record
from .forgery import Forgery, other_hex
from .logs import BLOCK_TIME, IN_TIME, STRANGER, WITNESS
from .sealed import by_sealed_draw
from .story import Story

Plan = Callable[[Story], None]
BOTH_SAW: Final = ((WITNESS, IN_TIME), (STRANGER, IN_TIME + 5))
LATE: Final = BLOCK_TIME + 7201
OTHER_LOG: Final = SigningKey("elsewhere.example/log", bytes(range(32)))
NOT_COSIGNED: Final = "its seal was not cosigned by its witnesses before its closing block"


def by_two(story: Story) -> None:
    """A sealed draw that waits for two witnesses: each cosigned a checkpoint of its own, and the log said so."""
    by_sealed_draw(story)
    story.promise_again(WITNESS, STRANGER)
    story.log.cosigners, story.log.later = BOTH_SAW[:1], BOTH_SAW[1:]


def two(**values: Any) -> Plan:
    """The same, and the log's owner chooses otherwise."""

    def plan(story: Story) -> None:
        by_two(story)
        for name, value in values.items():
            setattr(story.log, name, value)

    return plan


def saying(**told: Any) -> Plan:
    return two(quorum=told)


def other_block(**told: Any) -> Plan:
    """The log names a closing block in which something is otherwise."""

    def plan(story: Story) -> None:
        by_two(story)
        height = story.round["closingHeight"]
        story.log.quorum = {"closingBlock": {"height": height, "hash": "ab" * 32, "time": BLOCK_TIME} | told}

    return plan


def counting(*ones: tuple[logs.Witness, int, int]) -> Plan:
    """The log counts these, each with the size of its checkpoint and its time."""
    cosigned = [
        {"verifierKey": str(one.verifier), "size": size, "time": time, "line": "0" * 64} for one, size, time in ones
    ]
    return saying(cosigned=cosigned)


def of_log(name: str, value: Any) -> Callable[[Record, Story], None]:
    return lambda bundle, _: bundle["log"].update({name: value})


def broken_path(bundle: Record, _: Story) -> None:
    title, place, first, rest = bundle["log"]["cosigned"][0].split("\n", 3)
    bundle["log"]["cosigned"][0] = "\n".join([title, place, first[-2] + first[1:], rest])


def forked(bundle: Record, story: Story) -> None:
    """A second checkpoint of two entries: the seal is the second of other ones."""
    hashes = [bytes(32), leaf_hash(bundle["log"]["seal"]["text"].encode())]
    note = logs.checkpoint(story.log, hashes, BOTH_SAW[1:], IN_TIME)
    bundle["log"]["cosigned"].append(notes.proof_text(1, logs.path_of(1, hashes), note))


def of_another_log(bundle: Record, story: Story) -> None:
    """One checkpoint is that of another log, which has the seal too."""
    own, story.log.key = story.log.key, OTHER_LOG
    bundle["log"]["cosigned"] = [logs.seal_at_three(bundle, story.log, BOTH_SAW[1:])]
    story.log.key = own


def void(bundle: Record, story: Story, reason: str = NOT_COSIGNED) -> None:
    """The round is void: all that was paid waits for its refund."""
    bundle["round"].update(status="void", voidReason=reason)
    for payment in bundle["payments"]:
        if payment["creditedSats"] or payment["status"] == "credited":
            payment.update(status="void", creditedSats=0, refundableSats=payment["amountSats"])
    bundle.update(draw=None, checkpoints=None, win=None, payout=None, balances=[])
    bundle["seal"]["leaves"] = []
    bundle["log"] = story.logged(bundle)


def without_promise(story: Story) -> None:
    """It waits for nobody."""
    by_sealed_draw(story)
    story.promised = (story.promised or "").replace('"quorum":1', '"quorum":0')


def by_documents_draw(story: Story) -> None:
    """Its draw waits for nobody, whoever witnesses."""
    story.log.cosigners, story.log.after = (), ()


def void_without(*names: str) -> Callable[[Record, Story], None]:
    """And its bundle lacks this of the log."""

    def spoil(bundle: Record, story: Story) -> None:
        void(bundle, story)
        for name in names:
            bundle["log"][name] = [] if name == "cosigned" else None

    return spoil


NOBODY: Final = {"cosigners": (), "later": ()}
SETTLED: Final = [
    Forgery(
        "drawn though the log says too few had seen it",
        "witnesses",
        two(counted=BOTH_SAW[:1], at_closing=True),
        of_log=True,
    ),
    Forgery("what the log says of the quorum is left out", "", two(is_said=False), untold="witnesses", status=3),
    Forgery("what the log says of the quorum nobody saw", "", two(after=()), untold="witnesses", status=3),
    Forgery(
        "the quorum was said hours after the closing block",
        "",
        two(said_at=LATE, after=((WITNESS, LATE),)),
        untold="witnesses",
        status=3,
    ),
    Forgery("the quorum was said of another closing block", "witnesses", other_block()),
    Forgery(
        "the quorum of a block of another time",
        "log",
        two(at_closing=True, quorum={}),
        spoil=lambda bundle, story: _at_time(bundle, story, BLOCK_TIME - 1),
        of_log=True,
        untold="witnesses",
    ),
    Forgery("the quorum of a block of another height", "log", other_block(height=1), untold="witnesses"),
    Forgery("a quorum that contradicts itself", "log", saying(hasQuorum=False), untold="witnesses"),
    Forgery("a quorum of another number", "log", saying(quorum=1), untold="witnesses"),
    Forgery("a quorum of another round", "log", saying(roundNumber=999), untold="witnesses"),
    Forgery("a quorum for another seal", "log", saying(sealEntry=0), untold="witnesses"),
    Forgery("a quorum that misses who is counted", "log", saying(missing=["ada"]), untold="witnesses"),
    Forgery(
        "a quorum in which somebody counts twice",
        "log",
        counting(
            (WITNESS, 2, IN_TIME),
        ),
        untold="witnesses",
    ),
    Forgery(
        "a quorum that counts what does not cover the seal",
        "log",
        counting((WITNESS, 1, IN_TIME), (STRANGER, 3, IN_TIME + 5)),
        untold="witnesses",
    ),
    Forgery(
        "a quorum that counts what came after it",
        "log",
        counting((WITNESS, 4, IN_TIME), (STRANGER, 3, IN_TIME + 5)),
        untold="witnesses",
    ),
    Forgery("a quorum that is no record", "log", saying(cosigned=[5]), untold="witnesses"),
    Forgery(
        "a quorum that counts others than are shown",
        "",
        counting((WITNESS, 2, IN_TIME - 1), (STRANGER, 3, IN_TIME + 5)),
        untold="witnesses",
        status=3,
    ),
    Forgery(
        "a cosigned checkpoint is left out",
        "",
        by_two,
        of_log("cosigned", []),
        of_log=True,
        untold="witnesses",
        status=3,
    ),
    Forgery("a cosigned checkpoint without the seal", "log", by_two, broken_path, of_log=True, untold="witnesses"),
    Forgery("a cosigned checkpoint of another log", "log", by_two, of_another_log, of_log=True, untold="witnesses"),
    Forgery("two checkpoints of one size", "log", by_two, forked, of_log=True),
]


def _at_time(bundle: Record, story: Story, time: int) -> None:
    block = logs.said_of_quorum(bundle, story.log)["closingBlock"]
    story.log.quorum = {"closingBlock": {**block, "time": time}}
    bundle["log"] = story.logged(bundle)


VOID: Final = [
    Forgery(
        "void, though its bundle shows who had seen it",
        "void",
        two(counted=(), at_closing=True),
        void,
        of_log=True,
    ),
    Forgery(
        "void, though the log says who had seen it",
        "void",
        counting((WITNESS, 2, IN_TIME), (STRANGER, 3, IN_TIME + 5)),
        void_without("cosigned"),
        of_log=True,
        untold="witnesses",
    ),
    Forgery(
        "void by an entry that leaves somebody out",
        "void",
        two(later=(), counted=(), at_closing=True),
        void,
        of_log=True,
        untold="witnesses",
    ),
    Forgery(
        "void by an entry of another closing block",
        "void",
        two(later=(), at_closing=True),
        lambda bundle, story: _of_another_block(bundle, story),
        of_log=True,
        untold="witnesses",
    ),
    Forgery("void for want of witnesses whom nobody promised", "void", without_promise, void, of_log=True),
    Forgery(
        "void for want of witnesses for whom its draw does not wait",
        "void",
        by_documents_draw,
        void,
        of_log=True,
        untold="witnesses",
    ),
    Forgery(
        "void for want of a witness, as the log says",
        "",
        two(later=(), at_closing=True),
        void,
        of_log=True,
        untold="void witnesses",
        status=3,
    ),
    Forgery(
        "void for want of a witness, as nobody says",
        "",
        two(later=(), at_closing=True),
        void_without("witnessed"),
        of_log=True,
        untold="void witnesses",
        status=3,
    ),
    Forgery(
        "void for want of a witness who came too late",
        "",
        two(later=((STRANGER, BLOCK_TIME + 1),), counted=BOTH_SAW[:1], at_closing=True),
        void,
        of_log=True,
        untold="void witnesses",
        status=3,
    ),
]


def _of_another_block(bundle: Record, story: Story) -> None:
    void(bundle, story)
    block = logs.said_of_quorum(bundle, story.log)["closingBlock"]
    story.log.quorum = {"closingBlock": {**block, "hash": other_hex(block["hash"])}}
    bundle["log"] = story.logged(bundle)


UNSEEN: Final = [*SETTLED, *VOID]
