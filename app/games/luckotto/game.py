"""Luckotto as the rail knows it."""

from __future__ import annotations

from typing import Final

from app.selling.windows.games import WindowGame

from .draw.drawing import LuckottoDrawing, LuckottoSeal
from .models import TABLES
from .records.proof import LuckottoProof
from .tickets.crediting import LuckottoCrediting
from .tickets.sale import LuckottoSale, LuckottoTerms

LUCKOTTO: Final = WindowGame.of(
    TABLES,
    sale=LuckottoSale(),
    terms=LuckottoTerms(),
    crediting=LuckottoCrediting(),
    seal=LuckottoSeal(),
    draw=LuckottoDrawing(),
    proof=LuckottoProof(),
)
"""Sets of 6 to 25 numbers, no two of which share six; the closing block's hash draws six numbers."""
