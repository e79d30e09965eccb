"""Payouts that are on their way, in words: what each waits for, and what those that wait for an operator add up to."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext, ngettext

from app.core import clock
from app.core.web.templating import duration, sats
from app.money.payouts.drafts.under_way import UnderWay


def standing(one: UnderWay, tip: int) -> tuple[str, str]:
    """Where one is: the tone of its badge, and words."""
    if one.payout.state == "draft":
        return "warn", gettext("Waits to be signed")
    if one.payout.state == "signed":
        return "warn", gettext("Signed, not yet seen in the network")
    if one.payout.state in ("broadcasting", "unknown"):
        return "bad", gettext("Unknown whether the network has it")
    if one.height is None:
        return "live", gettext("In the network, in no block yet")
    above = max(tip - one.height + 1, 1)
    words = ngettext("In the network, %(num)s confirmation", "In the network, %(num)s confirmations", above)
    return "live", str(words)


def unsigned(waiting: Sequence[UnderWay]) -> str:
    """That these wait to be signed."""
    words = ngettext(
        "%(num)s payout waits to be signed (%(what)s).",
        "%(num)s payouts wait to be signed (%(what)s).",
        len(waiting),
        what=_what(waiting),
    )
    return str(words)


def unsent(waiting: Sequence[UnderWay]) -> str:
    """That these are signed, and nobody has sent them."""
    words = ngettext(
        "%(num)s payout is signed, and not yet seen in the network (%(what)s).",
        "%(num)s payouts are signed, and not yet seen in the network (%(what)s).",
        len(waiting),
        what=_what(waiting),
    )
    return str(words)


def for_whom(one: UnderWay) -> str:
    """Whom it pays, in numbers; what pays nobody by its name."""
    said = []
    if one.winners:
        said.append(ngettext("%(num)s winner", "%(num)s winners", one.winners))
    if one.balances:
        said.append(ngettext("%(num)s balance", "%(num)s balances", one.balances))
    if said:
        return ", ".join(said)
    return str(gettext("anchor of the public log") if one.payout.kind == "log" else gettext("sweep"))


def _what(waiting: Sequence[UnderWay]) -> str:
    """How much, for whom, since when and by whom."""
    paid, winners = sum(one.sats for one in waiting), sum(one.winners for one in waiting)
    oldest = min(waiting, key=lambda one: one.drafted_at)
    since = duration((clock.now() - oldest.drafted_at).total_seconds())
    said = [gettext("%(n)s sats", n=sats(paid))] if paid else []
    if len(waiting) == 1:
        by = oldest.payout.created_by.removeprefix("operator:")
        return ", ".join([*said, for_whom(oldest), gettext("drafted %(since)s ago by %(name)s", since=since, name=by)])
    if winners:
        said.append(ngettext("%(num)s winner", "%(num)s winners", winners))
    return ", ".join([*said, gettext("the oldest drafted %(since)s ago", since=since)])
