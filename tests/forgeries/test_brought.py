"""A round that is called void for want of witnesses, before who asked them: what one served himself names the lie."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from app.record.log.format.notes import SigningKey
from tests.settings import LOG_KEY
from tests.utilities.in_browser import each_in_browser

from . import logs
from .chain import Record
from .corpus import known_before
from .forgery import BOTH, other_hex
from .logs import BLOCK_TIME, IN_TIME, STRANGER, WITNESS
from .said import OTHER_LOG
from .script import SCRIPT
from .story import Story
from .unseen import BOTH_SAW, by_two, two, void, void_without

Serve = Callable[[Record, Story], str]
SEEN = BOTH_SAW[1:]


def served(*cosigners: tuple[logs.Witness, int], says_which: bool = False) -> Serve:
    """The seal's proof against the second checkpoint, as these cosigned it."""
    return lambda bundle, story: logs.seal_at_three(bundle, story.log, cosigners, says_which=says_which)


def both_at_once(bundle: Record, story: Story) -> str:
    """One below the other, in one file."""
    return served((WITNESS, IN_TIME))(bundle, story) + served(*SEEN)(bundle, story)


def note_alone(bundle: Record, story: Story) -> str:
    """The checkpoint as the witness serves it; its proof is in the bundle."""
    hashes = [logs.leaf_hash(text.encode()) for text in logs.texts_of(bundle, story.log)]
    return logs.checkpoint(story.log, hashes[:2], SEEN, IN_TIME - 1)


def unknown_note(bundle: Record, story: Story) -> str:
    return served(*SEEN)(bundle, story).partition("\n\n")[2]


def of_another_seal(bundle: Record, story: Story) -> str:
    seal = bundle["seal"]["root"]
    bundle["seal"]["root"] = other_hex(seal)
    text = served(*SEEN, says_which=True)(bundle, story)
    bundle["seal"]["root"] = seal
    return text


def of_another_log(bundle: Record, story: Story) -> str:
    own, story.log.key = story.log.key, SigningKey(LOG_KEY.name, bytes(range(9, 41)))
    text = served(*SEEN)(bundle, story)
    story.log.key = own
    return text


def after_the_entry(bundle: Record, story: Story) -> str:
    """In time by the block's own time, which is ahead; but the log had said by then that the block is there."""
    hashes = [logs.leaf_hash(text.encode()) for text in logs.texts_of(bundle, story.log)]
    note = logs.checkpoint(story.log, hashes, SEEN, IN_TIME + 9)
    return logs.notes.proof_text(1, logs.path_of(1, hashes), note)


def another_entry(bundle: Record, story: Story) -> str:
    """The log has two entries about the quorum, and the bundle shows the one that its operator likes."""
    log = logs.Log(cosigners=BOTH_SAW[:1], later=SEEN)
    log.at_closing = not story.log.at_closing
    if log.at_closing:
        log.counted = BOTH_SAW[:1]
    texts = logs.texts_of(bundle, log)
    hashes = [logs.leaf_hash(text.encode()) for text in texts]
    text = logs.notes.proof_text(3, logs.path_of(3, hashes), logs.checkpoint(log, hashes, log.after, IN_TIME + 20))
    return text.replace("\n", f"\nextra {logs.base64.b64encode(texts[3].encode()).decode()}\n", 1)


def too_few(story: Story) -> None:
    """One of two had cosigned, says the operator, and when the closing block came that was all."""
    two(later=(), at_closing=True)(story)


def nobody(story: Story) -> None:
    two(cosigners=(), later=(), at_closing=True, after=())(story)


def without_log(bundle: Record, story: Story) -> None:
    void(bundle, story)
    bundle["log"] = None


CASES: dict[str, tuple[Callable[[Story], None], Callable[[Record, Story], None], Serve, int]] = {
    "the one who is left out": (too_few, void, served(*SEEN), 1),
    "with the entry's text": (too_few, void, served(*SEEN, says_which=True), 1),
    "a checkpoint alone": (too_few, void, note_alone, 1),
    "two in one file": (nobody, void, both_at_once, 1),
    "one of two whom the entry leaves out": (nobody, void, served(*SEEN), 1),
    "where nothing of the log is told": (too_few, without_log, served(*BOTH_SAW, says_which=True), 1),
    "where the entry is not told": (too_few, void_without("witnessed"), served(*SEEN), 1),
    "an entry that says otherwise": (too_few, void, another_entry, 1),
    "too late": (too_few, void, served((STRANGER, BLOCK_TIME + 1)), 3),
    "after the log's entry": (too_few, void, after_the_entry, 3),
    "where nothing says which entry it is": (too_few, without_log, served(*SEEN), 2),
    "of nobody whom the round knows": (too_few, void, served((logs.Witness("eve.example", bytes(32)), IN_TIME)), 2),
    "of another seal": (too_few, void, of_another_seal, 2),
    "a checkpoint that nothing leads to": (too_few, void, unknown_note, 2),
    "of another log": (too_few, void, of_another_log, 2),
    "no proof": (too_few, void, lambda bundle, story: "I saw it", 2),
    "half a proof": (too_few, void, lambda *told: served(*SEEN)(*told)[:200], 2),
}


@pytest.fixture(scope="module")
def brought(genuines: dict[str, Record]) -> dict[tuple[str, str], tuple[Record, str, int]]:
    made = {}
    for game, genuine in genuines.items():
        for name, (plan, spoil, serve, status) in CASES.items():
            story = Story(genuine)
            plan(story)
            bundle = story.tell()
            spoil(bundle, story)
            made[game, name] = json.loads(json.dumps(bundle)), serve(bundle, story), status
    return made


def asked(bundle: Record, text: str, folder: Path) -> Record:
    """What the script says."""
    (folder / "bundle.json").write_text(json.dumps(bundle))
    (folder / "served.txt").write_text(text)
    words = ["--cosigned", str(folder / "served.txt"), "--log-key", str(LOG_KEY.verifier)]
    with redirect_stdout(io.StringIO()) as said, redirect_stderr(io.StringIO()):
        status = SCRIPT["main"]([str(folder / "bundle.json"), "--json", *words])
    if status == 2:
        return {"status": status, "claims": []}
    told: Record = json.loads(said.getvalue())
    return told


def verdicts(told: Record) -> dict[str, str]:
    return {claim["claim"]: claim["verdict"] for claim in told.get("claims", [])}


def test_both_verifiers_name_who_was_left_out(
    brought: dict[tuple[str, str], tuple[Record, str, int]], tmp_path: Path
) -> None:
    options = {"expectLog": str(LOG_KEY.verifier)}
    given = [(json.dumps(bundle), {**options, "expectCosigned": text}) for bundle, text, _ in brought.values()]
    for (key, (bundle, text, status)), mine in zip(brought.items(), each_in_browser(given), strict=True):
        told = asked(bundle, text, tmp_path)
        assert told["status"] == mine["status"] == status, key
        assert verdicts(told) == verdicts(mine), key
        failing = {claim for claim, verdict in verdicts(told).items() if verdict == "does not hold"}
        assert failing == ({"void", *(() if bundle["log"] else ("expected-log",))} if status == 1 else set()), key


def test_a_round_that_was_drawn_against_an_entry_of_the_log(genuines: dict[str, Record], tmp_path: Path) -> None:
    """The bundle shows the entry from before the block; the log has one of the closing block too, which decides."""
    for game, genuine in genuines.items():
        story = Story(genuine)
        by_two(story)
        bundle = story.tell()
        text = another_entry(bundle, story)
        told = asked(bundle, text, tmp_path)
        options = {"expectLog": str(LOG_KEY.verifier), "expectCosigned": text}
        (mine,) = each_in_browser([(json.dumps(bundle), options)])
        assert told["status"] == mine["status"] == 1, game
        assert verdicts(told) == verdicts(mine)
        assert [name for name, verdict in verdicts(told).items() if verdict == "does not hold"] == ["witnesses"]


@pytest.mark.parametrize("game", BOTH)
def test_it_is_named_with_his_own_copy(
    brought: dict[tuple[str, str], tuple[Record, str, int]], tmp_path: Path, game: str
) -> None:
    bundle, text, _ = brought[game, "the one who is left out"]
    told = asked(bundle, text, tmp_path)
    (claim,) = (one for one in told["claims"] if one["claim"] == "void")
    assert claim["details"] == [
        "2 of 2 had cosigned the log over its seal in time",
        f"{WITNESS.name} had cosigned 2 entries at {IN_TIME}",
        f"{STRANGER.name} had cosigned 3 entries at {IN_TIME + 5}",
    ]
    bundle, text, _ = brought[game, "one of two whom the entry leaves out"]
    (claim,) = (one for one in asked(bundle, text, tmp_path)["claims"] if one["claim"] == "void")
    assert claim["details"] == [
        f"{STRANGER.name} had cosigned 3 entries at {IN_TIME + 5}, and the log's entry leaves that out"
    ]
    assert told["cosignedBy"] == [WITNESS.name, STRANGER.name]


@pytest.mark.parametrize("game", BOTH)
def test_who_names_witnesses_says_whose_log(genuines: dict[str, Record], game: str, tmp_path: Path) -> None:
    """A witness cosigns any log that he follows: without the log's key his line says nothing of this one."""
    story = Story(genuines[game])
    by_two(story)
    bundle = story.tell()
    (tmp_path / "bundle.json").write_text(json.dumps(bundle))
    witness = ["--witness", str(WITNESS.verifier)]
    for words, status in (([], 0), (witness, 3), ([*witness, "--log-key", str(LOG_KEY.verifier)], 0)):
        with redirect_stdout(io.StringIO()) as said:
            assert SCRIPT["main"]([str(tmp_path / "bundle.json"), "--json", *words]) == status
        told = json.loads(said.getvalue())
        assert [line for line in told["unfinished"] if "--log-key" in line] == told["unfinished"]
        assert len(told["unfinished"]) == (status == 3)
    known = known_before(bundle)
    ways = [{}, {"expectWitness": known["witness"]}, {"expectWitness": known["witness"], "expectLog": known["log"]}]
    other = str(OTHER_LOG.verifier)  # of a log that changed its key a reader may know several
    ways += [ways[2] | {"expectLog": f"{other} {known['log']}"}, ways[2] | {"expectLog": other}]
    told_in_browser = each_in_browser([(json.dumps(bundle), dict(way)) for way in ways])
    assert [told["status"] for told in told_in_browser] == [0, 3, 0, 0, 1]
