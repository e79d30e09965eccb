"""Luckotto's JSON for partners' servers, which know a player by the names that everybody sees."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from app.core.wire.parameters import UuidText
from app.core.wire.schemas import Answer, Question, Sats
from app.games.luckotto.records.schemas import LuckottoOrder, LuckottoPayment, PartnerId, Player, RequestedNumbers, Six


class NewLuckottoPartnerOrder(Question):
    """A request to be ordered, from a partner's server, whose key says which site it is."""

    partner_id: PartnerId | None = None
    requested_numbers: RequestedNumbers
    player_uname: Player
    player_identifier: Player


class LuckottoPartnerOrder(LuckottoOrder):
    """A Luckotto order of yours, which is public as it stands."""

    game: Literal["luckotto"] = "luckotto"


class LuckottoPartnerPayment(LuckottoPayment):
    """A confirmed payment to a Luckotto order of yours."""

    game: Literal["luckotto"] = "luckotto"
    id: UuidText
    order_id: UuidText
    round_number: int
    player_uname: str
    player_identifier: str
    created_at: datetime


class LuckottoPartnerWin(Answer):
    """A ticket that holds all six drawn numbers: you are paid the jackpot, and credit the player."""

    game: Literal["luckotto"] = "luckotto"
    id: UuidText
    round_number: int
    order_id: UuidText
    winning_numbers: Six
    jackpot_sats: Sats
    payout_address: str
    player_uname: str
    player_identifier: str
