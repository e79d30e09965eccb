"""What the rail of bets hands over to the product."""

from __future__ import annotations

from typing import Final

from app.record.part import Part

from . import checks, models  # noqa: F401  (its tables)

PART: Final = Part(audit_checks=checks.CHECKS)
