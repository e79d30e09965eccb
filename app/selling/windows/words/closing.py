"""What is said of a round in its last blocks: nobody orders in it any more, and what is ordered may still be paid."""

from __future__ import annotations

from flask_babel import gettext

from app.core.config import current_settings
from app.selling.windows.models import WindowRound
from app.selling.windows.rounds.progress import TimeLeft
from app.selling.windows.rules import takes_orders
from app.selling.windows.wording import Words, number


def last_payments(round_: WindowRound, left: TimeLeft) -> Words | None:
    """None for a round that takes orders, or whose sales are not open."""
    if round_.shown_status != "open" or left.to_order:
        return None
    text = gettext(
        "New orders go into the next round. What is ordered can still be paid: a payment counts if a block before "
        "block %(end)s includes it.",
        end=number(round_.sales_end_height),
    )
    return Words("info", gettext("This round takes no more orders"), text)


def in_last_blocks(round_: WindowRound, tip: int) -> bool:
    """Whether it is open, and takes no new orders any more."""
    return round_.shown_status == "open" and not takes_orders(round_.window, tip, current_settings().order_stop_blocks)
