"""What algorithms of Luckotto come out with, and the first of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from flask_babel import gettext

from app.games.luckotto.models import LuckottoRound
from app.games.luckotto.records.schemas import LuckottoDrawRecord, LuckottoProofBundle
from app.outcomes.draws.algorithms import OnProgress, Record, Recorded
from app.outcomes.draws.models import Draw
from app.selling.windows.questions.draw import WindowAlgorithm
from app.selling.windows.wording import number

from . import six_numbers
from .views import DrawView


class NumbersOutcome(Recorded, Protocol):
    """What every algorithm of this game comes out with, whatever else it records."""

    @property
    def winning(self) -> list[int]:
        """The six numbers in ascending order."""
        ...


class SixFromOneHash(WindowAlgorithm[LuckottoRound, six_numbers.SixNumbers, DrawView]):
    """`luckotto-draw-1` of document 000: all the work first, then six numbers out of the last state."""

    id = six_numbers.ALGORITHM
    script = "luckotto_draw.py"
    for_the_audit = frozenset({"drawDigests"})
    runs_on_pages = True
    bundle = LuckottoProofBundle

    def parameters_of(self, round_: LuckottoRound) -> dict[str, Any]:
        return {"poolSize": round_.pool_size, "hashWork": round_.hash_work}

    def run(self, seed: str, parameters: Record, checkpoint: Record | None, tell: OnProgress) -> six_numbers.SixNumbers:
        wanted = six_numbers.Parameters.of(parameters)
        resume = six_numbers.WorkDone.from_json(checkpoint) if checkpoint else None
        return six_numbers.draw(seed, wanted.pool_size, wanted.hash_work, resume, tell)

    def steps(self, parameters: Record) -> int:
        return six_numbers.Parameters.of(parameters).hash_work

    def read(self, record: Record) -> six_numbers.SixNumbers:
        return six_numbers.SixNumbers.from_json(record)

    def fits(self, record: Record, parameters: Record) -> bool:
        """Numbers and digests belong together."""
        return six_numbers.is_consistent(record, six_numbers.Parameters.of(parameters).pool_size)

    def arguments(self, seed: str, parameters: Record, record: Record) -> str:
        wanted, drawn = six_numbers.Parameters.of(parameters), self.read(record)
        return f"{seed} {wanted.pool_size} {wanted.hash_work} --expect {','.join(map(str, drawn.winning))}"

    def before(self, round_: LuckottoRound) -> str:
        said: str = gettext(
            "Six of %(pool)s numbers will come out of the hash of block %(height)s, after %(hashes)s hashes in a row. "
            "Nobody can know them before that block exists.",
            pool=round_.pool_size,
            height=number(round_.closing_height),
            hashes=number(round_.hash_work or 0),
        )
        return said

    def meanwhile(self) -> str:
        said: str = gettext(
            "The closing block's hash is hashed again and again. The six numbers come out of the last hash; there is "
            "no shortcut to it."
        )
        return said

    def view(self, round_: LuckottoRound, draw: Draw) -> DrawView:
        total = self.steps(self.parameters_of(round_))
        if draw.outcome is not None and round_.status == "settled":
            outcome = self.read(draw.outcome)
            return DrawView(outcome.drawn, outcome.digests, outcome.digests[0], total, total, is_done=True)
        if draw.checkpoint is not None:
            return DrawView([], [], draw.checkpoint["state"], draw.checkpoint["steps_done"], total, is_done=False)
        return DrawView([], [], draw.seed, total if draw.outcome is not None else 0, total, is_done=False)

    def in_round(self, record: Record) -> Mapping[str, Any]:
        outcome = self.read(record)
        return {"drawn_numbers": outcome.drawn, "draw_digests": outcome.digests}

    def in_bundle(self, seed: str, record: Record) -> LuckottoDrawRecord:
        outcome = self.read(record)
        return LuckottoDrawRecord(
            algorithm=self.id,
            closing_block_hash=seed,
            drawn_numbers=outcome.drawn,
            draw_digests=outcome.digests,
            winning_numbers=outcome.winning,
        )
