"""What a lying operator may hand out: forged proof bundles, each with the claims that must name it.

`story.py` retells a settled round, as its owner could: whatever can be computed again is, from the terms of the orders
to the work of the blocks. The forgeries are functions of a `Story`, before it is told, or of the told bundle. They are
data: `cases` gives each as a bundle, with what its reader was told and what must be said of it, so that every verifier
goes through the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tests.settings import LOG_KEY

from .blocks import BLOCKS
from .chain import Record
from .forgery import Forgery
from .logs import WITNESS
from .promises import PROMISES
from .records import RECORDS
from .said import SAID
from .sealed import SEALED, by_sealed_draw
from .story import Story
from .unseen import UNSEEN, by_two
from .values_luckotto import VALUES as VALUES_OF_LUCKOTTO
from .values_rounds import VALUES as VALUES_OF_ROUNDS

FORGERIES: Final[list[Forgery]] = [
    *PROMISES,
    *BLOCKS,
    *RECORDS,
    *SAID,
    *SEALED,
    *UNSEEN,
    *VALUES_OF_ROUNDS,
    *VALUES_OF_LUCKOTTO,
]


def honest(genuine: Record) -> Record:
    """The round told again with nothing changed: every claim about it holds."""
    return Story(genuine).tell()


def honest_by_sealed_draw(genuine: Record) -> Record:
    """The same, had the round been promised the other draw."""
    story = Story(genuine)
    by_sealed_draw(story)
    return story.tell()


def honest_by_two(genuine: Record) -> Record:
    """The same, had it waited for two witnesses, who cosigned a checkpoint each."""
    story = Story(genuine)
    by_two(story)
    return story.tell()


def known_before(bundle: Record) -> dict[str, str]:
    """What somebody who looked in time knows of an honest round."""
    closing = "{}@{}".format(bundle["draw"]["closingBlockHash"], bundle["round"]["closingHeight"])
    known = {"promise": bundle["round"]["roundCommitment"], "seal": bundle["seal"]["root"], "closing": closing}
    return known | {"log": str(LOG_KEY.verifier), "witness": str(WITNESS.verifier)}


def case(forgery: Forgery, game: str, bundle: Record, expect: Mapping[str, str], is_told: bool) -> dict[str, Any]:
    """What has to be said of it by a verifier that was told what `expect` says, or nothing."""
    claims = {name.rstrip("+") for name in forgery.claims.split()}
    seen = {f"expected-{name}" for name in forgery.seen.split()} if is_told else set()
    status = 1 if claims or seen else forgery.status or 0
    return {
        "name": forgery.name,
        "game": game,
        "bundle": bundle,
        "expect": dict(expect) if is_told else {},
        "claims": sorted(claims | seen),
        "othersToo": forgery.claims.endswith("+"),
        "notTold": forgery.untold.split(),
        "status": status,
    }


def cases(genuines: Mapping[str, Record]) -> Iterator[dict[str, Any]]:
    """All cases of all games, given a genuine settled bundle for each."""
    for game, genuine in genuines.items():
        expect = known_before(honest(genuine))
        for forgery in FORGERIES:
            if game in forgery.games:
                bundle = forgery.forge(Story(genuine))
                for is_told in (False, True)[: 1 + bool(forgery.seen)]:
                    yield case(forgery, game, bundle, expect, is_told)


def write(forged: Iterable[Mapping[str, Any]], file: Path) -> Path:
    """All of it as JSON, for verifiers that are not written in Python."""
    file.write_text(json.dumps(list(forged)))
    return file
