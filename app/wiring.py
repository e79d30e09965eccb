"""The whole product on one screen: which slice offers what to whom. Adding a game adds lines here, and a folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from uuid import UUID

from flask import Blueprint, Flask
from flask_wtf.csrf import CSRFProtect

import app.outcomes.draws.models
import app.payments.models
import app.record.events.models
import app.record.ledger.models  # noqa: F401  (tables of slices that have no routes)
from app.catalogue import games as catalogue
from app.catalogue.frame import current as current_frame
from app.catalogue.games import Catalogue
from app.catalogue.parts import GameParts
from app.chain import acts as chain_acts
from app.chain import alarms as chain_alarms
from app.chain import checks as chain_checks
from app.chain import jobs as chain_jobs
from app.chain.deposits import service as deposits
from app.chain.listeners import ChainListener
from app.chain.scan import mempool, scanner, spends
from app.core import checks as core_checks
from app.core.checks import Breach
from app.core.config import Check, PartOfSettings, Settings
from app.core.jobs import queue
from app.core.jobs.queue import CHAIN_QUEUE, DEFAULT_QUEUE, DRAWS_QUEUE, HOOKS_QUEUE, AskedJob, PeriodicJob
from app.core.web import headers, languages, surfaces
from app.core.web.surfaces import Surface
from app.faces.admin import acts as console_acts
from app.faces.admin import door as operators_door
from app.faces.admin import gate
from app.faces.admin import jobs as admin_jobs
from app.faces.admin import routes as console
from app.faces.admin.commands import auditing
from app.faces.admin.pages import rq
from app.faces.admin.watch import alarms as watch_alarms
from app.faces.admin.watch import metrics
from app.faces.api import api as server_api
from app.faces.api import jobs as api_jobs
from app.faces.api import pages as api_pages
from app.faces.desk import about as desk_about
from app.faces.desk import needs as desk_needs
from app.faces.desk import pages as desk_pages
from app.faces.desk import panels as desk_panels
from app.faces.embed import pages as embed_pages
from app.faces.site import api as site_api
from app.faces.site import demo as site_demo
from app.faces.site import docs_pages, reset
from app.faces.site import pages as site_pages
from app.faces.site.anything import pages as anything_pages
from app.faces.site.house import pages as house_pages
from app.faces.site.house.settings import HouseSettings, house
from app.faces.site.log import routes as log_routes
from app.games.luckotto import parts as luckotto
from app.games.ticket_draw import parts as rounds
from app.money.payouts import alarms as payouts_alarms
from app.money.payouts import checks as payouts_checks
from app.money.payouts import event_types as payouts_events
from app.money.payouts import jobs as payouts_jobs
from app.money.payouts.drafts import coins as payouts_coins
from app.money.payouts.drafts import staleness
from app.money.payouts.drafts.staleness import DebtsCheck
from app.money.payouts.sent import telling as payouts_telling
from app.money.payouts.sent.confirming import Planning
from app.people.accounts import acts as accounts_acts
from app.people.accounts import api as accounts_api
from app.people.accounts import jobs as accounts_jobs
from app.people.accounts import pages as accounts_pages
from app.people.accounts.email import pages as email_pages
from app.people.partners import api as partners_api
from app.people.partners import games as partners_games
from app.people.partners import jobs as partners_jobs
from app.people.partners import pages as partners_pages
from app.people.partners import service as partners
from app.people.partners.keys import door as key_door
from app.people.partners.keys import pages as keys_pages
from app.people.partners.site import acts as sites_acts
from app.people.partners.site import first_steps, needs, verification
from app.people.partners.site import pages as site_settings
from app.people.partners.site.first_steps import Milestones
from app.people.partners.team import pages as team_pages
from app.people.partners.witness import pages as witness_pages
from app.record.audit import checks as audit_checks
from app.record.audit import jobs as audit_jobs
from app.record.audit import own_acts as audit_acts
from app.record.audit.acts import ACTS, Act
from app.record.audit.kinds import ALARM_KINDS, AlarmKind
from app.record.events import service as events
from app.record.events.types import EventType
from app.record.ledger import checks as ledger_checks
from app.record.log import checks as log_checks
from app.record.log import jobs as log_jobs
from app.record.log.settings import LogSettings
from app.record.log.witnesses import jobs as witnesses_jobs
from app.record.notifications import checks as notification_checks
from app.record.notifications import jobs as notifications_jobs
from app.record.notifications import pages as mailbox
from app.selling.windows import alarms as windows_alarms
from app.selling.windows import checks as windows_checks
from app.selling.windows import games as windows_games
from app.selling.windows import jobs as windows_jobs
from app.selling.windows.lists import earnings as windows_earnings
from app.selling.windows.orders import refunds as windows_refunds
from app.selling.windows.orders import service as windows_orders
from app.selling.windows.orders.crediting import Following
from app.selling.windows.proof import owed
from app.selling.windows.rounds import acts as windows_acts
from app.selling.windows.rounds import event_types as windows_events
from app.selling.windows.rounds import paid as windows_paid
from app.webhooks import jobs as webhooks_jobs
from app.webhooks import routes as webhooks_routes
from app.webhooks import wording as webhooks_wording

# A game more is a line here and a folder; everything below takes of it what it needs.
GAMES: tuple[GameParts, ...] = (rounds.PARTS, luckotto.PARTS)

_ROUTES: dict[Surface, tuple[str, ...]] = {
    Surface.WEBSITE: (
        *accounts_pages.ENDPOINTS,
        *(f"partners.{name}" for name in ("sites", "new", "create", "price_example", "site", "save", "show_preview")),
        *site_settings.ENDPOINTS,
        *(f"keys.{name}" for name in ("index", "create", "roll", "ask_revocation", "revoke")),
        *team_pages.ENDPOINTS,
        *(f"desk.{name}" for name in ("orders", "payments", "wins", "balance", "export", "figures", "figures_csv")),
        *webhooks_routes.ENDPOINTS,
        "site.home",
        *docs_pages.ENDPOINTS,
        *house_pages.ENDPOINTS,
        *anything_pages.ENDPOINTS,
        *log_routes.PAGES,
        *witness_pages.ENDPOINTS,
        *site_demo.ENDPOINTS,
        *email_pages.ENDPOINTS,
        *api_pages.ENDPOINTS,
    ),
    Surface.EMBED: (*(f"embed.{name}" for name in ("entry", "theme", "house_edge")),),
    Surface.API: (
        "static",
        *(f"accounts_api.{name}" for name in ("magic_link", "verify", "logout", "revoke")),
        *(f"partners_api.{name}" for name in ("sites", "create", "site", "change")),
        *(f"site_api.{name}" for name in ("utility", "health", "ready")),
        "metrics.metrics",
        *log_routes.FILES,
        *console.API_ENDPOINTS,
    ),
    Surface.ADMIN: console.ENDPOINTS,
    Surface.DEV: ("mailbox.index", "site_development.blockscan", "site_development.reset_db"),
}

CHAIN_LISTENERS: tuple[ChainListener, ...] = (Following(),)
SIGHTING_LISTENERS: tuple[Callable[[UUID, str, int, int], None], ...] = (windows_orders.seen,)

_PERIODIC_JOBS: tuple[PeriodicJob, ...] = (
    PeriodicJob("chain.scan", chain_jobs.scan, 2, CHAIN_QUEUE),
    PeriodicJob("windows.seal", windows_jobs.seal, 2, DEFAULT_QUEUE),
    PeriodicJob("windows.witnessed", windows_jobs.witnessed, 2, DEFAULT_QUEUE),
    PeriodicJob("windows.settle", windows_jobs.settle, 3, DRAWS_QUEUE),
    PeriodicJob("payouts.refresh", payouts_jobs.refresh, 15, DEFAULT_QUEUE),
    PeriodicJob("log.sequence", log_jobs.sequence, 1, DEFAULT_QUEUE),
    PeriodicJob("log.witness", witnesses_jobs.collect, 3, queue.WITNESSES_QUEUE),
    PeriodicJob("log.witness_offered", witnesses_jobs.collect_offered, 5, queue.OFFERED_QUEUE),
    PeriodicJob("log.thin", witnesses_jobs.thin, 3600, DEFAULT_QUEUE),
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

_AUDIT_CHECKS: tuple[Callable[[], list[Breach]], ...] = (
    core_checks.references_lead_somewhere,
    *ledger_checks.CHECKS,
    *audit_checks.CHECKS,
    *log_checks.CHECKS,
    notification_checks.nothing_is_left_lying,
    chain_checks.coins_are_the_unspent_outputs,
    chain_checks.live_coins_are_on_the_chain,
    chain_checks.blocks_are_linked,
    *payouts_checks.CHECKS,
    *windows_checks.CHECKS,
    windows_refunds.suspense_is_what_waits,
)

PARTNER_PANELS: tuple[partners_pages.Panel, ...] = (desk_panels.earnings, desk_panels.orders, desk_panels.wins)


class Product:
    """All that the application is assembled from, with these games in it."""

    def __init__(self, games: Sequence[GameParts]) -> None:
        self.games = Catalogue(tuple(games))
        self.server_api = server_api.server_api(
            self.games.records,
            self.games.leading,
            self.games.all_of(lambda one: one.operations),
            (*log_routes.DESCRIBED, *self.games.all_of(lambda one: one.described)),
        )

    @property
    def _parts_of_settings(self) -> list[type[PartOfSettings]]:
        return [HouseSettings, LogSettings, *(one.settings for one in self.games.games if one.settings is not None)]

    @property
    def settings(self) -> type[Settings]:
        """The settings, those of the house and the games among them."""
        return Settings.with_parts(self._parts_of_settings)

    @property
    def settings_checks(self) -> list[Check]:
        """What the house and the games say of their own."""
        return [part.problems for part in self._parts_of_settings]

    @property
    def blueprints(self) -> tuple[Blueprint, ...]:
        """Every route there is."""
        return (
            accounts_pages.bp,
            accounts_api.bp,
            email_pages.bp,
            partners_pages.bp,
            site_settings.bp,
            partners_api.bp,
            mailbox.blueprint,
            embed_pages.bp,
            *self.games.all_of(lambda one: (*one.pages, *one.cookieless)),
            site_api.bp,
            site_api.development,
            site_pages.bp,
            docs_pages.bp,
            house_pages.bp,
            anything_pages.bp,
            *log_routes.BLUEPRINTS,
            witness_pages.bp,
            site_demo.bp,
            self.server_api.routes,
            self.server_api.document_route,
            api_pages.bp,
            webhooks_routes.bp,
            keys_pages.bp,
            team_pages.bp,
            desk_pages.bp,
            metrics.bp,
            *console.BLUEPRINTS,
        )

    @property
    def without_csrf_cookie(self) -> tuple[Blueprint, ...]:
        """Blueprints whose forms are guarded otherwise: by their own one-time token, by taking only same-origin JSON,
        or behind the operators' door."""
        return (
            embed_pages.bp,
            anything_pages.bp,  # its form changes nothing
            *self.games.all_of(lambda one: one.cookieless),
            log_routes.WITHOUT_COOKIE,
            accounts_api.bp,
            partners_api.bp,
            site_api.development,
            self.server_api.routes,
            rq.blueprint,
            *console.BLUEPRINTS,
        )

    @cached_property
    def surfaces(self) -> Mapping[str, Surface]:
        """On which surface each endpoint stands."""
        of_games = (one.endpoints for one in self.games.games)
        return {
            endpoint: surface
            for routes in (_ROUTES, {Surface.API: self.server_api.endpoints}, *of_games)
            for surface, names in routes.items()
            for endpoint in names
        }

    @property
    def translated_endpoints(self) -> frozenset[str]:
        """Pages for players and doubters beside those that a frame has too; all others of the website are English."""
        return frozenset(
            {
                "site.home",
                *docs_pages.FOR_PLAYERS,
                *anything_pages.ENDPOINTS,
                *house_pages.ENDPOINTS,
                *self.games.all_of(lambda one: one.translated),
            }
        )

    @property
    def selling_endpoints(self) -> frozenset[str]:
        """What makes orders."""
        return frozenset({*self.server_api.selling, *self.games.all_of(lambda one: one.selling)})

    @property
    def periodic_jobs(self) -> tuple[PeriodicJob, ...]:
        """What the clock rings."""
        return (*_PERIODIC_JOBS, *self.games.all_of(lambda one: one.periodic_jobs))

    @property
    def audit_checks(self) -> tuple[Callable[[], list[Breach]], ...]:
        """What `flask audit` asks."""
        return (*_AUDIT_CHECKS, *self.games.all_of(lambda one: one.audit_checks))

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

    @property
    def event_types(self) -> tuple[EventType, ...]:
        """The catalogue of events."""
        own = self.games.all_of(lambda one: one.event_types)
        return (*windows_events.EVENT_TYPES, *payouts_events.EVENT_TYPES, *own)

    @property
    def alarm_kinds(self) -> tuple[AlarmKind, ...]:
        """Every kind of alarms, with what to do about it."""
        kinds = (*chain_alarms.ALARM_KINDS, *payouts_alarms.ALARM_KINDS, *windows_alarms.ALARM_KINDS)
        return (*kinds, *watch_alarms.ALARM_KINDS, *self.games.all_of(lambda one: one.alarm_kinds))

    @property
    def acts(self) -> tuple[Act, ...]:
        """What the audit log is told of, in words."""
        below = (*audit_acts.ACTS, *accounts_acts.ACTS, *sites_acts.ACTS, *webhooks_wording.ACTS, *chain_acts.ACTS)
        money = (*payouts_events.ACTS, *windows_acts.ACTS, *self.games.all_of(lambda one: one.acts))
        return (*below, *money, *console_acts.ACTS, *reset.ACTS)


PRODUCT = Product(GAMES)


def assemble(app: Flask, csrf: CSRFProtect, product: Product) -> None:
    """Hand every slice what it needs to know of the others, without their importing each other."""
    _fill_ports(app, product)
    key_door.init_app(app)
    gate.init_app(app)
    for blueprint in product.blueprints:
        app.register_blueprint(blueprint)
    rq.init_app(app)
    for blueprint in product.without_csrf_cookie:
        csrf.exempt(blueprint)
    with app.app_context():
        deposits.account_key()  # a key that cannot be used is refused at start, not at the first order


def _fill_ports(app: Flask, product: Product) -> None:
    catalogue.assemble(app, product.games)
    partners_games.LEADING.fill(app, product.games.leading)
    surfaces.SURFACES.fill(app, product.surfaces)
    surfaces.LAYOUTS.fill(app, {Surface.ADMIN: operators_door.LAYOUT})
    queue.PERIODIC_JOBS.fill(app, product.periodic_jobs)
    queue.ASKED_JOBS.fill(app, ASKED_JOBS)
    auditing.CHECKS.fill(app, product.audit_checks)
    events.EVENT_TYPES.fill(app, {one.name: one for one in product.event_types})
    ALARM_KINDS.fill(app, {one.code: one for one in product.alarm_kinds})
    ACTS.fill(app, {one.name: one for one in product.acts})
    windows_games.GAMES.fill(app, product.games.windows)
    scanner.LISTENERS.fill(app, CHAIN_LISTENERS)
    mempool.SIGHTING_LISTENERS.fill(app, SIGHTING_LISTENERS)
    spends.PLANNER.fill(app, Planning())
    staleness.DEBTS_CHECKS.fill(app, product.debts_checks)
    payouts_coins.SUSPENDED.fill(app, product.suspended_payments)
    payouts_telling.OF_DEBTS.fill(app, windows_paid.tell)
    deposits.BRANCHES.fill(app, product.games.key_branches)
    partners.CHECK_ADDRESS.fill(app, deposits.check_payout_address)
    partners.PATHS_OF_GAMES.fill(app, product.games.paths)
    partners.GAMES_OFFERED.fill(app, product.games.in_frame)
    headers.FRAME_ORIGINS.fill(app, current_frame.frame_origins)
    partners_pages.PANELS.fill(app, PARTNER_PANELS)
    needs.NEEDS.fill(app, (desk_needs.needs,))
    webhooks_wording.PAGE_OF.fill(app, desk_about.page_of)
    verification.USUAL_CONTACT.fill(app, lambda: house().house_contact)
    first_steps.MILESTONES.fill(app, product.milestones)
    languages.TRANSLATED_ENDPOINTS.fill(app, product.translated_endpoints)
    gate.SELLING_ENDPOINTS.fill(app, product.selling_endpoints)
