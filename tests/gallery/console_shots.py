"""The operators' console."""

from __future__ import annotations

from .shots import Shot

SHOTS = (Shot("settled", "admin", "/admin", who="operator"),)
