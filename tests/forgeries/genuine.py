"""Genuine bundles, as the public API gives them, of the rounds from which the forgeries are made."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from dev.node.process import NodeProcess
from tests.factories.lotteries import Doubter
from tests.factories.played import following_app, played_round
from tests.games.luckotto.conftest import Lottery

from .chain import Record


def genuine_bundles(
    settings: dict[str, str], fresh_database: Callable[[], str], node: NodeProcess, folder: Path
) -> dict[str, Record]:
    """A settled round of each game, with payments of every fate. For a module's own fixture: it takes a while."""
    for game in ("rounds", "luckotto"):
        (folder / game).mkdir()
    with played_round(settings, fresh_database, node, folder / "rounds") as played:
        tickets = json.loads(played.client.get(f"/api/rounds/{played.number}/bundle").text)
    with following_app(settings, fresh_database(), node.rpc_url, folder / "luckotto") as app:
        doubter = Doubter(Lottery(app, node).begin())
        numbers = doubter.lottery.get(f"/rounds/{doubter.won}/bundle")
    return {"rounds": tickets, "luckotto": numbers}
