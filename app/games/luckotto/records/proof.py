"""What Luckotto gives to those who doubt."""

from __future__ import annotations

from collections.abc import Mapping

from app.games.luckotto.draw import replay, words
from app.games.luckotto.models import LuckottoRound
from app.outcomes.draws.models import Draw
from app.selling.windows.questions.proof import Comparison, Evidence, Proof

from . import bundle


class LuckottoProof(Proof[LuckottoRound]):
    """Orders, payments and tickets; numbers given once more."""

    def claims(self) -> Mapping[str, str]:
        return words.claims()

    def evidence(self, round_: LuckottoRound, draw: Draw | None, begin: int, last: int) -> Evidence:
        return bundle.evidence(round_, draw, begin, last)

    def replay(self, round_: LuckottoRound) -> Comparison:
        return replay.of_round(round_)
