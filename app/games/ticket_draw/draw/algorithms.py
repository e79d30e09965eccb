"""What an algorithm of the main game is, and the one that draws new rounds. A round keeps what it was promised."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Protocol

from app.core.wire.schemas import Answer
from app.games.ticket_draw.models import Round
from app.outcomes.draws.algorithms import OutcomeT_co, Record, Recorded
from app.outcomes.draws.models import Draw
from app.selling.windows.questions.draw import WindowAlgorithm
from app.selling.windows.rounds.schemas import WindowBundle

from .view import DrawView


class TicketOutcome(Recorded, Protocol):
    """What every algorithm of this game comes out with, whatever else it records."""

    @property
    def winning_ticket(self) -> int:
        """The ticket that was drawn."""
        ...


class TicketAlgorithm(WindowAlgorithm[Round, OutcomeT_co]):
    """One that draws a ticket, with all that pages, JSON and bundles say of it alone.

    `runs_on_pages`: the form of the verifier's page repeats it in the reader's browser. `bundle`: the model of a
    settled round's bundle, in which its draw is told as `in_bundle` tells it.
    """

    runs_on_pages: bool = False
    bundle: type[WindowBundle]

    @abstractmethod
    def before(self, round_: Round) -> str:
        """What will come out of the closing block, and by which work; in the reader's language."""

    @abstractmethod
    def meanwhile(self) -> str:
        """What goes on while it runs; in the reader's language."""

    @abstractmethod
    def view(self, round_: Round, draw: Draw) -> DrawView:
        """How far a draw of the round has come."""

    def in_round(self, record: Record) -> Mapping[str, Any]:
        """What the JSON of a settled round has of its record beside the winning ticket, as keyword arguments."""
        return {}

    @abstractmethod
    def in_bundle(self, seed: str, record: Record) -> Answer:
        """A draw as a proof bundle tells it."""
