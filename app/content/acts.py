"""What operators do with texts and the dictionary, as the audit log tells it."""

from __future__ import annotations

from typing import Final

from app.record.audit.acts import Act, change, count, names, word

ACTS: Final = (
    Act("content.written", "wrote a text", (word("kind"), word("title", "“{}”"))),
    Act("content.placed", "gave a text another place", (change("place", "{} before, {} now"),)),
    Act(
        "content.published",
        "published a text",
        (word("title", "“{}”"), word("begins", "from {}"), word("ends", "to {}")),
    ),
    Act("content.withdrawn", "took a text back", (word("title", "“{}”"),)),
    Act("dream.written", "wrote a dream of the Tchala", (word("ht"), names("numbers"))),
    Act("dream.removed", "removed a dream from the Tchala", (word("ht"), names("numbers"))),
    Act(
        "tchala.imported",
        "imported dreams",
        (
            count("made", "new one", "new ones"),
            count("changed", "changed one", "changed ones"),
            word("source", "from {}"),
        ),
    ),
)
