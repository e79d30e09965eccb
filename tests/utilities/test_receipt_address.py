"""Where an order is paid, and what was: the script and the reader's browser hold it against the terms and payments."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.utilities.receipts import Story, canonical, changed, script
from tests.utilities.test_verify_receipt import Verify, browser, verify  # noqa: F401

GOLDEN = json.loads((Path(__file__).parents[1] / "vectors" / "address_1.json").read_text())["vectors"]
KEY = GOLDEN[0]["internalKey"]
LABELS = {  # what wallets note, in two languages
    "rounds": "&label=Ticket%20draw%3A%20ada%20at%20The%20lotto%2C%20round%207",
    "luckotto": "&label=Luckotto%3A%20ada%20chez%20The%20lotto%2C%20manche%207",
}


class Paid(Story):
    """Its terms name the key of the round, as real ones do."""

    @property
    def terms(self) -> str:
        own = {"game": self.game, "internalKey": KEY, "network": "regtest", "note": "é", "roundNumber": 7}
        prices = {"rounds": {"playerTicketPriceSats": 5_600}, "luckotto": {"totalSats": 5_600}}[self.game]
        player = {"rounds": "playerPublicIdentifier", "luckotto": "playerUname"}[self.game]
        return canonical({**own, **prices, player: "ada", "minPaymentSats": 2_320, "partnerName": "lotto"})

    @property
    def address(self) -> str:
        key = script.output_key(bytes.fromhex(KEY), script.tagged_hash(b"tiraj/order/1", self.terms.encode()))
        return str(script.taproot_address("bcrt", key))


def paid(game: str) -> tuple[Paid, dict[str, Any]]:
    story = Paid(game)
    story.leaves = [story.paid()]
    receipt = story.receipt(story.payment(), held=[[0, 4]] if game == "rounds" else [1, 2, 3, 4, 5, 6])
    link = f"bitcoin:{story.address}?amount=0.00005600{LABELS[game]}"
    receipt |= {"depositAddress": story.address, "bip21": link, "internalKey": KEY}
    if game == "rounds":
        return story, changed(receipt, "slip", to={"ranges": [[0, 4]], "paidSats": 5_600})
    return story, {**receipt, "paidSats": 5_600}


@pytest.mark.parametrize("vector", GOLDEN, ids=lambda vector: vector["name"])
def test_addresses_are_those_that_wallets_pay(vector: dict[str, Any]) -> None:
    hashed = script.tagged_hash(b"tiraj/order/1", vector["terms"].encode())
    key = script.output_key(bytes.fromhex(vector["internalKey"]), hashed)
    assert key.hex() == vector["outputKey"]
    assert {script.taproot_address(prefix, key) for prefix in script.PREFIXES.values()} >= {vector["address"]}


@pytest.mark.parametrize("game", ["rounds", "luckotto"])
def test_the_right_ones_hold(verify: Verify, game: str) -> None:  # noqa: F811
    story, receipt = paid(game)
    for link in (receipt["bip21"], f"bitcoin:{story.address}", f"bitcoin:{story.address}?amount=0.00005600"):
        told = verify(story, {**receipt, "bip21": link})
        assert (told["status"], told["failing"]) == (0, [])
        left = {"bip21.site"} if "label" in link else set()
        assert set(told["notLookedAt"]) - {"requestedNumbers", "log.proof.signatures"} == left


ELSEWHERE = "bcrt1p" + "q" * 58


CALLED = {"depositAddress": "the address", "bip21": "the payment link", "internalKey": "the internal key"}


@pytest.mark.parametrize("game", ["rounds", "luckotto"])
@pytest.mark.parametrize(
    ("name", "to"),
    [
        ("depositAddress", ELSEWHERE),
        ("depositAddress", None),
        ("bip21", f"bitcoin:{ELSEWHERE}?amount=0.00005600"),
        ("bip21", "{link}&lightning=lnbcrt1"),
        ("bip21", "{link}&amount=1.00000000"),
        ("bip21", "bitcoin:{}?amount=0.00005601"),
        ("bip21", "bitcoin:{}?amount=9.00005600{label}"),
        ("bip21", "bitcoin:{}?amount=0.00005600&label=Luckotto%3A%20bob%20at%20The%20lotto%2C%20round%207"),
        ("bip21", "bitcoin:{}?amount=0.00005600&label=Ticket%20draw%3A%20ada%20at%20The%20lotto%2C%20round%2017"),
        ("bip21", "bitcoin:{}?amount=0.00005600&label=Poker%3A%20ada%20at%20The%20lotto%2C%20round%207"),
        ("bip21", "bitcoin:{}?amount=0.00005600&label=%FF"),
        ("bip21", "bitcoin:{}q"),
        ("bip21", 7),
        ("internalKey", "ab" * 32),
    ],
)
def test_another_address_is_named(verify: Verify, game: str, name: str, to: object) -> None:  # noqa: F811
    story, receipt = paid(game)
    parts = {"link": receipt["bip21"], "label": LABELS[game]}
    told = verify(story, {**receipt, name: to.format(story.address, **parts) if isinstance(to, str) else to})
    assert (told["status"], told["named"]) == (1, {"beside"})
    assert CALLED[name] in told["failing"][0]


@pytest.mark.parametrize("game", ["rounds", "luckotto"])
def test_what_was_paid_is_the_sum(verify: Verify, game: str) -> None:  # noqa: F811
    story, receipt = paid(game)
    path = ("slip", "paidSats") if game == "rounds" else ("paidSats",)
    for amount in (5_599, 0, None):
        told = verify(story, changed(receipt, *path, to=amount))
        assert (told["status"], told["named"]) == (1, {"beside"})


def test_a_slip_of_a_void_round_keeps_what_was_paid(verify: Verify) -> None:  # noqa: F811
    """Its payments count for nothing any more: that it was another sum is not seen, and said."""
    story, receipt = paid("rounds")
    story.leaves.append(story.unpaid(cause="void"))
    void = story.receipt(story.payment(status="void", creditedSats=0, refundableSats=0), held=[[0, 4]])
    told = verify(story, {**void, "slip": receipt["slip"]})
    signed = ["log.others[].proof.signatures", "log.proof.signatures"]
    assert (told["status"], told["notLookedAt"]) == (0, [*signed, "payments[].refundableSats", "slip.paidSats"])


def test_that_no_witness_was_asked_is_said(
    verify: Verify,  # noqa: F811
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    story, receipt = paid("rounds")
    assert verify(story, receipt)["notTold"] == ["whose cosignatures you believe: give --witness"]
    assert verify(story, receipt, "--witness", story.witnesses[0].vkey)["notTold"] == []
    (tmp_path / "receipt.json").write_text(json.dumps(receipt))
    assert script.main([str(tmp_path / "receipt.json"), "--log-key", story.signer.vkey]) == 0
    assert "Not asked: whose cosignatures you believe: give --witness" in capsys.readouterr().out.splitlines()


def test_what_does_not_hold_is_said_once(
    verify: Verify,  # noqa: F811
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    story, receipt = paid("rounds")
    wrong = story.proof(5).replace("index 5", "index 4")
    receipt = changed(changed(receipt, "log", "proof", to=wrong), "log", "witnessed", to=wrong)
    receipt = changed(receipt, "payments", 0, "amountSats", to=7)
    assert verify(story, receipt)["named"] == {"not-included", "facts"}
    (tmp_path / "receipt.json").write_text(json.dumps(receipt))
    words = [word for one in story.witnesses for word in ("--witness", one.vkey)]
    assert script.main([str(tmp_path / "receipt.json"), "--log-key", story.signer.vkey, *words]) == 1
    said = capsys.readouterr().out
    assert said.count("not-included") == 2, "with its claim, and at the end"
    assert "\nDoes not hold: facts: payment " in said
    assert said.count("the amount, in sats: the file says 7; the log says 5600") == 2
    assert all(one.vkey.split("+")[0] in said.split("Not checked: witness")[1] for one in story.witnesses)
