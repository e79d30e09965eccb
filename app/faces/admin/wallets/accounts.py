"""Accounts of the ledger as operators call them."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from app.core.database.session import db
from app.core.ids import parse_id
from app.record.ledger.entries import AccountRef
from app.selling.bets.games import GAMES
from app.selling.bets.models import BetDraw

KINDS: Final[dict[str, LazyString]] = {
    "clearing": _l("With gateways"),
    "bank": _l("At banks"),
    "wallet": _l("In wallets"),
    "refund": _l("On its way back"),
    "receivable": _l("Owed by players"),
    "disputed": _l("Taken by disputes"),
    "unexplained": _l("Unexplained"),
    "capital": _l("Capital"),
    "result": _l("Result"),
    "fees": _l("Fees"),
    "exchange": _l("Bridge between currencies"),
    "bankroll": _l("Bankrolls of games"),
    "stakes": _l("Staked on draws to come"),
    "owed": _l("Won and not paid yet"),
}
_CREDITED: Final[dict[tuple[str, str], LazyString]] = {
    ("adjustment", "adjusted"): _l("Given by operators"),
    ("bet", "given_back"): _l("Bets given back"),
    ("bet-win", "paid"): _l("Won"),
    ("exchange", "bought"): _l("Got by exchange"),
    ("topup", "give_back"): _l("Refunds that failed"),
    ("withdrawal", "returned"): _l("Withdrawals that came back"),
}
_PERSONAL: Final[dict[str, LazyString]] = {"wallet": _l("the player’s wallet"), "receivable": _l("owed by the player")}


def of_kind(kind: str) -> str:
    """A kind of account."""
    return str(KINDS.get(kind, kind.replace("_", " ")))


def of_credit(source: str, kind: str) -> str:
    """What came into a wallet, by its source and kind of posting."""
    return str(_CREDITED.get((source, kind), f"{source} {kind}".replace("_", " ")))


def in_words(ref: AccountRef) -> str:
    """An account; a person's without his name, for the page says it, and a place as commands name it."""
    if ref.kind in _PERSONAL:
        return str(_PERSONAL[ref.kind])
    if ref.kind == "refund":
        return str(KINDS["refund"])
    if ref.kind in _OF_DRAWS and (draw_id := parse_id(ref.owner)) is not None:
        return _of_draw(ref.kind, draw_id)
    return str(ref) if ref.owner else of_kind(ref.kind)


_OF_DRAWS: Final = ("stakes", "owed")


def _of_draw(kind: str, draw_id: UUID) -> str:
    """What belongs to a draw of bets, by the draw's name."""
    draw = db.session.get(BetDraw, draw_id)
    game = GAMES.get().get(draw.game) if draw is not None else None
    if draw is None or game is None:
        return f"{kind}:{draw_id}"
    told = gettext("%(game)s, draw %(draw)s", game=game.title, draw=draw.name)
    return f"{KINDS[kind]}: {told}"
