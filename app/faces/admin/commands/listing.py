"""`flask rounds list`: a game's newest rounds, as everybody sees them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

import click

from app.catalogue.games import catalogue
from app.core.database.session import transaction
from app.selling.windows.commands import chosen_game, game_option

from .rounds import as_json_option

_HEADS: Final = {
    "roundNumber": "round",
    "status": "status",
    "opensAtHeight": "opens",
    "salesEndHeight": "sales end",
    "closingHeight": "closing",
    "soldTickets": "sold",
}
"""What every game's rounds tell, and what it is called in a table."""


@click.command("list")
@game_option
@as_json_option
@click.option("--limit", default=20, show_default=True)
def list_rounds(name: str | None, as_json: bool, limit: int) -> None:
    """Show the newest rounds of a game."""
    records = catalogue().called(chosen_game(name).name).records
    public = records.rounds if records is not None else None
    with transaction():
        found = public.page(None, limit) if public is not None else ()
        rows = [record.model_dump(by_alias=True, mode="json") for record in found]
    if as_json:
        click.echo(json.dumps(rows))
        return
    if not rows:
        click.echo("no rounds yet", err=True)
        return
    click.echo(_line((*_HEADS.values(), "winner")))
    for row in rows:
        click.echo(_line([*(row[name] for name in _HEADS), _winner(row)]))


def _winner(row: Mapping[str, Any]) -> Any:
    """What won, under whatever name the game tells it."""
    return next((row[name] for name in row if name.startswith("winning") and not name.endswith("Id")), None)


def _line(values: Iterable[Any]) -> str:
    return "  ".join(f"{_cell(value):>9}" for value in values)


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return " ".join(str(one) for one in value) if isinstance(value, list) else str(value)
