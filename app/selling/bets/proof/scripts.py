"""The lines that check a draw of bets, or a ticket against it, without us: as a shell takes them."""

from __future__ import annotations

from uuid import UUID

from app.core.config import current_settings
from app.record.log.keys import queries as log_keys

from ..games import GAMES, BetGame


def of_draw(game: BetGame, file: str = "draw.json") -> str | None:
    """For a bundle that was saved so; None where no script checks draws of the game."""
    if game.script is None:
        return None
    return f"{_fetched(game.script)}python3 {game.script} {file} \\\n    --log-key {log_keys.current()}"


def of_fetched(game: BetGame, draw: str, *more: str) -> str | None:
    """For a draw by its name, whose bundle is fetched first; `more`: what else the script is told."""
    if game.script is None:
        return None
    base, asked = current_settings().base_url, (*more, f"--log-key {log_keys.current()}")
    return (
        f"{_fetched(game.script)}curl -f {base}/api/bet-draws/{game.name}/{draw}/bundle -o {draw}.json\n"
        f"python3 {game.script} {draw}.json" + "".join(f" \\\n    {one}" for one in asked)
    )


def of_ticket(game: BetGame, draw: str, receipt: str, person: UUID | None = None) -> str | None:
    """For a receipt that was saved so, on one of its draws; `person`: whose it shows the ticket to be."""
    whose = (f"--person {person}",) if person is not None else ()
    return of_fetched(game, draw, f"--receipt {receipt}", *whose)


def patterns() -> dict[str, dict[str, str]]:
    """By games that have a script: the lines with `{file}` and `{draw}` where a page fills in what it was given."""
    found = {}
    for game in GAMES.get().values():
        draw, ticket = of_draw(game, "{file}"), of_ticket(game, "{draw}", "{file}")
        if draw is not None and ticket is not None:
            found[game.name] = {"draw": draw, "ticket": ticket}
    return found


def _fetched(script: str) -> str:
    return f"curl -fO {current_settings().base_url}/utilities/{script}\n"
