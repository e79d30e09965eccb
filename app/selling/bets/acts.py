"""What happens to draws of bets and to bankrolls, as the audit log tells it."""

from __future__ import annotations

from typing import Final

from app.record.audit.acts import Act

ACTS: Final = (
    Act("bet.draw_cancelled", "cancelled a draw"),
    Act("bet.draw_unskipped", "had a skipped draw held after all"),
)
