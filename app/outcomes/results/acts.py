"""What results write into the audit log, in words; and what to do about each of their alarms."""

from __future__ import annotations

from typing import Final

from app.record.audit.acts import Act, word
from app.record.audit.kinds import AlarmKind

_NUMBERS: Final = word("numbers")

ACTS: Final = (
    Act("result.confirmed", "found sources agree on a result", (_NUMBERS,)),
    Act("result.entered", "entered a result by hand", (_NUMBERS,)),
    Act("result.corrected", "corrected a result", (_NUMBERS,)),
    Act("result.dismissed", "waits for a result no more"),
    Act("result.paper_attached", "attached a paper to a result"),
    Act("result.paper_seen", "opened a paper of a result"),
    Act("result.paper_lost", "asked for a paper of a result that is lost"),
    Act("result.confirming", "said who confirms a lottery’s results", (word("bySources"),)),
    Act("result.source_changed", "changed a source of results", (word("host"), word("parser"), word("origin"))),
)

ALARM_KINDS: Final = (
    AlarmKind(
        "result_open",
        "An official result is open half an hour after it should be known",
        "Open it under Results, read what each source says and why it is not believed. Attach the broadcast and "
        "propose the numbers; a second operator confirms them. Sources are asked on, and may still agree.",
    ),
    AlarmKind(
        "result_not_told",
        "A game did not take a result",
        "It is told again every few seconds. Read in the worker's log what the game refuses; nothing is settled.",
    ),
    AlarmKind(
        "result_not_ours",
        "A result in the database is none that was confirmed here",
        "Somebody wrote it there, or SECRET_KEY is another one. Its game is not told. Compare it with the public log, "
        "find out who can write to the database, and let two people correct it.",
    ),
)
