"""The main game as the rail knows it."""

from __future__ import annotations

from typing import Final

from app.selling.windows.games import WindowGame

from .draw.drawing import TicketDrawing, TicketSeal
from .models import TABLES
from .records.proof import TicketProof
from .tickets.crediting import TicketCrediting
from .tickets.sale import TicketSale, TicketTerms

ROUNDS: Final = WindowGame.of(
    TABLES,
    sale=TicketSale(),
    terms=TicketTerms(),
    crediting=TicketCrediting(),
    seal=TicketSeal(),
    draw=TicketDrawing(),
    proof=TicketProof(),
)
"""Tickets in one sequence; the closing block's hash draws one of them."""
