"""What to do about draws that are void, or are not what they were."""

from __future__ import annotations

from typing import Final

from app.record.audit.kinds import AlarmKind

ALARM_KINDS: Final = (
    AlarmKind(
        "bet_draw_void",
        "A draw of bets is void",
        "By rule: it was not sealed or not cosigned in time, or had no result for as long as it promised to wait. All "
        "that was staked goes back by itself. Find out what kept worker, witnesses or results, then close this alarm.",
    ),
    AlarmKind(
        "bet_draw_differs",
        "A draw of bets is not what was promised and sold",
        "It is not sealed, and will be void. Compare its rows with the public log and with a backup: somebody may have "
        "written to the database.",
    ),
)
