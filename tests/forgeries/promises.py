"""What decides a round is changed after the fact, and whatever follows from it is computed again."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from app.record.log.format.notes import SigningKey, VerifierKey

from .chain import Record
from .forgery import Forgery, other_hex
from .story import Story, canonical

ROUNDS, LUCKOTTO = ("rounds",), ("luckotto",)
ALL: Final = "promise seal closing"


def ground(story: Story) -> None:
    """Another hash work, with which somebody else wins: it takes milliseconds to find one."""
    story.round["hashesPerDigit" if story.game == "rounds" else "hashWork"] = 16


def work_of(story: Story) -> str:
    return "hashesPerDigit" if story.game == "rounds" else "hashWork"


def without_work(story: Story) -> None:
    """Promised from the first: whoever finds the closing block knows its draw at once."""
    story.round[work_of(story)] = 0
    story.promise_again()


def promised_without_end(story: Story) -> None:
    """Promised from the first: whoever repeats the draw hashes for ever. The draw beside it is another one's."""
    told = json.loads(story.promised or "{}")
    told[work_of(story)] = 2**62
    story.promised = canonical(told)


def told_without_end(bundle: Record, story: Story) -> None:
    bundle["round"][work_of(story)] = 2**62


def changed(**values: Any) -> Callable[[Story], None]:
    return lambda story: story.round.update(values)


def raised(*names: str, extend: int = 0) -> Callable[[Story], None]:
    def change(story: Story) -> None:
        for name in names:
            story.round[name] += 1
        story.last += extend

    return change


def cheaper(story: Story) -> None:
    name = "baseTicketPriceSats" if story.game == "rounds" else "baseCombinationPriceSats"
    entries = story.round["ticketSupply"] if story.game == "rounds" else story.round["possibleCombinations"]
    story.round[name] -= 1
    story.round["jackpotSats"] = story.round[name] * entries


def promised_anew(story: Story) -> None:
    """The promise is written again; the orders keep the one that they name, for their addresses were paid."""
    story.named = story.commitment
    ground(story)
    story.promise_again()


def everything_anew(story: Story) -> None:
    ground(story)
    story.promise_again()


def called_version_1(story: Story) -> None:
    story.named, story.version = story.commitment, 1
    story.versions = dict.fromkeys(story.orders, 2)


def version_1(story: Story) -> None:
    story.version = 1
    ground(story)


def one_of_version_1(story: Story) -> None:
    story.versions[story.buyer] = 1


def one_names_another(bundle: Record, story: Story) -> None:
    """The address of its order was made for the promise of another round, and everything after it fits."""
    other = Story(bundle)
    other.named = "ab" * 32
    bundle.clear()
    bundle.update(other.tell())


def promise(change: Callable[[dict[str, Any]], object]) -> Callable[[Story], None]:
    """Another promise from the first, in every order and block."""

    def plan(story: Story) -> None:
        told = json.loads(story.promised or "{}")
        change(told)
        story.promised = canonical(told)

    return plan


def spaced(story: Story) -> None:
    story.promised = json.dumps(json.loads(story.promised or "{}"), sort_keys=True)


def twice(story: Story) -> None:
    text = story.promised or "{}"
    story.promised = '{"' + text[2:].split(",")[0] + "," + text[1:]


def key(name: str, seed: int, kind: int = 4) -> str:
    return str(VerifierKey(name, SigningKey(name, bytes([seed]) * 32).verifier.public, bytes([kind])))


def witnessed(*keys: str, quorum: object = 1) -> Callable[[Story], None]:
    """A promise of version 3, whole but for what these keys are."""
    return promise(lambda told: told.update(version=3, witnesses=list(keys), quorum=quorum))


ADA, BOB = key("witness.example/ada", 1), key("witness.example/bob", 2)
PROMISES: Final = [
    Forgery("work of a sealed draw as well", "promise", spoil=lambda bundle, _: bundle["round"].update(hashes=1)),
    Forgery(
        "a promise of witnesses who never cosigned",
        "",
        witnessed(ADA, BOB, quorum=2),
        untold="witnesses",
        seen=ALL,
        status=3,
    ),
    Forgery("a quorum that cannot be had", "promise", witnessed(ADA, BOB, quorum=3), seen=ALL),
    Forgery("a quorum that is true", "promise", witnessed(ADA, quorum=True), seen=ALL),
    Forgery("a quorum below nought", "promise", witnessed(ADA, quorum=-1), seen=ALL),
    Forgery("one witness with two names", "promise", witnessed(ADA, key("witness.example/bea", 1)), seen=ALL),
    Forgery("one witness with two keys", "promise", witnessed(*sorted([ADA, key("witness.example/ada", 3)])), seen=ALL),
    Forgery("witnesses out of order", "promise", witnessed(BOB, ADA), seen=ALL),
    Forgery("a log's key for a witness's", "promise", witnessed(key("witness.example/ada", 1, 1)), seen=ALL),
    Forgery("a witness's key with another's name", "promise", witnessed(ADA.replace("ada", "eve")), seen=ALL),
    Forgery(
        "witnesses that are no list",
        "promise",
        promise(lambda t: t.update(version=3, witnesses=ADA, quorum=0)),
        seen=ALL,
    ),
    Forgery("witnesses of version 2", "promise", promise(lambda told: told.update(version=2)), seen=ALL),
    Forgery("version 3 without witnesses", "promise", promise(lambda told: told.pop("witnesses")), seen=ALL),
    Forgery("the hash work ground with the closing block known", "promise", ground),
    Forgery("a shorter depth", "promise", changed(settlementDepth=1)),
    Forgery("a fee taken from the jackpot", "promise", changed(houseFeePercent=10, jackpotSats=900_000), games=ROUNDS),
    Forgery(
        "a digit fewer",
        "promise",
        changed(ticketDigits=2, ticketSupply=100, jackpotSats=100_000),
        games=ROUNDS,
        spoil=lambda bundle, story: bundle["round"].update(soldTickets=100),
        seen="seal",
    ),
    Forgery(
        "a smaller pool",
        "promise terms+",
        changed(poolSize=11, possibleCombinations=462, jackpotSats=1_155_000),
        games=LUCKOTTO,
    ),
    Forgery("a lower price for all", "promise terms+", cheaper),
    Forgery("a higher least payment", "promise prices", raised("minPaymentFloorSats")),
    Forgery("another closing block", "promise terms", raised("closingHeight", extend=1), seen="closing"),
    Forgery(
        "a later end of sales", "promise terms", raised("closingHeight", "salesEndHeight", extend=1), seen="closing"
    ),
    Forgery("an earlier opening", "promise", lambda story: story.round.update(opensAtHeight=1)),
    Forgery("another key in the record", "promise terms", changed(internalKey="11" * 32)),
    Forgery("another algorithm", "promise draw+", changed(winnerAlgorithm="hash-draw-0")),
    Forgery("another promise, beside orders that name the first", "promise", promised_anew, seen="promise seal"),
    Forgery("another promise, other orders, other payments, other blocks", "", everything_anew, seen=ALL),
    Forgery("a round that is called one of version 1", "promise", called_version_1, seen="promise seal"),
    Forgery("a round of version 1 throughout, ground", "", version_1, untold="promise", seen=ALL, status=3),
    Forgery("an order of version 1 among others", "promise", one_of_version_1, seen="seal closing"),
    Forgery("orders that name another round's promise", "promise", spoil=one_names_another, seen="seal closing"),
    Forgery("a draw that takes no hashing", "promise draw+", without_work, seen=ALL),
    Forgery("a draw without end", "promise draw+", promised_without_end, told_without_end, seen=ALL),
    Forgery("a promise with spaces", "promise", spaced, seen=ALL),
    Forgery("a promise that says a thing twice", "promise", twice, seen=ALL),
    Forgery("a promise that says more", "promise", promise(lambda told: told.update(zone="here")), seen=ALL),
    Forgery(
        "a promise without a fee", "promise", promise(lambda told: told.pop("houseFeePercent")), seen=ALL, games=ROUNDS
    ),
    Forgery(
        "a promise without hash work", "promise", promise(lambda told: told.pop("hashWork")), seen=ALL, games=LUCKOTTO
    ),
    Forgery(
        "a promise with false for nought",
        "promise",
        promise(lambda told: told.update(houseFeePercent=False)),
        seen=ALL,
        games=ROUNDS,
    ),
    Forgery(
        "a promise with a number as text",
        "promise",
        promise(lambda told: told.update(settlementDepth=str(told["settlementDepth"]))),
        seen=ALL,
    ),
    Forgery("a promise of another game", "promise", promise(lambda told: told.update(game="dice")), seen=ALL),
    Forgery("a promise for another network", "promise", promise(lambda told: told.update(network="main")), seen=ALL),
    Forgery("a promise of another round", "promise", promise(lambda told: told.update(roundNumber=77)), seen=ALL),
    Forgery(
        "a bundle of version 1 about a round of version 2",
        "promise",
        spoil=lambda bundle, story: bundle.update(bundleVersion=1),
    ),
    Forgery(
        "a commitment that is not the promise's",
        "promise",
        seen="promise",
        spoil=lambda bundle, story: bundle["round"].update(
            roundCommitment=other_hex(bundle["round"]["roundCommitment"])
        ),
    ),
    Forgery(
        "a commitment without a promise",
        "promise seal",
        spoil=lambda bundle, story: bundle["round"].update(roundTerms=None),
    ),
]
