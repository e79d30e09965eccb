"""Files that are hostile to whoever reads them: each as the texts of its parts, with the exit status that it deserves.

What cannot be read is unusable to every verifier; none breaks down over it, and none reads what another does not.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from .chain import BEFORE, HARD, Block, Record, transaction
from .script import SCRIPT

OTHER: Final = "ab" * 32


def deep(levels: int) -> Callable[[str], str]:
    return lambda text: text.replace("{", '{"more": ' + "[" * levels + "]" * levels + ", ", 1)


def number(digits: str) -> Callable[[str], str]:
    return lambda text: text.replace("{", f'{{"more": {digits}, ', 1)


TEXTS: Final[dict[str, tuple[int, Callable[[str], str]]]] = {
    "nested as deep as may be": (0, deep(500)),
    "nested too deeply": (2, deep(501)),
    "a number of many digits": (0, number("-" + "9" * 4300)),
    "a negative zero": (0, lambda text: text.replace('"partFrom": 0', '"partFrom": -0')),
    "a record twice": (2, lambda text: text.replace("{", '{"win": null, ', 1)),
}


def more_than_there_is(bundle: Record) -> None:
    """Sums of sats that no eight bytes hold."""
    script = next(bytes(script) for script in SCRIPT["GAMES"][bundle["game"]](bundle).scripts)
    raw = transaction(b"", [(2**63, script), (2**63, script)], b"\x55" * 36)
    bundle["transactions"].append(Block(bundle["round"]["salesEndHeight"] - 1, BEFORE, [raw], HARD).proof(1))


def others_draw(bundle: Record) -> None:
    bundle["draw"]["drawnNumbers" if bundle["game"] == "rounds" else "drawDigits"] = 5


def of_the_other_game(value: object) -> Callable[[Record], object]:
    return lambda bundle: bundle.update({"slips" if bundle["game"] == "luckotto" else "tickets": value})


RECORDS: Final[dict[str, tuple[int, Callable[[Record], object]]]] = {
    "a number that no seal can hold": (2, lambda b: b["round"].update(roundNumber=2**32 + b["round"]["roundNumber"])),
    "half a letter in the promise": (2, lambda b: b["round"].update(roundTerms="\ud800")),
    "half a letter in an order's terms": (1, lambda b: b["orders"][0].update(terms="\ud800")),
    "half a letter in a name": (1, lambda b: b["orders"][0].update(partnerName="\ud800")),
    "nothing in what proves the heights": (2, lambda b: b.update(heightProof={})),
    "nothing in the payout's proof": (2, lambda b: b["payout"].update(proof={})),
    "nothing in what proves the payout's height": (2, lambda b: b["payout"].update(heightProof={})),
    "the other game's draw": (0, others_draw),
    "the other game's list": (0, of_the_other_game(5)),
    "the other game's records": (0, of_the_other_game([{}])),
    "numbers that an order does not ask for": (1, lambda b: b["orders"][0].update(requestedNumbers=[1, 2, 3, 4, 5, 6])),
    "more than there is": (2, more_than_there_is),
    "a log from before the quorum was said": (0, lambda b: [b["log"].pop(name) for name in ("witnessed", "cosigned")]),
    "checkpoints that are no list": (2, lambda b: b["log"].update(cosigned=5)),
    "checkpoints that are no text": (2, lambda b: b["log"].update(cosigned=[5])),
    "checkpoints without end": (2, lambda b: b["log"].update(cosigned=[""] * 129)),
    "a checkpoint that is none": (1, lambda b: b["log"].update(cosigned=[""])),
    "half a letter in a checkpoint": (1, lambda b: b["log"].update(cosigned=["\ud800"])),
    "half a letter in what is said of the quorum": (1, lambda b: b["log"]["witnessed"].update(text='"\ud800"')),
    "nothing said of the quorum": (2, lambda b: b["log"].update(witnessed={})),
}

SECOND: Final[dict[str, tuple[int, Callable[[Record], object]]]] = {
    "an honest part": (0, lambda part: None),
    "a part with another win": (2, lambda part: part["win"].update(payoutAddress="bcrt1qother")),
    "a part without the win": (2, lambda part: part.update(win=None)),
    "a part with another seal": (2, lambda part: part["seal"].update(root=OTHER)),
    "a part sealed at another height": (2, lambda part: part["seal"].update(sealedAtHeight=1)),
    "a part without the seal": (2, lambda part: part.update(seal=None)),
    "a part of another version": (2, lambda part: part.update(bundleVersion=1)),
    "a part with earnings of its own": (2, lambda part: part.update(balances=[{"partnerName": "x", "earnedSats": 1}])),
    "a part with blocks of its own": (2, lambda part: part.update(headers={"firstHeight": 0, "headers": ["00" * 80]})),
    "a part with another round": (2, lambda part: part["round"].update(more=True)),
}


def in_two(bundle: Record) -> tuple[Record, Record]:
    """The bundle as its first part, and a second in which nothing happened."""
    following, held = bundle["round"]["closingHeight"], SCRIPT["HOLDINGS"][bundle["game"]][1]
    nothing: dict[str, Any] = {name: [] for name in ("orders", "payments", "transactions", "balances", held)}
    nothing |= dict.fromkeys(("headers", "heightProof", "payout"))
    second = copy.deepcopy({**bundle, **nothing, "partFrom": following, "seal": {**bundle["seal"], "leaves": []}})
    return {**bundle, "next": following}, second


def spoiled(bundle: Record) -> Iterator[tuple[str, int, list[str]]]:
    """Of an honest bundle: what was done to it, the status that is right, and the texts of its parts."""
    for name, (status, change) in TEXTS.items():
        text = json.dumps(bundle)
        assert change(text) != text
        yield name, status, [change(text)]
    for name, (status, alter) in RECORDS.items():
        changed = copy.deepcopy(bundle)
        alter(changed)
        yield name, status, [json.dumps(changed)]
    for name, (status, alter) in SECOND.items():
        first, second = in_two(bundle)
        first = {**first, "round": {**first["round"], "more": 1}}  # which nobody reads
        second["round"]["more"] = 1
        alter(second)
        yield name, status, [json.dumps(second), json.dumps(first)]
