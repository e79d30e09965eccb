"""How far the payment of a jackpot has come, in words: the same on every page that shows it."""

from __future__ import annotations

from flask_babel import gettext, ngettext

from app.core.config import current_settings
from app.money.payouts.sent.debts import Block, Debt
from app.selling.windows.wording import Words, number


def paying_words(debt: Debt) -> Words:
    """Where the payment stands, and what comes next."""
    if debt.standing == "owed":
        return _owed()
    return _paid(debt.block) if debt.is_paid else _sent(debt)


def _owed() -> Words:
    text = gettext(
        "Payments are signed by hand, away from the network, so this takes a while. The transaction stands here as "
        "soon as it is sent."
    )
    return Words("info", gettext("The jackpot is owed"), text)


def _sent(debt: Debt) -> Words:
    if debt.block is None:
        text = gettext(
            "The transaction was given to the network and waits for a block. If it is sent again with a higher fee, it "
            "gets another id, and the new one stands here."
        )
        return Words("info", gettext("The jackpot is on its way"), text)
    text = ngettext(
        "The transaction is in block %(height)s. It is final when %(num)s block is on top of it.",
        "The transaction is in block %(height)s. It is final when %(num)s blocks are on top of it.",
        current_settings().settlement_depth,
        height=number(debt.block.height),
    )
    return Words("info", gettext("The jackpot is in a block"), text)


def _paid(block: Block | None) -> Words:
    text = gettext("The transaction is in block %(height)s, and final.", height=number(block.height)) if block else ""
    return Words("ok", gettext("The jackpot is paid"), text)


def paying_step(debt: Debt) -> dict[str, str]:
    """The same as the last step of a story: its label, its state, and a note."""
    if debt.is_paid:
        return {"label": gettext("Jackpot paid"), "state": "done", "note": _note(debt)}
    return {"label": gettext("Payment of the jackpot"), "state": "now", "note": _note(debt)}


def _note(debt: Debt) -> str:
    if debt.block is not None:
        in_block: str = gettext("In block %(height)s", height=number(debt.block.height))
        return in_block
    return str(gettext("Sent, in no block yet") if debt.sent else gettext("Owed"))
