"""`flask log anchor`: the public log's root into Bitcoin by itself, when no payout took it along for a day."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from app.chain.node import rpc
from app.core.database.session import transaction
from app.core.deciding import operator_option, reason_if_any_option
from app.core.errors import DomainError
from app.core.wire.error_messages import message_for
from app.record.log.anchors import queries as anchors

from . import fees, generation, staleness


@click.command()
@click.option("--now", is_flag=True, help="Even if the last anchor is not a day old.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the PSBT there.")
@operator_option
@reason_if_any_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def anchor(now: bool, out: Path | None, operator: str, reason: str, as_json: bool) -> None:
    """Draft a PSBT that brings the log's newest root into a block, if none was brought there for a day.

    It is signed, uploaded and sent as payouts are (flask payouts upload, broadcast). Exits 1 and names the reason when
    it is refused; 0 with nothing drafted when the last anchor is younger than a day.
    """
    rate = fees.sweep_rate()
    try:
        with transaction():
            last = None if now else anchors.younger_than_it_may_be()
            document = None if last else _drafted(rate, f"operator:{operator}", reason)
            told = last.txid[::-1].hex() if last else ""
    except DomainError as error:
        click.echo(f"{error.code} {json.dumps(dict(error.params))}\n{message_for(error)}", err=True)
        sys.exit(1)
    except rpc.NodeFailure as error:
        raise click.ClickException(f"the node: {error}") from None
    if document is None:
        click.echo(json.dumps({"anchored": told}) if as_json else f"anchored in {told} less than a day ago")
        return
    if out is not None:
        out.write_text(document["psbt"] + "\n")
    if as_json:
        click.echo(json.dumps(document))
        return
    click.echo(f"payout {document['id']} {'made' if document['isNew'] else 'waits'}: fee {document['feeSats']}")
    click.echo(document["psbt"])


def _drafted(rate: int, actor: str, reason: str) -> dict[str, Any]:
    made, is_new = generation.anchor(rate, actor, reason)
    staleness.refuse_if_damaged(made)
    return {
        "id": str(made.id),
        "isNew": is_new,
        "txid": made.txid[::-1].hex(),
        "size": made.log_size,
        "feeSats": made.fee_sats,
        "psbt": made.psbt,
    }
