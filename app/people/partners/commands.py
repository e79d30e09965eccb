"""Operator commands of partner sites: `flask partners …`."""

from __future__ import annotations

import json
from collections.abc import Callable

import click
from flask.cli import AppGroup
from sqlalchemy import select

from app.core.database.session import db, transaction
from app.core.deciding import (
    owners_reason_option,
    public_reason_option,
    reason_if_any_option,
    reason_option,
    shell_user_option,
)
from app.core.errors import DomainError
from app.core.wire.error_messages import message_for
from app.people.approvals.commands import waits
from app.people.approvals.settings import two_people
from app.people.partners.keys.service import Access

from . import queries
from .confirmed import verifying
from .keys import service as keys
from .models import PartnerSite
from .site import stopping, verification

partners = AppGroup("partners", help="Partner sites.")

_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_DRY_RUN = click.option("--dry-run", is_flag=True, help="Say what would change, write nothing.")


@partners.command()
@click.argument("name")
@reason_if_any_option
@shell_user_option
@_DRY_RUN
@_AS_JSON
def verify(name: str, reason: str, operator: str, dry_run: bool, as_json: bool) -> None:
    """Mark the site NAME as verified: it has the full limits and is paid its earnings."""
    if two_people() and not dry_run:
        _propose(name, reason, operator)
        return
    _decide(name, lambda site: verification.verify(site, actor=f"operator:{operator}", reason=reason), dry_run, as_json)


@partners.command()
@click.argument("name")
@public_reason_option
@shell_user_option
@_DRY_RUN
@_AS_JSON
def reject(name: str, reason: str, operator: str, dry_run: bool, as_json: bool) -> None:
    """Mark the site NAME as rejected, with a reason that is shown in public."""
    _decide(name, lambda site: verification.reject(site, reason, actor=f"operator:{operator}"), dry_run, as_json)


@partners.command("list")
@click.option("--standing", type=click.Choice(["unverified", "verified", "rejected"]), help="Only these.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000))
@_AS_JSON
def list_sites(standing: str | None, limit: int, as_json: bool) -> None:
    """Sites by name."""
    query = select(PartnerSite).order_by(PartnerSite.name).limit(limit)
    if standing:
        query = query.where(PartnerSite.verification_status == standing)
    with transaction():
        rows = [
            {
                "name": site.name,
                "status": site.status,
                "verification": site.verification_status,
                "stopped": site.stopped_reason,
                "openOrdersLimit": site.open_orders_limit,
            }
            for site in db.session.scalars(query)
        ]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(f"{row['name']:<32} {row['status']:<8} {row['verification']:<12} {row['stopped']}")


@partners.command()
@click.argument("name")
@owners_reason_option
@shell_user_option
@_DRY_RUN
@_AS_JSON
def stop(name: str, reason: str, operator: str, dry_run: bool, as_json: bool) -> None:
    """Pause the site NAME until operators release it."""
    _act(name, lambda site: stopping.stop(site, reason, actor=f"operator:{operator}"), dry_run, as_json)


@partners.command()
@click.argument("name")
@reason_option
@shell_user_option
@_DRY_RUN
@_AS_JSON
def release(name: str, reason: str, operator: str, dry_run: bool, as_json: bool) -> None:
    """Let the owner of the site NAME take it live again."""
    _act(name, lambda site: stopping.release(site, reason, actor=f"operator:{operator}"), dry_run, as_json)


@partners.command()
@click.argument("name")
@click.option("--orders", type=click.IntRange(0, stopping.MOST_OPEN_ORDERS), help="None given: the usual limit again.")
@reason_option
@shell_user_option
@_DRY_RUN
@_AS_JSON
def limit(name: str, orders: int | None, reason: str, operator: str, dry_run: bool, as_json: bool) -> None:
    """Limit the unpaid orders of the site NAME."""
    actor = f"operator:{operator}"
    _act(name, lambda site: stopping.limit_open_orders(site, orders, reason, actor=actor), dry_run, as_json)


def _act(name: str, act: Callable[[PartnerSite], None], dry_run: bool, as_json: bool) -> None:
    try:
        with transaction() as session:
            site = _site(name)
            act(site)
            shown = {
                "name": site.name,
                "status": site.status,
                "stopped": site.stopped_reason,
                "openOrdersLimit": site.open_orders_limit,
                "dryRun": dry_run,
            }
            if dry_run:
                session.rollback()
    except DomainError as error:
        raise click.ClickException(error.code) from None
    click.echo(json.dumps(shown) if as_json else f"{name}: {'would be ' if dry_run else ''}{shown['status']}")


@partners.command()
@click.argument("name")
@click.option("--label", default="Issued by an operator", show_default=True, help="The key's own name.")
@click.option("--access", type=click.Choice(["read", "write"]), default="write", show_default=True)
@shell_user_option
def key(name: str, label: str, access: Access, operator: str) -> None:
    """Issue an API key of the site NAME and print it, this once."""
    with transaction():
        text = keys.issue(_site(name), name=label, access=access, actor=f"operator:{operator}").text
    click.echo(text)


def _decide(name: str, decide: Callable[[PartnerSite], bool], dry_run: bool, as_json: bool) -> None:
    with transaction() as session:
        site = _site(name)
        before = site.verification_status
        changed = decide(site)
        shown = {
            "name": site.name,
            "before": before,
            "status": site.verification_status,
            "reason": site.verification_reason,
            "changed": changed,
            "dryRun": dry_run,
        }
        if dry_run:
            session.rollback()
    if as_json:
        click.echo(json.dumps(shown))
        return
    done = ("would be" if dry_run else "is now") if changed else "already is"
    click.echo(f"{name} {done} {shown['status']}" + (f": {shown['reason']}" if shown["reason"] else ""))


def _propose(name: str, reason: str, operator: str) -> None:
    """Ask another operator to confirm that the site's owner is known."""
    try:
        with transaction():
            said = waits(verifying.verify(_site(name), actor=f"operator:{operator}", reason=reason))
    except DomainError as error:
        raise click.ClickException(str(message_for(error))) from None
    click.echo(f"{name}: {said}")


def _site(name: str) -> PartnerSite:
    site = queries.site_by_name(name)
    if site is None:
        raise click.ClickException(f"there is no site {name}")
    db.session.refresh(site)
    return site
