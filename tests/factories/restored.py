"""A database put back from a copy, while the chain and the terms journal went on."""

from __future__ import annotations

from collections.abc import Callable

from flask.ctx import AppContext
from sqlalchemy.engine import make_url

from app import create_app
from app.core.database.session import db

from .world import World


class Backup:
    """A copy of the database as it was, as a dump would have kept it."""

    def __init__(self, world: World, copy: Callable[[str], str], contexts: list[AppContext]) -> None:
        world.arrive()
        self.world, self.copy, self.contexts = world, copy, contexts
        self.url = self._cut(world.environment["DATABASE_URL"])

    def _cut(self, url: str) -> str:
        db.session.remove()
        db.engine.dispose()
        return self.copy(str(make_url(url).database))

    def restored(self, **changed: str) -> World:
        """The world on the copy; the journal is the newer one, on its own disk. The old database is no longer used."""
        db.session.remove()
        db.engine.dispose()
        environment = {**self.world.environment, "DATABASE_URL": self.url, **changed}
        app = create_app(environment)
        app.config["ENVIRONMENT_GIVEN"] = environment
        self.contexts.append(app.app_context())
        self.contexts[-1].push()
        return World(app, self.world.node)
