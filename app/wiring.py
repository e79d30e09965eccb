"""The whole product on one screen: its slices, its games, its faces.

What a slice has of its own (routes, jobs, checks, words, settings) stands in its part, and nothing of it here. Here is
who is in the product, floor by floor, in the order in which things are rung and listed (where two have words for one
error, the later are said). What each is told of the others stands beside it, in `filling`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask import Flask
from flask_wtf.csrf import CSRFProtect

import app.outcomes.draws.models
import app.payments.models
import app.record.events.models  # noqa: F401  (tables of slices that hand over nothing)
from app.catalogue.games import Catalogue
from app.catalogue.parts import GameParts
from app.chain import part as chain
from app.content import part as content
from app.content.letters import part as letters
from app.faces.admin import part as console
from app.faces.api import api as server_api
from app.faces.api import part as api
from app.faces.desk import part as desk
from app.faces.embed import part as embed
from app.faces.play import part as play
from app.faces.site import part as site
from app.faces.site.log import part as site_log
from app.filling import fill_ports
from app.games.borlette import parts as borlette
from app.games.luckotto import parts as luckotto
from app.games.swertres import parts as swertres
from app.games.ticket_draw import parts as rounds
from app.money.gateways import part as gateways
from app.money.payouts import part as payouts
from app.money.wallets import part as wallets
from app.outcomes.results import part as results
from app.people.accounts import part as accounts
from app.people.approvals import part as approvals
from app.people.notices import part as notices
from app.people.operators import part as operators
from app.people.partners import part as partners
from app.people.players import part as players
from app.record import parts as record
from app.record.gathered import Gathered
from app.record.part import Part
from app.selling.bets import part as bets
from app.selling.windows import part as windows
from app.webhooks import part as webhooks

SLICES: Final[tuple[Part, ...]] = (
    record.CORE,
    record.FILES,
    record.ANSWERS,
    record.LEDGER,
    record.AUDIT,
    record.LOG,
    record.NOTIFICATIONS,
    accounts.PART,
    partners.PART,
    operators.PART,
    approvals.PART,
    players.PART,
    notices.PART,
    chain.PART,
    results.PART,
    windows.PART,
    payouts.PART,
    wallets.PART,
    gateways.PART,
    bets.PART,
    webhooks.PART,
    content.PART,
    letters.PART,
)
"""A slice more is a line here and a folder with its part."""

GAMES: Final[tuple[GameParts, ...]] = (rounds.PARTS, luckotto.PARTS, swertres.PARTS, borlette.PARTS)
"""So is a game more."""

FACES: Final[tuple[Part, ...]] = (embed.PART, site.PART, site_log.PART, desk.PART, play.PART, console.PART)
"""The faces last, as they stand highest; the server API joins them once its games are known."""


class Product(Gathered):
    """All that the application is assembled from, with these games in it."""

    def __init__(self, games: Sequence[GameParts]) -> None:
        self.games = Catalogue(tuple(games))
        self.server_api = server_api.server_api(
            self.games.records,
            self.games.leading,
            self.games.all_of(lambda one: one.operations),
            tuple(route for part in (*FACES, *SLICES, *self.games.games) for route in part.described),
        )
        super().__init__((*SLICES, *self.games.games, api.part_of(self.server_api), *FACES))


PRODUCT: Final = Product(GAMES)


def assemble(app: Flask, csrf: CSRFProtect, product: Product) -> None:
    """Hand every slice what it needs to know of the others, without their importing each other; then start it."""
    fill_ports(app, product, product.games)
    for part in product.parts:
        for start in part.starting:
            start(app)
    for blueprint in product.blueprints:
        app.register_blueprint(blueprint)
    for blueprint in product.without_csrf_cookie:
        csrf.exempt(blueprint)
