"""Transfers are written in two ways: the quick one, as if none was known, and the careful one."""

from __future__ import annotations

import pytest

from app.record.ledger import service


@pytest.fixture(params=[1, 1_000_000], ids=["quick", "careful"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """From how many postings on the quick way is tried."""
    monkeypatch.setattr(service, "_MANY", request.param)
