"""What a lying operator did: with the closing block known, he changed what a round had promised. In both games no draw
is made and nobody's money moves, whatever else he rewrote to fit; the round is halted, and the audit names it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError

from app.chain.deposits.commitment import ORDER_TAG, tag_prefix
from app.chain.models import DepositAddress
from app.core.checks import Breach
from app.core.database.session import db, transaction
from app.core.errors import DomainError
from app.games.luckotto.game import LUCKOTTO
from app.games.luckotto.rules import possible_draws
from app.games.ticket_draw.game import ROUNDS
from app.money.payouts.models import Obligation
from app.outcomes.draws.models import Draw
from app.record.audit.models import Alarm, AuditEntry
from app.record.events.models import Event
from app.record.ledger.models import Transfer
from app.record.log.format.leaves import canonical
from app.selling.windows import jobs
from app.selling.windows.games import AnyGame
from app.selling.windows.models import WindowRound
from app.selling.windows.orders import service as orders
from app.selling.windows.proof import kept, promise
from app.selling.windows.rounds import sealing, settlement
from dev.node.process import NodeProcess
from tests import scripts
from tests.factories.played import following_app
from tests.games.luckotto.conftest import Lottery
from tests.record.log.witnesses.test_named import ADA
from tests.settings import EXPLORE

GAMES: tuple[AnyGame, ...] = (ROUNDS, LUCKOTTO)
Change = Callable[[Any], Mapping[str, Any]]

COMMON: dict[str, tuple[str, Change]] = {
    "depth": ("settlementDepth", lambda r: {"settlement_depth": r.settlement_depth - 1}),
    "opening": ("opensAtHeight", lambda r: {"opens_at_height": r.opens_at_height + 1}),
    "end of sales": ("salesEndHeight", lambda r: {"sales_end_height": r.sales_end_height - 1}),
    "closing block": ("closingHeight", lambda r: {"closing_height": r.closing_height - 1}),
    "least payment": ("minPaymentFloorSats", lambda r: {"min_payment_floor_sats": r.min_payment_floor_sats - 1}),
    "algorithm": ("winnerAlgorithm", lambda r: {"winner_algorithm": "another-draw-1"}),
    "key": ("internalKey", lambda r: {"internal_key": bytes(reversed(r.internal_key))}),
}

OWN: dict[str, dict[str, tuple[str, Change]]] = {
    "rounds": {
        "work": ("hashesPerDigit", lambda r: {"hashes_per_digit": 1}),
        "digits": (
            "ticketDigits",
            lambda r: {
                "ticket_digits": r.ticket_digits - 1,
                "ticket_supply": r.ticket_supply // 10,
                "jackpot_sats": r.jackpot_sats // 10,
            },
        ),
        "fee and jackpot": (
            "houseFeePercent",
            lambda r: {"house_fee_percent": 10, "jackpot_sats": r.ticket_supply * r.base_ticket_price_sats * 90 // 100},
        ),
        "price and jackpot": (
            "jackpotSats",
            lambda r: {"base_ticket_price_sats": 2 * r.base_ticket_price_sats, "jackpot_sats": 2 * r.jackpot_sats},
        ),
    },
    "luckotto": {
        "work": ("hashWork", lambda r: {"hash_work": 1}),
        "pool and jackpot": (
            "poolSize",
            lambda r: {
                "pool_size": r.pool_size + 1,
                "possible_combinations": possible_draws(r.pool_size + 1),
                "jackpot_sats": possible_draws(r.pool_size + 1) * r.base_combination_price_sats,
            },
        ),
        "price and jackpot": (
            "jackpotSats",
            lambda r: {
                "base_combination_price_sats": 2 * r.base_combination_price_sats,
                "jackpot_sats": 2 * r.jackpot_sats,
            },
        ),
    },
}

CHANGES = [(game, name) for game in GAMES for name in (*OWN[game.name], *COMMON)]
_ENTRIES = text("SELECT id, detail::text AS detail FROM audit_entries WHERE subject = :subject")
_PUT_BACK = text("UPDATE audit_entries SET detail = CAST(:detail AS jsonb) WHERE id = :id")
_RENAME = text("UPDATE deposit_addresses SET terms = replace(terms, :old, :new)")
_COMMIT = text("UPDATE deposit_addresses SET commitment = sha256(CAST(:prefix AS bytea) || convert_to(terms, 'UTF8'))")

_REWRITE = text("""
    UPDATE audit_entries SET detail = jsonb_set(detail, ARRAY[:member], to_jsonb(CAST(:value AS text)))
    WHERE subject = :subject AND jsonb_exists(detail, :member)
""")
HOW = ("the columns", "the text too", "text and seal too")
LIES = [
    (game, name, how)
    for at, (game, name) in enumerate(CHANGES)
    for turn, how in enumerate(HOW)
    if EXPLORE or at % len(HOW) == turn
]
"""Each change in one way, and each way with several changes of each game; when exploring, all in all."""


@pytest.fixture(scope="module")
def lottery(
    app_settings: dict[str, str],
    fresh_database: Callable[[], str],
    node: NodeProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Lottery]:
    """A sealed round of each game, with a ticket in it, whose closing block is known and buried."""
    with following_app(app_settings, fresh_database(), node.rpc_url, tmp_path_factory.mktemp("promise")) as app:
        world = Lottery(app, node).begin()
        site = world.site(edge_percent=10)
        order = world.order(site)
        world.send(order.address, 3_300)
        world.pay(world.buy(str(db.session.merge(site).id), [1, 2, 3, 4, 5, 6, 7]))
        world.mine()
        last = max(round_of(game).sales_end_height + round_of(game).settlement_depth for game in GAMES)
        world.mine_to(last - 1)
        assert jobs.seal() == len(GAMES)
        world.mine_to(max(sealed(game).closing_height + sealed(game).settlement_depth for game in GAMES))
        assert world.breaches() == []
        yield world
        assert world.breaches() == [], "whatever a test did was undone"


def round_of(game: AnyGame, number: int = 1) -> WindowRound:
    db.session.rollback()
    found: WindowRound = db.session.get_one(game.round, number, populate_existing=True)
    return found


def sealed(game: AnyGame) -> WindowRound:
    found = round_of(game)
    assert found.status == "sealed"
    return found


def rewrite(game: AnyGame, columns: Mapping[str, Any]) -> None:
    """As somebody does who may write to the database: its triggers rest."""
    with transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        names = ", ".join(f"{column} = :{column}" for column in columns)
        session.execute(text(f"UPDATE {game.round.__tablename__} SET {names} WHERE round_number = 1"), dict(columns))


def lie(game: AnyGame, columns: Mapping[str, Any], how: str) -> None:
    rewrite(game, columns)
    if how != "the columns":
        rewrite(game, {"round_terms": promise.text_of(kept.members(game, round_of(game)))})
    if how == "text and seal too":
        round_of(game)
        rewrite(game, {"seal_root": kept.recomputed_root(game, 1)})


@pytest.fixture
def restored(lottery: Lottery) -> Iterator[Lottery]:
    """Whatever a test did to the rounds is undone, and the alarm is closed."""
    columns = {game.name: [column.key for column in inspect(game.round).columns] for game in GAMES}
    kept_rows = {game.name: {key: getattr(sealed(game), key) for key in columns[game.name]} for game in GAMES}
    yield lottery
    db.session.rollback()
    for game in GAMES:
        rewrite(game, kept_rows[game.name])
    with transaction() as session:
        session.execute(text("UPDATE alarms SET closed_at = now() WHERE closed_at IS NULL"))


def money() -> tuple[int, int, int]:
    db.session.rollback()
    return db.session.query(Transfer).count(), db.session.query(Obligation).count(), db.session.query(Draw).count()


def settle_one(game: AnyGame) -> int:
    """What the job does for this game's round, the other's left alone."""
    return int(jobs._settle_alone(game, 1, lambda: False))


def assert_halted(game: AnyGame, before: tuple[int, int, int]) -> list[str]:
    """Nothing moved; a person is called, and everybody is told. The differences, in words."""
    assert money() == before
    assert round_of(game).status == "halted"
    subject = game.subject(1)
    alarm = db.session.scalars(
        select(Alarm).where(Alarm.code == "round_halted", Alarm.subject == subject, Alarm.closed_at.is_(None))
    ).one()
    assert alarm.detail["why"] == "promise_does_not_hold"
    event = db.session.scalars(select(Event).where(Event.subject == subject).order_by(Event.id.desc()).limit(1)).one()
    assert (event.type, event.payload["why"]) == ("round.halted", "promise_does_not_hold")
    differences: list[str] = alarm.detail["differences"]
    return differences


def failing_claims(lottery: Lottery, game: AnyGame) -> list[str]:
    """What of the round's bundle does not hold, as a doubter's script says."""
    folder = "" if game is ROUNDS else "/luckotto"
    bundle = lottery.client.get(f"/api{folder}/rounds/1/bundle").text
    done = scripts.run("verify_round.py", "-", "--json", "--skip-draw", told=bundle)
    assert done.returncode == 1, done.stdout + done.stderr
    return [claim["claim"] for claim in json.loads(done.stdout)["claims"] if claim["verdict"] == "does not hold"]


def named(found: Sequence[Breach], game: AnyGame, check: str) -> list[str]:
    """What one whole audit said."""
    return [breach.detail for breach in found if breach.check == f"{game.name}.{check}"]


@pytest.mark.parametrize(("game", "name", "how"), LIES, ids=[f"{game.name}-{name}-{how}" for game, name, how in LIES])
def test_nothing_that_was_promised_changes_an_outcome(restored: Lottery, game: AnyGame, name: str, how: str) -> None:
    member, change = (OWN[game.name] | COMMON)[name]
    before, honest = money(), sealed(game).seal_root
    lie(game, change(sealed(game)), how)
    assert (round_of(game).seal_root != honest) == (how == "text and seal too")
    assert settle_one(game) == 0
    differences = assert_halted(game, before)
    assert any(f"{member} is " in words for words in differences), differences
    found = restored.breaches()
    assert any(member in words for words in named(found, game, "P promise"))
    assert bool(named(found, game, "P orders")) == (how != "the columns")
    assert bool(named(found, game, "S seal")) == (how == "text and seal too")
    if how == "text and seal too":  # what the bundle says is consistent in itself, but for the addresses
        assert "promise" in failing_claims(restored, game)


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_a_round_does_not_become_one_of_version_1(restored: Lottery, game: AnyGame) -> None:
    """The way out of having promised anything: no text, and the seal as it was made before there was any."""
    before = money()
    rewrite(game, {"round_terms": None})
    round_of(game)
    rewrite(game, {"seal_root": kept.recomputed_root(game, 1)})
    assert settle_one(game) == 0
    assert any("version is 2, promised was 3" in words for words in assert_halted(game, before))
    found = restored.breaches()
    assert named(found, game, "P promise")
    assert named(found, game, "P orders")
    assert named(found, game, "S seal")


WITNESSES = {
    "other witnesses": {"witnesses": [ADA], "quorum": 1},
    "witnesses that are none": {"witnesses": ["ada"], "quorum": 1},
    "a quorum that cannot be had": {"quorum": 1},
    "none, as in version 2": {"version": 2, "witnesses": None, "quorum": None},
}


@pytest.mark.parametrize("change", WITNESSES.values(), ids=WITNESSES.keys())
@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_other_witnesses_than_promised_draw_nothing(restored: Lottery, game: AnyGame, change: dict[str, Any]) -> None:
    """They stand in no column: the text itself is changed, and the audit has the one that was published."""
    before = money()
    told = json.loads(round_of(game).round_terms or "") | change
    changed = canonical({name: value for name, value in told.items() if value is not None})
    rewrite(game, {"round_terms": changed})
    assert settle_one(game) == 0
    assert any("the audit of its making: " in words for words in assert_halted(game, before))
    found = restored.breaches()
    assert named(found, game, "P promise")
    assert named(found, game, "P orders")


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_a_seal_that_was_exchanged_draws_nothing(restored: Lottery, game: AnyGame) -> None:
    before = money()
    rewrite(game, {"seal_root": bytes(32)})
    assert settle_one(game) == 0
    assert any("the audit says" in words for words in assert_halted(game, before))
    found = restored.breaches()
    assert named(found, game, "S seal")


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
@pytest.mark.parametrize("moment", ["drawing", "settling"])
def test_a_change_while_it_is_drawn_is_seen_before_money_moves(
    restored: Lottery, game: AnyGame, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The draw may take hours: what is changed after it began, of the round or of the draw, settles nothing."""
    work = "hashes_per_digit" if game is ROUNDS else "hash_work"
    transfers, debts, _ = money()
    real = jobs.draws.run

    def run_and_lie(found: Any, stop: Callable[[], bool]) -> Any:
        if moment == "drawing":
            with transaction() as session:
                session.execute(text("UPDATE draws SET parameters = '{}' WHERE game = :game"), {"game": game.name})
        else:
            rewrite(game, {work: 1})
        return real(found, stop)

    monkeypatch.setattr(jobs.draws, "run", run_and_lie)
    assert settle_one(game) == 0
    now = money()
    assert now[:2] == (transfers, debts)
    assert round_of(game).status == "halted"
    with transaction() as session:
        session.execute(text("UPDATE draws SET state = 'void'"))


@pytest.mark.parametrize("rewritten", ["nothing", "terms", "terms and commitments"])
@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_what_is_rewritten_everywhere_is_not_what_orders_were_promised(
    restored: Lottery, game: AnyGame, rewritten: str
) -> None:
    """Columns, text, seal and the audit's entries, all made to fit: the orders' addresses still say what it was."""
    before, old = money(), promise.commitment_of(round_of(game))
    lie(game, {"hashes_per_digit" if game is ROUNDS else "hash_work": 1}, "text and seal too")
    told = round_of(game)
    new = old if rewritten == "nothing" else promise.commitment_of(told)
    subject = {"subject": game.subject(1)}
    with transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        original = session.execute(_ENTRIES, subject).all()
        session.execute(_RENAME, {"old": old, "new": new})
        if rewritten == "terms and commitments":
            session.execute(_COMMIT, {"prefix": tag_prefix(ORDER_TAG)})
        root = kept.recomputed_root(game, 1)
        session.execute(
            text(f"UPDATE {game.round.__tablename__} SET seal_root = :r WHERE round_number = 1"), {"r": root}
        )
        for member, value in {"roundTerms": told.round_terms, "sealRoot": root.hex()}.items():
            session.execute(_REWRITE, {**subject, "member": member, "value": value})
    assert kept.promise_differs(game, round_of(game)) == kept.seal_differs(game, round_of(game)) == []
    try:
        assert settle_one(game) == 0
        words = "no address of its terms" if "commitments" in rewritten else "its terms name another promise"
        assert [found for found in assert_halted(game, before) if words in found]
        found = restored.breaches()
        assert named(found, game, "P orders")
    finally:
        with transaction() as session:
            session.execute(text("SET LOCAL session_replication_role = replica"))
            session.execute(_RENAME, {"old": new, "new": old})
            session.execute(_COMMIT, {"prefix": tag_prefix(ORDER_TAG)})
            for row in original:
                session.execute(_PUT_BACK, row._asdict())


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_a_draw_that_was_begun_is_not_made_otherwise(
    restored: Lottery, game: AnyGame, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its record is changed while nobody draws, and put back before it is settled: nothing is drawn like that."""
    told = restored.node.call("getblockhash", sealed(game).closing_height)
    with transaction():
        assert settlement.begin_draw(game, 1, told) is not None
    change = text("UPDATE draws SET parameters = CAST(:told AS jsonb) WHERE game = :game AND state <> 'void'")
    right = json.dumps(
        dict(db.session.scalars(select(Draw).where(Draw.game == game.name, Draw.state != "void")).one().parameters)
    )
    work = "hashesPerDigit" if game is ROUNDS else "hashWork"
    with transaction() as session:
        session.execute(change, {"game": game.name, "told": json.dumps({**json.loads(right), work: 1})})
    transfers, debts, _ = money()
    real = jobs.draws.run

    def run_and_put_back(found: Any, stop: Callable[[], bool]) -> Any:
        result = real(found, stop)
        with transaction() as session:
            session.execute(change, {"game": game.name, "told": right})
        return result

    monkeypatch.setattr(jobs.draws, "run", run_and_put_back)
    assert settle_one(game) == 0
    assert money()[:2] == (transfers, debts)
    assert round_of(game).status == "halted"
    with transaction() as session:
        session.execute(text("UPDATE draws SET state = 'void'"))


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_terms_that_were_exchanged_do_not_lead_to_their_address(lottery: Lottery, game: AnyGame) -> None:
    """A winner's terms and row name another payout address, and say so together."""
    db.session.rollback()
    order = db.session.scalars(select(game.order).where(game.order.round_number == 1)).first()
    assert order is not None
    round_ = db.session.get_one(game.round, 1)
    assert orders.differ_from_terms(game, order, round_) == []
    with db.session.begin_nested() as nested:
        address = db.session.get_one(DepositAddress, order.deposit_address_id)
        other = "bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6"
        address.terms = address.terms.replace(order.payout_address, other)
        order.payout_address = other
        db.session.flush()
        differences = orders.differ_from_terms(game, order, round_)
        assert ["do not lead to its address" in words for words in differences] == [True]
        nested.rollback()
    db.session.rollback()


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_a_round_that_is_right_again_goes_on(restored: Lottery, game: AnyGame) -> None:
    """A person put back what was changed; before that nobody can resume it."""
    right = sealed(game).settlement_depth
    rewrite(game, {"settlement_depth": right - 1})
    assert settle_one(game) == 0
    with pytest.raises(DomainError, match="promise_does_not_hold"), transaction():
        sealing.resolve_halted(game, 1, "resume", "operator:olga", "looked at it")
    rewrite(game, {"settlement_depth": right})
    round_of(game)
    with transaction():
        sealing.resolve_halted(game, 1, "resume", "operator:olga", "put back")
    assert sealed(game)


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_a_round_that_breaks_its_promise_is_not_sealed(restored: Lottery, game: AnyGame) -> None:
    """Its closing block was put off until one comes that suits: no root covers that."""
    before, later = money(), restored.tip + 50
    rewrite(game, {"status": "closed", "seal_root": None, "sealed_at": None, "closing_height": later})
    assert [number for number in sealing.due(game) if number == 1] == [1]
    jobs.seal()
    assert any("closingHeight is" in words for words in assert_halted(game, before))
    assert round_of(game).seal_root is None


@pytest.mark.parametrize(
    ("game", "column"),
    [(game, column) for game in GAMES for column in promise.frozen_columns(game.terms.promised)],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_the_database_refuses_to_change_it(lottery: Lottery, game: AnyGame, column: str) -> None:
    table = game.round.__tablename__
    kind = inspect(game.round).columns[column].type.python_type
    other = {int: f"coalesce({column}, 0) + 1", str: f"{column} || ' '", bytes: "sha256('x')"}[kind]
    with pytest.raises(IntegrityError, match="promised never changes"), transaction() as session:
        session.execute(text(f"UPDATE {table} SET {column} = {other} WHERE round_number = 1"))


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
@pytest.mark.parametrize(
    "removal", ["DELETE FROM {0} WHERE round_number = (SELECT max(round_number) FROM {0})", "TRUNCATE {0} CASCADE"]
)
def test_a_round_is_not_removed_to_be_made_anew(lottery: Lottery, game: AnyGame, removal: str) -> None:
    with pytest.raises(IntegrityError, match="promised never changes"), transaction() as session:
        session.execute(text(removal.format(game.round.__tablename__)))


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_every_column_is_promised_or_what_becomes_of_it(game: AnyGame) -> None:
    """A column that a game gets some day is either in the text, or said here to be no promise."""
    later = {
        "status",
        "seal_root",
        "seal_mark",
        "sealed_at",
        "sealed_at_height",
        "closing_block_hash",
        "settled_at",
        "sold_tickets",
        "winning_ticket",
        "sold_combinations",
        "winning_numbers",
    }
    assert {column.key for column in inspect(game.round).columns} - later == set(
        promise.frozen_columns(game.terms.promised)
    )


@pytest.mark.parametrize("game", GAMES, ids=lambda game: game.name)
def test_the_promise_is_published_when_the_round_is_made(lottery: Lottery, game: AnyGame) -> None:
    round_ = round_of(game)
    text_, subject = round_.round_terms, game.subject(1)
    assert text_ is not None
    committed = promise.commitment(text_).hex()
    folder = "" if game is ROUNDS else "/luckotto"
    told = lottery.client.get(f"/api{folder}/rounds/1").json
    assert (told["roundTerms"], told["roundCommitment"]) == (text_, committed)
    page = lottery.client.get(f"{folder}/rounds/1").text
    assert committed[:4] in page
    assert 'id="round-terms"' in page
    made = db.session.scalars(
        select(AuditEntry).where(AuditEntry.subject == subject, AuditEntry.action == "round.created")
    ).one()
    assert made.detail["roundTerms"] == text_
    event = db.session.scalars(select(Event).where(Event.subject == subject).order_by(Event.id).limit(1)).one()
    assert (event.type, event.payload["roundCommitment"]) == ("round.scheduled", committed)
