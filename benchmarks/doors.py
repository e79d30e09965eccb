"""The doors by which an order comes: our own frame's JSON, a partner's server, the form that a player posts."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import select

from app.catalogue.frame.current import current_frame
from app.catalogue.frame.forms import issue_token
from app.catalogue.frame.naming import BY_NAME
from app.core.database.session import transaction
from app.core.ids import new_secret
from app.people.partners.keys import service as keys
from app.people.partners.models import PartnerSite

from .http_load import post
from .stage import SITE

_NUMBERS: Final = list(range(1, 10))  # enough of them for the least payment


@dataclass(frozen=True, slots=True)
class Door:
    """What an order is asked for by: `requests` makes that many, each for an order of its own."""

    name: str
    status: int
    requests: Callable[[int], list[bytes]]


def plain(count: int) -> list[bytes]:
    """`POST /api/slips`, the plainest of all: no key, no form."""
    body = {"partnerName": SITE, "playerPrivateIdentifier": "private-1"}
    return [post("/api/slips", _json(body | {"playerPublicIdentifier": f"player-{n}"})) for n in range(count)]


def others(app: Flask) -> list[Door]:
    """The doors beside the plain one, into the database of `app`."""
    with app.app_context(), transaction() as session:
        site = session.scalars(select(PartnerSite).where(PartnerSite.name == SITE)).one()
        key, site_id = keys.issue(site, name="Server", access="write", actor="benchmark").text, str(site.id)

    def luckotto(count: int) -> list[bytes]:
        body = {"partnerId": site_id, "playerUname": "Ada", "requestedNumbers": _NUMBERS}
        return [post("/api/luckotto/orders", _json(body | {"playerIdentifier": f"ada-{n}"})) for n in range(count)]

    def server(count: int) -> list[bytes]:
        path, body = "/api/v1/orders", {"playerPrivateIdentifier": "private-1"}
        return [
            post(
                path,
                _json(body | {"playerPublicIdentifier": f"player-{n}"}),
                Authorization=f"Bearer {key}",
                Idempotency_Key=new_secret(),
            )
            for n in range(count)
        ]

    return [
        Door("POST /api/luckotto/orders", 201, luckotto),
        Door("the server API under an idempotency key", 201, server),
        Door("the frame's form", 303, lambda count: _forms(app, count)),
    ]


def _forms(app: Flask, count: int) -> list[bytes]:
    """The frame's form with a token for each order, as the frame's page gives it."""
    names = {"partner": SITE, "playerPublicIdentifier": "ada", "playerPrivateIdentifier": "private-1"}
    with app.test_request_context(f"/embed?{urlencode(names)}"):
        frame = current_frame()
        player = frame.player(BY_NAME)
        assert player is not None
        tokens = [issue_token(frame, player) for _ in range(count)]
    kind = {"Content_Type": "application/x-www-form-urlencoded", "Sec_Fetch_Site": "same-origin"}
    path = f"/embed/orders?{urlencode(names)}"
    bodies = [urlencode({"tickets": "1", "form_token": token}).encode() for token in tokens]
    return [post(path, body, Origin="http://localhost", **kind) for body in bodies]


def _json(body: dict[str, object]) -> bytes:
    return json.dumps(body).encode()
