"""The game's recipes, line by line: after any story the balances are what the formulas say."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from app.chain import postings as chain_postings
from app.core.money import with_edge
from app.games.ticket_draw.rules import GAME, Assessment, Fate, Holding, Price, assess
from app.games.ticket_draw.tickets.crediting import transfers
from app.money.payouts import postings as payout_postings
from app.record.ledger.chart import kind_of
from app.record.ledger.entries import AccountRef, Posting, mirrored
from app.selling.windows import postings as window_postings

from .profile import searched

ROUND = 7
SPACE = UUID(int=7)


@dataclass
class Book:
    """Balances in the direction of each account's normal side; refuses what the ledger refuses."""

    balances: Counter[str] = field(default_factory=Counter)
    keys: dict[tuple[str, str, str, int], Posting] = field(default_factory=dict)

    def post(self, legs: list[Posting]) -> None:
        for leg in legs:
            assert leg.key not in self.keys, "a key is used once"
            self.keys[leg.key] = leg
            for account, side in ((leg.debit, "debit"), (leg.credit, "credit")):
                self.balances[str(account)] += leg.amount if kind_of(account).normal_side == side else -leg.amount
        for leg in legs:
            for account in (leg.debit, leg.credit):
                assert kind_of(account).may_be_negative or self.balances[str(account)] >= 0, f"{account} overdrawn"

    def named(self, kind: str) -> dict[str, int]:
        return {name: sats for name, sats in self.balances.items() if name.split(":")[0] == kind and sats}


@dataclass
class Slip:
    """One order of the story."""

    price: Price
    site: UUID
    holding: Holding = field(default_factory=Holding)
    credited: list[tuple[UUID, Assessment]] = field(default_factory=list)


@dataclass
class Story:
    """Orders that were paid, and the book as it stands."""

    book: Book
    slips: list[Slip]
    paid: int = 0
    suspense: Counter[str] = field(default_factory=Counter)

    @property
    def pool(self) -> int:
        return sum(slip.holding.tickets * slip.price.base for slip in self.slips)

    @property
    def held(self) -> int:
        return sum(slip.holding.credited - slip.holding.tickets * slip.price.base for slip in self.slips)

    def holds(self) -> None:
        assert self.book.balances["coins"] == self.paid
        assert self.book.balances[f"pool:rounds-{ROUND}"] == self.pool
        assert self.book.balances[f"held:rounds-{ROUND}"] == self.held
        assert self.book.named("suspense") == {f"suspense:{name}": sats for name, sats in self.suspense.items() if sats}


payments = st.lists(
    st.tuples(st.integers(0, 3), st.integers(1, 4_000), st.sampled_from([True] * 6 + [False])), max_size=14
)


def tell(edges: list[int], steps: list[tuple[int, int, bool]], supply: int, base: int = 100) -> Story:
    slips = [
        Slip(Price(base, with_edge(base, edge), max(with_edge(base, edge), 150)), uuid5(SPACE, f"site {at % 2}"))
        for at, edge in enumerate(edges)
    ]
    story = Story(Book(), slips)
    for number, (at, amount, in_time) in enumerate(steps):
        slip = slips[at % len(slips)]
        outcome = assess(amount, slip.price, slip.holding, supply, in_time=in_time)
        payment = uuid5(SPACE, f"payment {number}")
        legs = transfers(payment, ROUND, slip.price.base, outcome)
        assert all((leg.source, leg.source_id, leg.kind) == ("payment", str(payment), "credit") for leg in legs)
        before = Counter(story.book.balances)
        story.book.post(legs)
        story.paid += amount
        if outcome.refundable:
            story.suspense["sold_out" if outcome.fate is Fate.CREDITED else str(outcome.fate)] += outcome.refundable
        if outcome.fate is Fate.CREDITED:
            supply -= outcome.tickets
            slip.holding = Holding(slip.holding.credited + outcome.credited, slip.holding.tickets + outcome.tickets)
            slip.credited.append((payment, outcome))
        story.holds()
        _undone_is_as_before(story.book, legs, before)
    return story


def _undone_is_as_before(book: Book, legs: list[Posting], before: Counter[str]) -> None:
    trial = Book(Counter(book.balances), dict(book.keys))
    trial.post(mirrored(legs, "undo"))
    assert {name: sats for name, sats in trial.balances.items() if sats} == {
        name: sats for name, sats in before.items() if sats
    }


@searched(150)
@given(st.lists(st.integers(0, 15), min_size=1, max_size=4), payments, st.integers(0, 60))
def test_balances_are_the_formulas_after_every_payment(
    edges: list[int], steps: list[tuple[int, int, bool]], supply: int
) -> None:
    tell(edges, steps, supply)


@searched()
@given(st.lists(st.integers(0, 15), min_size=1, max_size=4), payments, st.integers(0, 60), st.booleans())
def test_a_settled_round_owes_nothing_but_its_partners_and_its_winner(
    edges: list[int], steps: list[tuple[int, int, bool]], supply: int, sold: bool
) -> None:
    story = tell(edges, steps, supply)
    book, pool, prize = story.book, story.pool, 60 * 100
    by_site: Counter[UUID] = Counter()
    for slip in story.slips:
        by_site[slip.site] += slip.holding.credited - slip.holding.tickets * slip.price.base
    book.post(window_postings.settle("round", "rounds", ROUND, pool, by_site))
    if sold:
        book.post([payout_postings.owed("jackpot", "rounds", str(ROUND), prize)])
    assert book.balances[f"pool:rounds-{ROUND}"] == book.balances[f"held:rounds-{ROUND}"] == 0
    assert book.named("partner") == {f"partner:{site}": sats for site, sats in by_site.items() if sats}
    assert book.balances["result"] == pool - (prize if sold else 0)
    assert book.balances[f"jackpot:rounds-{ROUND}"] == (prize if sold else 0)
    assert book.balances["coins"] == story.paid


@searched()
@given(st.lists(st.integers(0, 15), min_size=1, max_size=4), payments, st.integers(0, 60))
def test_a_void_round_gives_everything_credited_to_its_refunds(
    edges: list[int], steps: list[tuple[int, int, bool]], supply: int
) -> None:
    story = tell(edges, steps, supply)
    legs = [
        leg
        for slip in story.slips
        for payment, outcome in slip.credited
        for leg in window_postings.void(
            payment, GAME, ROUND, to_pool=outcome.tickets * slip.price.base, credited=outcome.credited
        )
    ]
    held, pool = f"held:rounds-{ROUND}", f"pool:rounds-{ROUND}"
    story.book.post(legs)
    assert story.book.balances[pool] == story.book.balances[held] == 0
    assert story.book.balances["suspense:void"] == sum(slip.holding.credited for slip in story.slips)
    story.book.post(mirrored(legs, "unvoid"))
    assert (story.book.balances[pool], story.book.balances[held]) == (story.pool, story.held)


def test_a_top_up_debits_what_was_held() -> None:
    """No edge, and a remainder that completes a ticket: more goes to the pool than the payment brings."""
    quoted = Price(100, 100, 1)
    first = assess(190, quoted, Holding(), 10, in_time=True)
    second = assess(20, quoted, Holding(first.credited, first.tickets), 9, in_time=True)
    legs = transfers(UUID(int=2), ROUND, 100, second)
    assert [(str(leg.debit), str(leg.credit), leg.amount) for leg in legs] == [
        ("coins", f"pool:rounds-{ROUND}", 20),
        (f"held:rounds-{ROUND}", f"pool:rounds-{ROUND}", 80),
    ]


def test_sold_out_within_a_payment_leaves_what_buys_nothing_in_suspense() -> None:
    quoted = Price(100, 110, 110)
    first = assess(200, quoted, Holding(), 2, in_time=True)
    second = assess(330, quoted, Holding(first.credited, first.tickets), 1, in_time=True)
    book = Book()
    book.post(transfers(UUID(int=1), ROUND, 100, first))
    book.post(transfers(UUID(int=2), ROUND, 100, second))
    assert dict(book.balances) == {
        "coins": 530,
        f"pool:rounds-{ROUND}": 200,
        f"held:rounds-{ROUND}": 20,
        "suspense:sold_out": 310,
    }


def test_the_reserve_and_unplanned_spends() -> None:
    book = Book()
    deposit = chain_postings.reserve_deposit("coin", 500)
    spend = chain_postings.unplanned_spend("spend", 200)
    book.post([deposit])
    book.post([spend])
    assert dict(book.balances) == {"coins": 300, "capital": 500, "unexplained": 200}
    book.post(mirrored([spend], "undo"))
    book.post(mirrored([deposit], "undo"))
    assert not any(book.balances.values())


def test_a_payment_found_after_its_seal_waits_for_its_refund() -> None:
    leg = window_postings.found_late(UUID(int=3), 400)
    assert (leg.debit, leg.credit, leg.amount) == (AccountRef("coins"), AccountRef("suspense", "void"), 400)
