"""What one person, or many with one aim, may make us do: mails to somebody, sites without end."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app.core.database.session import transaction
from tests.factories.partners import PAYOUT_ADDRESS, make_site
from tests.personas import Persona, signed_in


def limit(app: Flask, monkeypatch: pytest.MonkeyPatch, **limits: int) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", app.config["SETTINGS"].model_copy(update=limits))


def test_a_mailbox_is_not_filled_with_invitations_by_many(
    app: Flask, session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(app, monkeypatch, logins_per_hour=1)
    answers = []
    for number in range(5):
        person = signed_in(app, f"inviter{number}@example.com")
        with app.app_context(), transaction():
            name = make_site(person.id, name=f"inviting-{'abcde'[number]}").name
        data = {"email": "flooded-by-invitations@example.com", "access": "read"}
        machine = {"REMOTE_ADDR": f"198.51.100.{number + 1}"}
        answers.append(person.post(f"/partners/{name}/team", data, environ_base=machine).status_code)
    assert answers == [303, 303, 303, 429, 429]


def test_sites_are_not_made_without_end(app: Flask, owner: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(app, monkeypatch, new_sites_per_hour=2)
    person = signed_in(app, "collector@example.com")

    def make(name: str) -> Any:
        wanted = {"slug": name, "siteTitle": "One more", "houseEdge": 0, "payoutAddress": PAYOUT_ADDRESS}
        return person.browser.post("/api/partners", json=wanted | {"payoutAddressAcknowledged": True})

    assert [make(name).status_code for name in ("collected-a", "collected-b", "collected-c")] == [201, 201, 429]
    assert int(make("collected-d").headers["Retry-After"]) > 0
    assert person.post("/partners/new", {"name": "collected-e"}).status_code == 429
    assert owner.post("/partners/new", {"name": "?"}).status_code == 422  # somebody else
