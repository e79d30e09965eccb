"""What operators and doubters read of a draw of borlette that was bet on: its marks as people write them."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Flask

from app.core.database.session import transaction
from app.people.players.queries import read_now
from app.selling.bets.settlement import result
from tests.faces.admin.operators import Operator
from tests.people.approvals.conftest import house  # noqa: F401  (a fixture)
from tests.selling.bets.selling import sell, wanted
from tests.selling.bets.settled import sealed

from .test_rail import on_rail


def test_a_draw_is_read_by_its_marks(house: Flask) -> None:  # noqa: F811
    console, place = Operator(house), "/admin/borlette"
    with on_rail(house) as rail:
        rail.fund(100_000_000)
        draw: UUID = rail.make_draw()
        ticket = sell(
            wanted(
                rail,
                rail.player(),
                *((draw, "borlette", "47", 500), (draw, "marriage", "28-47", 500), (draw, "loto5", "47247", 500)),
            )
        )
        name = rail.draw(draw).name
        page = console.get(f"{place}/games/{name}").text
        for mark in ("47 (1)", "47 (2)", "28-47", "472-47"):
            assert mark in page
        exposure = console.get(f"{place}/exposure").text
        assert "The dearest of each draw" in exposure
        assert 'class="heat-1"' not in exposure, "of ten million outcomes there is no picture"
        for words, status in (("47", 200), ("28-47", 200), ("472-47", 200), ("9", 422), ("x" * 21, 422)):
            found = console.get(f"{place}/exposure?q={words}")
            assert found.status_code == status
            assert (f"Number {words} would cost" in found.text or words == "47") is (status == 200)
        assert console.post(f"{place}/games/{name}/recount").status_code == 303
        sealed(draw)
        with transaction():
            assert result.settle(draw, 4728316, final_at=read_now() + timedelta(days=1))
        for path in (f"/games/{name}", "", "/games", f"/cards/{ticket.ticket_id}", "/bettors", "/finance"):
            assert console.get(f"{place}{path}").status_code == 200, path
        assert "472 8316" in console.get(f"{place}/games/{name}").text
        bundle = house.test_client().get(f"/api/bet-draws/borlette/{name}/bundle")
        assert bundle.status_code == 200
        settled = bundle.get_json()["settlement"]
        assert (settled["winners"], settled["outcome"]) == (3, 4728316)
        assert house.test_client().get("/verify").status_code == 200
        assert rail.breaches() == []
