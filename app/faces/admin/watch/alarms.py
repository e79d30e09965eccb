"""The alarms of the console's own watch, and what to do about each."""

from __future__ import annotations

from typing import Final

from app.record.audit.kinds import AlarmKind

ALARM_KINDS: Final = (
    AlarmKind(
        "scanner_behind",
        "The scanner is behind the node",
        "Look whether the clock and the worker for the chain run, and what the log says of chain.scan. No order is "
        "made while it is behind.",
    ),
    AlarmKind(
        "journal_away",
        "The terms journal cannot be written",
        "Look at the disk of TERMS_JOURNAL_PATH: is it mounted, full, or not ours to write? No order is made until "
        "it can be written.",
    ),
    AlarmKind(
        "settlement_overdue",
        "A round should have been drawn long ago",
        "Look whether a worker takes the queue for draws, on the page of jobs, and whether its draws fail.",
    ),
    AlarmKind(
        "reserve_short",
        "The coins do not cover every jackpot that is promised",
        "Send at least what is missing to the reserve (flask wallet new-address). What is owed now can still be paid.",
    ),
    AlarmKind(
        "webhooks_waiting",
        "Webhooks wait longer than they should",
        "Look whether a worker takes the queue for webhooks. Partners lose nothing: what waits is delivered later, "
        "and stands in their feed.",
    ),
    AlarmKind(
        "mail_waiting",
        "Mail waits longer than it should",
        "Look at the mail server and its settings, and at the log of the job for mail. What waits is sent when it "
        "is back.",
    ),
    AlarmKind(
        "messages_waiting",
        "SMS or push wait longer than they should",
        "Look whether a worker takes the queue for messages. What waits is sent once one does.",
    ),
    AlarmKind(
        "audit_unsealed",
        "Entries of the audit log are not sealed",
        "Look whether the clock runs, and what the log says of audit.seal. Until it goes on, entries could be "
        "changed unseen.",
    ),
    AlarmKind(
        "log_late",
        "What was said has waited for its place in the public log",
        "Look whether the clock runs, and what the log of processes says of log_stands_still. If LOG_JOURNAL_PATH has "
        "more than the database, it was restored: bring the entries back with flask log restore before anything is "
        "signed. Receipts promise a minute.",
    ),
    AlarmKind(
        "witness_silent",
        "A witness of the public log is not heard of",
        "Read what flask log status says of it, look whether a worker takes the queue for witnesses, and write to who "
        "runs it. Rounds that promise it need it before their closing block, unless the others are enough.",
    ),
    AlarmKind(
        "witness_disagrees",
        "A witness has seen another log than ours",
        "Stop sales. Read the evidence (flask log evidence), run flask log verify, and compare with the log's "
        "journal: somebody signed with our key, or the database was restored without flask log restore. If it is "
        "proven, everybody can prove it: say so before others do.",
    ),
    AlarmKind(
        "log_anchor_late",
        "No root of the public log came into Bitcoin for a day",
        "If a payout with a root waits for its block, bump it. Else draft one with flask log anchor, or in the "
        "console, and sign, upload and send it as a payout.",
    ),
    AlarmKind(
        "draw_differs",
        "A draw that was hashed again came out otherwise",
        "Stop settlement. Open the round, compare its seed with the node's block, and run the published script on "
        "another machine before anything of it is paid.",
    ),
    AlarmKind(
        "invariant_broken",
        "The nightly audit found a breach",
        "Run flask audit and read what it names. Stop sales and payouts if it is money, and compare with the last "
        "backup.",
    ),
)
