"""Time passes: what is to happen at the gateways happens, and for the platform all of it is so much longer ago."""

from __future__ import annotations

from typing import Final

from flask import Flask
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.core.dependencies.breaker import breaker
from dev.merchant import PROVIDERS

from .simulators import Simulators

_MOMENTS: Final = {
    "gateway_payments": ("expires_at", "begun_at", "asked_at", "next_ask_at", "paid_at", "ended_at"),
    "gateway_refunds": ("sent_at", "next_ask_at", "ended_at"),
    "wallet_withdrawals": ("sent_at", "next_ask_at", "ended_at"),
}
"""What the platform counts from. What a row is frozen with stays as it is."""


def pass_time(app: Flask, simulators: Simulators, seconds: float) -> None:
    """So much later."""
    simulators.advance(seconds)
    with app.app_context():
        with transaction() as session:
            for table, moments in _MOMENTS.items():
                moved = ", ".join(f"{name} = {name} - make_interval(secs => :seconds)" for name in moments)
                session.execute(text(f"UPDATE {table} SET {moved}"), {"seconds": seconds})
        db.session.remove()


def let_everybody_ask() -> None:
    """No gateway is left alone any more because it stood still a moment ago."""
    for provider in PROVIDERS:
        breaker(provider).close()
