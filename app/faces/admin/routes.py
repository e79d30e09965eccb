"""Every page of the console, as `wiring` lists them: blueprints, and the endpoints that stand on its surface."""

from __future__ import annotations

from typing import Final

from flask import Blueprint

from .pages import audit, money, overview, partners, payouts, payouts_api, rounds, rq, system

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (
    overview.bp,
    rounds.bp,
    money.bp,
    partners.bp,
    audit.bp,
    system.bp,
    payouts.bp,
    payouts_api.bp,
)

_PAGES: Final = {
    "overview": ("overview",),
    "rounds": ("rounds", "round_", "run_again", "ask_outcome", "resolve"),
    "money": ("orders", "order", "suspended", "decide"),
    "partners": ("sites", "site", "ask_decision", "decide", "limit"),
    "audit": ("log", "check", "export", "alarms", "alarm", "close"),
    "system": ("system", "ask_switch", "switch"),
    "payouts": ("payouts", "generate", "payout", "download", "sign", "refresh", "ask_about", "act", "explain"),
}
ENDPOINTS: Final = (*(f"admin_{room}.{name}" for room, names in _PAGES.items() for name in names), *rq.ENDPOINTS)
API_ENDPOINTS: Final = payouts_api.ENDPOINTS
