"""`python -m benchmarks`: our ways and their yardsticks, side by side in one run."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import (
    addresses,
    allocation,
    applying,
    bets,
    borlette,
    borlette_sales,
    draws,
    log,
    lottery,
    orders,
    pages,
    parsing,
    payments,
    report,
    settling,
    transfers,
    webhooks,
    winners,
    witness,
)
from .measuring import Row
from .scale import FULL, QUICK, TINY, Scale
from .stage import Stage

DEFAULT_JSON = Path(__file__).resolve().parent / "results" / "latest.json"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A name for `--only`, its rows, and which servers it needs (few, many: databases with that many slips)."""

    name: str
    run: Callable[[Stage], Iterator[Row]]
    needs: frozenset[str] = frozenset()


_BOTH = frozenset({"few", "many"})
# Blocks come last: they leave both databases with more rows than they found.
BENCHMARKS = (
    Benchmark("addresses", addresses.run),
    Benchmark("parsing", parsing.run),
    Benchmark("draws", draws.run),
    Benchmark("allocation", allocation.run),
    Benchmark("borlette", borlette.run),
    Benchmark("borlette_sales", borlette_sales.run, frozenset({"node"})),
    Benchmark("witness", witness.run),
    Benchmark("orders", orders.run, frozenset({"node"})),
    Benchmark("webhooks", webhooks.run, frozenset({"node"})),
    Benchmark("log", log.run, frozenset({"few"})),
    Benchmark("transfers", transfers.run, frozenset({"few"})),
    Benchmark("payments", payments.run, frozenset({"few"})),
    Benchmark("settling", settling.run, frozenset({"few"})),
    Benchmark("bets", bets.run, frozenset({"node"})),
    Benchmark("pages", pages.run, _BOTH),
    Benchmark("winners", winners.run, _BOTH),
    Benchmark("lottery", lottery.run, frozenset({"few"})),
    Benchmark("blocks", applying.run, _BOTH),
)
SCALES = {scale.name: scale for scale in (FULL, QUICK, TINY)}


def run(scale: Scale, chosen: Sequence[Benchmark] = BENCHMARKS, beside: str | None = None) -> list[Row]:
    """Run benchmarks one after the other on servers of their own."""
    rows: list[Row] = []
    needs = frozenset().union(*(benchmark.needs for benchmark in chosen))
    with Stage(scale, needs, beside) as stage:
        for benchmark in chosen:
            begin = time.monotonic()
            rows += benchmark.run(stage)
            print(f"  {benchmark.name}: {time.monotonic() - begin:.0f} s", file=sys.stderr)
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    names = [benchmark.name for benchmark in BENCHMARKS]
    parser.add_argument("--only", action="append", choices=names, metavar="NAME", help=f"one of {', '.join(names)}")
    parser.add_argument("--quick", action="store_true", help="smaller and fewer, in well under a minute")
    parser.add_argument("--json", type=Path, default=DEFAULT_JSON, metavar="FILE", help="where the figures go")
    parser.add_argument("--beside", metavar="COMMIT", help="measure orders at that commit, too, in the same run")
    given = parser.parse_args(arguments)
    scale = QUICK if given.quick else FULL
    chosen = [benchmark for benchmark in BENCHMARKS if not given.only or benchmark.name in given.only]
    found = report.machine()
    rows = run(scale, chosen, given.beside)
    print(report.table(rows))
    print(f"\n{report.describe(found)}. Ratio: our speed as a multiple of the yardstick's; scale: {scale.name}.")
    report.write_json(given.json, rows, found, scale.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
