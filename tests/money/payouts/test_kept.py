"""What `/check` knows of transactions: deposits lead to their orders, payouts to their wins, a draft to nobody."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

from sqlalchemy import func

from app.chain.deposits.addresses import parse_address
from app.core.database.session import db, transaction
from app.money.payouts import queries, rules
from app.money.payouts.drafts import together
from app.money.payouts.models import Payout, PayoutOutput
from app.money.payouts.signed import psbt
from app.money.payouts.signed.psbt import Transaction, TxOut
from app.record.log import queries as log
from tests.faces.admin.operators import Operator

from .conftest import OPERATOR, RATE, Desk
from .test_log_roots import draft_anchor, of, say, send
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
    assert "We know nothing of these digits" in asked(won, txid)[1]  # nobody sent it yet
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


def test_hashes_that_the_site_prints_lead_to_where_they_stand(desk: Desk) -> None:
    won = won_tickets(desk)
    say()
    told = won.browser.get(f"/api/rounds/{won.number}").json
    slips = won.browser.get(f"/api/rounds/{won.number}/slips").json
    assert told is not None
    assert slips is not None
    entry = log.entries(0, 1)[0]
    known = {told[name]: f"/rounds/{won.number}" for name in ("sealRoot", "roundCommitment", "closingBlockHash")}
    known |= {slips["slips"][0]["commitment"]: won.pages["slip"], entry.hash.hex(): "/log/entries/0"}
    for hash_, href in known.items():
        page, words = asked(won, hash_)
        assert "We know it" in words
        assert f'href="{href}"' in page
    assert "The hash of block" in asked(won, told["closingBlockHash"])[1]
    assert "We know nothing of these digits" in asked(won, "ab" * 32)[1]


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


def test_of_a_forged_payout_what_is_untouched_is_called_what_it_is(desk: Desk) -> None:
    """Which output pays the win, and which goes back to the reserve, is known by the payout that was sent."""
    won = won_tickets(desk)
    payout_id = won.draft()
    drafted = queries.payout(payout_id).psbt
    made, kinds = psbt.decode(drafted), {row.vout: row.kind for row in queries.outputs_of(payout_id)}
    right = {"obligation": "Holds the win of", "change": "Holds It goes back to our own reserve."}
    assert set(kinds.values()) == set(right)
    assert "our own reserve" not in asked(won, drafted)[1], "a draft is nobody's business"
    desk.upload(payout_id)
    assert desk.broadcast(payout_id) == "broadcast"

    for raised in (None, *kinds):
        outs = [replace(out, sats=out.sats + (place == raised)) for place, out in enumerate(made.outputs)]
        page, words = asked(won, psbt.write(Transaction(made.inputs, tuple(outs))).hex())
        assert ("It is not the transaction that we sent" in words) == (raised is not None)
        for place, one in enumerate(items(page)):
            said = " ".join(re.sub(r"<[^>]+>", "", one).split())
            assert ("Does not hold" if place == raised else right[kinds[place]]) in said


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


def items(page: str) -> list[str]:
    """What is said of each output."""
    return re.findall(r"<li>(.*?)</li>", page[page.index("<ol") : page.index("</ol>")], re.DOTALL)


def test_of_equal_wins_each_output_is_said_to_pay_the_one_that_it_pays(desk: Desk) -> None:
    won = [won_tickets(desk) for _ in range(3)]
    with transaction():
        wanted = [("rounds", str(one.number)) for one in won]
        payout_id = together.for_rounds(wanted, RATE, OPERATOR, "won").payout.id
    drafted = queries.payout(payout_id).psbt
    recorded = {debt.id: debt.source_id for debts in queries.debts_of([payout_id]).values() for debt in debts}
    paid = [recorded[row.obligation_id] if row.obligation_id else None for row in queries.outputs_of(payout_id)]
    assert len({row.sats for row in queries.outputs_of(payout_id) if row.obligation_id}) == 1, "else nothing is asked"

    def said() -> list[str | None]:
        page, _ = asked(won[0], drafted)
        found = [re.search(r'href="/rounds/(\d+)"', one) for one in items(page) if "the win of" in one]
        return [one[1] if one else None for one in found]

    expected = [number for number in paid if number]
    assert said() == expected, "a draft, by their order"
    desk.upload(payout_id)
    assert desk.broadcast(payout_id) == "broadcast"
    assert said() == expected
    words = asked(won[0], drafted)[1]
    assert words.count("Sent") == 4, "the payout, and each of its wins"
    desk.world.mine()
    assert f"We sent it Sent Block {desk.world.tip}" in asked(won[0], drafted)[1]
    desk.bury()
    words = asked(won[0], drafted)[1]
    assert (words.count("Confirmed"), "Sent" in words) == (4, False)


def test_the_log_s_anchor_is_called_by_its_name(desk: Desk) -> None:
    won = won_tickets(desk)
    desk.world.mine(4)
    root = say()
    payout_id = draft_anchor()
    drafted = queries.payout(payout_id)
    size = drafted.log_size
    made = psbt.decode(drafted.psbt)
    page, words = asked(won, drafted.psbt)
    assert f"Holds The root of our public log over its first {size:,} entries." in words
    assert rules.root_script(root).hex() not in page.replace("</span><span>", "")
    assert "the next anchor" not in words, "a draft is nobody's business"

    forged = TxOut(0, rules.root_script(bytes(32)))
    other = psbt.write(Transaction(made.inputs, (forged, *made.outputs[1:]))).hex()
    assert "none of its anchors or newest checkpoints has it" in asked(won, other)[1]

    (line,) = of(payout_id, "line")
    send(desk, payout_id)
    page, words = asked(won, drafted.psbt)
    assert words.count("The coin that the next anchor of the public log spends.") == 1
    assert "the next anchor" in items(page)[line.vout]
    assert "We sent it Sent" in words
    assert "It pays no win of ours" not in words
    console = Operator(desk.world.app).get(f"/admin/payouts/{payout_id}").text
    assert "none: data that pays nobody" in console
    assert root.hex() in console.replace("</span><span>", "")
    assert "6a20" not in console.replace("</span><span>", "")


def test_what_a_payout_pays_to_partners_is_right_and_what_it_does_not_pay_is_wrong(desk: Desk) -> None:
    """A partner may be paid his balance where his players' wins go: that is no lie about a win. What is changed is."""
    won = won_tickets(desk)
    payout_id = won.draft()
    rows = queries.outputs_of(payout_id)
    win = next(row for row in rows if row.obligation_id)
    change = next(row for row in rows if not row.obligation_id)
    with transaction():  # as if the rest were a balance, to the address of the win
        made = psbt.decode(queries.payout(payout_id).psbt)
        script = next(out.script for out in made.outputs if out.sats == win.sats)
        outputs = tuple(
            TxOut(out.sats, script) if place == change.vout else out for place, out in enumerate(made.outputs)
        )
        made = Transaction(made.inputs, outputs)
        row = db.session.get_one(Payout, payout_id)
        row.txid, row.psbt = made.txid, psbt.write(made)
        paid = db.session.get_one(PayoutOutput, (payout_id, change.vout))
        paid.script, paid.address = script, win.address
        paid.kind, paid.reserve_key_index, paid.partner_site_id = "balance", None, won.site.id
    draft = asked(won, psbt.write(made).hex())[1]
    assert "Does not hold" not in draft
    with transaction():
        db.session.get_one(Payout, payout_id).broadcast_at = func.now()
    words = asked(won, psbt.write(made).hex())[1]
    assert "It pays wins as they are owed" in words
    assert "It is what this payout of ours was to pay." in words
    assert "Does not hold" not in words

    def forged(*outs: TxOut) -> str:
        return asked(won, psbt.write(Transaction(made.inputs, outs)).hex())[1]

    first, *rest = made.outputs
    for lie in (
        (TxOut(first.sats + 1, first.script), *rest),
        (TxOut(first.sats, b"\x51\x20" + bytes(32)), *rest),
        (first, *rest, TxOut(600, script)),
    ):
        words = forged(*lie)
        assert "It is not the transaction that we sent" in words
        assert words.count("Does not hold") == 1
