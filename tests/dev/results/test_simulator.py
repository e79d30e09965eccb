"""The simulated sources say what was drawn, and whatever goes wrong there makes nobody take another number for it."""

from __future__ import annotations

from datetime import date, time

import pytest
from flask.testing import FlaskClient

from app.core.dependencies.fetching import Answer, NoAnswer
from app.outcomes.results.asking.requests import ASKING, Question
from app.outcomes.results.parsers.all_of_them import PARSERS
from app.outcomes.results.parsers.interface import Draw, Found
from app.outcomes.results.sources.known import SOURCES
from dev.results.misbehaviour import ALL
from dev.results.serving import create

DAY = date(2026, 11, 30)
DRAWS = {
    "pcso.3d": Draw("pcso.3d", DAY, time(17), "", 3),
    "us-ny": Draw("us-ny", DAY, time(14, 30), "midday", 7),
    "us-fl": Draw("us-fl", DAY, time(13, 30), "midday", 7),
    "us-ga": Draw("us-ga", DAY, time(23, 34), "night", 7),
}
NUMBERS = {3: "047", 7: "0470831"}
OF = {
    **dict.fromkeys(("pcso_site", "lottomatik", "lottopcso", "philnews"), "pcso.3d"),
    **dict.fromkeys(("ny_site", "ny_open_data"), "us-ny"),
    "florida": "us-fl",
    "georgia": "us-ga",
}
UNSEEN = {"pcso.3d": {"wrong_number", "stale"}}
"""What a page shows as if it were right; that of one day alone, also what it shows from the day before."""


@pytest.fixture(scope="module")
def simulator() -> FlaskClient:
    client = create(hang=0.01).test_client()
    for one in DRAWS.values():
        told = {"lottery": one.lottery, "slot": f"{one.slot:%H:%M}", "name": one.slot_name}
        numbers = NUMBERS[one.digits]
        orders = [
            {**told, "day": "2026-11-30", "numbers": numbers},
            {**told, "day": "2026-11-29", "numbers": numbers[::-1]},
        ]
        assert client.post("/_control", json=orders).status_code == 200
    return client


def read(client: FlaskClient, source: str) -> str:
    draw = DRAWS[OF[source]]

    def ask(question: Question) -> Answer:
        method = "GET" if question.body is None else "POST"
        got = client.open(question.url, method=method, data=question.body, headers=dict(question.headers))
        return Answer(got.status_code, got.get_data(), "")

    try:
        answer = ASKING[source](f"/{source}", draw, ask)
    except NoAnswer as nothing:
        return nothing.why
    if answer.status != 200:
        return f"status_{answer.status}"
    reading = PARSERS[SOURCES[source].parser](answer.body, draw)
    return reading.numbers if isinstance(reading, Found) else reading.reason


@pytest.mark.parametrize("source", sorted(OF))
def test_each_misbehaviour_of_each_source(simulator: FlaskClient, source: str) -> None:
    right = NUMBERS[DRAWS[OF[source]].digits]
    assert read(simulator, source) == right
    for name in ALL:
        assert simulator.post("/_control", json={"next": name, "source": source}).status_code == 200
        said = read(simulator, source)
        assert said.isdigit() is (name in UNSEEN.get(OF[source], {"wrong_number"})), f"{name}: {said}"
        assert said != right
    assert read(simulator, source) == right


@pytest.mark.parametrize(
    "order",
    [
        None,
        {"lottery": "pcso.6d", "day": "2026-11-30", "slot": "14:00", "numbers": "047"},
        {"lottery": "pcso.3d", "day": "30.11.2026", "slot": "14:00", "numbers": "047"},
        {"lottery": "pcso.3d", "day": "2026-11-30", "slot": "14:00", "numbers": "47"},
        {"next": "explode", "source": "pcso_site"},
        {"next": "late", "source": "nobody"},
        {"rate": 2},
        {"rate": "much"},
    ],
)
def test_what_makes_no_sense_is_refused(simulator: FlaskClient, order: object) -> None:
    assert simulator.post("/_control", json=order).status_code == 422


DRAW = {"lottery": "pcso.3d", "day": "2026-11-30", "slot": "14:35"}


def test_a_wish_is_drawn_in_place_of_chance_and_what_is_drawn_stays() -> None:
    client = create().test_client()
    order = lambda **told: client.post("/_control", json={**DRAW, **told}).status_code  # noqa: E731
    assert "Nothing is to come" in client.get("/").text
    assert order(by_chance=True) == 200
    form = {"draw": "pcso.3d 2026-11-30 14:35", "act": "draw"}
    assert client.post("/", data={**form, "numbers": "12"}).status_code == 422
    assert client.post("/", data={**form, "draw": "2026-11-30"}).status_code == 422
    assert client.post("/", data={**form, "numbers": "123"}, headers={"Origin": "http://elsewhere"}).status_code == 403
    assert client.post("/", data={**form, "numbers": "123"}).status_code == 303
    assert "it will be 123" in client.get("/").text
    assert order(by_chance=True, numbers="555") == order(by_chance=True, numbers="556") == 200
    assert "<strong>123</strong>" in client.get("/").text
    assert order(wish="999") == 422, "it is drawn"


def test_a_draw_can_be_withheld_from_every_source() -> None:
    client = create().test_client()
    told = [DRAW | {"by_chance": True}, DRAW | {"wish": "withheld"}, DRAW | {"by_chance": True, "numbers": "555"}]
    assert client.post("/_control", json=told).status_code == 200
    page = client.get("/").text
    assert "nobody will be told" in page
    assert "555" not in page


def test_the_same_seed_misbehaves_alike() -> None:
    said = []
    for _ in range(2):
        client = create("seven", 0.5, hang=0).test_client()
        client.post("/_control", json={"lottery": "pcso.3d", "day": "2026-11-30", "slot": "17:00", "numbers": "047"})
        said.append([read(client, "lottomatik") for _ in range(12)])
    assert said[0] == said[1]
    assert len(set(said[0])) > 2
