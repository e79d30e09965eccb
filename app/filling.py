"""Who tells whom: the ports, where a slice reads what others know, and what each is filled with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final
from uuid import UUID

from flask import Flask

from app.catalogue import games as catalogue
from app.catalogue.frame import current as current_frame
from app.catalogue.games import Catalogue
from app.chain.deposits import service as deposits
from app.chain.listeners import ChainListener
from app.chain.scan import mempool, scanner, spends
from app.content.letters import part as letters
from app.core.jobs import queue
from app.core.web import headers, languages, requests, surfaces
from app.core.web.surfaces import Surface
from app.faces.admin import door as operators_door
from app.faces.admin import gate
from app.faces.admin.commands import auditing
from app.faces.desk import about as desk_about
from app.faces.desk import needs as desk_needs
from app.faces.desk import panels as desk_panels
from app.faces.play.pages import signing_in as players_sign_in
from app.faces.site.house.settings import house
from app.money.gateways import part as gateways
from app.money.gateways import purchases
from app.money.gateways.clients.payouts import ways as payout_ways
from app.money.gateways.payers.queries import is_disputed
from app.money.payouts.drafts import coins as payouts_coins
from app.money.payouts.drafts import staleness
from app.money.payouts.drafts.staleness import DebtsCheck
from app.money.payouts.sent import telling as payouts_telling
from app.money.payouts.sent.confirming import Planning
from app.money.wallets import part as wallets
from app.money.wallets.origins import wording as origins_wording
from app.money.wallets.origins.ports import IN_PLAY, NOT_FINAL, PLAYED, VOID
from app.money.wallets.topups import service as topups
from app.money.wallets.topups.book import Deposits
from app.money.wallets.ways import WAYS, PayoutAnswer
from app.money.wallets.withdrawals.asked_back import IS_DISPUTED
from app.money.wallets.withdrawals.queries import outgoing
from app.outcomes.results import service as results
from app.outcomes.results.listeners import LISTENERS
from app.people.accounts.email import replacing
from app.people.accounts.login import page_door
from app.people.accounts.tokens import service as tokens
from app.people.approvals.kinds import KINDS as APPROVAL_KINDS
from app.people.notices import part as notices
from app.people.partners import games as partners_games
from app.people.partners import pages as partners_pages
from app.people.partners import queries as partners_queries
from app.people.partners import service as partners_service
from app.people.partners.site import first_steps, needs, verification
from app.people.partners.site.first_steps import Milestones
from app.people.players import queries as players_queries
from app.people.players.leaving import rows as people_leaving
from app.people.players.profile import queries as profiles
from app.people.players.verification import queries as players_verification
from app.record.audit.acts import ACTS
from app.record.audit.kinds import ALARM_KINDS
from app.record.events import service as events
from app.record.gathered import Gathered
from app.record.ledger.booked import BOOKINGS
from app.record.log.kinds import KINDS as LOG_KINDS
from app.record.notifications.telling.kinds import KINDS as NOTICE_KINDS
from app.record.notifications.telling.ports import NOTICES
from app.selling.bets import games as bets_games
from app.selling.bets.sale.book import Stakes
from app.selling.bets.sale.reserving import purchase as bets_purchase
from app.selling.bets.sale.reserving import queries as bets_reserved
from app.selling.bets.sale.reserving import service as bets_reserving
from app.selling.bets.settlement import finality as bets_finality
from app.selling.bets.settlement.listening import OfficialResults
from app.selling.bets.settlement.paying import SETTLED
from app.selling.bets.settlement.refunds import reversal as bets_reversal
from app.selling.windows import games as windows_games
from app.selling.windows.lists import earnings as windows_earnings
from app.selling.windows.orders import refunds as windows_refunds
from app.selling.windows.orders import service as windows_orders
from app.selling.windows.orders.crediting import Following
from app.selling.windows.proof import owed
from app.selling.windows.rounds import paid as windows_paid
from app.webhooks import wording as webhooks_wording

PURCHASES: Final = (
    purchases.Sold(topups.TopupPurchase(), topups.TopupRefused),
    purchases.Sold(bets_purchase.BetPurchase(), bets_purchase.BetRefused),
)
CHAIN_LISTENERS: Final[tuple[ChainListener, ...]] = (Following(),)
SIGHTING_LISTENERS: Final[tuple[Callable[[UUID, str, int, int], None], ...]] = (windows_orders.seen,)
PARTNER_PANELS: Final[tuple[partners_pages.Panel, ...]] = (
    desk_panels.earnings,
    desk_panels.orders,
    desk_panels.wins,
)


def fill_ports(app: Flask, product: Gathered, games: Catalogue) -> None:
    """Before any slice is started."""
    catalogue.assemble(app, games)
    _with_what_is_gathered(app, product)
    _with_games(app, games)
    _of_the_chain(app)
    _of_people(app)
    _of_wallets(app)
    surfaces.LAYOUTS.fill(app, {Surface.ADMIN: operators_door.LAYOUT})
    headers.FRAME_ORIGINS.fill(app, current_frame.frame_origins)


def _with_what_is_gathered(app: Flask, product: Gathered) -> None:
    """What every part hands over, for who runs, lists or says it."""
    surfaces.SURFACES.fill(app, product.surfaces)
    requests.UPLOADS.fill(app, product.uploads)
    requests.REFUSING.fill(app, product.refusing)
    queue.PERIODIC_JOBS.fill(app, product.periodic_jobs)
    queue.ASKED_JOBS.fill(app, product.asked_jobs)
    auditing.CHECKS.fill(app, product.audit_checks)
    events.EVENT_TYPES.fill(app, {one.name: one for one in product.event_types})
    ALARM_KINDS.fill(app, {one.code: one for one in product.alarm_kinds})
    NOTICE_KINDS.fill(app, {one.name: one for one in product.notice_kinds})
    LOG_KINDS.fill(app, {one.name: one for one in product.log_kinds})
    BOOKINGS.fill(app, product.bookings)
    ACTS.fill(app, {one.name: one for one in product.acts})
    APPROVAL_KINDS.fill(app, {one.name: one for one in product.approval_kinds})
    languages.TRANSLATED_ENDPOINTS.fill(app, product.translated_endpoints)
    languages.DRAFTED_ENDPOINTS.fill(app, product.drafted_endpoints)
    gate.SELLING_ENDPOINTS.fill(app, product.selling_endpoints)


def _with_games(app: Flask, games: Catalogue) -> None:
    """What games there are, for rails, partners and keys."""
    windows_games.GAMES.fill(app, games.windows)
    bets_games.GAMES.fill(app, {one.name: one for one in games.bets})
    LISTENERS.fill(app, {one.name: OfficialResults() for one in games.bets})
    staleness.DEBTS_CHECKS.fill(app, _debts_checks(games))
    payouts_coins.SUSPENDED.fill(app, _suspended_payments(games))
    deposits.BRANCHES.fill(app, games.key_branches)
    partners_games.LEADING.fill(app, games.leading)
    partners_service.PATHS_OF_GAMES.fill(app, games.paths)
    partners_service.GAMES_OFFERED.fill(app, games.in_frame)
    first_steps.MILESTONES.fill(app, _milestones(games))


def _of_the_chain(app: Flask) -> None:
    """Who hears of blocks and payments, and plans what is spent."""
    scanner.LISTENERS.fill(app, CHAIN_LISTENERS)
    mempool.SIGHTING_LISTENERS.fill(app, SIGHTING_LISTENERS)
    spends.PLANNER.fill(app, Planning())
    payouts_telling.OF_DEBTS.fill(app, windows_paid.tell)
    partners_service.CHECK_ADDRESS.fill(app, deposits.check_payout_address)


def _of_people(app: Flask) -> None:
    """How players' and partners' doors and pages meet."""
    page_door.PLAYERS_DOOR.fill(app, players_sign_in.DOOR)
    replacing.STANDING.fill(app, replacing.Standing(partners_queries.has_sites, players_verification.is_verified))
    tokens.IS_REGISTERED.fill(app, lambda user_id: profiles.profile_of(user_id).is_registered)
    NOTICES.fill(app, notices.Keeper())
    partners_pages.PANELS.fill(app, PARTNER_PANELS)
    needs.NEEDS.fill(app, (desk_needs.needs,))
    webhooks_wording.PAGE_OF.fill(app, desk_about.page_of)
    verification.USUAL_CONTACT.fill(app, lambda: house().house_contact)


def _of_wallets(app: Flask) -> None:
    """Where wallets, gateways and people meet, none of whom knows the others."""
    players_queries.SPENT.fill(app, players_queries.Books(Deposits(), Stakes()))
    purchases.PURCHASES.fill(app, {one.kind.name: one for one in PURCHASES})
    purchases.BEGIN_TOPUP.fill(app, topups.begin)
    purchases.SEEN_AT.fill(app, {bets_reserving.PURCHASE_KIND: bets_reserved.page_of})
    purchases.MEANS.fill(app, origins_wording.means)
    purchases.CALLED.fill(app, {bets_reserving.PURCHASE_KIND: bets_reserved.called})
    WAYS.fill(app, payout_ways(app, PayoutAnswer))
    purchases.OUTGOING.fill(app, outgoing)
    IS_DISPUTED.fill(app, is_disputed)
    PLAYED.fill(app, bets_games.currencies)
    IN_PLAY.fill(app, bets_finality.in_play)
    NOT_FINAL.fill(app, bets_finality.not_final)
    VOID.fill(app, bets_reversal.void_bought)
    SETTLED.fill(app, results.settled)
    people_leaving.HOLDINGS.fill(app, (wallets.HOLDINGS, gateways.HOLDINGS, letters.HOLDINGS))


def _suspended_payments(games: Catalogue) -> tuple[payouts_coins.SuspendedPayments, ...]:
    """What no payout may spend: each game's payments whose money waits for a decision."""
    return tuple(partial(windows_refunds.suspended, game) for game in games.windows)


def _debts_checks(games: Catalogue) -> Mapping[str, DebtsCheck]:
    """What stands in the way of paying what a game owes for one of its rounds."""
    return {game.name: partial(owed.debts_differ, game) for game in games.windows}


def _milestones(games: Catalogue) -> tuple[Milestones, ...]:
    """How far a new site has come with each game."""
    own = (one.milestone for one in games.games if one.milestone is not None)
    return (*(partial(windows_earnings.milestone, game) for game in games.windows), *own)
