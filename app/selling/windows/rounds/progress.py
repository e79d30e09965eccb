"""How far a round is, in figures that pages show: steps, blocks still to come, what cheating would cost."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.money import Sats
from app.outcomes.draws import cheating
from app.selling.windows.models import WindowRound
from app.selling.windows.rules import SOLD_OUT, blocks_to_order, blocks_to_pay

STEPS = "open", "closed", "sealed", "closing_block", "draw"


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """What a round leaves its buyers: blocks `to_order` in and `to_pay` in; orders stop once the block at
    `orders_until` is found, and the one at `payments_until` is the last to carry a payment."""

    to_order: int
    to_pay: int
    orders_until: int
    payments_until: int


def time_left(round_: WindowRound, tip: int, stop_blocks: int) -> TimeLeft:
    """How long a round can be ordered in, and paid for."""
    window, last = round_.window, round_.sales_end_height - 1
    return TimeLeft(blocks_to_order(window, tip, stop_blocks), blocks_to_pay(window, tip), last - stop_blocks, last)


@dataclass(frozen=True, slots=True)
class Milestone:
    """What the chain has to reach next: `left` of `whole` blocks until `what` happens at `height`."""

    what: str  # opens, orders_end, sales_end, seal, closing, draw
    left: int
    whole: int
    height: int


def next_milestone(round_: WindowRound, tip: int, stop_blocks: int) -> Milestone | None:
    """The next height that matters, or None where no block is waited for. An open round's is the end of orders, which
    comes `stop_blocks` before that of sales; whoever has an order is told of the latter (`sales_end`)."""
    if round_.shown_status == "open" and (left := blocks_to_order(round_.window, tip, stop_blocks)):
        end = round_.sales_end_height - stop_blocks
        return Milestone("orders_end", left, end - round_.opens_at_height, end)
    return milestone_of_order(round_, tip)


def milestone_of_order(round_: WindowRound, tip: int) -> Milestone | None:
    """The same for whoever has an order of it, which is paid until sales end."""
    depth = round_.settlement_depth
    sealed_at = round_.sales_end_height - 1 + depth
    length = round_.sales_end_height - round_.opens_at_height
    status = round_.shown_status
    if status == "scheduled":
        return Milestone("opens", round_.opens_at_height - tip - 1, length, round_.opens_at_height)
    if status in ("open", "unbacked"):
        return Milestone("sales_end", round_.sales_end_height - tip - 1, length, round_.sales_end_height)
    if status == SOLD_OUT:  # nobody waits for the end of sales
        return Milestone("seal", sealed_at - tip, sealed_at - round_.opens_at_height + 1, sealed_at)
    if status == "closed":
        return Milestone("seal", max(0, sealed_at - tip), depth, sealed_at)
    if status == "sealed" and tip < round_.closing_height:
        whole = round_.closing_height - round_.sales_end_height + 1
        return Milestone("closing", round_.closing_height - tip, whole, round_.closing_height)
    if status == "sealed":
        buried = round_.closing_height + depth
        return Milestone("draw", max(0, buried - tip), depth, buried)
    return None


def step_states(round_: WindowRound, tip: int) -> dict[str, str]:
    """done, now, todo or bad for each of STEPS."""
    reached = {
        "scheduled": 0,
        "open": 0,
        "unbacked": 0,
        SOLD_OUT: 1,
        "closed": 1,
        "sealed": 3,
        "drawing": 4,
        "settled": 5,
        "void": 2,
        "halted": 4 if round_.closing_block_hash else 3,
    }[round_.shown_status]
    if round_.status == "sealed" and tip >= round_.closing_height:
        reached = 4
    if round_.status == "closed" and round_.seal_root is None:
        reached = 2
    states = {name: "done" if at < reached else "now" if at == reached else "todo" for at, name in enumerate(STEPS)}
    if round_.shown_status == "scheduled":
        states["open"] = "todo"
    if round_.status in ("void", "halted"):
        states[STEPS[reached]] = "bad"
    return states


@dataclass(frozen=True, slots=True)
class CheatingView:
    """What bending the round's draw would take. `cost_sats` None: nothing is unsold, so there is nothing to win."""

    cost_sats: Sats | None
    unsold_permille: int
    delay_seconds: int
    is_within_limit: bool  # the jackpot is at most half of the cost


def cheating_view(jackpot: Sats, hash_steps: int, unsold_permille: int, reward_sats: Sats) -> CheatingView:
    """The cost for the worst attacker: the house, holding every unsold number, with a third of all hashing power.

    `hash_steps` is the work of the whole draw, `reward_sats` what a miner forgoes by hiding a block.
    """
    cost = cheating.cheating_cost_sats(hash_steps, unsold_permille, reward_sats)
    within = jackpot <= cheating.jackpot_limit_sats(hash_steps, reward_sats)
    shown = None if unsold_permille == 0 or cost >= cheating.MAX_SATS else cost
    return CheatingView(shown, unsold_permille, cheating.delay_seconds(hash_steps), within)
