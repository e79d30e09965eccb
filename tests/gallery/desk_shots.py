"""The partner's dashboard."""

from __future__ import annotations

from .shots import Shot

SHOTS = (
    Shot("empty", "partners-new", "/partners/new", who="owner"),
    Shot("selling", "partners", "/partners", who="owner"),
    Shot("selling", "partner", "/partners/{site}", who="owner"),
)
