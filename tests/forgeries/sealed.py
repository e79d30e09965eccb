"""A sealed draw that is told otherwise: its checkpoints, their root, what it began with, how often it hashed."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, Final

from tests.outcomes.draws import sealed_reference as reference

from .chain import Record
from .forgery import Forgery, other_hex
from .script import SCRIPT
from .story import Story, draw, sealed_choice, sealed_draw

HASHES: Final = 3_000
OTHER: Final = "ab" * 32


def by_sealed_draw(story: Story) -> None:
    """The same round, had it been promised the other draw."""
    work = SCRIPT["HASH_WORK"][story.game][0]
    story.round.update({"winnerAlgorithm": SCRIPT["SEALED_DRAW"], "hashes": HASHES, work: None})
    story.promise_again()


def then(change: Callable[[Story], object]) -> Callable[[Story], None]:
    """A change after the promise."""

    def plan(story: Story) -> None:
        by_sealed_draw(story)
        change(story)

    return plan


def with_work(hashes: int, *, is_promised: bool) -> Callable[[Story], None]:
    def change(story: Story) -> None:
        story.round["hashes"] = hashes
        if is_promised:
            story.promise_again()

    return then(change)


def told(name: str, value: Callable[[str], str] = other_hex) -> Callable[[Record, Story], None]:
    return lambda bundle, story: bundle["draw"].update({name: value(bundle["draw"][name])})


def began_with(**other: Any) -> Callable[[Record, Story], None]:
    """All that follows is as it must be, but not from this promise, seal or number of hashes."""

    def spoil(bundle: Record, story: Story) -> None:
        replay = SCRIPT["GAMES"][story.game](bundle)
        honest = copy.deepcopy(bundle)
        draw(bundle)
        bundle["draw"].update(sealed_draw(bundle, replay, bundle["draw"]["closingBlockHash"], **other))
        _win_of(bundle, replay)
        assert honest["draw"] != bundle["draw"]

    return spoil


def _win_of(bundle: Record, replay: Any) -> None:
    """Who wins by what was drawn now."""
    owner = replay.owner_of_winner()
    for held in bundle[SCRIPT["HOLDINGS"][bundle["game"]][1]]:
        held["status"] = "won" if held["identifier"] == owner else "lost"
    if bundle["win"] is not None and bundle["win"]["identifier"] == owner:
        bundle["win"].update(replay.drawn())
    elif owner is None:
        bundle.update(win=None, payout=None)
    else:
        terms = replay.orders[owner]
        names = ("payoutAddress", "partnerName", *replay.player)
        bundle["win"] = {"identifier": owner, **{name: terms[name] for name in names}, **replay.drawn()}
        bundle["win"]["jackpotSats"], bundle["payout"] = bundle["round"]["jackpotSats"], None


def chosen_last(bundle: Record, story: Story) -> None:
    """The last state was chosen; root, winner and all that follows are computed from it: only the hashing is not."""
    state = bytes.fromhex(OTHER)
    replay = SCRIPT["GAMES"][story.game](bundle)
    bundle["checkpoints"][-1] = OTHER
    states = [bytes.fromhex(one) for one in bundle["checkpoints"]]
    root = SCRIPT["root_over"](states, bundle["round"]["hashes"])
    bundle["draw"].update({"checkpointsRoot": root, "lastState": OTHER, **sealed_choice(bundle, replay, state)})
    _win_of(bundle, replay)


def skipped_one(bundle: Record, story: Story) -> None:
    """One hash less than promised, under a root for as many as were promised."""
    closing, round_ = bundle["draw"]["closingBlockHash"], bundle["round"]
    states, _ = reference.delay(round_["roundCommitment"], bundle["seal"]["root"], closing, HASHES - 1)
    replay = SCRIPT["GAMES"][story.game](bundle)
    bundle["checkpoints"] = [state.hex() for state in states]
    root = SCRIPT["root_over"](states, HASHES)
    bundle["draw"].update(checkpointsRoot=root, lastState=states[-1].hex(), **sealed_choice(bundle, replay, states[-1]))
    _win_of(bundle, replay)


def checkpoints(change: Callable[[list[str]], Any]) -> Callable[[Record, Story], None]:
    return lambda bundle, story: bundle.update(checkpoints=change(bundle["checkpoints"]))


def called_documents_draw(bundle: Record, story: Story) -> None:
    bundle["round"]["winnerAlgorithm"] = "hash-draw-1" if story.game == "rounds" else "luckotto-draw-1"


def _forged(name: str, claims: str, spoil: Callable[[Record, Story], object], **more: Any) -> Forgery:
    return Forgery(f"a sealed draw: {name}", claims, plan=by_sealed_draw, spoil=spoil, **more)


SEALED: Final = [
    _forged("a changed checkpoint", "draw", checkpoints(lambda states: [states[0], OTHER])),
    _forged("another first checkpoint", "draw", checkpoints(lambda states: [OTHER, *states[1:]])),
    _forged("a checkpoint less", "draw", checkpoints(lambda states: states[:1])),
    _forged("a checkpoint more", "draw", checkpoints(lambda states: [*states, OTHER])),
    _forged("no checkpoints", "draw", checkpoints(lambda states: None)),
    _forged("another root", "draw", told("checkpointsRoot")),
    _forged("another last state", "draw+", told("lastState")),
    _forged("a last state that was chosen, and all that follows from it", "draw+", chosen_last),
    _forged("a hash less than promised", "draw+", skipped_one),
    _forged("begun with another seal", "draw+", began_with(seal=OTHER)),
    _forged("begun with another promise", "draw+", began_with(promise=OTHER)),
    _forged("a changed number of hashes", "promise draw", lambda bundle, _: bundle["round"].update(hashes=HASHES - 1)),
    _forged("without a number of hashes", "promise draw", lambda bundle, _: bundle["round"].update(hashes=None)),
    _forged(
        "the document's work as well",
        "promise",
        lambda bundle, story: bundle["round"].update({SCRIPT["HASH_WORK"][story.game][0]: 1}),
    ),
    _forged("called the document's", "promise draw+", called_documents_draw),
    _forged("hashed more than promised", "draw+", began_with(hashes=HASHES + 1)),
    Forgery("a sealed draw: drawn with other work than promised", "promise", plan=with_work(16, is_promised=False)),
    Forgery("a sealed draw: no work promised from the first", "promise draw+", plan=with_work(0, is_promised=True)),
    Forgery("a sealed draw: work without end", "promise draw+", plan=with_work(2**40 + 1, is_promised=True)),
]
