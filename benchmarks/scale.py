"""How large a run is. The full one makes the table of docs/benchmarks.md; the tiny one only shows that it runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Sizes of one run."""

    name: str
    repeats: int
    addresses: int  # made a turn
    block_transactions: int  # of the block that is parsed; each has three outputs
    few_watched: int  # scripts watched in the small database
    few_slips: int
    many_slips: int  # scripts watched in the large one, and slips of its round
    block_outputs: int
    block_payments: int  # outputs of such a block that pay to us
    reorg_depth: int
    reorg_turns: int
    orders: int  # made over HTTP a turn
    transfers: int
    payments: int  # through a gateway, a turn
    bet_lines: int  # of the draw that is settled
    bets: int  # tickets sold a turn
    borlette_lines: int  # of the book whose worst case is counted
    borlette_books: int  # whose worst case is held against each of ten million outcomes
    requests: int  # of one page a turn
    look_ups: int
    hashes: int
    leaves: int  # of the log that a witness follows
    waiting_leaves: int  # that are given their numbers
    proof_leaves: int  # of the log that a proof is made in
    webhook_sites: int
    webhook_endpoints: int  # five of them hostile
    webhook_events: int  # one after the other, and then as many at once

    @property
    def payees(self) -> int:
        """Orders that the blocks pay. The blocks beyond the fourth pay the first ones' orders again: top-ups."""
        return 4 * self.block_payments


FULL = Scale(
    name="full",
    repeats=5,
    addresses=2_000,
    block_transactions=4_501,
    few_watched=10_000,
    few_slips=1_000,
    many_slips=1_000_000,
    block_outputs=8_000,
    block_payments=2_000,
    reorg_depth=6,
    reorg_turns=3,
    orders=800,
    transfers=2_000,
    payments=40,
    bet_lines=1_000_000,
    bets=640,
    borlette_lines=100_000,
    borlette_books=10,
    requests=20,
    look_ups=500,
    hashes=1 << 22,
    leaves=1_000_000,
    waiting_leaves=60_000,
    proof_leaves=10_000_000,
    webhook_sites=1_000,
    webhook_endpoints=50,
    webhook_events=400,
)
QUICK = Scale(
    name="quick",
    repeats=3,
    addresses=500,
    block_transactions=1_500,
    few_watched=10_000,
    few_slips=1_000,
    many_slips=100_000,
    block_outputs=8_000,
    block_payments=2_000,
    reorg_depth=2,
    reorg_turns=1,
    orders=200,
    transfers=1_000,
    payments=20,
    bet_lines=100_000,
    bets=192,
    borlette_lines=20_000,
    borlette_books=4,
    requests=5,
    look_ups=100,
    hashes=1 << 20,
    leaves=100_000,
    waiting_leaves=20_000,
    proof_leaves=1_000_000,
    webhook_sites=200,
    webhook_endpoints=20,
    webhook_events=100,
)
TINY = Scale(
    name="tiny",
    repeats=1,
    addresses=5,
    block_transactions=20,
    few_watched=100,
    few_slips=20,
    many_slips=200,
    block_outputs=40,
    block_payments=10,
    reorg_depth=2,
    reorg_turns=1,
    orders=8,
    transfers=20,
    payments=2,
    bet_lines=1_000,
    bets=32,
    borlette_lines=200,
    borlette_books=1,
    requests=1,
    look_ups=3,
    hashes=1 << 12,
    leaves=600,
    waiting_leaves=300,
    proof_leaves=1_000,
    webhook_sites=8,
    webhook_endpoints=7,
    webhook_events=14,
)
