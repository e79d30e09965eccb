"""The algorithms that draw rounds of Luckotto, each one object; a round keeps the one that it was promised."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

from app.games.luckotto.models import LuckottoRound
from app.outcomes.draws.algorithms import OnProgress, Record, Recorded
from app.selling.windows.questions.draw import WindowAlgorithm

from . import six_numbers


class NumbersOutcome(Recorded, Protocol):
    """What every algorithm of this game comes out with, whatever else it records."""

    @property
    def winning(self) -> list[int]:
        """The six numbers in ascending order."""
        ...


class SixFromOneHash(WindowAlgorithm[LuckottoRound, six_numbers.SixNumbers]):
    """Document 000: all the work first, then six numbers out of the last state."""

    id = six_numbers.ALGORITHM
    script = "luckotto_draw.py"
    for_the_audit = frozenset({"drawDigests"})

    def parameters_of(self, round_: LuckottoRound) -> dict[str, Any]:
        return {"poolSize": round_.pool_size, "hashWork": round_.hash_work}

    def run(self, seed: str, parameters: Record, checkpoint: Record | None, tell: OnProgress) -> six_numbers.SixNumbers:
        wanted = six_numbers.Parameters.of(parameters)
        resume = six_numbers.WorkDone.from_json(checkpoint) if checkpoint else None
        return six_numbers.draw(seed, wanted.pool_size, wanted.hash_work, resume, tell)

    def read(self, record: Record) -> six_numbers.SixNumbers:
        return six_numbers.SixNumbers.from_json(record)

    def agrees(self, record: Record, parameters: Record) -> bool:
        """Numbers and digests belong together."""
        try:
            return six_numbers.is_consistent(record, six_numbers.Parameters.of(parameters).pool_size)
        except ValueError:
            return False

    def arguments(self, seed: str, parameters: Record, record: Record) -> str:
        wanted, drawn = six_numbers.Parameters.of(parameters), self.read(record)
        return f"{seed} {wanted.pool_size} {wanted.hash_work} --expect {','.join(map(str, drawn.winning))}"


SIX_NUMBERS: Final = SixFromOneHash()

ALGORITHMS: Final[Mapping[str, WindowAlgorithm[LuckottoRound, NumbersOutcome]]] = {
    one.id: one for one in (SIX_NUMBERS,)
}
