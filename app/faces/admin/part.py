"""What the operators' console hands over to the product: its pages, its two jobs, its alarms and acts."""

from __future__ import annotations

from typing import Final

from app.core.jobs.queue import HOOKS_QUEUE, PeriodicJob
from app.core.web.surfaces import Surface
from app.record.part import Part

from . import acts, gate, jobs
from .approving import api as approvals_api
from .approving import operators
from .approving import pages as approvals
from .bets.pages import bettors as bettors_of_bets
from .bets.pages import board, days, exposure, finance, games, place, schedule
from .bets.pages import config as config_of_bets
from .content.pages import importing as importing_dreams
from .content.pages import letters, publishing, tchala, texts
from .gateways import api as gateways_api
from .gateways.pages import bearing, payments, reconciling, refunding
from .pages import audit, overview, partners, people, rounds, rq, search, suspended, system
from .payouts import api as payouts_api
from .payouts.pages import due as payouts
from .results import deciding as results_deciding
from .results import pages as results
from .signing_in import api as signing_in_api
from .signing_in import own, session
from .signing_in import pages as signing_in
from .wallets import api as wallets_api
from .wallets.pages import adjustments, house, rates, withdrawals
from .wallets.pages import deciding as reviews
from .watch import alarms, metrics

_PAGES: Final = {
    "overview": ("overview",),
    "rounds": ("rounds", "round_", "run_again", "ask_outcome", "resolve"),
    "search": ("search",),
    "money": ("orders", "order", "suspended", "ask_many", "give_many", "decide_many", "decide", "one_round"),
    "partners": ("sites", "site", "ask_decision", "decide", "limit"),
    "people": ("people", "person", "document", "ask_decision", "decide"),
    "letters": ("letters", "letter", "answer", "ask_close", "close"),
    "audit": ("log", "check", "export", "alarms", "alarm", "close"),
    "system": (
        *("system", "jobs", "all_switches", "public_log", "settings_in_force"),
        *("ask_switch", "switch", "ask_witness", "witness"),
    ),
    "payouts": ("payouts", "wins", "generate", "payout", "download", "sign", "refresh", "ask_about", "act", "explain"),
}

_MONEY: Final = (house, withdrawals, reviews, rates, adjustments, payments, refunding, bearing, reconciling)
"""Pages of money that is not on the chain."""

_BETS: Final = (board, games, schedule, days, exposure, finance, bettors_of_bets, config_of_bets)
"""Pages of games that sell bets: of one blueprint."""

_CONTENT: Final = (texts, publishing, tchala, importing_dreams)
"""Pages of texts and dreams: of one blueprint."""

PART: Final = Part(
    pages=(metrics.bp, signing_in.bp),
    cookieless=(  # behind the operators' door
        overview.bp,
        search.bp,
        rounds.bp,
        results.bp,
        place.bp,
        suspended.bp,
        payments.bp,
        house.bp,
        partners.bp,
        people.bp,
        texts.bp,
        letters.bp,
        audit.bp,
        system.bp,
        payouts.bp,
        payouts_api.bp,
        approvals.bp,
        own.bp,
        operators.bp,
        approvals_api.bp,
        wallets_api.bp,
        gateways_api.bp,
        signing_in_api.bp,
        rq.blueprint,
    ),
    endpoints={
        Surface.ADMIN: (
            *(f"admin_{room}.{name}" for room, names in _PAGES.items() for name in names),
            *(name for room in _MONEY for name in room.ENDPOINTS),
            *results.ENDPOINTS,
            *(name for room in _BETS for name in room.ENDPOINTS),
            *results_deciding.ENDPOINTS,
            *(name for room in _CONTENT for name in room.ENDPOINTS),
            *rq.ENDPOINTS,
            *signing_in.ENDPOINTS,
            *approvals.ENDPOINTS,
            *own.ENDPOINTS,
            *operators.ENDPOINTS,
        ),
        Surface.API: (
            "metrics.metrics",
            *payouts_api.ENDPOINTS,
            *approvals_api.ENDPOINTS,
            *wallets_api.ENDPOINTS,
            *gateways_api.ENDPOINTS,
            *signing_in_api.ENDPOINTS,
        ),
    },
    uploads={**results.UPLOADS, **importing_dreams.UPLOADS},
    periodic_jobs=(
        PeriodicJob("admin.watch", jobs.watch_over, 30),
        # Beside webhooks, which may wait a little: seals and draws may not.
        PeriodicJob("admin.audit", jobs.audit_nightly, 900, HOOKS_QUEUE, timeout_seconds=4 * 3600),
    ),
    asked_jobs={"draws.rerun": jobs.rerun_draw},
    alarm_kinds=alarms.ALARM_KINDS,
    acts=acts.ACTS,
    described=(*signing_in_api.DESCRIBED, *approvals_api.DESCRIBED, *wallets_api.DESCRIBED, *gateways_api.DESCRIBED),
    starting=(gate.init_app, session.init_app, rq.init_app),
)
