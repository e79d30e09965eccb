"""The server API's lists of orders and of what belongs to them: each is of one game, and says so in its query."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, RootModel

from app.luckotto import schemas as luckotto
from app.rounds.schemas import Answer, RoundRecord, Sats

from .schemas import (
    ByPlayer,
    Identifier,
    Next,
    Paged,
    Parameters,
    PartnerPayment,
    PartnerReceipt,
    PartnerWin,
    UuidText,
)

Game = Annotated[Literal["rounds", "luckotto"], Field(description="whose records")]
AnyOrderStatus = Literal[
    "waiting", "seen", "partly_paid", "confirmed", "allocated", "unallocated", "underfunded", "late", "sold_out",
    "drawn", "won", "lost", "void", "expired",
]  # fmt: skip
AnyConfirmedStatus = Literal[
    "credited", "below_minimum", "late", "sold_out", "unallocated", "underfunded", "void", "orphaned"
]  # fmt: skip


class OfGame(Parameters):
    """A record of one game."""

    game: Game = "rounds"


class PagedOfGame(Paged):
    """A page of one game's records."""

    game: Game = "rounds"


class ByPlayerOfGame(ByPlayer):
    """Players as either game knows them. What orders of the game do not have, none of them matches."""

    game: Game = "rounds"
    player_uname: Annotated[Identifier, Field(description="of Luckotto")] | None = None
    player_identifier: Annotated[Identifier, Field(description="of Luckotto")] | None = None


class OrdersQuery(ByPlayerOfGame):
    """Orders of a site."""

    state: AnyOrderStatus | None = None


class PaymentsQuery(ByPlayerOfGame):
    """Confirmed payments to a site's orders; times are when they were recorded."""

    status: AnyConfirmedStatus | None = None
    order_id: UuidText | None = None


class LuckottoPartnerOrder(luckotto.LuckottoOrder):
    """A Luckotto order of yours, which is public as it stands."""

    game: Literal["luckotto"] = "luckotto"


class AnyReceipt(RootModel[PartnerReceipt | LuckottoPartnerOrder]):
    """One order of either game."""


class OrdersPage(Answer):
    """Orders of one game, the newest first."""

    orders: list[PartnerReceipt | LuckottoPartnerOrder]
    next: Next


class LuckottoPartnerPayment(luckotto.LuckottoPayment):
    """A confirmed payment to a Luckotto order of yours."""

    game: Literal["luckotto"] = "luckotto"
    id: UuidText
    order_id: UuidText
    round_number: int
    player_uname: str
    player_identifier: str
    created_at: datetime


class PaymentsPage(Answer):
    """Confirmed payments of one game, the last recorded first."""

    payments: list[PartnerPayment | LuckottoPartnerPayment]
    next: Next


class LuckottoPartnerWin(Answer):
    """A ticket that holds all six drawn numbers: you are paid the jackpot, and credit the player."""

    game: Literal["luckotto"] = "luckotto"
    id: UuidText
    round_number: int
    order_id: UuidText
    winning_numbers: luckotto.Six
    jackpot_sats: Sats
    payout_address: str
    player_uname: str
    player_identifier: str


class WinsPage(Answer):
    """Wins of one game, the newest round first."""

    wins: list[PartnerWin | LuckottoPartnerWin]
    next: Next


class AnyRound(RootModel[RoundRecord | luckotto.LuckottoRound]):
    """One round of either game."""


class RoundsList(Answer):
    """Rounds of one game, the newest first."""

    rounds: list[RoundRecord | luckotto.LuckottoRound]
    next: Next
