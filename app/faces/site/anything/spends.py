"""What can be said of a PSBT or a transaction: which of its outputs pays which win, and what it does for the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.chain.deposits.addresses import script_to_address
from app.chain.node.blocks import display
from app.core.config import current_settings
from app.core.money import Sats
from app.money.payouts import rules
from app.money.payouts.sent import told
from app.money.payouts.sent.debts import Debt
from app.money.payouts.sent.told import Planned, Told
from app.record.log.anchors import queries as anchors

from .kept import Spend
from .wins import Win, win_of


@dataclass(frozen=True, slots=True)
class Output:
    """Where a transaction sends how much. `wins` are those of ours that are or were owed to this address; `pays` those
    of this very amount that nothing else has paid: of several it is one, and nobody can say which. `root`: data in the
    form of a root of the public log, and `size` how many of its entries that is over, if it is one. `is_line`: the next
    anchor spends it. `is_planned`: it is what a payout of ours pays, whatever that is for; False where one that was
    sent with these coins pays something else, None where no such payout is known. `is_change`: it goes back to our own
    reserve, by that plan."""

    address: str
    sats: Sats
    wins: Sequence[Win]
    pays: Sequence[Win]
    root: str | None = None
    size: int | None = None
    is_line: bool = False
    is_planned: bool | None = None
    is_change: bool = False


@dataclass(frozen=True, slots=True)
class Spent:
    """A transaction, as far as everybody may know it. `told` is None of one that we did not send."""

    txid: str
    told: Told | None
    outputs: Sequence[Output]
    is_public: bool
    """Whether a payout of ours that spends these coins was sent; a draft is nobody's business yet."""

    @property
    def is_another(self) -> bool:
        """Whether a payout of ours spends its coins, and pays otherwise."""
        return any(out.is_planned is False for out in self.outputs)


def spent(spend: Spend) -> Spent:
    """Everything that a transaction pays, beside what is public of the wins at those addresses; a win is paid once.

    Of one that we sent it is known which output pays which win. Of another only address and amount speak.
    """
    transaction = spend.transaction
    known = told.sent(transaction.txid)
    outputs = [(_address(out.script), out.sats) for out in transaction.outputs]
    wins = [win_of(debt) for debt in told.wins_to({address for address, _ in outputs})]
    if known is not None:
        mine = [win_of(debt) for debt in told.wins_paid_by(transaction.txid) or ()]
        pays = _recorded(mine, display(transaction.txid))
    else:
        pays = _guessed([win for win in wins if win.debt.sent is None], outputs)
    is_ours = told.is_ours(transaction.txid)
    plan = told.planned({(put.txid, put.vout) for put in transaction.inputs})
    found = []
    for place, (address, sats) in enumerate(outputs):
        root = rules.root_of(transaction.outputs[place].script)
        same = [
            one for one in plan if (one.vout, one.script, one.sats) == (place, transaction.outputs[place].script, sats)
        ]
        kinds = {one.kind for one in same}
        found.append(
            Output(
                address,
                sats,
                [win for win in wins if win.debt.address == address],
                pays.get(place) or _planned(wins, same),
                root.hex() if root is not None else None,
                anchors.size_under(root, told.log_size(transaction.txid)) if root is not None else None,
                "line" in kinds,
                True if is_ours else bool(same) if plan else None,
                "change" in kinds,
            )
        )
    return Spent(display(transaction.txid), known, found, bool(plan))


def _planned(wins: Sequence[Win], same: Collection[Planned]) -> Sequence[Win]:
    """The wins that an output pays as a payout that was sent with its coins did, of which this may be no copy."""
    places = {(one.payout_id, one.vout, one.sats) for one in same}
    return [
        win
        for win in wins
        if (sent := win.debt.sent) is not None and (sent.payout_id, sent.vout, win.debt.sats) in places
    ]


def _recorded(wins: Sequence[Win], txid: str) -> dict[int, Sequence[Win]]:
    """By output what the payout itself says it pays, where no other version of it has paid that."""
    return {win.debt.sent.vout: [win] for win in wins if win.debt.sent is not None and win.debt.sent.txid == txid}


def _guessed(owed: Sequence[Win], outputs: Sequence[tuple[str, Sats]]) -> dict[int, Sequence[Win]]:
    """By output what it may pay: of as many equal outputs as wins, or more, each has its own, the oldest first."""
    asked = Counter(outputs)
    found: dict[int, Sequence[Win]] = {}
    left = {output: [win for win in owed if _is(win.debt, output)] for output in asked}
    for place, output in enumerate(outputs):
        wins = left[output]
        # `told` has the newest first.
        found[place] = wins if len(wins) > asked[output] else [wins.pop()] if wins else []
    return found


def _is(debt: Debt, output: tuple[str, Sats]) -> bool:
    return (debt.address, debt.sats) == output


def _address(script: bytes) -> str:
    """Where a script pays to; the script itself where it has no address."""
    try:
        return script_to_address(script, current_settings().bitcoin_network)
    except ValueError:
        return script.hex()
