"""Which module of the console each endpoint belongs to: what an operator must be privileged for to be let in there."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from app.selling.bets.games import GAMES

EVERYBODYS: Final = "everybody"
"""Any operator's: the first page, and what a monitor reads."""
NOBODYS: Final = "nobody"
"""An endpoint that says nothing is closed; a test names it."""

BETS: Final = "/admin/bets"
"""Leads to the first game that sells bets, whose pages lie below the game's own name."""

_OF_BLUEPRINTS: Final = {
    "admin_overview": EVERYBODYS,
    "metrics": EVERYBODYS,
    "admin_search": EVERYBODYS,  # it finds what they may open
    "admin_own": EVERYBODYS,
    "admin_operators": "system",
    "admin_api_door": EVERYBODYS,
    "admin_approvals": EVERYBODYS,  # of each kind those who may decide it
    "admin_api_approvals": EVERYBODYS,
    "admin_rounds": "rounds",
    "admin_results": "results",
    "admin_bets": "rounds",
    "admin_money": "orders",
    "admin_partners": "partners",
    "admin_people": "people",
    "admin_content": "content",
    "admin_letters": "people",
    "admin_audit": "audit",
    "admin_system": "system",
    "admin_payouts": "payouts",
    "admin_api_payouts": "payouts",
    "admin_wallets": "wallets",
    "admin_gateways": "wallets",
    "admin_api_wallets": "wallets",
    "admin_api_gateways": "wallets",
    "rq_dashboard": "jobs",
}
_OF_ENDPOINTS: Final = {
    **{f"admin_audit.{name}": "alarms" for name in ("alarms", "alarm", "close")},
    **{
        f"admin_money.{name}": "refunds"
        for name in ("suspended", "ask_many", "give_many", "decide_many", "decide", "one_round")
    },
    **{f"admin_bets.{name}": "people" for name in ("bettors", "bettor")},
    **{
        f"admin_bets.{name}": "wallets"
        for name in ("finance", "report", "ask_move", "move", "withdrawals", "ask_refund", "refund")
    },
    "admin_bets.results": "results",
    **{f"admin_bets.{name}": "system" for name in ("config", "configure")},
}
OF_PAGES_OF_BETS: Final = {
    "": "rounds",
    "games": "rounds",
    "schedule": "rounds",
    "exposure": "rounds",
    "finance": "wallets",
    "bettors": "people",
    "withdrawals": "wallets",
    "results": "results",
    "config": "system",
}
"""The same of the pages of a game that sells bets, by the word behind its name, in the order in which they stand."""
OF_SECTIONS: Final = {
    "/admin": EVERYBODYS,
    "/admin/approvals": EVERYBODYS,
    "/admin/rounds": "rounds",
    "/admin/results": "results",
    BETS: "rounds",
    "/admin/orders": "orders",
    "/admin/suspended": "refunds",
    "/admin/payouts": "payouts",
    "/admin/money": "wallets",
    "/admin/partners": "partners",
    "/admin/people": "people",
    "/admin/letters": "people",
    "/admin/content": "content",
    "/admin/alarms": "alarms",
    "/admin/audit": "audit",
    "/admin/rq/": "jobs",
    "/admin/system": "system",
}
"""The same of the navigation's addresses."""


def module_at(path: str) -> str:
    """The module of an address of the console: that of the section which it lies below."""
    below = [section for section in OF_SECTIONS if f"{path.partition('?')[0]}/".startswith(f"{section.rstrip('/')}/")]
    if below:
        return OF_SECTIONS[max(below, key=len)]
    _, _, game, page, *_ = [*path.partition("?")[0].split("/"), "", ""]
    return OF_PAGES_OF_BETS.get(page, OF_SECTIONS[BETS]) if game in GAMES.get() else NOBODYS


def first_of_bets(game: str, may: Collection[str]) -> str | None:
    """The first page of a game that sells bets which whoever has these privileges may open; None: there is none."""
    page = next((page for page, module in OF_PAGES_OF_BETS.items() if module in may), None)
    return None if page is None else f"/admin/{game}/{page}".rstrip("/")


def module_of(endpoint: str) -> str:
    """The module of an endpoint."""
    return _OF_ENDPOINTS.get(endpoint) or _OF_BLUEPRINTS.get(endpoint.partition(".")[0], NOBODYS)
