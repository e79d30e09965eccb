"""The ledger's transfers, with their keys, balances and refusals, against bare rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count
from typing import Any
from uuid import UUID

import psycopg
from flask import Flask

from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef, Posting

from .measuring import Row, alternate
from .stage import Stage, unit_of_work

_COINS = AccountRef("coins")
_CLEARING = AccountRef("clearing", "moncash", "HTG")
_OWNERS = 20
_TABLE = """
CREATE TABLE bare_transfers (debit bigint, credit bigint, currency text, amount bigint, source text, source_id text,
                             kind text, line integer)
"""
_INSERT = """
INSERT INTO bare_transfers SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::bigint[], %s::text[],
                                                %s::text[], %s::text[], %s::integer[])
"""
_numbers = count(1)


def run(stage: Stage) -> Iterator[Row]:
    """Many transfers in one transaction, as a block brings them, and one a transaction. Every commit is durable."""
    app, batch = stage.few(), stage.scale.transfers
    single = max(1, batch // 20)
    with psycopg.connect(stage.url("few"), autocommit=True) as connection:
        connection.execute(_TABLE)
        for size, calls, to, what in (
            (batch, 1, _partners, f"transfers, {batch:,} a commit"),
            (1, single, _partners, "transfers, one a commit"),
            (1, single, _wallets, "postings to wallets, one a commit"),
        ):
            seconds = alternate(
                stage.scale.repeats,
                {
                    "ours": partial(_post, app, to, size, calls),
                    "bare": partial(_insert, connection, size, calls),
                },
            )
            total = size * calls
            yield Row(what, "transfers/s", total / seconds["ours"], total / seconds["bare"], "bare inserts")


def _next(size: int) -> list[int]:
    return [next(_numbers) for _ in range(size)]


Make = Callable[[int], list[Posting]]


def _partners(size: int) -> list[Posting]:
    return [
        Posting(_COINS, AccountRef("partner", f"bench-{number % _OWNERS}"), 1_000, "bench", str(number), "credit")
        for number in _next(size)
    ]


def _wallets(size: int) -> list[Posting]:
    """A person's leaf of the public log has a salt of its own, and leaves a receipt."""
    return [
        Posting(
            _CLEARING, AccountRef("wallet", str(UUID(int=number % _OWNERS)), "HTG"), 100, "topup", str(number), "paid"
        )
        for number in _next(size)
    ]


def _post(app: Flask, make: Make, size: int, calls: int) -> None:
    for _ in range(calls):
        with unit_of_work(app):
            assert ledger.post(make(size)) == size


def _insert(connection: psycopg.Connection[Any], size: int, calls: int) -> None:
    for _ in range(calls):
        connection.execute(_INSERT, _columns(_partners(size)))


def _columns(postings: Sequence[Posting]) -> list[list[Any]]:
    rows = [
        (1, 2, posting.debit.currency, posting.amount, posting.source, posting.source_id, posting.kind, posting.line)
        for posting in postings
    ]
    return [list(column) for column in zip(*rows, strict=True)]
