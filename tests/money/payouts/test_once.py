"""Nobody is paid twice: not by two operators, not by a crash around the broadcast, not by a payout that was given up.

Each with its control: the guard taken away, the same steps do what must never happen.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from flask import current_app
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.chain.deposits import commitment
from app.chain.deposits import service as deposits
from app.chain.models import ChainCursor, ReserveAddress
from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.money.payouts import jobs, queries, service
from app.money.payouts.drafts import generation
from app.money.payouts.sent import broadcasting
from tests.faults.test_kills import KILLED, run

from .conftest import OPERATOR, RATE, Desk

OTHERS = "bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6"


def two_operators(number: int, wait: Callable[[], None]) -> list[UUID | str]:
    """Both ask for the payout of one round at the same moment; its id, or what refused it, for each."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    answers: list[UUID | str] = []
    start = threading.Barrier(2)

    def ask(name: str) -> None:
        with app.app_context():
            start.wait(20)
            try:
                with transaction():
                    wait()
                    answers.append(generation.for_round("rounds", str(number), RATE, name)[0].id)
            except (DomainError, IntegrityError) as error:
                answers.append(error.code if isinstance(error, DomainError) else type(error.__cause__).__name__)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=ask, args=(f"operator:{name}",)) for name in ("olga", "oleg")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def living(number: int) -> int:
    query = text("SELECT count(*) FROM payouts WHERE live AND source_id = :number")
    db.session.rollback()
    return int(db.session.scalar(query, {"number": str(number)}) or 0)


def test_two_operators_get_one_payout(desk: Desk) -> None:
    number = desk.win()
    answers = two_operators(number, lambda: None)
    assert len(answers) == 2
    assert len(set(answers)) == 1
    assert isinstance(answers[0], UUID)
    assert living(number) == 1
    assert desk.world.breaches() == []


def test_neither_lock_nor_index_nor_ledger(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: each guard taken away, the next one refuses; with all of them gone `flask audit` says so."""
    number = desk.win()
    seen = threading.Barrier(2)

    def both_look(game: str, source_id: str) -> None:
        seen.wait(20)  # neither goes on before the other has seen that nothing lives

    monkeypatch.setattr(service, "one_at_a_time", lambda: db.session.get_one(ChainCursor, 1).height)
    monkeypatch.setattr(queries, "live_payout", both_look)
    monkeypatch.setattr(deposits, "new_reserve_address", _from_a_heap())
    answers = two_operators(number, lambda: None)
    assert "UniqueViolation" in answers
    assert living(number) == 1
    desk.cancel(next(answer for answer in answers if isinstance(answer, UUID)))

    monkeypatch.setattr(queries, "dangling_anchors", lambda *_: [])
    with transaction():
        for index in ("payouts_live_source_idx", "payout_outputs_obligation_idx", "payout_inputs_outpoint_idx"):
            db.session.execute(text(f"DROP INDEX {index}"))
        db.session.execute(text("ALTER TABLE payouts DROP CONSTRAINT payouts_txid_key"))
    answers = two_operators(number, lambda: None)
    assert "insufficient_funds" in answers
    assert living(number) == 1
    desk.cancel(next(answer for answer in answers if isinstance(answer, UUID)))

    monkeypatch.setattr(generation.ledger, "post", lambda legs: len(legs))
    answers = two_operators(number, lambda: None)
    assert living(number) > 1, answers
    names = {breach.check for breach in desk.world.breaches()}
    assert "payouts.W one living payout a debt" in names
    # Whether both took the same coin is a matter of moments: the slower one may have seen it taken.
    twice = (
        "SELECT count(*) FROM (SELECT 1 FROM payout_inputs WHERE live GROUP BY txid, vout HAVING count(*) > 1) AS coins"
    )
    assert ("payouts.W one living payout a coin" in names) == (db.session.scalar(text(twice)) > 0)


def _from_a_heap() -> Callable[[], object]:
    """Reserve addresses that two can take at once."""
    lock, state = threading.Lock(), [500]

    def take() -> ReserveAddress:
        with lock:
            state[0] += 1
            index = state[0]
        key = deposits.account_key()
        row = ReserveAddress(
            key_index=index,
            script_pubkey=commitment.script_pubkey(key.reserve_output_key(index)),
            address=key.reserve_address(index),
        )
        db.session.add(row)
        return row

    return take


def send(payout_id: UUID) -> Callable[[], object]:
    return lambda: broadcasting.broadcast(payout_id, OPERATOR, "it is due")


def ready(desk: Desk) -> tuple[int, UUID]:
    number = desk.won(edge_percent=10, payout_address=OTHERS)[1]
    payout_id = desk.generate(number)
    desk.upload(payout_id)
    return number, payout_id


@pytest.mark.parametrize("step", ["payout.broadcasting", "payout.sent", "payout.told"])
def test_a_crash_around_the_broadcast_pays_once(desk: Desk, step: str) -> None:
    number, payout_id = ready(desk)
    assert run(desk.world, send(payout_id), fail_at=step) == KILLED
    in_mempool = desk.world.node.call("getrawmempool") == [desk.txid(payout_id)]
    assert in_mempool == (step != "payout.broadcasting")
    assert desk.state(payout_id) == ("broadcast" if step == "payout.told" else "broadcasting")
    with pytest.raises(DomainError, match="payout_may_be_mined"):
        desk.cancel(payout_id)
    assert desk.generate(number) == payout_id
    assert desk.refresh(payout_id) == ("broadcast" if in_mempool else "unknown")
    assert jobs.refresh() == 1
    if not in_mempool:
        assert desk.state(payout_id) == "unknown"  # and stays so: not found is not unpaid
        assert desk.broadcast(payout_id) == "broadcast"
    desk.bury()
    assert desk.state(payout_id) == "confirmed"
    assert desk.paid(OTHERS) == 1_000_000
    assert desk.world.breaches() == []


def test_a_crash_after_the_broadcast_and_a_block_before_anybody_asks(desk: Desk) -> None:
    _, payout_id = ready(desk)
    assert run(desk.world, send(payout_id), fail_at="payout.sent") == KILLED
    desk.bury()
    assert desk.state(payout_id) == "confirmed"
    assert desk.paid(OTHERS) == 1_000_000
    assert desk.world.breaches() == []


def forgetful(desk: Desk, payout_id: UUID, patch: pytest.MonkeyPatch) -> None:
    """Send as one would who writes down only afterwards, and dies in between."""

    def begin(identifier: UUID, actor: str, reason: str) -> broadcasting._Begun:
        with transaction():
            payout = queries.payout(identifier)
            return broadcasting._Begun(payout.signed_tx or b"", "signed", True, payout.state_changed_at)

    with patch.context() as context:
        context.setattr(broadcasting, "_begin", begin)
        assert run(desk.world, send(payout_id), fail_at="payout.sent") == KILLED


@pytest.mark.parametrize("anchored", [True, False])
def test_without_writing_it_down_first_only_the_anchor_is_left(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, anchored: bool
) -> None:
    """The control of the test above: what was sent and not written down looks unsent, and is given up and paid anew.

    Then both cannot be mined, because the second spends a coin of the first; without that rule, both are.
    """
    number, first = ready(desk)
    forgetful(desk, first, monkeypatch)
    assert desk.state(first) == "signed"
    with transaction():
        address = deposits.new_reserve_address().address
    desk.cancel(first)
    if not anchored:
        monkeypatch.setattr(queries, "dangling_anchors", lambda *_: [])
    # A larger coin than the first payout's, which is the one that would be chosen; in a block without the first.
    node = desk.world.node
    funding = desk.world.send(address, 200_000_000)
    for mined in ([funding], [], [], []):
        node.call("generateblock", desk.world.miner, mined)
    desk.world.scan()
    second = desk.generate(number)
    desk.upload(second)
    shares = {(row.txid, row.vout) for row in queries.inputs_of(first)} & {
        (row.txid, row.vout) for row in queries.inputs_of(second)
    }
    assert bool(shares) == anchored
    if anchored:
        with pytest.raises(DomainError, match="payout_would_be_refused"):
            desk.broadcast(second)
    else:
        assert desk.broadcast(second) == "broadcast"
    desk.bury()
    paid = desk.paid(OTHERS)
    if anchored:
        assert paid == 1_000_000
        assert (desk.state(first), desk.state(second)) == ("confirmed", "cancelled")  # the mined one counts
        assert desk.total("payout") == desk.total("jackpot") == 0
        assert desk.world.breaches() == []
    else:
        assert paid == 1_000_000  # booked: the books know one payment
        outputs = [desk.world.node.call("gettxout", desk.txid(one), 0) for one in (first, second)]
        assert all(output is not None for output in outputs)  # and the chain holds two
        assert service.is_frozen()


@pytest.mark.parametrize("step", ["payout.stored", "payout.reserved", "payout.signed", "payout.cancelled"])
def test_a_killed_verb_has_done_nothing(desk: Desk, step: str) -> None:
    number = desk.win()
    if step in ("payout.stored", "payout.reserved"):
        assert run(desk.world, lambda: desk.generate(number), fail_at=step) == KILLED
        assert living(number) == 0
        assert desk.balance("jackpot", f"rounds-{number}") == 1_000_000
    payout_id = desk.generate(number)
    if step == "payout.signed":
        assert run(desk.world, lambda: desk.upload(payout_id), fail_at=step) == KILLED
        assert desk.state(payout_id) == "draft"
    if step == "payout.cancelled":
        assert run(desk.world, lambda: desk.cancel(payout_id), fail_at=step) == KILLED
        assert desk.balance("payout", str(payout_id)) == 1_000_000
        desk.cancel(payout_id)
        desk.cancel(desk.generate(number))
        assert desk.balance("jackpot", f"rounds-{number}") == 1_000_000
    assert desk.world.breaches() == []


@pytest.mark.parametrize("step", ["payout.replaced", "payout.booked", "payout.confirmed", "payout.unconfirmed"])
def test_killed_on_the_way_to_the_block(desk: Desk, step: str) -> None:
    number, payout_id = ready(desk)
    assert desk.broadcast(payout_id) == "broadcast"
    if step == "payout.replaced":
        assert run(desk.world, lambda: desk.bump(payout_id, 10_000), fail_at=step) == KILLED
        assert desk.state(payout_id) == "broadcast"
        assert living(number) == 1
    desk.world.node.call("generatetoaddress", 1, desk.world.miner)
    if step == "payout.booked":
        assert run(desk.world, desk.world.scan, fail_at=step) == KILLED
        assert queries.confirmation_of(payout_id) is None
    desk.world.scan()
    desk.world.node.call("generatetoaddress", 3, desk.world.miner)
    if step == "payout.confirmed":
        assert run(desk.world, desk.world.scan, fail_at=step) == KILLED
        assert desk.state(payout_id) == "broadcast"
    desk.world.scan()
    assert desk.state(payout_id) == "confirmed"
    if step == "payout.unconfirmed":
        desk.world.reorganise(4)
        assert run(desk.world, desk.world.scan, fail_at=step) == KILLED
        assert desk.state(payout_id) == "confirmed"
        desk.world.scan()
        desk.bury()
        assert desk.state(payout_id) == "confirmed"
    assert desk.world.breaches() == []
