"""A payout of many rounds, done by what its page says and nothing else: download, signer's command, upload, send."""

from __future__ import annotations

import html
import io
import re
import shlex
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from app.core.database.session import db, transaction
from app.money.payouts import queries
from app.money.payouts.drafts import under_way
from dev.node.process import NodeProcess
from tests.faces.admin.operators import Operator
from tests.games.luckotto.conftest import Lottery

from .conftest import Desk
from .signers import key_file


@pytest.fixture
def desk(chain_app: Flask, node: NodeProcess) -> Desk:
    """With Luckotto beside the ticket draw."""
    return Desk(Lottery(chain_app, node).begin())


def rounds_won_by_wallets(desk: Desk) -> tuple[list[str], list[str]]:
    """Ticks of two rounds of the ticket draw and one of Luckotto, and the winners' addresses, of the node's wallet."""
    lottery, wallet = desk.world, desk.world.node
    assert isinstance(lottery, Lottery)
    addresses = [wallet.call("getnewaddress") for _ in range(3)]
    numbers = [
        desk.win(lottery.site(edge_percent=10, payout_address=address), player)
        for address, player in zip(addresses, ("ada", "bob"), strict=False)
    ]
    whale = lottery.site(edge_percent=5, payout_address=addresses[2])
    whole = lottery.buy(str(whale.id), range(1, 13), "whale")
    lottery.pay(whole)
    lottery.mine()
    lottery.draw(whole["roundNumber"])
    db.session.rollback()
    return [*(f"rounds:{number}" for number in numbers), f"luckotto:{whole['roundNumber']}"], addresses


def command_on(page: str) -> list[str]:
    """What stands in the box that is copied to the signer's machine."""
    found = re.search(r"<code[^>]*>\s*(python3 sign_payout\.py .*?)</code>", page, re.DOTALL)
    assert found is not None
    said = html.unescape(re.sub(r"<[^>]+>", "", found[1]))
    return shlex.split(said.replace("\\\n", " "))  # as a shell goes on with the next line


def waits(operator: Operator, where: str) -> str:
    """What needs a person, while the list of payouts says that this one is there."""
    listed = operator.get("/admin/payouts").text
    assert where in listed[listed.index('id="under-way"') :]
    assert ("sats of it in payouts without a block" in listed) is ("confirmation" not in where), "it is owed until then"
    return " ".join(re.sub(r"<[^>]+>", " ", operator.get("/admin").text.partition('id="concerns"')[2]).split())


def alarms_after(desk: Desk, hours: int) -> set[str]:
    """What of alarms about payouts is open, once a payout has stood like this for so long."""
    with transaction():
        back = text("UPDATE payouts SET state_changed_at = state_changed_at - :by")
        db.session.execute(back, {"by": timedelta(hours=hours)})
        under_way.watch()
    found = set(db.session.scalars(text("SELECT code FROM alarms WHERE closed_at IS NULL AND code LIKE 'payout%'")))
    db.session.rollback()
    return found


def test_many_rounds_are_signed_by_the_command_that_the_page_shows(desk: Desk, tmp_path: Path) -> None:
    ticks, addresses = rounds_won_by_wallets(desk)
    operator = Operator(desk.world.app)
    drafted = operator.post("/admin/payouts", {"kind": "rounds", "round": ticks, "reason": "won"})
    assert drafted.status_code == 303
    page = operator.get(drafted.location).text
    assert "Payout of 3 rounds" in page
    needs = waits(operator, "Waits to be signed")
    assert re.search(r"1 payout waits to be signed \([\d,]+ sats, 3 winners, drafted less than a minute ago by", needs)
    assert alarms_after(desk, hours=7) == {"payout_waits"}

    link = re.search(r'href="([^"]+/psbt)">Download the PSBT', page)
    assert link is not None
    file = operator.get(link[1])
    name = re.search("filename=(.+)", file.headers["Content-Disposition"])
    assert name is not None
    (tmp_path / name[1]).write_bytes(file.data)
    script = re.search(r'<a href="([^"]+)">sign_payout.py</a>', page)
    assert script is not None
    (tmp_path / "sign_payout.py").write_bytes(operator.get(script[1]).data)
    key_file(tmp_path)

    python, *arguments = command_on(page)
    assert python == "python3"
    done = subprocess.run(
        [sys.executable, "-I", *arguments],
        cwd=tmp_path,
        input="yes\n",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for address in addresses:
        assert address in done.stdout + done.stderr, "who is paid is shown before it is signed"
    signed = tmp_path / arguments[arguments.index("--out") + 1]

    upload = {"file": (io.BytesIO(signed.read_bytes()), signed.name)}
    taken = operator.post(f"{drafted.location}/sign", upload, content_type="multipart/form-data")
    assert taken.status_code == 303, taken.text
    assert "1 payout is signed, and not yet seen in the network (" in waits(operator, "Signed, not yet seen")
    assert alarms_after(desk, hours=0) == set(), "somebody has signed it"
    sent = operator.post(f"{drafted.location}/act", {"act": "broadcast", "reason": "it is due"})
    assert sent.status_code == 303
    assert "1 payout is" not in waits(operator, "In the network, in no block yet"), "nobody has to do anything"
    desk.world.mine()
    assert "1 payout is" not in waits(operator, "In the network, 1 confirmation")
    desk.bury()
    assert 'id="under-way"' not in operator.get("/admin/payouts").text
    page = operator.get(drafted.location).text
    assert "Confirmed" in page
    assert "found it buried for good" in page

    db.session.rollback()
    assert queries.due_obligations() == []
    owed = {row.address: row.sats for row in queries.outputs_of(queries.payouts_page()[0].id) if row.kind != "change"}
    assert set(owed) == set(addresses)
    held = {coin["address"]: round(float(coin["amount"]) * 10**8) for coin in desk.world.node.call("listunspent", 1)}
    assert {address: held.get(address) for address in owed} == owed, "the winners' wallet has it"
    assert desk.world.breaches() == []
