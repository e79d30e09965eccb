"""The public log says something else, to somebody else, too late, or nothing that anybody signed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from app.record.log.format.notes import SigningKey

from .chain import EASY, Record
from .forgery import Forgery, other_hex
from .logs import IN_TIME, STRANGER, WITNESS
from .records import NOT_SEALED, void
from .story import Story

OTHER_LOG: Final = SigningKey("localhost/log", bytes(range(7, 39)))
OTHER_NAME: Final = SigningKey("elsewhere.example/log", bytes(range(32)))
LATE: Final = 1_700_000_001


def said(**values: Any) -> Callable[[Story], None]:
    """The log's owner chooses otherwise."""

    def plan(story: Story) -> None:
        for name, value in values.items():
            setattr(story.log, name, value)

    return plan


def changed(entry: str, what: str, spoil: Callable[[str], Any]) -> Callable[[Record, Story], None]:
    def change(bundle: Record, _: Story) -> None:
        bundle["log"][entry][what] = spoil(bundle["log"][entry][what])

    return change


def other_seal(bundle: Record, story: Story) -> None:
    """The entry of another seal, in a log of its own."""
    seal = bundle["seal"]["root"]
    bundle["seal"]["root"] = other_hex(seal)
    other = story.logged(bundle)
    bundle["seal"]["root"] = seal
    bundle["log"] = other


def two_checkpoints(bundle: Record, story: Story) -> None:
    """Each entry under a checkpoint of its own."""
    story.log.cosigners = []
    bundle["log"]["seal"]["proof"] = story.logged(bundle)["seal"]["proof"]


def without_seal(bundle: Record, _: Story) -> None:
    bundle["log"]["seal"] = None
    bundle["log"]["anchor"] = None


def in_sequence(bundle: Record, _: Story) -> None:
    """One entry's place for the other's."""
    bundle["log"]["seal"]["number"] = 0


def spoilt_cosignature(bundle: Record, _: Story) -> None:
    for name in ("promise", "seal"):
        head, mark, line = bundle["log"][name]["proof"].rpartition("witness.example/one ")
        other = "A" if line[20] != "A" else "B"
        bundle["log"][name]["proof"] = head + mark + line[:20] + other + line[21:]


def cosigned_for_the_seal_alone(bundle: Record, _: Story) -> None:
    """The seal's proof bears one line more than the promise's, below the same checkpoint."""
    proof = bundle["log"]["seal"]["proof"]
    bundle["log"]["seal"]["proof"] = proof + proof.rstrip("\n").rpartition("\n")[2] + "\n"


def without_log(bundle: Record, _: Story) -> None:
    bundle["log"] = None


def two_roots(bundle: Record, _: Story) -> None:
    """The output that is named is not the one with data."""
    bundle["log"]["anchor"]["vout"] = 0


def logged(**members: Callable[[Story], Any]) -> Callable[[Story], None]:
    """The log said otherwise of what its bundle says."""

    def plan(story: Story) -> None:
        story.log.detail.update({name: of(story) for name, of in members.items()})

    return plan


def of_round(name: str) -> Callable[[Story], Any]:
    return lambda story: story.round[name]


def just_sealed(story: Story) -> int:
    """The first height at which a seal may be fixed, as the honest one is."""
    return int(story.round["salesEndHeight"]) - 1 + int(story.round["settlementDepth"])


def sealed_at(change: Callable[[int, Story], int]) -> Callable[[Record, Story], None]:
    def spoil(bundle: Record, story: Story) -> None:
        bundle["seal"]["sealedAtHeight"] = change(bundle["seal"]["sealedAtHeight"], story)

    return spoil


def called_unsealed(bundle: Record, story: Story) -> None:
    """Sealed in time, as the log said; void, because its bundle says that it was not."""
    void(NOT_SEALED, is_sealed=True)(bundle, story)
    bundle["seal"]["sealedAtHeight"] = story.round["closingHeight"]


FIXED: Final = [
    Forgery("a seal's height that is not the log's", "log", spoil=sealed_at(lambda at, _: at + 1), of_log=True),
    Forgery(
        "a seal that the log calls later, and in time",
        "log",
        plan=logged(tipHeight=lambda story: just_sealed(story) + 1),
        of_log=True,
    ),
    Forgery(
        "a seal that the log calls too late",
        "log seal-time",
        plan=logged(tipHeight=of_round("closingHeight")),
        of_log=True,
    ),
    Forgery(
        "a seal that the log calls too early",
        "log seal-time",
        plan=logged(tipHeight=lambda story: just_sealed(story) - 1),
        of_log=True,
    ),
    Forgery("a seal of which the log says no height", "log", plan=logged(tipHeight=lambda _: None), of_log=True),
    Forgery("a seal whose height the log has as text", "log", plan=logged(tipHeight=lambda _: "150"), of_log=True),
    Forgery("a void round that the log calls sealed in time", "log void", spoil=called_unsealed, of_log=True),
    Forgery("the log said another opening", "log", plan=logged(opens=lambda _: 1), of_log=True),
    Forgery("the log said another closing block", "log", plan=logged(closing=lambda _: 1), of_log=True),
    Forgery("the log sealed another number of payments", "log", plan=logged(payments=lambda _: 99), of_log=True),
    Forgery("the log sealed another number of tickets", "log", plan=logged(soldTickets=lambda _: 99), of_log=True),
    Forgery(
        "the log sealed another number of combinations",
        "log",
        plan=logged(soldCombinations=lambda _: 99),
        games=("luckotto",),
        of_log=True,
    ),
]

ANCHORS: Final = [
    Forgery("an anchor of another root", "anchor", plan=said(root=bytes(32)), of_log=True),
    Forgery("an anchor in a block that anybody can make", "anchor", plan=said(bits=EASY), of_log=True),
    Forgery("an anchor in a block without work", "anchor", plan=said(bits=0x217FFFFF), of_log=True),
    Forgery(
        "an anchor whose path leads elsewhere",
        "anchor",
        spoil=lambda bundle, _: bundle["log"]["anchor"].update(path=["0" * 64]),
        of_log=True,
    ),
    Forgery(
        "an anchor's transaction with other bytes",
        "anchor",
        spoil=lambda bundle, _: bundle["log"]["anchor"].update(txid=other_hex(bundle["log"]["anchor"]["txid"])),
        of_log=True,
    ),
    Forgery(
        "an anchor's transaction that is in no block",
        "anchor",
        spoil=lambda bundle, _: bundle["log"]["anchor"]["proof"].update(branch=["0" * 64]),
        of_log=True,
    ),
    Forgery("an anchor at an output without data", "anchor", spoil=two_roots, of_log=True),
]
SAID: Final = [
    Forgery("the log's entry is of another round", "log", plan=said(subject="round:999"), of_log=True),
    Forgery("the log's entries are of another kind", "log", plan=said(kinds=("round.drawing",) * 3), of_log=True),
    Forgery("the log said another promise", "log", plan=said(detail={"roundCommitment": "0" * 64}), of_log=True),
    Forgery("the log said another promise's text", "log", plan=said(detail={"roundTerms": "{}"}), of_log=True),
    Forgery("the log said another seal", "log", spoil=other_seal, of_log=True),
    Forgery(
        "an entry's text was changed",
        "log",
        spoil=changed("promise", "text", lambda text: text.replace('"roundCommitment"', '"roundCommitmenT"')),
        of_log=True,
    ),
    Forgery("an entry is no JSON", "log", spoil=changed("promise", "text", lambda text: text + "}"), of_log=True),
    Forgery("an entry's place is another's", "log anchor", spoil=in_sequence, of_log=True),
    Forgery("an entry's proof is none", "log", spoil=changed("seal", "proof", lambda text: text[3:]), of_log=True),
    Forgery("an entry under another checkpoint", "log", spoil=two_checkpoints, of_log=True),
    Forgery("other signatures below the seal's checkpoint", "log", spoil=cosigned_for_the_seal_alone, of_log=True),
    Forgery("the seal's entry is left out", "log", spoil=without_seal, of_log=True, untold="witnesses", seen=""),
    Forgery("signed by another key of the log's name", plan=said(key=OTHER_LOG), of_log=True, seen="log"),
    Forgery("signed by another log", plan=said(key=OTHER_NAME), of_log=True, seen="log"),
    Forgery(
        "cosigned after the closing block",
        plan=said(cosigners=[(WITNESS, LATE)]),
        of_log=True,
        untold="witnesses",
        seen="witness",
        status=3,
    ),
    Forgery(
        "cosigned by another witness",
        plan=said(cosigners=[(STRANGER, IN_TIME)]),
        of_log=True,
        untold="witnesses",
        seen="witness",
        status=3,
    ),
    Forgery("a cosignature that nobody made", "witnesses", spoil=spoilt_cosignature, of_log=True, seen="witness"),
    Forgery(
        "what the log says is left out",
        spoil=without_log,
        of_log=True,
        untold="witnesses",
        seen="log witness",
        status=3,
    ),
    *FIXED,
    *ANCHORS,
]
