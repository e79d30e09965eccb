"""What runs in the background for results. Each may run at any time, any number of times."""

from __future__ import annotations

from app.core.database.session import transaction

from .asking import asking, looks
from .deciding import papers
from .listeners import tell_all


def ask() -> None:
    """Look at the sources of results whose time has come."""
    asking.run()


def tell() -> None:
    """Tell games of results that count and that they do not know."""
    tell_all()


def watch() -> None:
    """Call somebody where a result should be known: on another queue than the looks, which may stand still."""
    with transaction():
        looks.watch()


def sweep() -> None:
    """Remove files of papers whose rows there are not."""
    papers.sweep()
