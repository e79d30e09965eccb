"""What waits for a second person: `flask approvals …`. A command proposes and withdraws; it never confirms."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import click
from flask.cli import AppGroup

from app.core.database.session import transaction
from app.core.deciding import operator_option, reason_option
from app.core.errors import DomainError
from app.core.wire.error_messages import message_for

from . import queries, service
from .models import Approval
from .queries import Told

approvals = AppGroup("approvals", help="Decisions that a second operator confirms, in the console alone.")


@approvals.command("list")
@click.option("--decided", is_flag=True, help="Those that are decided, the newest first.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_approvals(decided: bool, limit: int, as_json: bool) -> None:
    """Proposals that wait, the next to run out first."""
    with transaction():
        found = queries.told(queries.everything(), "decided" if decided else "open", limit=limit)
        rows = [_record(one) for one in found]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for one in rows:
        click.echo("  ".join(str(one[name]) for name in ("id", "state", "what", "subject", "proposedBy", "expiresAt")))
    if not rows:
        click.echo("none", err=True)


@approvals.command("show")
@click.argument("identifier", type=click.UUID)
def show(identifier: UUID) -> None:
    """One proposal: what would happen, why, and with what, as JSON."""
    try:
        with transaction():
            found = queries.one(identifier, queries.everything())
            shown = {**_record(found), "payload": found.row.payload, "holds": found.is_whole}
    except DomainError as error:
        raise click.ClickException(str(message_for(error))) from None
    click.echo(json.dumps(shown, indent=2))


@approvals.command("withdraw")
@click.argument("identifier", type=click.UUID)
@operator_option
@reason_option
def withdraw(identifier: UUID, operator: str, reason: str) -> None:
    """Take back what one has proposed oneself."""
    try:
        with transaction():
            service.withdraw(identifier, actor=f"operator:{operator}", reason=reason)
    except DomainError as error:
        raise click.ClickException(str(message_for(error))) from None
    click.echo(f"{identifier}: withdrawn")


def waits(made: Approval | None) -> str:
    """What a command says that has proposed something; "" where it was done at once."""
    return "" if made is None else f"proposed as {made.id}; another operator confirms it at /admin/approvals/{made.id}"


def _record(one: Told) -> dict[str, Any]:
    return {
        "id": str(one.row.id),
        "kind": one.row.kind,
        "what": one.described.sentence if one.described is not None else one.title,
        "subject": one.row.subject,
        "why": one.row.why,
        "state": one.state,
        "proposedBy": one.proposed_by,
        "byPartner": one.by_partner,
        "proposedAt": one.proposed_at.isoformat(),
        "notBefore": one.row.not_before.isoformat(),
        "expiresAt": one.row.expires_at.isoformat(),
        "decidedBy": one.decided_by,
        "error": one.row.error,
    }
