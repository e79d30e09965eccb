"""What happens when draws have results, as the audit log tells it, and what to do about what goes wrong."""

from __future__ import annotations

from typing import Final

from app.core.text.amounts import written
from app.record.audit.acts import Act, word
from app.record.audit.kinds import AlarmKind
from app.record.audit.models import AuditEntry


def _amount(entry: AuditEntry) -> str:
    amount, currency = entry.detail.get("amount_minor"), entry.detail.get("currency")
    return written(amount, currency) if type(amount) is int and isinstance(currency, str) else ""


ACTS: Final = (
    Act("bet.corrected", "corrected the result of a draw", (_amount,)),
    Act("bet.given_back", "gave a bet back before its draw", (_amount, word("ticket", "of ticket {}"))),
)

ALARM_KINDS: Final = (
    AlarmKind(
        "bet_not_settled",
        "A draw’s result is known and its winnings are not counted",
        "It is tried again every few seconds. draw_not_sealed: look why its seal is missing. draw_differs: its rows "
        "are not what was sold; run flask audit before anything is paid. insufficient_funds: the result was corrected "
        "after it was final, and the bankroll has to be funded.",
    ),
    AlarmKind(
        "bet_not_paid",
        "Winnings do not reach their wallets",
        "They stay owed, and are tried again every few seconds. Run flask audit and look into the worker’s log.",
    ),
    AlarmKind(
        "bet_not_given_back",
        "Stakes on a draw that is not held do not go back",
        "They are tried again every few seconds. Run flask audit and look into the worker’s log.",
    ),
    AlarmKind(
        "bet_correction_uncovered",
        "A corrected draw has less of the bankroll than another correction could cost",
        "Fund the bankroll; its draws sell no more than it has. Close this once the result is final.",
    ),
)
