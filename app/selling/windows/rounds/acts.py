"""What rounds and payments to them write into the audit log, in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from app.core.text.isolation import isolated
from app.core.web.templating import sats
from app.record.audit.acts import Act, Fact, amount, block, count, hash_, names, whether, word
from app.record.audit.models import AuditEntry

WHY: Final[Mapping[str, str]] = {
    "promise_does_not_hold": "it is not what was promised and sealed",
    "closing_block_is_another": "the node has another closing block than our table of blocks",
    "reorganised_below_seal": "the chain changed below its seal",
    "reorganised_below_draw": "the closing block left the chain while it was drawn",
    "credited_after_seal": "a payment was credited after its seal",
    "not_cosigned_before_closing_block": "its seal was not cosigned before its closing block",
    "not_sealed_before_closing_block": "it was not sealed before its closing block",
}


def why(entry: AuditEntry) -> str:
    """A reason of the machine in words; a person's stands beside the sentence as it was written."""
    return WHY.get(entry.reason, "")


_FATES: Final = {"late": "late", "sold_out": "sold out", "below_minimum": "below the minimum", "void": "of void rounds"}


def _fate(entry: AuditEntry) -> str:
    fate = entry.detail.get("fate")
    return _FATES.get(str(fate), str(fate).replace("_", " ")) if fate is not None else ""


def _of_the_game(prefix: str) -> Fact:
    """What a game calls it: `soldTickets` is "12 sold tickets", `winningNumbers` "winning numbers 1 2 3"."""

    def said(entry: AuditEntry) -> str:
        return ", ".join(
            _of_member(re.sub("(?=[A-Z])", " ", name).lower(), value)
            for name, value in entry.detail.items()
            if name.startswith(prefix)
        )

    return said


def _of_member(words: str, value: object) -> str:
    """A number of things comes before their name, which thing it is after it."""
    if words.startswith("sold "):
        return f"{sats(value) if isinstance(value, int) else value} {words}"
    return f"{words} {', '.join(f'{one}' for one in value) if isinstance(value, list) else value}"


def _drawn(entry: AuditEntry) -> str:
    """What won as its game writes it; older entries have its bare values."""
    return word("drew", "drew {}")(entry) or _of_the_game("winning")(entry)


def _missing(entry: AuditEntry) -> str:
    """The names of the witnesses; their keys, which make a verifier's line too long to read, stand in the record."""
    keys = entry.detail.get("missing")
    told = ", ".join(str(one).partition("+")[0] for one in keys) if isinstance(keys, list) else ""
    return f"missing: {isolated(told)}" if told else ""


ACTS: Final = (
    Act(
        "round.created", "made the round", (block("opens", "opens at block {}"), block("closing", "closes by block {}"))
    ),
    Act(
        "round.sealed",
        "sealed the round",
        (
            count("payments", "payment", "payments"),
            _of_the_game("sold"),
            block("tipHeight", "at block {}"),
        ),
    ),
    Act(
        "round.witnessed",
        "fixed who had cosigned the log over its seal",
        (
            whether("hasQuorum", "as many as were promised", "too few"),
            _missing,
        ),
    ),
    Act("round.drawing", "began the draw with the closing block", (hash_("closingBlockHash"),)),
    Act(
        "round.settled",
        "settled the round",
        (
            _drawn,
            whether("sold", "a player has the jackpot", "nobody has the jackpot"),
        ),
    ),
    Act("round.halted", "halted the round", (why, names("differences", "differs: {}")), reason_is_code=True),
    Act("round.resumed", "let the halted round be drawn after all"),
    Act("round.voided", "voided the round", (why, block("tip", "at block {}"))),
    Act(
        "payments.refunded",
        "gave suspended payments to the partners' balances",
        (count("payments", "payment", "payments"), amount("sats"), _fate),
    ),
    Act("order.salts_forgotten", "forgot whom the public log names for an order", (count("salts", "salt", "salts"),)),
    Act("order.recovered", "brought an order back"),
    Act(
        "orders.rescanned",
        "looked for payments to the orders that came back",
        (count("orders", "order", "orders"), count("payments", "payment", "payments")),
    ),
)
