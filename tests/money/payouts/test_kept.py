"""What `/check` knows of transactions: deposits lead to their orders, payouts to their wins, a draft to nobody."""

from __future__ import annotations

import re
from html import unescape

from app.chain.deposits.addresses import parse_address
from app.core.database.session import db
from app.money.payouts import queries
from app.money.payouts.signed import psbt
from app.money.payouts.signed.psbt import Transaction, TxOut

from .conftest import Desk
from .test_paid_is_visible import Won, won_tickets


def asked(won: Won, text: str) -> tuple[str, str]:
    """The answer's page, and what is read on it."""
    db.session.rollback()
    page = won.browser.post("/check", data={"text": text}).text
    main = page[page.index("<main") : page.index("</main>")]
    return main, " ".join(unescape(re.sub(r"<[^>]+>", "", main)).split())


def test_what_everybody_may_know_of_a_deposit_and_of_a_payout(desk: Desk) -> None:
    won = won_tickets(desk)
    told = won.browser.get(f"/api/rounds/{won.number}/slips").json
    assert told is not None
    deposit = told["slips"][0]["payments"][0]["txid"]
    page, words = asked(won, deposit)
    assert "It paid orders of ours" in words
    assert "1,100,000" in words
    assert f'href="{won.pages["slip"]}"' in page
    assert won.pages["receipt"] not in page

    payout_id = won.draft()
    drafted = queries.payout(payout_id)
    txid = drafted.txid[::-1].hex()
    assert "We know nothing of it" in asked(won, txid)[1]  # nobody sent it yet
    page, words = asked(won, drafted.psbt)
    assert "It pays wins as they are owed" in words
    assert f'href="/rounds/{won.number}"' in page

    desk.upload(payout_id)
    assert desk.broadcast(payout_id) == "broadcast"
    for path in ("", f"/check?q={txid}"):
        words = asked(won, txid)[1] if not path else unescape(re.sub(r"<[^>]+>", "", won.browser.get(path).text))
        assert "We sent it" in words
        assert "Sent" in words
    assert "It pays wins as they are owed" in asked(won, drafted.psbt)[1]  # the very transaction that pays it


def test_a_psbt_that_pays_a_win_otherwise_is_told_apart(desk: Desk) -> None:
    won = won_tickets(desk)
    made = psbt.decode(queries.payout(won.draft()).psbt)
    to = parse_address(won.payouts()[0]["address"], "regtest")
    win = next(out for out in made.outputs if out.script == to)

    def with_outputs(*outputs: TxOut) -> str:
        return psbt.write(Transaction(made.inputs, outputs)).hex()

    assert "It pays wins as they are owed" in asked(won, with_outputs(win))[1]
    less = asked(won, with_outputs(TxOut(win.sats - 1, win.script)))[1]
    assert "It pays no win of ours as it is owed" in less
    assert "none of this amount is still to be paid" in less
    twice = asked(won, with_outputs(win, win))[1]
    assert twice.count("none of this amount is still to be paid") == 1
    elsewhere = asked(won, with_outputs(TxOut(win.sats, b"\x51\x20" + bytes(32))))[1]
    assert "No win is owed to this address." in elsewhere


def test_of_two_wins_alike_a_payout_is_of_the_one_that_it_pays(desk: Desk) -> None:
    """Same address, same amount: before it is sent nobody outside can know which; afterwards everybody does."""
    first, second = won_tickets(desk), won_tickets(desk)
    payout_id = first.draft()
    drafted = queries.payout(payout_id).psbt
    page, words = asked(first, drafted)
    assert "It pays one of these wins, and does not say which" in words
    assert "Holds" not in words
    assert f'href="/rounds/{first.number}"' in page
    assert f'href="/rounds/{second.number}"' in page

    desk.upload(payout_id)
    assert desk.broadcast(payout_id) == "broadcast"
    page, words = asked(first, drafted)
    assert "Holds the win of" in words
    assert f'href="/rounds/{first.number}"' in page
    assert f'href="/rounds/{second.number}"' not in page
