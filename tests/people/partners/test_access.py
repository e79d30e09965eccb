"""Who may do what on a site: every route of the dashboard and of the session API, for everybody there is."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.core.database.session import db, transaction
from app.people.partners.keys import service as keys
from app.people.partners.models import TeamMember
from app.people.partners.team import service as team
from app.webhooks import service as webhooks
from tests.cases import undone
from tests.factories.partners import OTHER_ADDRESS, make_site
from tests.personas import Persona, form_token, signed_in

RIGHTS: dict[tuple[str, str], str] = {
    ("partners.site", "GET"): "read",
    ("partners.save", "POST"): "write",
    ("partners.show_preview", "POST"): "write",
    ("site_settings.index", "GET"): "read",
    ("site_settings.preview", "GET"): "read",
    ("site_settings.save", "POST"): "write",
    ("site_settings.verification", "GET"): "read",
    ("site_settings.ask_verification", "POST"): "write",
    ("site_settings.withdraw_address", "POST"): "own",
    ("site_settings.ask_pause", "GET"): "write",
    ("site_settings.pause", "POST"): "write",
    ("site_settings.ask_live", "GET"): "write",
    ("site_settings.live", "POST"): "write",
    ("desk.figures", "GET"): "read",
    ("desk.figures_csv", "GET"): "read",
    ("desk.orders", "GET"): "read",
    ("desk.order", "GET"): "read",
    ("desk.note", "POST"): "write",
    ("desk.payments", "GET"): "read",
    ("desk.wins", "GET"): "read",
    ("desk.balance", "GET"): "read",
    ("desk.export", "GET"): "read",
    ("keys.index", "GET"): "read",
    ("keys.create", "POST"): "write",
    ("keys.roll", "POST"): "write",
    ("keys.ask_revocation", "GET"): "write",
    ("keys.revoke", "POST"): "write",
    ("witness.index", "GET"): "read",
    ("witness.offer", "POST"): "write",
    ("witness.ask_removal", "GET"): "write",
    ("witness.remove", "POST"): "write",
    ("team.index", "GET"): "read",
    ("team.invite", "POST"): "own",
    ("team.ask_removal", "GET"): "own",
    ("team.change", "POST"): "own",
    ("team.withdraw", "POST"): "own",
    ("team.ask_leaving", "GET"): "read",
    ("team.leave", "POST"): "read",
    ("team.offer", "POST"): "own",
    ("team.withdraw_offer", "POST"): "own",
    ("webhooks.endpoints", "GET"): "read",
    ("webhooks.create", "POST"): "write",
    ("webhooks.endpoint", "GET"): "read",
    ("webhooks.change", "POST"): "write",
    ("webhooks.ask_first", "GET"): "write",
    ("webhooks.act", "POST"): "write",
    ("webhooks.again", "POST"): "write",
    ("webhooks.ask_again", "GET"): "write",
    ("webhooks.events", "GET"): "read",
    ("partners_api.site", "GET"): "read",
    ("partners_api.change", "PATCH"): "write",
    ("partners_api.withdraw_address", "POST"): "own",
}
"""What each route of one site asks for. A route that is not here fails the test below."""

FORMS: dict[str, dict[str, str]] = {
    "partners.save": {"section": "edge", "house_edge": "x"},
    "site_settings.save": {"section": "edge", "house_edge": "x"},
    "keys.create": {"name": ""},
    "keys.roll": {"grace_hours": "x"},
    "witness.offer": {"key": "x"},
    "team.invite": {"email": "x"},
    "team.change": {"access": "x"},
    "team.offer": {"user_id": "x"},
    "partners.show_preview": {"accent_color": "x"},
}
"""Forms that are refused for what they say once they are let in, so that everybody may try in turn."""

HAS_RIGHT: dict[str, set[str]] = {
    "nobody": set(),
    "key": set(),
    "read-only key": set(),
    "another's key": set(),
    "stranger": set(),
    "reader": {"read"},
    "manager": {"read", "write"},
    "owner": {"read", "write", "own"},
}
_SPARE_ID = "018f58d2-2802-7000-8000-000000000002"


@dataclass
class Scene:
    """A site with its people, and one of everything that a path may name."""

    people: dict[str, Persona]
    bearers: dict[str, str]
    values: dict[str, str]

    def ask(self, who: str, rule: Rule, method: str) -> TestResponse:
        person = self.people.get(who, self.people["nobody"])
        built = rule.build({name: self.values.get(name, _SPARE_ID) for name in rule.arguments}, append_unknown=False)
        assert built is not None
        headers = {"Authorization": f"Bearer {self.bearers[who]}"} if who in self.bearers else {}
        options: dict[str, Any] = {"headers": headers}
        if rule.rule.startswith("/api/"):
            options |= {"data": json.dumps({"houseEdge": 5}), "content_type": "application/json"}
        elif method == "POST":
            options["data"] = {"csrf_token": form_token(person.browser), **FORMS.get(rule.endpoint, {})}
        return person.browser.open(built[1], method=method, **options)


@pytest.fixture
def scene(app: Flask, owner: Persona, stranger: Persona, nobody: Persona) -> Scene:
    reader, manager = signed_in(app, "reader@example.com"), signed_in(app, "manager@example.com")
    assert owner.id is not None
    assert reader.id is not None
    with app.app_context(), transaction():
        site = make_site(owner.id, name="lotto")
        theirs = make_site(stranger.id, name="theirs")
        for person, access in ((reader, "read"), (manager, "manage")):
            db.session.add(TeamMember(partner_site_id=site.id, user_id=person.id, access=access))
        made = {
            name: keys.issue(where, name=name, access=access, actor="user:test")
            for name, where, access in (
                ("key", site, "write"),
                ("read-only key", site, "read"),
                ("another's key", theirs, "write"),
            )
        }
        invitation = team.invite(site, "guest@example.com", "read", by=owner.id)
        endpoint = webhooks.create_endpoint(site, "https://hooks.example/x", ["order.paid"], actor="user:test")
        values: dict[str, UUID | str] = {
            "name": "lotto",
            "key_id": made["key"].row.id,
            "user_id": reader.id,
            "invitation_id": invitation.id,
            "endpoint_id": endpoint.id,
            "action": "disable",
            "kind": "wins",
        }
    people = {"owner": owner, "stranger": stranger, "nobody": nobody, "reader": reader, "manager": manager}
    bearers = {name: key.text for name, key in made.items()}
    return Scene(people, bearers, {name: str(value) for name, value in values.items()})


def _routes_of_a_site(app: Flask) -> dict[tuple[str, str], Rule]:
    return {
        (rule.endpoint, method): rule
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/partners/<name>", "/api/partners/<name>"))
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_route_of_a_site_asks_for_a_right(app: Flask) -> None:
    assert set(_routes_of_a_site(app)) == set(RIGHTS)


def _refusal(response: TestResponse) -> str:
    """How a request was turned away: login, none, denied; or "" if it was let in."""
    if response.status_code == 401 or response.headers.get("Location", "").startswith("/login"):
        return "login"
    return {404: "none", 403: "denied"}.get(response.status_code, "")


def test_the_matrix_of_what_is_looked_at(app: Flask, scene: Scene) -> None:
    """Looking changes nothing, so that all of it is asked of one site."""
    for endpoint, method in sorted(RIGHTS):
        if method == "GET":
            _has_its_right(app, scene, endpoint, method)


def test_the_matrix_of_what_is_done(app: Flask, scene: Scene) -> None:
    """Each is done to the same site, and undone before the next."""
    for endpoint, method in sorted(RIGHTS):
        if method != "GET":
            with undone():
                _has_its_right(app, scene, endpoint, method)


def _has_its_right(app: Flask, scene: Scene, endpoint: str, method: str) -> None:
    rule, right = _routes_of_a_site(app)[endpoint, method], RIGHTS[endpoint, method]
    found, expected = {}, {}
    for who, rights in HAS_RIGHT.items():
        response = scene.ask(who, rule, method)
        assert response.headers["Cache-Control"] == "no-store", (endpoint, who)
        found[who] = _refusal(response)
        expected[who] = "" if right in rights else "denied" if rights else "none" if who == "stranger" else "login"
    if endpoint == "team.leave":
        expected["owner"] = "none"  # nobody but a teammate can leave
    if endpoint in (
        "webhooks.again",
        "webhooks.ask_again",
        "desk.order",
    ):  # there is no such delivery, nor order: they came as far as to be told so
        expected = {who: how or "none" for who, how in expected.items()}
    assert found == expected, endpoint


def test_a_strangers_site_looks_like_none(app: Flask, scene: Scene) -> None:
    """Who is refused changes nothing, so that all routes are asked of one site."""
    routes = _routes_of_a_site(app)
    for endpoint, method in sorted(RIGHTS):
        answers = []
        for name in ("lotto", "nothing"):
            scene.values["name"] = name
            answers.append(scene.ask("stranger", routes[endpoint, method], method))
        theirs, none = answers
        assert (theirs.status_code, theirs.data) == (none.status_code, none.data), endpoint


def test_what_a_path_names_belongs_to_its_site(app: Flask, scene: Scene) -> None:
    """The stranger's own site opens nothing of another one, however the ids are guessed."""
    scene.values["name"] = "theirs"
    routes = _routes_of_a_site(app)
    for endpoint in ("keys.roll", "keys.revoke", "team.withdraw", "webhooks.endpoint", "webhooks.change"):
        method = "GET" if endpoint == "webhooks.endpoint" else "POST"
        assert scene.ask("stranger", routes[endpoint, method], method).status_code == 404, endpoint


@pytest.mark.parametrize("who", ["reader", "manager"])
def test_the_payout_address_is_the_owners(app: Flask, scene: Scene, who: str) -> None:
    data = {"section": "payout", "payout_address": OTHER_ADDRESS, "payout_address_acknowledged": "y"}
    assert scene.people[who].post("/partners/lotto", data).status_code == 403
    assert scene.people["owner"].post("/partners/lotto", data).status_code == 303


@pytest.mark.parametrize("who", list(HAS_RIGHT))
def test_a_list_has_nothing_of_others(scene: Scene, app: Flask, who: str) -> None:
    person = scene.people.get(who, scene.people["nobody"])
    headers = {"Authorization": f"Bearer {scene.bearers[who]}"} if who in scene.bearers else {}
    ask: Callable[[str], TestResponse] = lambda path: person.get(path, headers=headers)  # noqa: E731
    shown = "lotto" in ask("/partners").text.split("<main")[-1] or "lotto" in ask("/api/partners").text
    assert shown is bool(HAS_RIGHT[who])
