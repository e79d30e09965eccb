"""What operators' payout routes take and answer."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from pydantic import Field, field_validator

from app.core.deciding import LONGEST_REASON
from app.core.text.names import words
from app.core.wire.http import FieldRefused
from app.core.wire.schemas import Answer, Question
from app.money.payouts.rules import MAX_BALANCES

_PSBT_CHARS = 400_000


class Decision(Question):
    """Something that changes a payout, and why: as in the console, nothing is decided without a reason."""

    reason: str = Field(default="", max_length=LONGEST_REASON, validate_default=True)

    @field_validator("reason")
    @classmethod
    def _is_text(cls, reason: str) -> str:
        if not reason.strip(" \r\n\t"):
            raise FieldRefused("reason_missing")
        found = words(reason, LONGEST_REASON)
        if not found:
            raise FieldRefused("reason_invalid")
        return found


class Generate(Decision):
    """What a round's payout is to hold."""

    include_balances: bool = False


class RoundOfGame(Question):
    """A round; of the leading game, where none is named."""

    game: str | None = None
    round: int = Field(ge=1, le=999_999_999)


class GenerateRounds(Generate):
    """Which rounds one transaction is to pay."""

    rounds: list[RoundOfGame] = Field(min_length=1, max_length=MAX_BALANCES)


class Signed(Question):
    """A signed PSBT or transaction as text, in any of the wrappings that uploads know.

    The answers of Bitcoin Core's `walletprocesspsbt` and `finalizepsbt` are bodies as they stand.
    """

    psbt: str | None = Field(default=None, min_length=1, max_length=_PSBT_CHARS)
    hex: str | None = Field(default=None, min_length=1, max_length=_PSBT_CHARS)
    complete: bool | None = None

    @property
    def given(self) -> str:
        return self.psbt or self.hex or ""


class Bump(Decision):
    """`feeRate` in sat per virtual byte, with at most three decimals."""

    fee_rate: Decimal | int


class PayoutInputRecord(Answer):
    """A coin that is spent."""

    txid: str
    vout: int
    sats: int
    anchor: bool


class PayoutOutputRecord(Answer):
    """An output, and what it is for."""

    vout: int
    kind: str  # obligation, balance, change; root: of the public log, pays nobody; line: for the next root
    address: str  # empty where there is none
    sats: int
    site_id: str | None
    obligation_id: str | None
    game: str | None  # whose round owes it
    source_id: str | None


class PayoutStale(Answer):
    """Why a payout that is not in a block may not be signed, sent or bumped any more."""

    code: str
    title: str


class PayoutRecord(Answer):
    """One version of a payout."""

    id: str
    root_id: str
    replaces: str | None
    kind: str
    game: str | None
    source_id: str | None
    state: str
    txid: str
    psbt: str
    signed_tx: str | None
    vsize: int
    fee_sats: int
    fee_cap_sats: int
    fee_rate: str
    created_by: str
    reason: str
    state_changed_at: datetime
    broadcast_at: datetime | None
    block_height: int | None
    inputs: list[PayoutInputRecord]
    outputs: list[PayoutOutputRecord]
    stale: list[PayoutStale]
    excluded_by_height: int | None  # the block after which it can never be mined
    refusal: str | None  # the node's words, where it refused the first of all tries


class RoundLeftOut(Answer):
    """A round that one transaction had no room for, or the coins did not suffice for; it stays due."""

    game: str
    source_id: str


class PayoutOfRounds(PayoutRecord):
    """The payout of many rounds, and what did not fit into it."""

    left_out: list[RoundLeftOut]
    balances_left_out: int
    missing_sats: int  # to pay what was left out as well; 0 where it is the room that lacks


class PayoutsPage(Answer):
    """The newest payouts."""

    payouts: list[PayoutRecord]
