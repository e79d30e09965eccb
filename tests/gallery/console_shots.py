"""The operators' console. Its pages beside the first are checked in test_console.py."""

from __future__ import annotations

from .shots import Shot

_PAGES = {
    "rounds": "rounds",
    "round": "rounds/rounds/{round}",
    "luckotto-round": "rounds/luckotto/{round}",
    "orders": "orders",
    "order": "orders/rounds/{won_id}",
    "suspended": "suspended",
    "payouts": "payouts",
    "wins": "payouts/wins?standing=owed",
    "partners": "partners",
    "partner": "partners/{site}",
    "alarms": "alarms",
    "audit": "audit",
    "system": "system",
    "system-jobs": "system/jobs",
    "system-switches": "system/switches",
    "system-log": "system/log",
    "system-settings": "system/settings",
    "stop-sales": "system/switches/sales?act=stop",
    "search": "search?q={round}",
    "content": "content",
    "tchala": "content/tchala",
    "bets": "swertres",
    "bets-games": "swertres/games",
    "bets-schedule": "swertres/schedule",
    "bets-exposure": "swertres/exposure",
    "bets-finance": "swertres/finance",
    "bets-config": "swertres/config",
}

SHOTS = (
    Shot("settled", "admin", "/admin", who="operator"),
    *(
        Shot("settled", f"admin-{name}", f"/admin/{path}", who="operator", checked=False)
        for name, path in _PAGES.items()
    ),
    Shot("unlike", "admin-alarms", "/admin/alarms", who="operator", checked=False),
)
