"""What readers ask for most, of a round with many slips and of one with few. The whole request, without the network."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from flask import Flask

from . import crowd
from .measuring import Row, alternate
from .stage import Stage


def run(stage: Stage) -> Iterator[Row]:
    """The round's page and its JSON. A page's cost is to follow what it shows, not what the round holds."""
    scale, few, many = stage.scale, stage.few(), stage.many()
    rules = {rule.endpoint for rule in many.url_map.iter_rules()}
    page = "/rounds/1" if "rounds.round_page" in rules else "/embed/rounds/1?partner=lucky-shop"
    for name, path in (
        ("round's page", page),
        ("round's page, half-way", f"{page}{'&' if '?' in page else '?'}after={{middle}}"),
        ("round's JSON", "/api/rounds/1"),
        ("round's slips as JSON", "/api/rounds/1/slips"),
        ("round's slips as JSON, half-way", "/api/rounds/1/slips?after={middle}"),
    ):
        paths = {
            app: path.format(middle=crowd.order_id_of(slips // 2))
            for app, slips in ((few, scale.few_slips), (many, scale.many_slips))
        }
        seconds = alternate(
            scale.repeats,
            {
                "many": partial(_get, many, paths[many], scale.requests),
                "few": partial(_get, few, paths[few], scale.requests),
            },
        )
        ms = {key: value / scale.requests * 1e3 for key, value in seconds.items()}
        yield Row(f"{name}, {scale.many_slips:,} slips", "ms", ms["many"], ms["few"], f"{scale.few_slips:,} slips")


def _get(app: Flask, path: str, times: int) -> None:
    client = app.test_client()
    for _ in range(times):
        response = client.get(path)
        assert response.status_code == 200, f"{path}: {response.status}"
