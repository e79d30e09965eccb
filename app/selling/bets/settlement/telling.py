"""What players are told of their bets: what they won, what was corrected, what went back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.core.web.templating import there
from app.people.players.rules import rfc3339
from app.record.notifications.telling.kinds import NoticeKind
from app.record.notifications.telling.ports import tell

from ..games import GAMES, game_named
from ..models import BetDraw
from ..sealing.wording import REVERSED, why


def won(user_id: UUID, draw: BetDraw, settlement_id: UUID, amount: int, waits_until: datetime | None) -> None:
    """It is in the wallet, and leaves it once the result is final; with `waits_until`, for a card's bank, not before
    that."""
    more = {}
    if waits_until is not None and (draw.final_at is None or waits_until > draw.final_at):
        more = {"leavesAt": rfc3339(waits_until), "waitsFor": "card"}
    elif draw.final_at is not None:
        more = {"leavesAt": rfc3339(draw.final_at), "waitsFor": "result"}
    _tell(user_id, "bet.won", draw, str(settlement_id), amount, **more)


def corrected(user_id: UUID, draw: BetDraw, settlement_id: UUID, amount: int) -> None:
    """The result was another one, and so much of what he won came back."""
    _tell(user_id, "bet.corrected", draw, str(settlement_id), amount)


def given_back(user_id: UUID, draw: BetDraw, entry_id: UUID, amount: int, because: str) -> None:
    """A stake has gone back, or is on its way; `because` as the public log says it."""
    _tell(user_id, "bet.refunded", draw, str(entry_id), amount, because=because)


def _tell(user_id: UUID, kind: str, draw: BetDraw, once: str, amount: int, **more: str) -> None:
    result = "" if draw.outcome is None else game_named(draw.game).told(draw.outcome)
    told = {"game": draw.game, "draw": draw.name, "result": result, "currency": draw.currency, **more}
    told["at"] = draw.draws_at.isoformat()
    tell(user_id, kind, once=once, amountMinor=amount, **told)


def _named(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """A draw by the clock of where it is held; what was told before that was kept has its name alone."""
    game = GAMES.get().get(str(told["game"]))
    when = there(datetime.fromisoformat(told["at"]), str(told["currency"])) if "at" in told else told["draw"]
    return {"called": f"{game.title if game is not None else told['game']}, {when}"}


def _won(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """What was told before that was kept does not say from when on it may leave."""
    leaves = gettext("The page for drawing out says from when on it may leave.")
    if "leavesAt" in told:
        time = there(datetime.fromisoformat(told["leavesAt"]), str(told["currency"]))
        if told["waitsFor"] == "card":
            leaves = gettext("It may leave from %(time)s on: you have played with what a card paid.", time=time)
        else:
            leaves = gettext("It may leave from %(time)s on, when the result is final.", time=time)
    return {**_named(told), "leaves": leaves}


def _explained(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """What was told before reasons were has none. What a bank took back is not the player's to get."""
    because = str(told.get("because", ""))
    then = gettext("Your stake goes back the way you paid.")
    if because == REVERSED:
        then = gettext("Your stake makes good for it.")
    return {**_named(told), "why": why(because) or gettext("Your bet does not take part."), "then": then}


KINDS: Final = (
    NoticeKind(
        name="bet.won",
        called=_l("You have won"),
        title=_l("You have won %(amountMinor)s"),
        text=_l(
            "%(called)s: the result is %(result)s. What you won is in your wallet, and you can play with it now. "
            "%(leaves)s"
        ),
        path="/play/wallet",
        read=_won,
    ),
    NoticeKind(
        name="bet.corrected",
        called=_l("A result was corrected"),
        title=_l("%(amountMinor)s that you won were taken back"),
        text=_l(
            "%(called)s: the result was corrected before it was final, to %(result)s. What you won by the other one "
            "was taken from your wallet; what was not there any more is owed."
        ),
        path="/play/wallet",
        read=_named,
    ),
    NoticeKind(
        name="bet.refunded",
        called=_l("A bet was given back"),
        title=_l("%(amountMinor)s that you staked go back to you"),
        text=_l("%(called)s: %(why)s %(then)s"),
        path="/play/wallet",
        read=_explained,
    ),
)
