"""The whole product on one screen: its slices, its games, and what each is told of the others.

What a slice has of its own (routes, jobs, checks, words, settings) stands in its part, and nothing of it here. Here is
who is in the product, floor by floor, in the order in which things are rung and listed (where two have words for one
error, the later are said); and below, the ports: where a slice reads what others know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final
from uuid import UUID

from flask import Flask
from flask_wtf.csrf import CSRFProtect

import app.outcomes.draws.models
import app.payments.models
import app.record.events.models  # noqa: F401  (tables of slices that hand over nothing)
from app.catalogue import games as catalogue
from app.catalogue.frame import current as current_frame
from app.catalogue.games import Catalogue
from app.catalogue.parts import GameParts
from app.chain import part as chain
from app.chain.deposits import service as deposits
from app.chain.listeners import ChainListener
from app.chain.scan import mempool, scanner, spends
from app.core.jobs import queue
from app.core.web import headers, languages, requests, surfaces
from app.core.web.surfaces import Surface
from app.faces.admin import door as operators_door
from app.faces.admin import gate
from app.faces.admin import part as console
from app.faces.admin.commands import auditing
from app.faces.api import api as server_api
from app.faces.api import part as api
from app.faces.desk import about as desk_about
from app.faces.desk import needs as desk_needs
from app.faces.desk import panels as desk_panels
from app.faces.desk import part as desk
from app.faces.embed import part as embed
from app.faces.play import part as play
from app.faces.play.pages import signing_in as players_sign_in
from app.faces.site import part as site
from app.faces.site.house.settings import house
from app.faces.site.log import part as site_log
from app.games.luckotto import parts as luckotto
from app.games.ticket_draw import parts as rounds
from app.money.gateways import part as gateways
from app.money.gateways import purchases
from app.money.gateways.clients.payouts import ways as payout_ways
from app.money.gateways.payers.queries import is_disputed
from app.money.payouts import part as payouts
from app.money.payouts.drafts import coins as payouts_coins
from app.money.payouts.drafts import staleness
from app.money.payouts.drafts.staleness import DebtsCheck
from app.money.payouts.sent import telling as payouts_telling
from app.money.payouts.sent.confirming import Planning
from app.money.wallets import part as wallets
from app.money.wallets.topups import service as topups
from app.money.wallets.topups.book import Deposits
from app.money.wallets.ways import WAYS, PayoutAnswer
from app.money.wallets.withdrawals.asked_back import IS_DISPUTED
from app.money.wallets.withdrawals.queries import outgoing
from app.people.accounts import part as accounts
from app.people.accounts.email import replacing
from app.people.accounts.login import page_door
from app.people.accounts.tokens import service as tokens
from app.people.approvals import part as approvals
from app.people.approvals.kinds import KINDS as APPROVAL_KINDS
from app.people.notices import part as notices
from app.people.operators import part as operators
from app.people.partners import games as partners_games
from app.people.partners import pages as partners_pages
from app.people.partners import part as partners
from app.people.partners import queries as partners_queries
from app.people.partners import service as partners_service
from app.people.partners.site import first_steps, needs, verification
from app.people.partners.site.first_steps import Milestones
from app.people.players import part as players
from app.people.players import queries as players_queries
from app.people.players.leaving import rows as people_leaving
from app.people.players.profile import queries as profiles
from app.people.players.verification import queries as players_verification
from app.record import parts as record
from app.record.audit.acts import ACTS
from app.record.audit.kinds import ALARM_KINDS
from app.record.events import service as events
from app.record.gathered import Gathered
from app.record.notifications.telling.kinds import KINDS as NOTICE_KINDS
from app.record.notifications.telling.ports import NOTICES
from app.record.part import Part
from app.selling.windows import games as windows_games
from app.selling.windows import part as windows
from app.selling.windows.lists import earnings as windows_earnings
from app.selling.windows.orders import refunds as windows_refunds
from app.selling.windows.orders import service as windows_orders
from app.selling.windows.orders.crediting import Following
from app.selling.windows.proof import owed
from app.selling.windows.rounds import paid as windows_paid
from app.webhooks import part as webhooks
from app.webhooks import wording as webhooks_wording

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
    windows.PART,
    payouts.PART,
    wallets.PART,
    gateways.PART,
    webhooks.PART,
)
"""A slice more is a line here and a folder with its part."""

GAMES: Final[tuple[GameParts, ...]] = (rounds.PARTS, luckotto.PARTS)
"""So is a game more."""

FACES: Final[tuple[Part, ...]] = (embed.PART, site.PART, site_log.PART, desk.PART, play.PART, console.PART)
"""The faces last, as they stand highest; the server API joins them once its games are known."""

PURCHASES: Final = (purchases.Sold(topups.TopupPurchase(), topups.TopupRefused),)
CHAIN_LISTENERS: Final[tuple[ChainListener, ...]] = (Following(),)
SIGHTING_LISTENERS: Final[tuple[Callable[[UUID, str, int, int], None], ...]] = (windows_orders.seen,)
PARTNER_PANELS: Final[tuple[partners_pages.Panel, ...]] = (
    desk_panels.earnings,
    desk_panels.orders,
    desk_panels.wins,
)


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

    @property
    def suspended_payments(self) -> tuple[payouts_coins.SuspendedPayments, ...]:
        """What no payout may spend: each game's payments whose money waits for a decision."""
        return tuple(partial(windows_refunds.suspended, game) for game in self.games.windows)

    @property
    def debts_checks(self) -> Mapping[str, DebtsCheck]:
        """What stands in the way of paying what a game owes for one of its rounds."""
        return {game.name: partial(owed.debts_differ, game) for game in self.games.windows}

    @property
    def milestones(self) -> tuple[Milestones, ...]:
        """How far a new site has come with each game."""
        own = (one.milestone for one in self.games.games if one.milestone is not None)
        return (*(partial(windows_earnings.milestone, game) for game in self.games.windows), *own)


PRODUCT: Final = Product(GAMES)


def assemble(app: Flask, csrf: CSRFProtect, product: Product) -> None:
    """Hand every slice what it needs to know of the others, without their importing each other; then start it."""
    _fill_ports(app, product)
    for part in product.parts:
        for start in part.starting:
            start(app)
    for blueprint in product.blueprints:
        app.register_blueprint(blueprint)
    for blueprint in product.without_csrf_cookie:
        csrf.exempt(blueprint)


def _fill_ports_of_wallets(app: Flask) -> None:
    """Where wallets, gateways and people meet, none of whom knows the others."""
    players_queries.SPENT.fill(app, Deposits())
    purchases.PURCHASES.fill(app, {one.kind.name: one for one in PURCHASES})
    purchases.BEGIN_TOPUP.fill(app, topups.begin)
    WAYS.fill(app, payout_ways(app, PayoutAnswer))
    purchases.OUTGOING.fill(app, outgoing)
    IS_DISPUTED.fill(app, is_disputed)
    people_leaving.HOLDINGS.fill(app, (wallets.HOLDINGS, gateways.HOLDINGS))


def _fill_ports(app: Flask, product: Product) -> None:
    catalogue.assemble(app, product.games)
    page_door.PLAYERS_DOOR.fill(app, players_sign_in.DOOR)
    replacing.STANDING.fill(app, replacing.Standing(partners_queries.has_sites, players_verification.is_verified))
    tokens.IS_REGISTERED.fill(app, lambda user_id: profiles.profile_of(user_id).is_registered)
    _fill_ports_of_wallets(app)
    partners_games.LEADING.fill(app, product.games.leading)
    surfaces.SURFACES.fill(app, product.surfaces)
    surfaces.LAYOUTS.fill(app, {Surface.ADMIN: operators_door.LAYOUT})
    requests.UPLOADS.fill(app, product.uploads)
    queue.PERIODIC_JOBS.fill(app, product.periodic_jobs)
    queue.ASKED_JOBS.fill(app, product.asked_jobs)
    auditing.CHECKS.fill(app, product.audit_checks)
    events.EVENT_TYPES.fill(app, {one.name: one for one in product.event_types})
    ALARM_KINDS.fill(app, {one.code: one for one in product.alarm_kinds})
    NOTICE_KINDS.fill(app, {one.name: one for one in product.notice_kinds})
    NOTICES.fill(app, notices.Keeper())
    ACTS.fill(app, {one.name: one for one in product.acts})
    APPROVAL_KINDS.fill(app, {one.name: one for one in product.approval_kinds})
    windows_games.GAMES.fill(app, product.games.windows)
    scanner.LISTENERS.fill(app, CHAIN_LISTENERS)
    mempool.SIGHTING_LISTENERS.fill(app, SIGHTING_LISTENERS)
    spends.PLANNER.fill(app, Planning())
    staleness.DEBTS_CHECKS.fill(app, product.debts_checks)
    payouts_coins.SUSPENDED.fill(app, product.suspended_payments)
    payouts_telling.OF_DEBTS.fill(app, windows_paid.tell)
    deposits.BRANCHES.fill(app, product.games.key_branches)
    partners_service.CHECK_ADDRESS.fill(app, deposits.check_payout_address)
    partners_service.PATHS_OF_GAMES.fill(app, product.games.paths)
    partners_service.GAMES_OFFERED.fill(app, product.games.in_frame)
    headers.FRAME_ORIGINS.fill(app, current_frame.frame_origins)
    partners_pages.PANELS.fill(app, PARTNER_PANELS)
    needs.NEEDS.fill(app, (desk_needs.needs,))
    webhooks_wording.PAGE_OF.fill(app, desk_about.page_of)
    verification.USUAL_CONTACT.fill(app, lambda: house().house_contact)
    first_steps.MILESTONES.fill(app, product.milestones)
    languages.TRANSLATED_ENDPOINTS.fill(app, product.translated_endpoints)
    languages.DRAFTED_ENDPOINTS.fill(app, product.drafted_endpoints)
    gate.SELLING_ENDPOINTS.fill(app, product.selling_endpoints)
