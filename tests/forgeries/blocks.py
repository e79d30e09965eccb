"""Headers, heights and blocks that were never on the chain, or that stand elsewhere on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from app.chain.deposits.addresses import parse_address
from app.chain.node.blocks import display

from .chain import BEFORE, EASY, HARD, Block, Record, alone, transaction
from .forgery import Forgery
from .story import Story, draw


def easy(*places: int) -> Callable[[Story], None]:
    """Blocks of the easiest difficulty, counted from the closing block."""
    return lambda story: story.bits.update({story.round["closingHeight"] + place: EASY for place in places})


def easy_throughout(story: Story) -> None:
    story.bits = dict.fromkeys(range(story.last + 1), EASY)
    story.payout_bits = story.log.bits = EASY


def shifted(bits: int) -> Callable[[Record, Story], None]:
    """One header more, whose coinbase says one height too many: the block before the closing block closes the round."""

    def spoil(bundle: Record, story: Story) -> None:
        top = Block(story.last + 2, story.blocks[story.last].hash, [], bits)
        bundle["headers"]["headers"].append(top.header.hex())
        bundle["headers"]["firstHeight"] += 1
        bundle["heightProof"] = top.proof(0)
        for proof in bundle["transactions"]:
            proof["blockHeight"] += 1
        story.retell(bundle)

    return spoil


def proven_by(choose: Callable[[Record, Story], Record | None]) -> Callable[[Record, Story], None]:
    return lambda bundle, story: bundle.update(heightProof=choose(bundle, story))


def without_header(place: int) -> Callable[[Record, Story], None]:
    return lambda bundle, story: bundle["headers"]["headers"].pop(place)


def unlinked(bundle: Record, story: Story) -> None:
    """The last header stands for another block, as good as any, that follows some other one."""
    bundle["headers"]["headers"][-1] = Block(story.last, b"\x22" * 32, [], HARD).header.hex()


def credited(bundle: Record) -> int:
    """The place of a transaction that bought something."""
    txid = next(payment["txid"] for payment in bundle["payments"] if payment["creditedSats"])
    return [proof["txid"] for proof in bundle["transactions"]].index(txid)


def late(bundle: Record) -> int:
    txid = next(payment["txid"] for payment in bundle["payments"] if payment["status"] == "late")
    return [proof["txid"] for proof in bundle["transactions"]].index(txid)


def in_another_block(which: Callable[[Record], int], above: int, bits: int) -> Callable[[Record, Story], None]:
    """A payment is shown in a block that was forged, so many above the end of sales; the rest is computed from it."""

    def spoil(bundle: Record, story: Story) -> None:
        place, height = which(bundle), story.round["salesEndHeight"] + above
        raw = bytes.fromhex(bundle["transactions"][place]["rawTransaction"])
        bundle["transactions"][place] = Block(height, alone(height), [raw], bits).proof(1)
        story.retell(bundle)

    return spoil


def in_the_next_block(called: int) -> Callable[[Record, Story], None]:
    """A late payment is in the block that follows the last header, and its height is called so much more."""

    def spoil(bundle: Record, story: Story) -> None:
        place = late(bundle)
        raw = bytes.fromhex(bundle["transactions"][place]["rawTransaction"])
        bundle["transactions"][place] = Block(story.last + 1, story.blocks[story.last].hash, [raw], HARD).proof(1)
        story.retell(bundle)
        bundle["transactions"][place]["blockHeight"] += called

    return spoil


def paid_before(story: Story) -> None:
    """What was paid to the winner's address before the round was drawn is no jackpot."""
    address = next(iter(story.terms.values()))["payoutAddress"]
    script = parse_address(address, story.network)
    raw = transaction(b"", [(story.round["jackpotSats"], script)], b"\x11" * 36)
    story.paying.setdefault(story.round["closingHeight"] - 1, []).append(raw)
    story.payout_height = None


def called_payout(bundle: Record, story: Story) -> None:
    block = story.blocks[story.round["closingHeight"] - 1]
    bundle["payout"] = {
        "txid": display(block.txids[-1]),
        "vout": 0,
        "amountSats": story.round["jackpotSats"],
        "proof": block.proof(len(block.txids) - 1),
        "heightProof": block.proof(0),
    }


def at_height(height: Callable[[Story], int]) -> Callable[[Story], None]:
    def plan(story: Story) -> None:
        story.payout_height = height(story)

    return plan


def set_story(**values: object) -> Callable[[Story], None]:
    return lambda story: story.__dict__.update(values)


def payout(change: Callable[[Record], object]) -> Callable[[Record, Story], None]:
    return lambda bundle, story: change(bundle["payout"])


def one_higher(paid: Record) -> None:
    paid["proof"]["blockHeight"] += 1
    paid["heightProof"]["blockHeight"] += 1


def drawn_from_the_block_before(bundle: Record, story: Story) -> None:
    draw(bundle, display(story.blocks[story.round["closingHeight"] - 1].hash))
    bundle["payout"] = story.payout(bundle, story.last + 3) if bundle["win"] else None


BLOCKS: Final = [
    Forgery("a last header of the easiest difficulty", "headers", easy(3)),
    Forgery("easy headers after the closing block", "headers", easy(1, 2, 3)),
    Forgery("an easy closing block", "headers payout anchor", easy(0), seen="closing"),
    Forgery("easy blocks throughout", "", easy_throughout, seen="closing"),
    Forgery("another chain with as much work", "", set_story(before=b"\x33" * 32), seen="closing"),
    Forgery("heights shifted by a forged header", "headers heights", spoil=shifted(EASY), seen="closing"),
    Forgery("heights shifted by a header with all its work", "heights", spoil=shifted(HARD), seen="closing"),
    Forgery(
        "heights proven by an earlier block",
        "heights",
        spoil=proven_by(lambda bundle, story: story.blocks[story.first].proof(0)),
    ),
    Forgery("heights proven by nothing", "heights", spoil=proven_by(lambda bundle, story: None)),
    Forgery("heights proven by a payment", "heights", spoil=proven_by(lambda bundle, story: bundle["transactions"][0])),
    Forgery(
        "heights proven by a block elsewhere",
        "heights",
        spoil=proven_by(lambda bundle, story: Block(story.round["closingHeight"], BEFORE, [], HARD).proof(0)),
    ),
    Forgery("a header cut out", "headers+", spoil=without_header(5)),
    Forgery("headers that end too early", "closing", spoil=without_header(-1)),
    Forgery("a header that follows another", "headers", spoil=unlinked),
    Forgery("drawn from the block before the closing block", "closing draw+", spoil=drawn_from_the_block_before),
    Forgery(
        "a payment in time, shown in a later easy block",
        "transactions",
        seen="seal",
        spoil=in_another_block(credited, 30, EASY),
    ),
    Forgery(
        "a payment in time, shown in a later block with all its work",
        "",
        seen="seal",
        spoil=in_another_block(credited, 30, HARD),
    ),
    Forgery("a late payment, shown in an earlier block", "transactions", spoil=in_another_block(late, -1, HARD)),
    Forgery(
        "a late payment, shown at a height that another block has",
        "transactions",
        spoil=in_another_block(late, 1, HARD),
    ),
    Forgery("a late payment right after the last header, called higher", "transactions", spoil=in_the_next_block(1)),
    Forgery("a payout in a forged block at height 3", "payout", at_height(lambda story: 3)),
    Forgery("a payout at a height that another block has", "payout", at_height(lambda story: story.last)),
    Forgery("a payout in an easy block", "payout", set_story(payout_bits=EASY)),
    Forgery("a payout from before the draw", "payout", paid_before, called_payout, seen="closing"),
    Forgery(
        "a payout whose height nothing shows",
        "",
        untold="payout",
        status=3,
        spoil=payout(lambda paid: paid.update(heightProof=None)),
    ),
    Forgery(
        "a payout whose height another block shows",
        "payout",
        spoil=lambda bundle, story: bundle["payout"].update(
            heightProof=Block(story.last + 3, b"\x44" * 32, [], HARD).proof(0)
        ),
    ),
    Forgery("a payout said to be higher than its block", "payout", spoil=payout(one_higher)),
    Forgery(
        "a payout to somebody else",
        "payout",
        set_story(payout_to="bcrt1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqc8gma6"),
    ),
    Forgery("a payout that is too small", "payout", set_story(payout_sats=900_000)),
    Forgery(
        "a payout that was not made", "", untold="", status=3, spoil=lambda bundle, story: bundle.update(payout=None)
    ),
]
