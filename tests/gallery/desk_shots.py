"""The partner's dashboard."""

from __future__ import annotations

from .shots import Shot

SHOTS = (
    Shot("empty", "partners-new", "/partners/new", who="owner"),
    Shot("selling", "partners", "/partners", who="owner"),
    Shot("selling", "partner", "/partners/{site}", who="owner"),
    Shot("settled", "partner", "/partners/{site}", who="owner", checked=False),
    Shot("settled", "partner-orders", "/partners/{site}/orders?game=luckotto", who="owner"),
    Shot("settled", "partner-balance", "/partners/{site}/balance", who="owner", checked=False),
    Shot("settled", "partner-wins", "/partners/{site}/wins", who="owner", checked=False),
)
