"""Notices and devices by JSON: one's own alone, in pages, from our own pages or by a bearer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.core.database.session import transaction
from app.people.accounts import service as accounts
from app.record.notifications.telling.ports import tell
from tests.personas import Persona

UNKNOWN = "01a229fb-a1e3-73f1-9d7e-e94b746f56a0"
FOREIGN: list[dict[str, str]] = [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]


def send(who: Persona, what: str, body: object, method: str = "POST", **headers: str) -> TestResponse:
    data = json.dumps(body)
    return who.browser.open(
        f"/api/players/{what}", method=method, data=data, content_type="application/json", headers=headers
    )


def told(app: Flask, who: Persona, count: int = 1) -> None:
    assert who.id is not None
    with app.app_context(), transaction():
        for _ in range(count):
            tell(who.id, "player.timed_out", endsAt="2027-01-02T03:04:05Z")


def pane(who: Persona, query: str = "") -> dict[str, Any]:
    answer = who.get(f"/api/players/notices{query}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert isinstance(answer.json, dict)
    return answer.json


def test_the_pane_comes_in_pages_and_is_read_up_to_what_was_shown(
    app: Flask, owner: Persona, stranger: Persona
) -> None:
    told(app, owner, 3)
    first = pane(owner, "?limit=2")
    second = pane(owner, f"?limit=2&cursor={first['next']}")
    ids = [one["id"] for one in [*first["notices"], *second["notices"]]]
    assert (ids, second["next"], first["unread"]) == (sorted(ids, reverse=True), None, 3)
    assert len(set(ids)) == 3
    one = first["notices"][0]
    assert {name: one[name] for name in ("kind", "title", "path", "isRead")} == {
        "kind": "player.timed_out",
        "title": "You are off",
        "path": "/play/breaks",
        "isRead": False,
    }
    told(app, owner)
    assert send(stranger, "notices/read", {"upTo": ids[0]}).json == {"unread": 0}
    assert send(owner, "notices/read", {"upTo": ids[0]}).json == {"unread": 1}
    assert [one["isRead"] for one in pane(owner)["notices"]] == [False, True, True, True]
    newest = pane(owner)["notices"][0]["id"]
    assert send(owner, "notices/read", {"ids": [newest, UNKNOWN]}).json == {"unread": 0}


def test_it_is_told_in_the_language_of_the_account(app: Flask, session: object, nobody: Persona) -> None:
    with app.app_context(), transaction():
        marie = accounts.user_with_email("marie@example.com", locale="fr")
        token = accounts.open_session(marie, agent="")
        tell(marie, "player.timed_out", endsAt="2027-01-02T03:04:05Z")
    answer = nobody.get("/api/players/notices", headers={"Authorization": f"Bearer {token}"})
    assert answer.json is not None
    assert answer.json["notices"][0]["title"] not in ("", "You are off")


def test_a_device_is_registered_listed_and_taken_off(owner: Persona, stranger: Persona) -> None:
    made = send(owner, "devices", {"token": "t-1", "platform": "ios"})
    assert made.status_code == 201
    assert made.json is not None
    device = made.json["id"]
    assert set(made.json) == {"id", "platform", "registeredAt", "lastOkAt"}
    again = send(owner, "devices", {"token": "t-1", "platform": "android"})
    assert again.json is not None
    assert (again.json["id"], again.json["platform"]) == (device, "android")
    assert send(stranger, f"devices/{device}", {}, "DELETE").status_code == 404
    assert send(owner, f"devices/{device}", {}, "DELETE").status_code == 204
    assert send(owner, f"devices/{device}", {}, "DELETE").status_code == 404
    assert owner.get("/api/players/devices").json == {"devices": []}


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("notices/read", {}),
        ("notices/read", {"ids": [], "upTo": None}),
        ("notices/read", {"ids": ["x"]}),
        ("notices/read", {"ids": [UNKNOWN], "upTo": UNKNOWN}),
        ("notices/read", {"ids": [UNKNOWN] * 101}),
        ("devices", {"token": "", "platform": "ios"}),
        ("devices", {"token": "a b", "platform": "ios"}),
        ("devices", {"token": "x" * 4097, "platform": "ios"}),
        ("devices", {"token": "x", "platform": "pager"}),
        ("devices", {"token": "x", "platform": "ios", "userId": UNKNOWN}),
    ],
)
def test_what_is_wrong_is_refused(owner: Persona, what: str, body: object) -> None:
    assert send(owner, what, body).status_code == 422


def test_a_cursor_is_one_of_ours(owner: Persona) -> None:
    for query in ("?cursor=x", "?limit=0", "?limit=101", "?more=1", "?limit=1&limit=2"):
        assert owner.get(f"/api/players/notices{query}").status_code == 422, query


def test_nobody_and_other_sites_are_refused(owner: Persona, nobody: Persona) -> None:
    writes = [
        ("POST", "notices/read", {"upTo": UNKNOWN}),
        ("POST", "devices", {"token": "t", "platform": "web"}),
        ("DELETE", f"devices/{UNKNOWN}", {}),
    ]
    for method, what, body in writes:
        assert send(nobody, what, body, method).status_code == 401
        for headers in FOREIGN:
            assert send(owner, what, body, method, **headers).status_code == 403
    for what in ("notices", "devices"):
        assert nobody.get(f"/api/players/{what}").status_code == 401
