"""Rate limits hold without Redis too, and no page needs it."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import redis
from flask import Blueprint, Flask, Response
from flask.testing import FlaskClient
from flask_limiter import Limiter

from app import create_app
from app.core.database.session import db
from app.core.errors import TooMany
from app.core.limits.budgets import Budget, spend
from app.core.limits.limiter import limiter
from app.core.limits.requester import requester
from app.core.web.requests import answer_error
from tests.architecture.sources import PRODUCT, python_files
from tests.personas import form_token

NOTHING_LISTENS = "redis://127.0.0.1:1/0"


@pytest.fixture
def lonely_app(app_settings: dict[str, str]) -> Iterator[Flask]:
    """An application whose Redis is away."""
    made = create_app({**app_settings, "REDIS_URL": NOTHING_LISTENS, "LOGINS_PER_HOUR": "3"})
    made.config["WTF_CSRF_ENABLED"] = False
    yield made
    with made.app_context():
        db.engine.dispose()
    create_app(app_settings)  # the limiter is one a process: it counts in the Redis of the newest application


def test_pages_do_not_need_redis(lonely_app: Flask) -> None:
    browser = lonely_app.test_client()
    assert [browser.get("/login").status_code for _ in range(3)] == [200, 200, 200]


def test_limits_hold_while_redis_is_away(lonely_app: Flask) -> None:
    browser = lonely_app.test_client()
    answers = [browser.post("/login", data={"email": "not an address"}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 429, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_a_request_is_counted_in_redis_and_told_so_in_one_trip(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = app.config["SETTINGS"]
    monkeypatch.setitem(app.config, "SETTINGS", kept.model_copy(update={"orders_per_minute": 3}))
    trips: list[object] = []
    ask = redis.Redis.execute_command

    def noted(self: redis.Redis, *args: object, **options: object) -> object:
        trips.append(args[0])
        return ask(self, *args, **options)

    monkeypatch.setattr(redis.Redis, "execute_command", noted)
    somebody = {"REMOTE_ADDR": f"10.9.{secrets.randbelow(256)}.{secrets.randbelow(256)}"}
    answers = [app.test_client().post("/api/slips", data=b"", environ_overrides=somebody) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [415, 415, 415, 429]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert trips[-3:] == ["EVALSHA"] * 3, "the first one may have to bring the script"


def test_a_deed_is_counted_in_all_its_budgets_or_in_none(app: Flask) -> None:
    mine, shared = (Budget("tests", secrets.token_hex(8), most) for most in ("5 per hour; 9 per day", "2 per hour"))
    with app.test_request_context():
        assert [spend(mine, shared), spend(mine, shared)] == [None, None]
    with app.test_request_context():
        refused = [spend(mine, shared) for _ in range(20)]
        assert all(one is not None and one.budget is shared and 0 < one.seconds <= 3_600 for one in refused)
        assert [spend(mine) for _ in range(3)] == [None] * 3, "what was refused has cost nothing"
        assert spend(mine) is not None


def test_thirty_at_once_spend_what_there_is(app: Flask) -> None:
    budget, together = Budget("tests", secrets.token_hex(8), "6 per hour"), Barrier(30)

    def one(_: int) -> bool:
        with app.test_request_context():
            together.wait()
            return spend(budget) is None

    with ThreadPoolExecutor(30) as pool:
        assert sum(pool.map(one, range(30))) == 6


def test_pages_and_json_count_together(lonely_app: Flask) -> None:
    browser = lonely_app.test_client()
    for _ in range(2):
        assert browser.post("/login", data={"email": "not an address"}).status_code == 422
    answers = [browser.post("/api/auth/magic-link", json={"email": "not an address"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [422, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert answers[-1].json is not None
    assert answers[-1].json["code"] == "too_many_requests"


UNREADABLE = ["[" * 60_000, '{"email":' * 7_000, "\xff", '{"email": ["a@example.com"]}', "1", "1" * 70_000, "1" * 2**21]


@pytest.mark.parametrize("body", UNREADABLE, ids=lambda body: f"{body[:9]} {len(body)}")
def test_a_body_that_cannot_be_read_is_refused_and_the_limits_stay(
    app: Flask, client: FlaskClient, body: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever failed while a limit's key is made would be taken for a Redis that is away."""
    answer = client.post("/api/auth/magic-link", data=body.encode("latin-1"), content_type="application/json")
    assert answer.status_code in (400, 413, 422)
    assert answer.mimetype == "application/problem+json"
    assert "storage unreachable" not in caplog.text


@pytest.mark.parametrize(
    "path", ["/embed/orders", "/embed/luckotto/orders", "/login", "/api/auth/magic-link", "/nowhere"]
)
def test_a_body_that_is_too_large_is_refused_by_its_length(client: FlaskClient, path: str) -> None:
    """Whoever asks, and whether there is a partner or not: nobody looks further."""
    for kind in ("application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=x"):
        answer = client.post(path, data=b"x" * 3_000_000, content_type=kind)
        assert answer.status_code == 413, kind


def test_pages_take_no_json(app: Flask, client: FlaskClient) -> None:
    """The form would read an address from it that the limit by mailbox had not seen."""
    token = form_token(client)
    answer = client.post("/login", json={"email": ["a@example.com"]}, headers={"X-CSRFToken": token})
    assert answer.status_code == 415


def test_only_refusals_say_when_to_try_again(app: Flask, client: FlaskClient) -> None:
    refused = client.post("/api/auth/magic-link", json={"email": "nothing"})
    assert refused.status_code == 422
    assert "X-RateLimit-Remaining" in refused.headers
    assert "Retry-After" not in refused.headers


def test_every_refusal_for_being_too_many_says_when_to_try_again(app: Flask) -> None:
    for path in ("/api/rounds", "/rounds"):
        with app.test_request_context(path):
            answer = answer_error(TooMany("too_many_open_orders", retry_after=300, most=5))
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "300")
    bare = [
        f"{file.name}:{number}"
        for file in python_files(*PRODUCT)
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if "status=429" in line and file.name != "errors.py"
    ]
    assert bare == [], "TooMany says when to try again"


THREADS = 30


def _at_once(app: Flask, ask: Callable[[int], int]) -> list[int]:
    """What so many requests are answered that all begin together."""
    together = Barrier(THREADS)

    def one(number: int) -> int:
        together.wait()
        return ask(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(THREADS)))


def test_a_limit_is_exact_when_thirty_ask_at_once(app: Flask) -> None:
    """From thirty addresses of one /64, which is one requester."""
    counted = _counting_app(app, deduct_when=None)
    answers = _at_once(app, lambda number: _ask(counted, number))
    assert sorted(answers) == [200] * 5 + [429] * 25


def test_a_limit_that_counts_afterwards_is_not(app: Flask) -> None:
    """The negative control: the same requests, each counted only when it is answered."""
    counted = _counting_app(app, deduct_when=lambda response: True)
    answers = _at_once(app, lambda number: _ask(counted, number))
    assert answers.count(200) > 5


def _counting_app(app: Flask, deduct_when: Callable[[Response], bool] | None) -> Flask:
    """A page that takes its time, five times an hour, on the limits of the product."""
    made = Flask("counting")
    made.config |= {name: value for name, value in app.config.items() if name.startswith("RATELIMIT")}
    own = Limiter(requester, app=made, key_prefix=secrets.token_hex(8))

    @made.get("/")
    @own.limit("5 per hour", deduct_when=deduct_when)
    def slow() -> str:
        time.sleep(0.3)
        return "answered"

    return made


def _ask(app: Flask, number: int) -> int:
    return app.test_client().get("/", environ_base={"REMOTE_ADDR": f"2001:db8::{number + 1:x}"}).status_code


def test_a_limit_of_a_blueprint_or_of_all_would_hold() -> None:
    """What is looked up before a request is left out only while there is nothing to find."""
    for of_all in ([], ["1 per minute"]):
        app, pages = Flask("limited"), Blueprint("pages", __name__)
        pages.get("/")(lambda: "here")
        counting = type(limiter)(key_func=lambda: "somebody", default_limits=of_all, storage_uri="memory://")
        if not of_all:
            counting.limit("1 per minute")(pages)
        app.register_blueprint(pages)
        counting.init_app(app)
        assert [app.test_client().get("/").status_code for _ in range(2)] == [200, 429]
