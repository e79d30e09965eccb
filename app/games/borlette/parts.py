"""Borlette as `wiring` lists it. It sells nothing until operators choose official draws."""

from __future__ import annotations

from typing import Final

from app.catalogue.parts import GameParts
from app.core.web.surfaces import Surface

from .game import BORLETTE
from .models import BorletteConfiguration
from .operating import configuring
from .wire import envelope, website

PARTS: Final = GameParts(
    name=BORLETTE.name,
    title=BORLETTE.title,
    bets=BORLETTE,
    configuring=configuring.CONFIGURED,
    approval_kinds=(configuring.KIND,),
    cookieless=(website.bp,),
    endpoints={Surface.API: website.ENDPOINTS},
    described=website.DESCRIBED,
    refusing={"/api/borlette": envelope.refused},
    acts=(configuring.CONFIGURED.act(),),
    messages=configuring.MESSAGES,
    tables=(BorletteConfiguration.__tablename__,),
)
