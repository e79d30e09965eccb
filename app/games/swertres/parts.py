"""Swertres as `wiring` lists it."""

from __future__ import annotations

from typing import Final

from flask_babel import lazy_gettext as _l

from app.catalogue.parts import GameParts
from app.record.audit.acts import Act, names

from .game import SWERTRES
from .models import SwertresConfiguration

PARTS: Final = GameParts(
    name=SWERTRES.name,
    title=SWERTRES.title,
    bets=SWERTRES,
    acts=(Act("swertres.configured", "configured Swertres", (names("fields"),)),),
    messages={
        "config_unknown": _l("There is no such setting."),
        "config_invalid": _l("This setting cannot have that value."),
    },
    tables=(SwertresConfiguration.__tablename__,),
)
