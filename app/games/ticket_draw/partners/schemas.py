"""The main game's JSON for partners' servers: records with their private part."""

from __future__ import annotations

from datetime import datetime

from pydantic import ConfigDict

from app.core.wire.parameters import Next, UuidText
from app.core.wire.schemas import Answer, Question, Sats
from app.games.ticket_draw.records.schemas import Order, Payment, Slip, Ticket
from app.selling.windows.lists.parameters import Identifier, Narrowed, PrivateIdentifier, RoundNumber


class SlipsQuery(Narrowed):
    """Orders of a site that hold tickets."""

    player_public_identifier: Identifier | None = None
    player_private_identifier: PrivateIdentifier | None = None


class NewPlayerOrder(Question):
    """An order for one of your players."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"playerPublicIdentifier": "ada", "playerPrivateIdentifier": "customer-1042"}],
        }
    )

    player_public_identifier: Identifier
    player_private_identifier: PrivateIdentifier
    requested_round_number: RoundNumber | None = None


class PartnerOrder(Order):
    """An order as its own partner sees it: with the private identifier."""

    player_private_identifier: str
    created_at: datetime


class CreatedPartnerOrder(Answer):
    """A new order. The secret opens the buyer's page at /slips/{receiptSecret}."""

    receipt_secret: str
    order: PartnerOrder


class PartnerReceipt(Answer):
    """An order with everything that belongs to it."""

    order: PartnerOrder
    payments: list[Payment]
    slip: Slip | None


class PartnerSlip(Slip):
    """What an order holds, and whose it is. It bears its order's id."""

    round_number: int
    player_public_identifier: str
    player_private_identifier: str


class PartnerSlipsPage(Answer):
    """Slips, the newest order first."""

    slips: list[PartnerSlip]
    next: Next


class PartnerPayment(Payment):
    """A confirmed payment, and whose it is."""

    id: UuidText
    order_id: UuidText
    player_public_identifier: str
    player_private_identifier: str
    created_at: datetime


class PartnerWin(Answer):
    """A winning ticket of one of your players: you are paid the jackpot, and credit the player."""

    id: UuidText
    round_number: int
    slip_identifier: UuidText
    winning_ticket: Ticket
    jackpot_sats: Sats
    payout_address: str
    player_public_identifier: str | None
    player_private_identifier: str | None
