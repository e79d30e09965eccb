"""Borlette as `wiring` lists it. It sells nothing until operators choose official draws."""

from __future__ import annotations

from typing import Final

from app.catalogue.parts import GameParts

from .game import BORLETTE
from .models import BorletteConfiguration
from .operating import configuring

PARTS: Final = GameParts(
    name=BORLETTE.name,
    title=BORLETTE.title,
    bets=BORLETTE,
    configuring=configuring.CONFIGURED,
    approval_kinds=(configuring.KIND,),
    acts=(configuring.CONFIGURED.act(),),
    messages=configuring.MESSAGES,
    tables=(BorletteConfiguration.__tablename__,),
)
