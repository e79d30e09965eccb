"""Where a round and its draw stand, in figures that pages show: steps, blocks still to come, digits known so far."""

from __future__ import annotations

from dataclasses import dataclass

from app.draws import cheating
from app.draws.models import Draw

from .models import Round

STEPS = "open", "closed", "sealed", "closing_block", "draw"


@dataclass(frozen=True, slots=True)
class Milestone:
    """What the chain has to reach next: `left` of `whole` blocks until `what` happens at `height`."""

    what: str  # opens, sales_end, seal, closing, draw
    left: int
    whole: int
    height: int


def next_milestone(round_: Round, tip: int) -> Milestone | None:
    """The next height that matters, or None where no block is waited for."""
    depth = round_.settlement_depth
    sealed_at = round_.sales_end_height - 1 + depth
    length = round_.sales_end_height - round_.opens_at_height
    status = round_.status
    if status == "scheduled":
        return Milestone("opens", round_.opens_at_height - tip - 1, length, round_.opens_at_height)
    if status in ("open", "unbacked"):
        return Milestone("sales_end", round_.sales_end_height - tip - 1, length, round_.sales_end_height)
    if status == "closed":
        return Milestone("seal", max(0, sealed_at - tip), depth, sealed_at)
    if status == "sealed" and tip < round_.closing_height:
        whole = round_.closing_height - round_.sales_end_height + 1
        return Milestone("closing", round_.closing_height - tip, whole, round_.closing_height)
    if status == "sealed":
        buried = round_.closing_height + depth
        return Milestone("draw", max(0, buried - tip), depth, buried)
    return None


def step_states(round_: Round, tip: int) -> dict[str, str]:
    """done, now, todo or bad for each of STEPS."""
    reached = {
        "scheduled": 0, "open": 0, "unbacked": 0, "closed": 1, "sealed": 3, "drawing": 4, "settled": 5, "void": 2,
        "halted": 4 if round_.closing_block_hash else 3,
    }[round_.status]  # fmt: skip
    if round_.status == "sealed" and tip >= round_.closing_height:
        reached = 4
    if round_.status == "closed" and round_.seal_root is None:
        reached = 2
    states = {name: "done" if at < reached else "now" if at == reached else "todo" for at, name in enumerate(STEPS)}
    if round_.status == "scheduled":
        states["open"] = "todo"
    if round_.status in ("void", "halted"):
        states[STEPS[reached]] = "bad"
    return states


@dataclass(frozen=True, slots=True)
class DrawView:
    """A draw as it is watched: `digits` drawn so far (most significant first), the state of the chain of hashes, and
    (place, digit, state) of each digit in drawing order."""

    digits: str
    total_digits: int
    state: str
    hashes_done: int
    hashes_total: int
    drawn: list[tuple[int, str, str]]
    is_done: bool


def draw_view(round_: Round, draw: Draw | None) -> DrawView | None:
    """The round's draw, running or done; None before it."""
    if draw is None:
        return None
    total = round_.ticket_digits * round_.hashes_per_digit
    if draw.outcome is not None:
        digits, digests = draw.outcome["drawDigits"], list(draw.outcome["drawDigests"])
        state, done = digests[-1], total
    elif draw.checkpoint is not None:
        digits, digests = draw.checkpoint["draw_digits"], list(draw.checkpoint["digests"])
        state = draw.checkpoint["state"]
        done = draw.checkpoint["digit_index"] * round_.hashes_per_digit + draw.checkpoint["steps_done"]
    else:
        digits, digests, state, done = "", [], draw.seed, 0
    drawn = [(place, digits[-1 - place], digest) for place, digest in enumerate(digests)]
    return DrawView(digits, round_.ticket_digits, state, done, total, drawn, draw.outcome is not None)


@dataclass(frozen=True, slots=True)
class CheatingView:
    """What bending the round's draw would take. `cost_sats` None: nothing is unsold, so there is nothing to win."""

    cost_sats: int | None
    unsold_permille: int
    delay_seconds: int
    is_within_limit: bool  # the jackpot is at most half of the cost


def cheating_view(round_: Round, reward_sats: int) -> CheatingView:
    """The cost for the worst attacker: the house, holding every unsold number, with a third of all hashing power."""
    steps = round_.ticket_digits * round_.hashes_per_digit
    unsold = (round_.ticket_supply - round_.sold_tickets) * 1000 // round_.ticket_supply
    cost = cheating.cheating_cost_sats(steps, unsold, reward_sats)
    within = round_.jackpot_sats <= cheating.jackpot_limit_sats(steps, reward_sats)
    shown = None if unsold == 0 or cost >= cheating.MAX_SATS else cost
    return CheatingView(shown, unsold, cheating.delay_seconds(steps), within)
