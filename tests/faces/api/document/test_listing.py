"""The page of operations tells a partner what his key opens, and each call's mark is what its route really asks for."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from app.faces.api.listing import Listed, listed, sections
from app.wiring import PRODUCT

SIGNED_IN = ("read", "write", "session", "operator")
IN_PATHS = {"number": "1", "draw": "2026-11-30-0", "game_id": "2026-11-30-0", "currency": "HTG"}


def operations() -> tuple[Listed, ...]:
    return listed(PRODUCT.server_api.document.told("https://tiraj.example"))


def asked(client: FlaskClient, one: Listed) -> int:
    """What the route answers to somebody who brings nothing at all."""
    path = re.sub(r"\{(\w+)\}", lambda name: IN_PATHS.get(name[1], "0192f0c1-0000-7000-8000-000000000000"), one.path)
    return client.open(path, method=one.method, json=None if one.method == "GET" else {}).status_code


def test_what_refuses_an_anonymous_call_is_not_marked_as_needing_nothing(client: FlaskClient) -> None:
    answers = {(one.method, one.path): (one.needs, asked(client, one)) for one in operations()}
    assert {needs for needs, _ in answers.values()} == {*SIGNED_IN, "sent", "nothing"}
    open_ = {call: status for call, (needs, status) in answers.items() if needs == "nothing"}
    assert {call: status for call, status in open_.items() if status in (401, 403, 405)} == {}
    others = {call: status for call, (needs, status) in answers.items() if needs in SIGNED_IN}
    assert {call: status for call, status in others.items() if status != 401} == {}


def test_a_key_s_operations_stand_first_and_nobody_else_s_among_them(client: FlaskClient) -> None:
    found = sections(PRODUCT.server_api.document.told("https://tiraj.example"))
    keyed = {one.id for group in found["key"] for one in group.operations}
    assert keyed == {one.name for one in PRODUCT.server_api.operations}
    page = client.get("/docs/api").get_data(as_text=True)
    shown = re.findall(r'<details class="fold" id="(\w+)" data-method', page)
    assert set(shown[: len(keyed)]) == keyed
    assert sorted(shown) == sorted(one.id for one in operations())
    own, _, others = page.partition('id="api-others"')
    assert "/api/admin/" in others
    assert "/api/admin/" not in own
