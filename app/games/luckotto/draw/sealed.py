"""`sealed-draw-1` for Luckotto: six different numbers of the pool, by the state that the whole delay came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import Field

from app.games.luckotto.models import LuckottoRound
from app.games.luckotto.records.schemas import SealedNumbersBundle, SealedNumbersRecord
from app.games.luckotto.rules import DRAWN
from app.outcomes.draws import sealed_draw
from app.outcomes.draws.algorithms import Record
from app.outcomes.draws.models import Draw
from app.selling.windows.questions import sealed

from .views import DrawView

_NUMBERS: Final = "drawnNumbers"


class Parameters(sealed_draw.Parameters):
    """What a draw is begun with beside the closing block's hash."""

    pool_size: Annotated[int, Field(ge=DRAWN, le=256)]


@dataclass(frozen=True, slots=True)
class SealedNumbers:
    """What a delay led to, and the numbers that it chose, as they were drawn."""

    delay: sealed_draw.Delay
    drawn: list[int]

    @property
    def winning(self) -> list[int]:
        """The same in ascending order: which is all that counts."""
        return sorted(self.drawn)

    def to_json(self) -> dict[str, Any]:
        """What is recorded."""
        return {**sealed.of_delay(self.delay), _NUMBERS: self.drawn, "winningNumbers": self.winning}

    def states(self) -> tuple[int, Sequence[bytes]]:
        """The checkpoints of the run that drew them."""
        return self.delay.kept


class SealedNumbersDraw(sealed.SealedDraw[LuckottoRound, SealedNumbers, DrawView]):
    """Six of the pool; a number that was drawn already is passed over."""

    bundle = SealedNumbersBundle

    def wanted(self, parameters: Record) -> Parameters:
        return Parameters.of(parameters)

    def parameters_of(self, round_: LuckottoRound) -> dict[str, Any]:
        return {**self.sealed(round_), "poolSize": round_.pool_size}

    def chosen(self, delay: sealed_draw.Delay, parameters: Record) -> SealedNumbers:
        return SealedNumbers(delay, numbers_of(delay.last_state, self.wanted(parameters).pool_size))

    def read(self, record: Record) -> SealedNumbers:
        drawn = record.get(_NUMBERS)
        if not isinstance(drawn, list) or not all(type(number) is int for number in drawn):
            raise ValueError("not an outcome of this algorithm")
        return SealedNumbers(sealed.delay_of(record), drawn)

    def arguments(self, seed: str, parameters: Record, record: Record) -> str:
        wanted = self.wanted(parameters)
        begun = f"{wanted.promise} {wanted.seal_root} {seed} {wanted.hashes}"
        return f"{begun} --pool {wanted.pool_size} --expect {','.join(map(str, self.read(record).winning))}"

    def view(self, round_: LuckottoRound, draw: Draw) -> DrawView:
        waited, is_told = self.waited(round_, draw), draw.outcome is not None and round_.status == "settled"
        drawn = self.read(draw.outcome) if is_told and draw.outcome is not None else None
        return DrawView(
            drawn.drawn if drawn else [],
            [],
            waited.state,
            waited.done,
            waited.total,
            is_done=drawn is not None,
            root=drawn.delay.root if drawn else None,
        )

    def in_round(self, record: Record) -> dict[str, Any]:
        return {**super().in_round(record), "drawn_numbers": self.read(record).drawn}

    def in_bundle(self, seed: str, record: Record) -> SealedNumbersRecord:
        outcome = self.read(record)
        return SealedNumbersRecord(
            algorithm=self.id,
            closing_block_hash=seed,
            checkpoints_root=outcome.delay.root,
            last_state=outcome.delay.last_state,
            drawn_numbers=outcome.drawn,
            winning_numbers=outcome.winning,
        )


def numbers_of(last_state: str, pool_size: int) -> list[int]:
    """The numbers that a state chooses, in the order of drawing."""
    drawn: list[int] = []
    for choice in sealed_draw.choices(bytes.fromhex(last_state), pool_size):
        if choice + 1 not in drawn:
            drawn.append(choice + 1)
        if len(drawn) == DRAWN:
            break
    return drawn
