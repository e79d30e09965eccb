"""`flask gateways …`: which are on, what they owe us an answer about, and what does not agree."""

from __future__ import annotations

import click
from flask.cli import AppGroup
from sqlalchemy import func, select

from app.core.database.session import db
from app.core.dependencies.breaker import breaker
from app.core.text.amounts import plain
from app.money.gateways import states
from app.money.gateways.models import GatewayPayment
from app.money.gateways.settings import PROVIDERS, gateway_settings

from . import comparing, service

gateways = AppGroup("gateways", short_help="Payments through gateways.")


@gateways.command("status")
def status() -> None:
    """Which gateways are on, whether they answer, and how many payments are open."""
    counted = dict(
        db.session.execute(
            select(GatewayPayment.provider, func.count())
            .where(GatewayPayment.state.in_((*states.OPEN, "refunding", "disputed")))
            .group_by(GatewayPayment.provider)
        )
        .tuples()
        .all()
    )
    for name in PROVIDERS:
        silent = ", did not answer in time a moment ago" if breaker(name).is_open else ""
        is_on = "on" if name in gateway_settings().named else "off"
        click.echo(f"{name}: {is_on}, {counted.get(name, 0)} open{silent}")


@gateways.command("reconcile")
def reconcile() -> None:
    """Compare every gateway's own list with our books now."""
    for provider, differences in comparing.compare_all(at_once=True).items():
        click.echo(f"{provider}: {'gave no list' if differences is None else f'{differences} differences'}")


@gateways.command("differences")
def differences() -> None:
    """What does not agree with a gateway's own list, and what somebody has said of it."""
    for one in service.open_differences():
        ours, theirs = (plain(amount, one.currency) for amount in (one.ours_minor, one.theirs_minor))
        said = f" ({one.explanation})" if one.explained_at else ""
        told = f"ours {ours}, theirs {theirs} {one.currency}{said}"
        click.echo(f"{one.id} {one.provider} {one.kind} {one.reference}: {told}")
