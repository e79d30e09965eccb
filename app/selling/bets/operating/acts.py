"""What happens to draws of bets and to bankrolls, as the audit log tells it."""

from __future__ import annotations

from typing import Final

from app.core.text.amounts import written
from app.record.audit.acts import Act, word
from app.record.audit.models import AuditEntry


def _amount(entry: AuditEntry) -> str:
    """The amount of an entry in its currency."""
    amount, currency = entry.detail.get("amount_minor"), entry.detail.get("currency")
    return written(amount, currency) if type(amount) is int and isinstance(currency, str) else ""


_MOVED: Final = (_amount, word("bank", "by {}"), word("reference", "as {}"))
ACTS: Final = (
    Act("bet.draw_cancelled", "cancelled a draw"),
    Act("bet.draw_unskipped", "had a skipped draw held after all"),
    Act("bet.draws_made", "made draws", (word("first", "from {}"), word("last", "to {}"))),
    Act("bet.recounted", "counted anew what a draw could cost at worst", (_amount,)),
    Act("bankroll.funded", "put money into a bankroll", _MOVED),
    Act("bankroll.withdrawn", "took money out of a bankroll", _MOVED),
)
