"""Rounds of a game of windows in the console's table: what is sold, and whose player won."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app.catalogue.console import RoundsTold, RoundTold
from app.core.database.session import db
from app.people.partners.models import PartnerSite

from .reconciling import Reconciling


def rounds_told(reading: Reconciling, sold: Callable[[Any], str]) -> RoundsTold:
    """One query, however many rounds. `sold` says of a round what of it is sold."""
    win, player = reading.win, getattr(reading.win, reading.players[0])

    def told(rounds: Sequence[Any]) -> Mapping[int, RoundTold]:
        numbers = [round_.round_number for round_ in rounds]
        rows = db.session.execute(
            select(win.round_number, player, PartnerSite.name)
            .join(PartnerSite, PartnerSite.id == win.partner_site_id)
            .where(win.round_number.in_(numbers))
        )
        won = {number: (name, site) for number, name, site in rows}
        return {
            round_.round_number: RoundTold(sold(round_), *won.get(round_.round_number, (None, None)))
            for round_ in rounds
        }

    return told
