"""Every benchmark runs, and compares itself with something. How fast it is, no test says."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from benchmarks import evidence, report
from benchmarks.__main__ import BENCHMARKS, run
from benchmarks.measuring import Row, alternate
from benchmarks.scale import TINY
from benchmarks.stage import Stage


@pytest.mark.slow
def test_every_benchmark_runs_and_yields_ratios(tmp_path: Path) -> None:
    rows = run(TINY)
    assert len(rows) >= 2 * len(BENCHMARKS)
    assert all(math.isfinite(row.ratio) and row.ratio > 0 for row in rows)
    report.write_json(tmp_path / "figures.json", rows, report.machine(), "tiny")
    written = json.loads((tmp_path / "figures.json").read_text())
    assert [row["what"] for row in written["rows"]] == [row.what for row in rows]
    assert len(report.table(rows).splitlines()) == len(rows) + 1


def test_what_failed_leaves_the_logs_of_its_servers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(evidence.keep, "__defaults__", (tmp_path,))
    stage = Stage(TINY, frozenset())
    with pytest.raises(RuntimeError, match="answered"):
        fail_on(stage)
    (kept,) = tmp_path.iterdir()
    assert (kept / "web.log").read_text() == "unexpected_error\n"
    assert str(kept) in capsys.readouterr().err
    assert not stage.folder.exists()


def fail_on(stage: Stage) -> None:
    with stage:
        (stage.folder / "web.log").write_text("unexpected_error\n")
        raise RuntimeError("/api/slips answered 500")


def test_a_ratio_above_one_means_faster_than_the_yardstick() -> None:
    assert Row("rate", "orders/s", 200.0, 100.0, "bare").ratio == 2
    assert Row("time", "ms", 50.0, 100.0, "bare").ratio == 2


def test_contenders_take_turns_and_the_warm_up_does_not_count() -> None:
    seconds = iter((100.0, 1.0, 3.0, 2.0))
    calls: list[str] = []

    def ours() -> float:
        calls.append("ours")
        return next(seconds)

    def yardstick() -> float:
        calls.append("yardstick")
        return 1.0

    assert alternate(3, {"ours": ours, "yardstick": yardstick}) == {"ours": 2.0, "yardstick": 1.0}
    assert calls == ["ours", "yardstick", "ours", "yardstick", "yardstick", "ours", "ours", "yardstick"]
