"""Every page of the console, as `wiring` lists them: blueprints, and the endpoints that stand on its surface."""

from __future__ import annotations

from typing import Final

from flask import Blueprint

from .pages import audit, overview, partners, rounds, rq, search, suspended, system
from .payouts import api as payouts_api
from .payouts.pages import due as payouts

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (
    overview.bp,
    search.bp,
    rounds.bp,
    suspended.bp,
    partners.bp,
    audit.bp,
    system.bp,
    payouts.bp,
    payouts_api.bp,
)

_PAGES: Final = {
    "overview": ("overview",),
    "rounds": ("rounds", "round_", "run_again", "ask_outcome", "resolve"),
    "search": ("search",),
    "money": ("orders", "order", "suspended", "ask_many", "give_many", "decide_many", "decide", "one_round"),
    "partners": ("sites", "site", "ask_decision", "decide", "limit"),
    "audit": ("log", "check", "export", "alarms", "alarm", "close"),
    "system": ("system", "ask_switch", "switch", "ask_witness", "witness"),
    "payouts": ("payouts", "generate", "payout", "download", "sign", "refresh", "ask_about", "act", "explain"),
}
ENDPOINTS: Final = (*(f"admin_{room}.{name}" for room, names in _PAGES.items() for name in names), *rq.ENDPOINTS)
API_ENDPOINTS: Final = payouts_api.ENDPOINTS
