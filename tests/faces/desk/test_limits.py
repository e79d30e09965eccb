"""A limit of unpaid orders is quiet until it is reached; then the first screen says it, and the list of orders why."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.database.session import db
from app.people.accounts.models import User
from app.people.partners.models import PartnerSite
from dev.node.process import NodeProcess
from tests.factories.world import World
from tests.personas import Persona, signed_in


@pytest.fixture
def world(chain_app: Flask, node: NodeProcess) -> World:
    return World(chain_app, node).begin()


def change(world: World, **settings: object) -> None:
    world.app.config["SETTINGS"] = world.app.config["SETTINGS"].model_copy(update=settings)


def owner_of(world: World, site: PartnerSite) -> Persona:
    email = db.session.scalars(select(User.email).where(User.id == db.session.merge(site).owner_user_id)).one()
    return signed_in(world.app, str(email))


def needs(owner: Persona, name: str) -> list[tuple[str, str, str]]:
    """What the first screen says of limits: title, text, where."""
    card = re.search(r'id="needs".*?</section>', owner.get(f"/partners/{name}").text, re.S)
    assert card
    found = re.findall(r'<strong>([^<]+)</strong> <span class="quiet">(.*?)</span>.*?href="([^"]+)"', card[0], re.S)
    return [
        (unescape(title), unescape(text), unescape(href)) for title, text, href in found if href.endswith("#limits")
    ]


def fold(owner: Persona, name: str) -> str:
    found = re.search(
        r'<details class="fold" id="limits".*?</details>', owner.get(f"/partners/{name}/orders").text, re.S
    )
    assert found
    return " ".join(re.sub(r"<(?!details)[^>]+>", "", found[0]).split())


def test_a_limit_is_said_where_it_is_reached(world: World) -> None:
    change(world, open_orders_per_site=3, open_orders_per_unverified_site=3, open_orders_per_player=2)
    site = world.site(embed_origins=["https://shop.example"])
    name, owner = site.name, owner_of(world, site)
    world.order(site, "ada")
    assert needs(owner, name) == []
    assert " open>" not in fold(owner, name)

    world.order(site, "ada")
    orders = f"/partners/{name}/orders?game=rounds#limits"
    assert needs(owner, name) == [
        (
            "Ticket draw: players at their limit by your server",
            "<bdi>ada</bdi>: 2 unpaid orders each; further ones are refused.",
            orders,
        )
    ]
    world.order(site, "bob")
    assert needs(owner, name) == [
        (
            "Ticket draw: new orders by your server are refused",
            "3 wait for payment, which is the limit.",
            orders,
        )
    ]
    told = fold(owner, name)
    assert " open>" in told
    assert (
        "3 of 3 by your server; most of them for ada: 2, of the 2 that one player may have. New orders are refused."
        in told
    )
    assert "0 of 3 in your frame" in told
