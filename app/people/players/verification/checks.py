"""What always holds for files that people have handed in."""

from __future__ import annotations

from sqlalchemy import select

from app.core.checks import Breach
from app.core.database.session import db
from app.core.files import store
from app.people.players.models import PlayerFile

from .queries import ROOM


def every_file_is_there() -> list[Breach]:
    """What a row says was handed in lies on the disk; whether it opens is seen when somebody looks at it."""
    rows = db.session.scalars(select(PlayerFile.id)).all()
    lost = [one for one in rows if not store.is_there(ROOM, one)]
    return [Breach("players.files", f"the file of {one} is not in FILES_DIR") for one in lost]


CHECKS = (every_file_is_there,)
