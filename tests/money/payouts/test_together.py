"""What many rounds owe in one transaction: of both games and several partners, once, and no more than fits."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask, current_app
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.chain.models import ChainCursor
from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.money.payouts import queries, rules, service
from app.money.payouts.drafts import generation, staleness, together
from app.money.payouts.drafts.together import Together
from app.record.events.models import Event
from dev.node.process import NodeProcess
from tests.faces.admin.operators import Operator
from tests.games.luckotto.conftest import Lottery
from tests.worlds import Worlds

from .conftest import OPERATOR, RATE, Desk
from .signers import by_libsecp
from .test_once import _from_a_heap
from .test_proof import verified

OTHERS = "bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6"
ELSEWHERE = "bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080"
Source = tuple[str, str]


@pytest.fixture
def desk(chain_app: Flask, node: NodeProcess, worlds: Worlds) -> Desk:
    """With Luckotto beside the ticket draw."""
    return Desk(Lottery(chain_app, node, worlds).begin(late=True))


def of_both_games(desk: Desk) -> list[Source]:
    """Two rounds of the ticket draw and one of Luckotto, each won by another partner's player."""
    lottery = desk.world
    assert isinstance(lottery, Lottery)
    return lottery.recalled("of both games", lambda: _of_both_games(desk, lottery))


def _of_both_games(desk: Desk, lottery: Lottery) -> list[Source]:
    first = desk.win(lottery.site(edge_percent=10, payout_address=OTHERS))
    second = desk.win(lottery.site(edge_percent=5, payout_address=ELSEWHERE), "bob")
    whole = lottery.buy(lottery.site_id(edge_percent=5), range(1, 13), "whale")
    lottery.pay(whole)
    lottery.mine()
    lottery.draw(whole["roundNumber"])
    db.session.rollback()
    return [("rounds", str(first)), ("rounds", str(second)), ("luckotto", str(whole["roundNumber"]))]


def ask(wanted: list[Source], *, with_balances: bool = False) -> Together:
    with transaction():
        return together.for_rounds(wanted, RATE, OPERATOR, "won", with_balances=with_balances)


def paid_by(payout_id: UUID) -> list[Source]:
    db.session.rollback()
    return [(debt.source, debt.source_id) for debt in queries.debts_of([payout_id])[payout_id]]


def test_rounds_of_both_games_are_paid_in_one_transaction(desk: Desk) -> None:
    wanted = of_both_games(desk)
    owed = sum(row.amount_sats for row in queries.due_obligations())
    made = ask(wanted)
    payout_id, is_new = made.payout.id, made.is_new
    assert (is_new, made.left_out) == (True, ())
    assert sorted(paid_by(payout_id)) == sorted(wanted)
    assert desk.balance("payout", str(payout_id)) == owed
    desk.upload(payout_id)
    assert desk.broadcast(payout_id) == "broadcast"
    desk.bury()
    assert desk.state(payout_id) == "confirmed"
    assert (desk.paid(OTHERS), desk.paid(ELSEWHERE)) == (1_000_000, owed - 1_000_000)
    assert desk.total("jackpot") == desk.total("payout") == 0
    assert desk.world.breaches() == []
    assert isinstance(desk.world, Lottery)
    for game, number in wanted:
        at = {"rounds": f"/api/rounds/{number}/bundle", "luckotto": f"/api/luckotto/rounds/{number}/bundle"}[game]
        bundle = desk.world.client.get(at).json
        assert bundle["payout"]["amountSats"] == desk_owed(game, number), game
        assert {claim for claim, verdict in verified(bundle).items() if verdict != "holds"} == set(), game


def desk_owed(game: str, number: str) -> int:
    db.session.rollback()
    query = text("SELECT amount_sats FROM obligations WHERE source = :game AND source_id = :number")
    return int(db.session.scalar(query, {"game": game, "number": number}) or 0)


def test_each_partner_hears_of_its_own_round(desk: Desk) -> None:
    wanted = of_both_games(desk)
    payout_id = ask(wanted).payout.id
    desk.upload(payout_id)
    desk.broadcast(payout_id)
    db.session.rollback()
    told = db.session.scalars(select(Event).where(Event.type == "payout.broadcast")).all()
    assert len(told) == len({event.partner_site_id for event in told}) == 3
    sources = sorted((one["game"], one["sourceId"]) for event in told for one in event.payload["outputs"])
    assert sources == sorted(wanted)


def test_asked_twice_the_same_one_comes_back(desk: Desk) -> None:
    wanted = of_both_games(desk)
    first = ask(wanted).payout.id
    again = ask(list(reversed(wanted)))
    assert (again.payout.id, again.is_new) == (first, False)
    for game, number in wanted:  # the call for one round gives what pays it
        with transaction():
            assert generation.for_round(game, number, RATE, OPERATOR)[0].id == first
    with pytest.raises(DomainError, match="payout_round_in_another"):
        ask(wanted[:2])
    desk.cancel(first)
    assert ask(wanted[:2]).payout.id != first
    assert desk.world.breaches() == []


def two_wins(desk: Desk) -> list[int]:
    return desk.world.recalled("two wins", lambda: [desk.win(), desk.win(player="bob")])


def test_one_round_alone_is_the_payout_of_that_round(desk: Desk) -> None:
    number = desk.win()
    made = ask([("rounds", str(number)), ("rounds", str(number))])
    assert (made.payout.kind, made.payout.source_id) == ("round", str(number))
    assert desk.generate(number) == made.payout.id


@pytest.mark.parametrize("limit", ["outputs", "coins"])
def test_what_does_not_fit_is_said_and_stays_due(desk: Desk, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    wanted = of_both_games(desk)
    if limit == "outputs":
        monkeypatch.setattr(rules, "MAX_BALANCES", 2)
    else:  # coins of which two pay two of them, and never three
        monkeypatch.setattr(rules, "MAX_INPUTS", 2)
        monkeypatch.setattr(generation.coins, "candidates", _small_coins(generation.coins.candidates))
    made = ask(wanted)
    payout_id, left = made.payout.id, made.left_out
    assert left == (wanted[2],)
    assert paid_by(payout_id) == wanted[:2]
    db.session.rollback()
    assert [(row.source, row.source_id) for row in queries.due_obligations()] == [wanted[2]]
    again = ask(wanted)
    assert (again.payout.id, again.is_new, again.left_out) == (payout_id, False, left)
    monkeypatch.undo()
    assert ask([wanted[2]]).is_new
    assert desk.world.breaches() == []


def _small_coins(real: Callable[..., list[rules.Candidate]]) -> Callable[..., list[rules.Candidate]]:
    """Only deposits: each is what one round was sold for."""
    return lambda *asked: [coin for coin in real(*asked) if not coin.is_reserve]


def test_balances_come_along_and_what_is_beyond_the_limit_is_counted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = desk.world.site(edge_percent=10, payout_address=OTHERS)
    wanted = [("rounds", str(desk.win(site, player))) for player in ("ada", "bob")]
    desk.make_payable(site)
    monkeypatch.setattr(rules, "MAX_BALANCES", 2)
    made = ask(wanted, with_balances=True)
    assert (made.left_out, made.balances_left) == ((), 1)
    desk.cancel(made.payout.id)
    monkeypatch.undo()
    made = ask(wanted, with_balances=True)
    assert made.balances_left == 0
    assert [row.kind for row in queries.outputs_of(made.payout.id)][:3] == ["obligation", "obligation", "balance"]


def test_a_round_whose_draw_left_the_chain_refuses_them_all(desk: Desk) -> None:
    wanted = of_both_games(desk)
    with transaction():
        db.session.execute(
            text("UPDATE draws SET seed = repeat('ab', 32) WHERE game = :game AND subject = :number"),
            {"game": wanted[1][0], "number": wanted[1][1]},
        )
    with pytest.raises(DomainError, match="payout_draw_not_on_chain"):
        ask(wanted)
    db.session.rollback()
    assert len(queries.due_obligations()) == 3


def test_a_draft_is_stale_once_one_of_its_draws_is_lost(desk: Desk) -> None:
    wanted = of_both_games(desk)
    payout_id = ask(wanted).payout.id
    signed = by_libsecp(desk.payout(payout_id).psbt)
    desk.world.reorganise(desk.world.tip - _closing_height(wanted[2][1]) + 1)
    desk.world.scan()
    assert [error.code for error in staleness.reasons(desk.payout(payout_id))][:1] == ["payout_draw_not_on_chain"]
    with pytest.raises(DomainError, match="payout_draw_not_on_chain"):
        desk.offer(payout_id, signed)


def _closing_height(number: str) -> int:
    query = text("SELECT closing_height FROM luckotto_rounds WHERE round_number = :number")
    return int(db.session.scalar(query, {"number": int(number)}) or 0)


def test_a_round_that_owes_nothing_is_named(desk: Desk) -> None:
    number = desk.win()
    with pytest.raises(DomainError, match="payout_round_owes_nothing"):
        ask([("rounds", str(number)), ("luckotto", "1")])
    with pytest.raises(DomainError, match="payout_nothing_due"):
        ask([])


def at_once(desk: Desk, numbers: list[int]) -> list[UUID | str]:
    """One operator asks for the payout of one round while another asks for that of both."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    both = [("rounds", str(number)) for number in numbers]
    answers: list[UUID | str] = []
    start = threading.Barrier(2)

    def run(make: Callable[[], UUID]) -> None:
        with app.app_context():
            start.wait(20)
            try:
                with transaction():
                    answers.append(make())
            except (DomainError, IntegrityError) as error:
                answers.append(error.code if isinstance(error, DomainError) else type(error.__cause__).__name__)
            finally:
                db.session.remove()

    verbs = (
        lambda: generation.for_round("rounds", str(numbers[0]), RATE, OPERATOR)[0].id,
        lambda: together.for_rounds(both, RATE, OPERATOR).payout.id,
    )
    threads = [threading.Thread(target=run, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def debts_paid_twice() -> int:
    db.session.rollback()
    twice = (
        "SELECT count(*) FROM (SELECT 1 FROM payout_outputs WHERE live AND obligation_id IS NOT NULL "
        "GROUP BY obligation_id HAVING count(*) > 1) AS debts"
    )
    return int(db.session.scalar(text(twice)) or 0)


def test_a_debt_is_paid_once_whoever_asks_how(desk: Desk) -> None:
    numbers = two_wins(desk)
    answers = at_once(desk, numbers)
    ids = {answer for answer in answers if isinstance(answer, UUID)}
    assert len(ids) == 1, answers
    assert len(ids) + answers.count("payout_round_in_another") in (1, 2)
    assert debts_paid_twice() == 0
    assert desk.world.breaches() == []


def test_neither_lock_nor_look_nor_index_nor_ledger(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: each guard taken away, the next one refuses; with all of them gone a debt is paid twice."""
    numbers = two_wins(desk)
    seen = threading.Barrier(2)

    def both_look(*_: object) -> None:
        seen.wait(20)  # neither goes on before the other has seen that nothing lives

    monkeypatch.setattr(service, "one_at_a_time", lambda: db.session.get_one(ChainCursor, 1).height)
    monkeypatch.setattr(queries, "live_payout", both_look)
    monkeypatch.setattr(together, "_asked_before", both_look)
    monkeypatch.setattr(generation.deposits, "new_reserve_address", _from_a_heap())
    answers = at_once(desk, numbers)
    assert "UniqueViolation" in answers
    assert debts_paid_twice() == 0
    desk.cancel(next(answer for answer in answers if isinstance(answer, UUID)))

    monkeypatch.setattr(queries, "dangling_anchors", lambda *_: [])
    with transaction():
        for index in ("payout_outputs_obligation_idx", "payout_inputs_outpoint_idx"):
            db.session.execute(text(f"DROP INDEX {index}"))
    monkeypatch.setattr(generation.ledger, "post", lambda legs: len(legs))
    answers = at_once(desk, numbers)
    assert debts_paid_twice() == 1, answers
    assert "payouts.W one living payout a debt" in {breach.check for breach in desk.world.breaches()}


def test_ticked_rounds_become_one_payout_in_the_console(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = of_both_games(desk)
    operator = Operator(desk.world.app)
    page = operator.get("/admin/payouts").text
    boxes = [f'value="{game}:{number}"' for game, number in wanted]
    assert all(box in page for box in boxes)
    assert [page.index(box) for box in boxes] == sorted((page.index(box) for box in boxes), reverse=True)
    assert page.count("<form") == page.count('<form class="form"') + 2, "one for all rounds, the search"
    nothing = operator.post("/admin/payouts", {"kind": "rounds", "reason": "won"})
    assert (nothing.status_code, "Tick at least one round." in nothing.text) == (422, True)
    ticked = {"kind": "rounds", "round": [f"{game}:{number}" for game, number in wanted]}
    why = operator.post("/admin/payouts", {**ticked, "reason": ""})
    assert (why.status_code, why.text.count(" checked")) == (422, 3), "what was ticked stays ticked"
    monkeypatch.setattr(rules, "MAX_BALANCES", 2)
    done = operator.post("/admin/payouts", {**ticked, "reason": "won"})
    assert done.status_code == 303
    page = operator.get(done.location).text
    assert "no room for 1 round; it stays due: Luckotto, round" in page
    heading = " ".join(page.partition("<h1>")[2].partition("</h1>")[0].split())
    assert heading == "Payout of 2 rounds", heading
    payout_id = done.location.rsplit("/", 1)[1]
    line = f"python3 sign_payout.py payout-{payout_id}.psbt --key signing-key --network regtest"
    command = " ".join(page.replace("\\\n", " ").split())
    assert f"{line} --out payout-{payout_id}.signed.psbt" in command
    download = operator.get(f"{done.location}/psbt")
    assert f"filename=payout-{payout_id}.psbt" in download.headers["Content-Disposition"]
    listed = operator.get(f"/admin/payouts?game=rounds&round={wanted[0][1]}").text
    assert f"/admin/payouts/{payout_id}" in listed


def test_the_operators_api_and_command_do_the_same(desk: Desk) -> None:
    wanted = of_both_games(desk)
    operator = Operator(desk.world.app)
    rounds = [{"game": game, "round": int(number)} for game, number in wanted]

    def post() -> tuple[int, dict[str, object]]:
        body = {"rounds": rounds, "reason": "won"}
        answer = operator.browser.post("/api/admin/payout-psbts/rounds", json=body, headers=operator.headers)
        assert answer.json is not None
        return answer.status_code, answer.json

    status, first = post()
    assert (status, first["kind"], first["leftOut"]) == (201, "rounds", [])
    outputs = first["outputs"]
    assert isinstance(outputs, list)
    assert sorted((one["game"], one["sourceId"]) for one in outputs if one["game"]) == sorted(wanted)
    assert post()[0] == 200
    db.session.rollback()
    options = [part for game, number in wanted for part in ("--round", f"{game}:{number}")]
    runner = desk.world.app.test_cli_runner()
    asked = ["payouts", "generate", *options, "--operator", "olga", "--reason", "won", "--json"]
    done = runner.invoke(args=asked)
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["id"], told["leftOut"]) == (first["id"], [])
    assert sorted((one["game"], one["round"]) for one in told["rounds"]) == sorted(wanted)
    wrong = runner.invoke(args=[*asked[:2], "--round", "x:y:0", *asked[-5:]])
    assert wrong.exit_code == 2


def only_deposits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reserve is out of reach: each round's own coin of 1,100,000 sats is all there is for it."""
    monkeypatch.setattr(generation.coins, "candidates", _small_coins(generation.coins.candidates))


def owed_elsewhere(desk: Desk, monkeypatch: pytest.MonkeyPatch, sats: int) -> Source:
    """An older debt that is more than all deposits together."""
    monkeypatch.setitem(staleness.DEBTS_CHECKS.get(), "elsewhere", lambda source_id, *, thorough: [])
    site = desk.world.site(payout_address=ELSEWHERE)
    with transaction():
        service.owe("jackpot", "elsewhere", "1", site.id, ELSEWHERE, sats)
    return "elsewhere", "1"


def test_as_many_rounds_are_paid_as_the_money_allows(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is too much is passed over, the smaller ones after it are paid, and each debt once."""
    large = owed_elsewhere(desk, monkeypatch, 9_000_000)
    wanted = [large, *(("rounds", str(desk.win(player=player))) for player in ("ada", "bob"))]
    only_deposits(monkeypatch)
    made = ask(wanted)
    assert paid_by(made.payout.id) == wanted[1:]
    assert made.left_out == (large,)
    assert 8_000_000 < made.missing < 9_000_000
    again = ask(wanted)
    assert (again.payout.id, again.is_new, again.left_out) == (made.payout.id, False, (large,))
    assert desk.total("payout") == 2_000_000
    assert debts_paid_twice() == 0
    desk.cancel(made.payout.id)
    monkeypatch.setattr(generation.coins, "candidates", lambda *_: [])
    monkeypatch.setattr(queries, "dangling_anchors", lambda *_: [])
    with pytest.raises(DomainError, match="payout_funds_missing"):
        ask(wanted)
    assert desk.total("payout") == 0


def test_the_console_says_what_the_money_left_out(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [desk.win(), desk.win(player="bob")]
    deposits = _small_coins(generation.coins.candidates)
    monkeypatch.setattr(generation.coins, "candidates", lambda *asked: deposits(*asked)[:1])
    operator = Operator(desk.world.app)
    ticked = {"kind": "rounds", "round": [f"rounds:{number}" for number in numbers], "reason": "won"}
    done = operator.post("/admin/payouts", ticked)
    assert done.status_code == 303
    page = operator.get(done.location).text
    assert f"The coins do not suffice for 1 round; it stays due: Ticket draw, round {numbers[1]}." in page
    assert "sats are missing." in page


def test_a_coin_that_must_be_spent_and_is_not_free_names_its_round(desk: Desk) -> None:
    """Given up once, and its coin in another payout that is on its way: the batch says which round that is."""
    numbers = [desk.win(), desk.win(player="bob")]
    both = [("rounds", str(number)) for number in numbers]
    given_up = desk.generate(numbers[0])
    desk.upload(given_up)
    desk.cancel(given_up)
    other = desk.generate(numbers[1])
    with transaction():
        taken = {"other": other, "given_up": given_up}
        db.session.execute(text("DELETE FROM payout_inputs WHERE payout_id = :other"), taken)
        db.session.execute(
            text(
                "INSERT INTO payout_inputs (payout_id, position, coin_id, txid, vout, sats, anchor, live) "
                "SELECT :other, position, coin_id, txid, vout, sats, anchor, true FROM payout_inputs "
                "WHERE payout_id = :given_up"
            ),
            taken,
        )
    with pytest.raises(DomainError) as refused, transaction():
        generation.for_round(*both[0], RATE, OPERATOR)
    assert refused.value.code == "payout_anchor_not_spendable"
    assert refused.value.params["what"] == f"round {numbers[0]} of rounds"


def test_seals_are_computed_again_before_the_scanner_is_kept_out(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever wants the cursor meanwhile gets it; with it held only what could have changed is asked again."""
    numbers = [desk.win(), desk.win(player="bob")]
    both = [("rounds", str(number)) for number in numbers]
    asked: list[tuple[bool, bool]] = []
    real = staleness._objections

    def looked(game: str, source_id: str, *, thorough: bool) -> list[str]:
        asked.append((thorough, is_cursor_free()))
        return real(game, source_id, thorough=thorough)

    def is_cursor_free() -> bool:
        with db.engine.connect() as other:
            query = text("SELECT 1 FROM chain_cursor FOR NO KEY UPDATE SKIP LOCKED")
            return other.execute(query).first() is not None

    monkeypatch.setattr(staleness, "_objections", looked)
    ask(both)
    assert asked == [(True, True), (True, True), (False, False), (False, False)]


def test_what_changes_between_the_look_and_the_lock_is_found(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [desk.win(), desk.win(player="bob")]
    both = [("rounds", str(number)) for number in numbers]
    real = service.one_at_a_time

    def meanwhile() -> int:
        db.session.execute(text("UPDATE obligations SET amount_sats = amount_sats + 1"))
        return real()

    monkeypatch.setattr(service, "one_at_a_time", meanwhile)
    with pytest.raises(DomainError, match="payout_promise_broken"):
        ask(both)
    db.session.rollback()
    assert desk.total("payout") == 0
