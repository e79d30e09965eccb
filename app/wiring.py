"""The whole product on one screen: which slice offers what to whom. Adding a game adds lines here, and a folder."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from flask import Blueprint, Flask
from flask_wtf.csrf import CSRFProtect

import app.outcomes.draws.models
import app.payments.models
import app.record.events.models
import app.record.ledger.models  # noqa: F401  (tables of slices that have no routes)
from app.catalogue import fronts
from app.catalogue.frame import current as current_frame
from app.catalogue.frame import games as embed_games
from app.catalogue.frame.games import EmbedGame
from app.catalogue.fronts import GameFront
from app.catalogue.parts import GameParts
from app.chain import checks as chain_checks
from app.chain import jobs as chain_jobs
from app.chain.deposits import service as deposits
from app.chain.listeners import ChainListener
from app.chain.scan import mempool, scanner, spends
from app.core.checks import Breach
from app.core.jobs import queue
from app.core.jobs.queue import CHAIN_QUEUE, DEFAULT_QUEUE, DRAWS_QUEUE, HOOKS_QUEUE, AskedJob, PeriodicJob
from app.core.web import headers, languages, surfaces
from app.core.web.surfaces import Surface
from app.faces.admin import gate
from app.faces.admin import jobs as admin_jobs
from app.faces.admin.commands import auditing
from app.faces.admin.pages import audit as audit_pages
from app.faces.admin.pages import money as money_pages
from app.faces.admin.pages import overview as admin_pages
from app.faces.admin.pages import partners as partner_pages
from app.faces.admin.pages import payouts as payout_pages
from app.faces.admin.pages import payouts_api, rq
from app.faces.admin.pages import rounds as round_pages
from app.faces.admin.pages import system as system_pages
from app.faces.admin.watch import metrics
from app.faces.api import api as server_api
from app.faces.api import jobs as api_jobs
from app.faces.api import pages as api_pages
from app.faces.desk import pages as desk_pages
from app.faces.desk import panels as desk_panels
from app.faces.embed import pages as embed_pages
from app.faces.site import api as site_api
from app.faces.site import demo as site_demo
from app.faces.site import docs_pages
from app.faces.site import pages as site_pages
from app.games.luckotto import parts as luckotto
from app.games.ticket_draw import parts as rounds
from app.money.payouts import checks as payouts_checks
from app.money.payouts import jobs as payouts_jobs
from app.money.payouts.drafts import coins as payouts_coins
from app.money.payouts.drafts import staleness
from app.money.payouts.drafts.staleness import DebtsCheck
from app.money.payouts.sent.confirming import Planning
from app.people.accounts import api as accounts_api
from app.people.accounts import jobs as accounts_jobs
from app.people.accounts import pages as accounts_pages
from app.people.accounts.email import pages as email_pages
from app.people.partners import api as partners_api
from app.people.partners import jobs as partners_jobs
from app.people.partners import pages as partners_pages
from app.people.partners import service as partners
from app.people.partners.keys import door as key_door
from app.people.partners.keys import pages as keys_pages
from app.people.partners.site import first_steps
from app.people.partners.site.first_steps import Milestones
from app.people.partners.team import pages as team_pages
from app.record.audit import checks as audit_checks
from app.record.audit import jobs as audit_jobs
from app.record.events import service as events
from app.record.ledger import checks as ledger_checks
from app.record.notifications import checks as notification_checks
from app.record.notifications import jobs as notifications_jobs
from app.record.notifications import pages as mailbox
from app.selling.windows import checks as windows_checks
from app.selling.windows import games as windows_games
from app.selling.windows import jobs as windows_jobs
from app.selling.windows.games import AnyGame
from app.selling.windows.lists import earnings as windows_earnings
from app.selling.windows.lists import listing
from app.selling.windows.lists.listing import GameRecords
from app.selling.windows.orders import refunds as windows_refunds
from app.selling.windows.orders import service as windows_orders
from app.selling.windows.orders.crediting import Following
from app.selling.windows.proof import owed as windows_owed
from app.webhooks import jobs as webhooks_jobs
from app.webhooks import pages as webhooks_pages
from app.webhooks import service as webhooks

_CONSOLE: tuple[Blueprint, ...] = (
    admin_pages.bp,
    round_pages.bp,
    money_pages.bp,
    partner_pages.bp,
    audit_pages.bp,
    system_pages.bp,
    payout_pages.bp,
    payouts_api.bp,
)

# A game more is a line here and a folder; everything below takes of it what it needs.
GAMES: tuple[GameParts, ...] = (rounds.PARTS, luckotto.PARTS)

WINDOW_GAMES: tuple[AnyGame, ...] = tuple(one.game for one in GAMES)

GAME_RECORDS: tuple[GameRecords, ...] = tuple(one.records for one in GAMES)

SERVER_API = server_api.server_api(
    GAME_RECORDS,
    tuple(operation for one in GAMES for operation in one.operations),
    tuple(route for one in GAMES for route in one.described),
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    accounts_pages.bp,
    accounts_api.bp,
    email_pages.bp,
    partners_pages.bp,
    partners_api.bp,
    mailbox.blueprint,
    embed_pages.bp,
    *(blueprint for one in GAMES for blueprint in (*one.pages, *one.cookieless)),
    site_api.bp,
    site_api.development,
    site_pages.bp,
    docs_pages.bp,
    site_demo.bp,
    SERVER_API.routes,
    SERVER_API.document_route,
    api_pages.bp,
    webhooks_pages.bp,
    keys_pages.bp,
    team_pages.bp,
    desk_pages.bp,
    metrics.bp,
    *_CONSOLE,
)

# Blueprints whose forms are guarded otherwise: by their own one-time token, by taking only same-origin JSON, or behind
# the operators' door.
WITHOUT_CSRF_COOKIE: tuple[Blueprint, ...] = (
    embed_pages.bp,
    *(blueprint for one in GAMES for blueprint in one.cookieless),
    accounts_api.bp,
    partners_api.bp,
    site_api.development,
    SERVER_API.routes,
    rq.blueprint,
    *_CONSOLE,
)

_ROUTES: dict[Surface, tuple[str, ...]] = {
    Surface.WEBSITE: (
        *(
            f"accounts.{name}"
            for name in (
                "login",
                "send_link",
                "code",
                "use_code",
                "confirm",
                "use_link",
                "logout",
                "account",
                "revoke",
                "revoke_others",
            )
        ),
        *(f"partners.{name}" for name in ("sites", "new", "create", "price_example", "site", "save", "show_preview")),
        *(f"keys.{name}" for name in ("index", "create", "roll", "revoke")),
        *(
            f"team.{name}"
            for name in (
                "index",
                "invite",
                "leave",
                "change",
                "withdraw",
                "invitation",
                "accept",
                "offer",
                "withdraw_offer",
                "handover",
                "hand_over",
            )
        ),
        *(f"desk.{name}" for name in ("orders", "payments", "wins", "balance", "export")),
        *(f"webhooks.{name}" for name in ("endpoints", "create", "endpoint", "change", "act", "again", "events")),
        "site.home",
        *docs_pages.ENDPOINTS,
        *site_demo.ENDPOINTS,
        *email_pages.ENDPOINTS,
        *api_pages.ENDPOINTS,
    ),
    Surface.EMBED: (*(f"embed.{name}" for name in ("entry", "theme", "house_edge")),),
    Surface.API: (
        "static",
        *SERVER_API.endpoints,
        *(f"accounts_api.{name}" for name in ("magic_link", "verify", "logout", "revoke")),
        *(f"partners_api.{name}" for name in ("sites", "create", "site", "change")),
        *(f"site_api.{name}" for name in ("utility", "health", "ready")),
        "metrics.metrics",
        *payouts_api.ENDPOINTS,
    ),
    Surface.ADMIN: (
        "admin_overview.overview",
        *(f"admin_rounds.{name}" for name in ("rounds", "round_", "run_again", "resolve")),
        *(f"admin_money.{name}" for name in ("orders", "order", "suspended", "decide")),
        *(f"admin_partners.{name}" for name in ("sites", "site", "decide", "limit")),
        *(f"admin_audit.{name}" for name in ("log", "check", "export", "alarms", "alarm", "close")),
        *(f"admin_system.{name}" for name in ("system", "switch")),
        *(
            f"admin_payouts.{name}"
            for name in ("payouts", "generate", "payout", "download", "sign", "refresh", "act", "explain")
        ),
        *rq.ENDPOINTS,
    ),
    Surface.DEV: ("mailbox.index", "site_development.blockscan", "site_development.reset_db"),
}

SURFACES: dict[str, Surface] = {
    endpoint: surface
    for routes in (_ROUTES, *(one.endpoints for one in GAMES))
    for surface, names in routes.items()
    for endpoint in names
}

# Pages for players and doubters beside those that a frame has too; every other page of the website is in English.
TRANSLATED_ENDPOINTS: frozenset[str] = frozenset({"site.home", *(name for one in GAMES for name in one.translated)})

SELLING_ENDPOINTS: frozenset[str] = frozenset({*SERVER_API.selling, *(name for one in GAMES for name in one.selling)})

CHAIN_LISTENERS: tuple[ChainListener, ...] = (Following(),)

SIGHTING_LISTENERS: tuple[Callable[[UUID, str, int, int], None], ...] = (windows_orders.seen,)

PERIODIC_JOBS: tuple[PeriodicJob, ...] = (
    PeriodicJob("chain.scan", chain_jobs.scan, 2, CHAIN_QUEUE),
    PeriodicJob("windows.seal", windows_jobs.seal, 2, DEFAULT_QUEUE),
    PeriodicJob("windows.settle", windows_jobs.settle, 3, DRAWS_QUEUE),
    PeriodicJob("payouts.refresh", payouts_jobs.refresh, 15, DEFAULT_QUEUE),
    *(job for one in GAMES for job in one.periodic_jobs),
    PeriodicJob("audit.seal", audit_jobs.seal, 10, DEFAULT_QUEUE),
    PeriodicJob("audit.stragglers", audit_jobs.seal_stragglers, 600, DEFAULT_QUEUE),
    PeriodicJob("windows.purge", windows_jobs.purge, 3600, DEFAULT_QUEUE),
    PeriodicJob("api.purge", api_jobs.purge, 3600, DEFAULT_QUEUE),
    PeriodicJob("accounts.purge", accounts_jobs.purge, 3600, DEFAULT_QUEUE),
    PeriodicJob("partners.purge", partners_jobs.purge, 3600, DEFAULT_QUEUE),
    PeriodicJob("webhooks.deliver", webhooks_jobs.deliver, 2, HOOKS_QUEUE),
    PeriodicJob("webhooks.purge", webhooks_jobs.purge, 3600, DEFAULT_QUEUE),
    PeriodicJob("mail", notifications_jobs.deliver, 10, DEFAULT_QUEUE),
    PeriodicJob("admin.watch", admin_jobs.watch_over, 30, DEFAULT_QUEUE),
    # Beside webhooks, which may wait a little: seals and draws may not.
    PeriodicJob("admin.audit", admin_jobs.audit_nightly, 900, HOOKS_QUEUE, timeout_seconds=4 * 3600),
)

# What a person asks for, once.
ASKED_JOBS: dict[str, AskedJob] = {"draws.rerun": admin_jobs.rerun_draw}

AUDIT_CHECKS: tuple[Callable[[], list[Breach]], ...] = (
    ledger_checks.balances_are_sums,
    ledger_checks.currencies_sum_to_zero,
    ledger_checks.nothing_is_overdrawn,
    ledger_checks.holds_are_covered,
    audit_checks.chain_holds,
    audit_checks.everything_is_sealed,
    notification_checks.nothing_is_left_lying,
    chain_checks.coins_are_the_unspent_outputs,
    chain_checks.live_coins_are_on_the_chain,
    chain_checks.blocks_are_linked,
    payouts_checks.numbers_agree,
    windows_checks.payments_have_their_fate,
    windows_checks.jackpots_are_owed,
    windows_checks.promises_hold,
    windows_checks.orders_keep_the_promise,
    windows_checks.seals_hold,
    windows_checks.draws_hold,
    windows_refunds.suspense_is_what_waits,
    *(check for one in GAMES for check in one.audit_checks),
)

# What no payout may spend: each game's payments whose money waits for a decision.
SUSPENDED_PAYMENTS: tuple[payouts_coins.SuspendedPayments, ...] = tuple(
    partial(windows_refunds.suspended, game) for game in WINDOW_GAMES
)

# What stands in the way of paying what a game owes for one of its rounds.
DEBTS_CHECKS: dict[str, DebtsCheck] = {game.name: partial(windows_owed.debts_differ, game) for game in WINDOW_GAMES}

EMBED_GAMES: tuple[EmbedGame, ...] = tuple(one.in_frame for one in GAMES)

GAME_FRONTS: tuple[GameFront, ...] = tuple(one.front for one in GAMES)

PARTNER_PANELS: tuple[partners_pages.Panel, ...] = (desk_panels.orders, desk_panels.wins, desk_panels.balance)

PARTNER_MILESTONES: tuple[Milestones, ...] = tuple(partial(windows_earnings.milestone, game) for game in WINDOW_GAMES)

EVENT_TYPES: frozenset[str] = frozenset(
    {
        "coin.spent_unplanned",
        *(f"order.{what}" for what in ("created", "seen", "paid")),
        *(f"payment.{fate}" for fate in ("late", "below_minimum", "void", "orphaned", "refunded")),
        *(name for one in GAMES for name in one.event_types),
        *(
            f"round.{status}"
            for status in (
                "scheduled",
                "open",
                "unbacked",
                "closed",
                "sealed",
                "drawing",
                "settled",
                "voided",
                "halted",
            )
        ),
        "win.created",
        "payout.broadcast",
        "payout.confirmed",
        "balance.changed",
    }
)

_OURS_ALONE = {"coin.spent_unplanned"}

PARTNER_EVENTS: frozenset[str] = EVENT_TYPES - _OURS_ALONE


def assemble(app: Flask, csrf: CSRFProtect) -> None:
    """Hand every slice what it needs to know of the others, without their importing each other."""
    surfaces.SURFACES.fill(app, SURFACES)
    queue.PERIODIC_JOBS.fill(app, PERIODIC_JOBS)
    queue.ASKED_JOBS.fill(app, ASKED_JOBS)
    auditing.CHECKS.fill(app, AUDIT_CHECKS)
    events.EVENT_TYPES.fill(app, EVENT_TYPES)
    webhooks.PARTNER_EVENTS.fill(app, PARTNER_EVENTS)
    windows_games.GAMES.fill(app, WINDOW_GAMES)
    listing.RECORDS.fill(app, GAME_RECORDS)
    scanner.LISTENERS.fill(app, CHAIN_LISTENERS)
    mempool.SIGHTING_LISTENERS.fill(app, SIGHTING_LISTENERS)
    spends.PLANNER.fill(app, Planning())
    staleness.DEBTS_CHECKS.fill(app, DEBTS_CHECKS)
    payouts_coins.SUSPENDED.fill(app, SUSPENDED_PAYMENTS)
    partners.CHECK_ADDRESS.fill(app, deposits.check_payout_address)
    partners.GAMES_OFFERED.fill(app, EMBED_GAMES)
    headers.FRAME_ORIGINS.fill(app, current_frame.frame_origins)
    partners_pages.PANELS.fill(app, PARTNER_PANELS)
    first_steps.MILESTONES.fill(app, PARTNER_MILESTONES)
    embed_games.GAMES.fill(app, EMBED_GAMES)
    fronts.FRONTS.fill(app, GAME_FRONTS)
    languages.TRANSLATED_ENDPOINTS.fill(app, TRANSLATED_ENDPOINTS)
    gate.SELLING_ENDPOINTS.fill(app, SELLING_ENDPOINTS)
    key_door.init_app(app)
    gate.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    rq.init_app(app)
    for blueprint in WITHOUT_CSRF_COOKIE:
        csrf.exempt(blueprint)
    with app.app_context():
        deposits.account_key()  # a key that cannot be used is refused at start, not at the first order
