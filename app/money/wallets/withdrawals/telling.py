"""What players are told of what they draw out, each state once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from app.money.wallets.messages import CALLED
from app.money.wallets.models import Withdrawal
from app.record.notifications.telling.kinds import NoticeKind
from app.record.notifications.telling.ports import tell

_TOLD: Final = frozenset({"approved", "sent", "paid", "refused", "returned"})


def moved(withdrawal: Withdrawal) -> None:
    """A withdrawal has come into another state."""
    if withdrawal.state not in _TOLD:
        return
    told = {"withdrawal": str(withdrawal.id), "method": withdrawal.method, "currency": withdrawal.currency}
    tell(
        withdrawal.user_id,
        f"withdrawal.{withdrawal.state}",
        once=str(withdrawal.id),
        amountMinor=withdrawal.amount_minor,
        **told,
    )


def _named(told: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"way": str(CALLED[told["method"]])}


_PAGE: Final = "/play/wallet/withdrawals/%(withdrawal)s"

KINDS: Final = (
    NoticeKind(
        name="withdrawal.approved",
        called=_l("What you draw out was looked at"),
        title=_l("%(amountMinor)s may leave"),
        text=_l("We have looked at what you draw out, and it is sent by %(way)s now."),
        path=_PAGE,
        places=frozenset({"app"}),
        read=_named,
    ),
    NoticeKind(
        name="withdrawal.sent",
        called=_l("What you draw out was sent"),
        title=_l("%(amountMinor)s were sent to you"),
        text=_l("By %(way)s. We tell you when they have arrived."),
        path=_PAGE,
        places=frozenset({"app"}),
        read=_named,
    ),
    NoticeKind(
        name="withdrawal.paid",
        called=_l("What you draw out was paid"),
        title=_l("%(amountMinor)s were paid to you"),
        text=_l("By %(way)s, to your own account."),
        path=_PAGE,
        read=_named,
    ),
    NoticeKind(
        name="withdrawal.refused",
        called=_l("What you draw out was given back"),
        title=_l("%(amountMinor)s are in your wallet again"),
        text=_l("They did not leave by %(way)s. Its page says why, and you can draw them out again."),
        path=_PAGE,
        read=_named,
    ),
    NoticeKind(
        name="withdrawal.returned",
        called=_l("What you drew out came back"),
        title=_l("%(amountMinor)s came back to your wallet"),
        text=_l("They had left by %(way)s and were not taken there. Look at the account that they went to."),
        path=_PAGE,
        read=_named,
    ),
)
