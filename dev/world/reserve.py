"""The house's reserve: coins behind every jackpot, so that no round of the demo has to stay closed."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from app.chain.deposits import service as deposits
from app.chain.models import Coin, ReserveAddress
from app.core.config import current_settings
from app.core.database.session import db, transaction
from app.selling.windows.rounds import backing

from .clock import BlockClock
from .loops import say
from .settings import WorldSettings
from .wallet import Wallet

JACKPOTS_SENT = 25
JACKPOTS_THIN = 10
PATIENCE_BLOCKS = 12
"""After so many blocks, each of which waited for the scanner, a payment that is not there counts as lost."""


class Reserve:
    """Tops itself up whenever the coins nobody claims come near to what is promised."""

    def __init__(self, app: Flask, world: WorldSettings, wallet: Wallet, clock: BlockClock) -> None:
        self.app, self.world, self.wallet, self.clock = app, world, wallet, clock
        self._waiting: tuple[int, float] | None = None
        """Which address a payment is on its way to, and since when this process knows, in blocks."""

    def tend(self) -> None:
        """Send coins if the reserve is thin and none are on their way."""
        with self.app.app_context():
            address = self._address_to_fund()
        if address is None:
            return
        sats = JACKPOTS_SENT * self.world.jackpot_sats + current_settings(self.app).backing_margin_sats
        txid = self.wallet.pay(address, sats)
        say("reserve", f"topped up with {sats:,} sat for {JACKPOTS_SENT} jackpots ({txid})")

    def _address_to_fund(self) -> str | None:
        with transaction():
            if self._spare() >= JACKPOTS_THIN * self.world.jackpot_sats:
                return None
            unfunded = db.session.scalars(
                select(ReserveAddress)
                .where(~select(Coin.id).where(Coin.reserve_key_index == ReserveAddress.key_index).exists())
                .order_by(ReserveAddress.key_index)
                .limit(1)
            ).first()
            if unfunded is not None and not self._has_waited(unfunded.key_index):
                return None
            target = unfunded or deposits.new_reserve_address()
            self._waiting = (target.key_index, self.clock.now())
            return target.address

    def _spare(self) -> int:
        margin: int = current_settings(self.app).backing_margin_sats
        return backing.free_coins() - backing.promised_jackpots() - margin

    def _has_waited(self, key_index: int) -> bool:
        """Whether the payment to this address has had its time."""
        if self._waiting is None or self._waiting[0] != key_index:
            self._waiting = (key_index, self.clock.now())
        return self.clock.now() - self._waiting[1] > PATIENCE_BLOCKS
