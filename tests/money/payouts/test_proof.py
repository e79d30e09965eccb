"""A paid round's bundle shows the transaction that paid it, and the script that doubters run believes nothing of it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests import scripts

from .conftest import Desk

ADDRESSES = {
    "taproot": "bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6",
    "witness": "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080",
    "legacy": "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn",
    "script": "2MzQwSSnBHWHqSAqtTVQ6v47XtaisrJa1Vc",
}


def verified(bundle: Any) -> dict[str, str]:
    done = scripts.run("verify_round.py", "-", "--json", told=json.dumps(bundle))
    assert done.returncode in (0, 1, 3), done.stderr
    verdicts = {claim["claim"]: claim["verdict"] for claim in json.loads(done.stdout)["claims"]}
    expected = [claim for claim in verdicts if claim.startswith("expected-")]
    assert len(expected) >= 3
    assert {verdicts.pop(claim) for claim in expected} == {"not told"}
    assert verdicts.pop("promise") == ("holds" if bundle["round"].get("roundTerms") else "not told")
    return verdicts


@pytest.mark.parametrize("kind", ADDRESSES)
def test_a_paid_round_proves_its_payout(desk: Desk, kind: str) -> None:
    number = desk.won(edge_percent=10, payout_address=ADDRESSES[kind])[1]
    browser = desk.world.app.test_client()

    def bundle() -> Any:
        return json.loads(browser.get(f"/api/rounds/{number}/bundle").text)

    payout_id = desk.sent(number)
    assert bundle()["payout"] is None
    desk.world.mine()
    told = bundle()
    assert told["payout"]["txid"] == desk.txid(payout_id)
    assert [balance["earnedSats"] for balance in told["balances"]] == [100_000]
    assert set(verified(told).values()) == {"holds"}
    assert "psbt" not in json.dumps(told)

    if kind != "taproot":
        return
    raw = told["payout"]["proof"]["rawTransaction"]
    altered: dict[str, Callable[[Any], object]] = {
        "amount": lambda b: b["payout"].update(amountSats=999_999),
        "output": lambda b: b["payout"].update(vout=1),
        "no such output": lambda b: b["payout"].update(vout=99),
        "transaction": lambda b: b["payout"].update(txid="00" * 32),
        "bytes": lambda b: b["payout"]["proof"].update(rawTransaction=raw[:-2] + "01"),
        "header": lambda b: b["payout"]["proof"].update(header="00" * 80),
        "branch": lambda b: b["payout"]["proof"].update(index=b["payout"]["proof"]["index"] + 64),
        "height": lambda b: b["payout"]["proof"].update(blockHeight=b["payout"]["proof"]["blockHeight"] + 1),
    }
    for name, change in altered.items():
        changed = copy.deepcopy(told)
        change(changed)
        verdicts = verified(changed)
        assert [claim for claim, verdict in verdicts.items() if verdict != "holds"] == ["payout"], name
    old = copy.deepcopy(told)
    del old["payout"], old["balances"]
    assert set(verified(old).values()) == {"holds", "not yet", "not told"}
