"""Luckotto as the rail knows it."""

from __future__ import annotations

from typing import Final

from app.selling.windows.games import WindowGame

from .draw.algorithms import NumbersOutcome
from .draw.drawing import LuckottoDrawing, LuckottoSeal
from .models import TABLES, LuckottoOrder, LuckottoPayment, LuckottoRound
from .records.proof import LuckottoProof
from .tickets.crediting import LuckottoCrediting
from .tickets.sale import LuckottoSale, LuckottoTerms

LUCKOTTO: Final = WindowGame[LuckottoRound, LuckottoOrder, LuckottoPayment, NumbersOutcome](
    name=TABLES.name,
    title=TABLES.title,
    round_kind=TABLES.round_kind,
    round=TABLES.round,
    order=TABLES.order,
    payment=TABLES.payment,
    sale=LuckottoSale(),
    terms=LuckottoTerms(),
    crediting=LuckottoCrediting(),
    seal=LuckottoSeal(),
    draw=LuckottoDrawing(),
    proof=LuckottoProof(),
)
"""Sets of 6 to 25 numbers, no two of which share six; the closing block's hash draws six numbers."""
