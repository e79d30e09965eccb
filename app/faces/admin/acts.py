"""What operators and the console's jobs do, as the audit log tells it."""

from __future__ import annotations

from typing import Final

from app.core.text.isolation import isolated
from app.record.audit.acts import Act, block, count, whether, word
from app.record.audit.models import AuditEntry


def _job(entry: AuditEntry) -> str:
    """What an action of the queues' dashboard was asked for: a job, or a queue."""
    told = entry.detail.get("detail")
    values = [str(value)[:80] for value in told.values()] if isinstance(told, dict) else []
    return isolated(", ".join(values))


ACTS: Final = (
    Act("witness.stopped", "switched a witness of the public log off", (word("witness"),)),
    Act("witness.started", "let a witness of the public log be asked again", (word("witness"),)),
    Act("operator.admitted", "was let into the console"),
    Act("operator.refused", "was refused at the console's door"),
    Act("jobs.delete_job_view", "deleted a job", (_job,)),
    Act("jobs.requeue_job_view", "let a failed job run once more", (_job,)),
    Act("jobs.requeue_all", "let all failed jobs run once more", (_job,)),
    Act("jobs.empty_queue", "emptied a queue", (_job,)),
    Act("jobs.compact_queue", "tidied up a queue", (_job,)),
    Act(
        "audit.chain_checked",
        "recomputed the chain of entries",
        (whether("holds", "it holds", "it does NOT hold"), count("places", "place", "places")),
    ),
    Act(
        "audit.checked",
        "checked every invariant",
        (count("checks", "check", "checks"), count("breaches", "breach", "breaches"), word("node", "node: {}")),
    ),
    Act("round.seal_marked", "gave the seal a mark of today's key"),
    Act("draw.rerun_asked", "asked for the draw to be hashed again"),
    Act("draw.rerun", "hashed the draw again", (whether("matches", "it came out the same", "it came out DIFFERENT"),)),
    Act("chain.rescanned", "read the chain again from here", (block("tip", "up to block {}"),)),
)
