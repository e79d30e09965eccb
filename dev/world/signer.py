"""The demo's operator: brings the public log's root into a block now and then, as a person would by hand.

Drafted by the platform, signed by the published script with the demo's key, taken and sent by the platform.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select

from app.core.config import current_settings
from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.money.payouts import queries
from app.money.payouts.drafts import fees, generation
from app.money.payouts.sent import broadcasting
from app.money.payouts.signed import upload
from app.record.log.anchors import queries as anchors

from .loops import NotNow, say

EVERY: Final = timedelta(minutes=10)
SCRIPT: Final = Path(__file__).resolve().parents[2] / "utilities" / "bin" / "sign_payout.py"
_NAME: Final = "operator:demo"
_WHY: Final = "the demo's anchor"
_NOTHING_TO_DO: Final = frozenset({"log_anchored", "log_anchor_waiting", "log_anchors_off", "payout_funds_missing"})


class Operator:
    """Anchors the log unless somebody's payout did a moment ago."""

    def __init__(self, app: Flask, key: Path | None) -> None:
        self.app, self.key = app, key

    def anchor(self) -> None:
        """Draft, sign and send; what was begun before is gone on with."""
        if self.key is None or not self.key.exists():
            return
        with self.app.app_context():
            try:
                payout_id = self._drafted()
                if payout_id is not None:
                    self._sent(payout_id, self.key)
            except DomainError as error:
                if error.code not in _NOTHING_TO_DO:
                    raise NotNow(error.code) from None

    def _drafted(self) -> UUID | None:
        rate = fees.sweep_rate()
        with transaction():
            last = anchors.newest()
            now = db.session.scalars(select(func.clock_timestamp())).one()
            if queries.unsent("log") is None and last is not None and now - last.recorded_at < EVERY:
                return None
            return generation.anchor(rate, _NAME, _WHY)[0].id

    def _sent(self, payout_id: UUID, key: Path) -> None:
        with transaction():
            payout = queries.payout(payout_id)
            unsigned, is_signed = payout.psbt, payout.state == "signed"
        if not is_signed:
            signed = _signed(unsigned, key, current_settings().bitcoin_network)
            with transaction():
                refused = upload.attach(payout_id, signed, _NAME)
            if refused:
                raise refused[0]
        broadcasting.broadcast(payout_id, _NAME, _WHY)
        say("operator", "sent the public log's root into a block")


def _signed(unsigned: str, key: Path, network: str) -> str:
    """What the script makes of it, as on the signer's machine."""
    command = [sys.executable, "-I", str(SCRIPT), "-", "--key", str(key), "--network", network, "--yes"]
    return subprocess.run(command, input=unsigned, capture_output=True, text=True, timeout=60, check=True).stdout
