"""Borlette as `wiring` lists it. It sells nothing until operators choose official draws."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l

from app.catalogue.parts import GameParts

from .configuring import CONFIGURED, KIND
from .game import BORLETTE
from .models import BorletteConfiguration

PARTS: Final = GameParts(
    name=BORLETTE.name,
    title=BORLETTE.title,
    bets=BORLETTE,
    configuring=CONFIGURED,
    approval_kinds=(KIND,),
    acts=(CONFIGURED.act(),),
    messages={
        "return_too_high": _l(
            "%(selection)s would return %(returns)s %% of what is staked on it; at most %(most)s %% may be."
        ),
        "multiples_rise": _l("A position pays no more than the one before it."),
        "multiples_count": _l("A grap pays by three positions: say all of them, or none."),
    },
    tables=(BorletteConfiguration.__tablename__,),
)
