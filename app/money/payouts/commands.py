"""Operator commands of payouts: `flask payouts …`. Each exits 1 and names the reason when it is refused."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from flask.cli import AppGroup

from app.chain.node import rpc
from app.chain.scan import spends
from app.core.database.session import transaction
from app.core.deciding import operator_option, reason_option
from app.core.errors import DomainError
from app.core.wire.error_messages import message_for
from app.people.approvals.commands import waits
from app.people.partners.games import leading_game

from . import queries, rules, service
from .confirmed import explaining
from .drafts import fees, generation, staleness, together
from .drafts.together import Together
from .models import Payout
from .sent import broadcasting, replacing
from .signed import upload

payouts = AppGroup("payouts", help="Payouts: what is owed, as transactions.")

_as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
_dry_run = click.option("--dry-run", is_flag=True, help="Say what would be done, write nothing.")
_yes = click.option("--yes", is_flag=True, help="Do not ask.")
_payout = click.argument("payout_id", type=click.UUID)


class _Dry(Exception):
    """Carries what would have been done out of a transaction that is rolled back."""


@payouts.command("list")
@click.option("--state", type=click.Choice(rules.STATES), help="Only these.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@_as_json
def list_(state: str | None, limit: int, as_json: bool) -> None:
    """Show the newest payouts."""
    with transaction():
        rows = [_line(payout) for payout in queries.payouts_page(state, limit=limit)]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo("  ".join(str(row[name]) for name in ("id", "state", "kind", "sats", "feeSats", "txid")))


@payouts.command()
@_as_json
def due(as_json: bool) -> None:
    """Show which rounds are owed a payout that none living pays, and partners' balances."""
    with transaction():
        owed: list[dict[str, Any]] = [
            {"game": row.source, "round": row.source_id, "address": row.address, "sats": row.amount_sats}
            for row in queries.due_obligations()
        ]
        earned: list[dict[str, Any]] = [
            {"partner": row.name, "address": row.address, "sats": row.sats, "waitsFor": row.waits_for}
            for row in queries.balances()
        ]
    if as_json:
        click.echo(json.dumps({"obligations": owed, "balances": earned}))
        return
    for line in [*owed, *earned]:
        click.echo("  ".join(str(value) for value in line.values() if value is not None))


@payouts.command()
@_payout
@_as_json
def show(payout_id: UUID, as_json: bool) -> None:
    """Show one payout: what it spends and pays, and all that was done about it."""
    with _refusals(), transaction():
        payout = queries.payout(payout_id)
        staleness.refuse_if_damaged(payout)
        document = _line(payout) | {
            "psbt": payout.psbt,
            "refusal": payout.refusal,
            "stale": [{"code": error.code, **error.params} for error in staleness.reasons(payout)],
            "inputs": [
                {"outpoint": f"{row.txid[::-1].hex()}:{row.vout}", "sats": row.sats}
                for row in queries.inputs_of(payout_id)
            ],
            "outputs": [
                {"kind": row.kind, "address": row.address, "sats": row.sats} for row in queries.outputs_of(payout_id)
            ],
            "history": [
                {"at": entry.recorded_at.isoformat(), "who": entry.actor, "what": entry.action, "why": entry.reason}
                for entry in queries.history(payout.root_id)
            ],
        }
    if as_json:
        click.echo(json.dumps(document))
        return
    for name, value in document.items():
        for item in value if isinstance(value, list) else [value]:
            click.echo(f"{name}: {'  '.join(map(str, item.values())) if isinstance(item, dict) else item}")


@payouts.command()
@click.option(
    "--round",
    "rounds",
    multiple=True,
    callback=lambda _, __, given: [_round(one) for one in given],
    help="What a round owes: its number, or GAME:NUMBER. Given more than once, one transaction for all that fit.",
)
@click.option("--game", help="Whose rounds, if not the main game's.")
@click.option("--balances", is_flag=True, help="Payable balances; with --round, beside what it owes.")
@click.option("--sweep", is_flag=True, help="Gather small deposits into the reserve instead.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the PSBT there.")
@operator_option
@reason_option
@_dry_run
@_as_json
def generate(
    rounds: list[tuple[str | None, str]],
    game: str | None,
    balances: bool,
    sweep: bool,
    out: Path | None,
    operator: str,
    reason: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Choose coins, reserve the money, and make the PSBT for the signer. What lives already comes back."""
    if sum((bool(rounds) or balances, sweep)) != 1:
        raise click.UsageError("say --round and/or --balances, or --sweep")
    wanted = [(of or game or leading_game(), number) for of, number in rounds]
    rate, actor = fees.sweep_rate() if sweep else fees.estimate(), f"operator:{operator}"

    def make() -> Together:
        if sweep:
            return Together(*generation.sweep(rate, actor, reason))
        if not wanted:
            return Together(*generation.for_balances(rate, actor, reason))
        return together.for_rounds(wanted, rate, actor, reason, with_balances=balances)

    document: dict[str, Any] = {}
    with _refusals(), _unless(dry_run), transaction():
        made = make()
        staleness.refuse_if_damaged(made.payout)
        document = _line(made.payout) | {"psbt": made.payout.psbt, "leftOut": [_named(one) for one in made.left_out]}
        document |= {"balancesLeftOut": made.balances_left, "missingSats": made.missing}
        if dry_run:
            raise _Dry
    if out is not None and not dry_run:
        out.write_text(document["psbt"] + "\n")
    _tell(document, as_json, "would be made" if dry_run else "made")
    for one in [] if as_json else document["leftOut"]:
        click.echo(f"left out, and still due: {one['game']} {one['round']}", err=True)


@payouts.command("upload")
@_payout
@click.argument("file", type=click.File("rb"))
@operator_option
@_as_json
def upload_(payout_id: UUID, file: Any, operator: str, as_json: bool) -> None:
    """Take the signed PSBT in FILE (- for standard input); exit 1 and name what differs from what was meant."""
    with _refusals(), transaction():
        differences = upload.attach(payout_id, file.read(), f"operator:{operator}")
        document = _line(queries.payout(payout_id))
    if differences:
        for error in differences:
            _tell_error(error)
        sys.exit(1)
    _tell(document, as_json, "signed")


@payouts.command()
@_payout
@operator_option
@reason_option
@_yes
@_as_json
def broadcast(payout_id: UUID, operator: str, reason: str, yes: bool, as_json: bool) -> None:
    """Send a signed payout. What is sent cannot be called back."""
    with _refusals(), transaction():
        document = _line(queries.payout(payout_id))
    if not yes:
        click.confirm(f"Send {document['sats']} sats in {document['txid']}?", abort=True, err=True)
    with _refusals():
        broadcasting.broadcast(payout_id, f"operator:{operator}", reason)
    _show_again(payout_id, as_json)


@payouts.command()
@_payout
@_as_json
def refresh(payout_id: UUID, as_json: bool) -> None:
    """Ask the node what became of a payout; sends nothing."""
    with _refusals():
        broadcasting.ask(payout_id)
    _show_again(payout_id, as_json)


@payouts.command()
@_payout
@click.option("--fee-rate", required=True, help="In sat per virtual byte.")
@operator_option
@reason_option
@_dry_run
@_as_json
def bump(payout_id: UUID, fee_rate: str, operator: str, reason: str, dry_run: bool, as_json: bool) -> None:
    """Draft a version of the payout with a higher fee; it must be signed and sent like the first."""
    document: dict[str, Any] = {}
    with _refusals(), _unless(dry_run), transaction():
        made = replacing.bump(payout_id, rules.rate_from(_decimal(fee_rate)), f"operator:{operator}", reason)
        document = _line(made) | {"psbt": made.psbt}
        if dry_run:
            raise _Dry
    _tell(document, as_json, "would be made" if dry_run else "made")


@payouts.command()
@_payout
@operator_option
@reason_option
@_yes
@_as_json
def cancel(payout_id: UUID, operator: str, reason: str, yes: bool, as_json: bool) -> None:
    """Give a payout up: what it was to pay is due again."""
    if not yes:
        click.confirm("Give this payout up?", abort=True, err=True)
    with _refusals(), transaction():
        document = _line(replacing.cancel(payout_id, f"operator:{operator}", reason))
    _tell(document, as_json, "cancelled")


@payouts.command("spends")
@_as_json
def spends_(as_json: bool) -> None:
    """Show spends of our coins that nobody planned and nobody has explained: they freeze payouts."""
    with transaction():
        rows = [
            {
                "id": str(row.id),
                "outpoint": f"{row.txid[::-1].hex()}:{row.vout}",
                "sats": row.amount_sats,
                "spentBy": row.spending_txid[::-1].hex(),
                "height": row.block_height,
            }
            for row in spends.unexplained()
        ]
    click.echo(json.dumps(rows) if as_json else "\n".join("  ".join(map(str, row.values())) for row in rows))


@payouts.command()
@click.argument("spend_id", type=click.UUID)
@operator_option
@reason_option
def explain(spend_id: UUID, operator: str, reason: str) -> None:
    """Say what an unplanned spend was; with the last one explained, payouts go on."""
    with _refusals(), transaction():
        waiting = waits(explaining.explain(spend_id, actor=f"operator:{operator}", reason=reason))
        frozen = service.is_frozen()
    click.echo(waiting or ("explained; payouts stay frozen" if frozen else "explained; payouts go on"))


def _round(text: str) -> tuple[str | None, str]:
    """NUMBER, or GAME:NUMBER."""
    game, _, number = text.rpartition(":")
    if not re.fullmatch(r"[1-9][0-9]{0,8}", number):
        raise click.BadParameter("a round is its number, or GAME:NUMBER")
    return game or None, number


def _named(source: queries.Source) -> dict[str, str]:
    return {"game": source[0], "round": source[1]}


def _line(payout: Payout) -> dict[str, Any]:
    paid = sum(row.sats for row in queries.outputs_of(payout.id) if row.kind in rules.PAYING)
    return {
        "id": str(payout.id),
        "state": payout.state,
        "kind": payout.kind,
        "game": payout.game,
        "sourceId": payout.source_id,
        "rounds": [_named((one.source, one.source_id)) for one in queries.debts_of([payout.id]).get(payout.id, ())],
        "sats": paid,
        "feeSats": payout.fee_sats,
        "txid": payout.txid[::-1].hex(),
        "replaces": str(payout.replaces_id) if payout.replaces_id else None,
    }


def _tell(document: dict[str, Any], as_json: bool, done: str) -> None:
    if as_json:
        click.echo(json.dumps(document))
        return
    click.echo(f"payout {document['id']} {done}: {document['sats']} sats, fee {document['feeSats']}")
    if "psbt" in document:
        click.echo(document["psbt"])


def _show_again(payout_id: UUID, as_json: bool) -> None:
    with transaction():
        document = _line(queries.payout(payout_id))
    _tell(document, as_json, document["state"])


@contextmanager
def _unless(dry_run: bool) -> Iterator[None]:
    try:
        yield
    except _Dry:
        assert dry_run


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except DomainError as error:
        _tell_error(error)
        sys.exit(1)
    except rpc.NodeFailure as error:
        click.echo(f"the node: {error}", err=True)
        sys.exit(1)


def _tell_error(error: DomainError) -> None:
    """For programs the code and its parameters, for people the sentence."""
    click.echo(f"{error.code} {json.dumps(dict(error.params))}", err=True)
    click.echo(message_for(error), err=True)


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
