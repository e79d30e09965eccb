"""Whether a round is still what was promised, and its seal still what was published; every difference in words.

Three things have to say the same: the columns that a draw and a settlement use, the text that was published, and the
audit log, which holds that text and the seal's root from the moments in which they were made.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ARRAY, Integer, bindparam, func, select, text, true

from app.chain.deposits.commitment import ORDER_TAG, commitment, output_key, script_pubkey, tag_prefix
from app.chain.models import DepositAddress
from app.core.config import Settings, current_settings
from app.core.database.session import db
from app.core.marks import is_ours, mark
from app.outcomes.draws.merkle_sum import Leaf, root
from app.outcomes.draws.models import Draw
from app.record.audit.models import AuditEntry
from app.selling.windows.games import WindowGame
from app.selling.windows.models import WindowRound
from app.selling.windows.questions.draw import ResultT
from app.selling.windows.statements import for_tables_of
from app.selling.windows.tables import AnyTables, OrderT, PaymentT, RoundT

from . import promise
from .entries import MADE, SEALED, Details, noted

ALARM: Final = "promise_does_not_hold"
NOT_SEALED: Final = "not_sealed_before_closing_block"
NOT_COSIGNED: Final = "not_cosigned_before_closing_block"
_BY_RULE: Final = {
    NOT_SEALED: "not sealed before its closing block",
    NOT_COSIGNED: "its seal was not cosigned by its witnesses before its closing block",
}

# Terms are canonical JSON, in which no name of a player can look like a member: its quotation marks are escaped.
_NAMES_ANOTHER: Final = """
SELECT o.id FROM {orders} o JOIN deposit_addresses d ON d.id = o.deposit_address_id
WHERE o.round_number = :round AND (
    (position(:member IN d.terms) > 0) <> :is_named
    OR sha256(CAST(:prefix AS bytea) || convert_to(d.terms, 'UTF8')) <> d.commitment)
LIMIT 1
"""

_SEAL: Final = "tiraj/seal/1"

# Whoever rewrites all terms and their commitments has all their scripts to rewrite, too: a few tell.
_SOME_ADDRESSES: Final = 20


def members(game: WindowGame[RoundT, OrderT, PaymentT, ResultT], round_: RoundT) -> dict[str, promise.Member]:
    """What the columns of a round promise now; its witnesses stand in its text alone."""
    return members_with(game, round_, promise.witnessed_of(round_.round_terms))


def members_with(
    game: WindowGame[RoundT, OrderT, PaymentT, ResultT], round_: RoundT, witnessed: promise.Witnessed | None
) -> dict[str, promise.Member]:
    """The same with these witnesses, for a round that is being made."""
    settings: Settings = current_settings()
    own = game.terms.promised_by(round_.winner_algorithm)
    return promise.promised(round_, game.name, settings.bitcoin_network, own, witnessed)


def promise_differs(
    game: WindowGame[RoundT, OrderT, PaymentT, ResultT], round_: RoundT, made: Details | None = None
) -> list[str]:
    """How a round's columns, its text and the audit entries of its making (`made`) contradict each other."""
    made = noted(game, round_, MADE) if made is None else made
    return [*columns_differ(game, round_), *_making_differs(game, round_, made)]


def columns_differ(game: WindowGame[RoundT, OrderT, PaymentT, ResultT], round_: RoundT) -> list[str]:
    """How a round's columns contradict its own text."""
    if round_.round_terms is None:
        return []
    return list(_differences(tuple(sorted(members(game, round_).items())), round_.round_terms))


@lru_cache(maxsize=64)
def _differences(found: tuple[tuple[str, promise.Member], ...], terms: str) -> tuple[str, ...]:
    """Every order of a round asks the same; what is compared is all there."""
    return tuple(promise.differences(dict(found), terms))


def _making_differs(game: WindowGame[RoundT, OrderT, PaymentT, ResultT], round_: RoundT, made: Details) -> list[str]:
    """The entries of its making, which nobody can change unseen, have this very text."""
    entries = [detail.get("roundTerms") for detail in made]
    if round_.round_terms is not None and not entries:
        return ["the audit has no entry of its making"]
    return [
        words
        for entry in entries
        if entry != round_.round_terms
        for words in ([f"the audit of its making: {word}" for word in _told_apart(game, round_, entry)])
    ]


def _told_apart(game: WindowGame[RoundT, OrderT, PaymentT, ResultT], round_: RoundT, noted: object) -> list[str]:
    if not isinstance(noted, str):
        return ["it had no text"]
    return promise.differences(members(game, round_), noted) or ["its text is another"]


def orders_differ(game: AnyTables, round_: WindowRound) -> list[str]:
    """Whether an order was promised another round, or its terms are not those that its commitment was made of, or the
    commitments not those that the addresses were made of.

    Who rewrites all three of every order, in accord, is found from the chain alone: `flask rounds replay`, verifiers.
    """
    committed = promise.commitment_of(round_)
    member = '"roundCommitment":' + (f'"{committed}"' if committed else "")
    values = {
        "round": round_.round_number,
        "member": member,
        "is_named": committed is not None,
        "prefix": tag_prefix(ORDER_TAG),
    }
    found = db.session.execute(text(for_tables_of(game, _NAMES_ANOTHER)), values).first()
    if found is not None:
        return [f"order {found.id}: its terms name another promise, or were changed"]
    return [difference for _, difference in addresses_differ(game, [round_.round_number])]


def addresses_differ(game: AnyTables, rounds: Sequence[int]) -> list[tuple[int, str]]:
    """Whether some of the addresses of each of these rounds are not made of the terms beside them, and of which."""
    order, numbers = game.order, bindparam("numbers", list(rounds), ARRAY(Integer))
    asked = func.unnest(numbers).table_valued("number").render_derived()
    of_round = select(order.deposit_address_id, order.id).where(order.round_number == asked.c.number)
    some = of_round.order_by(order.id).limit(_SOME_ADDRESSES).lateral()
    found = (
        select(asked.c.number, DepositAddress)
        .select_from(asked)
        .join(some, true())
        .join(DepositAddress, DepositAddress.id == some.c.deposit_address_id)
        .order_by(asked.c.number, some.c.id)
        .execution_options(populate_existing=True)
    )
    return [
        (of, f"{one.address}: no address of its terms")
        for of, one in db.session.execute(found)
        if not is_of_its_terms(one)
    ]


def is_of_its_terms(address: DepositAddress) -> bool:
    """Whether the script that a deposit address watches is made of the terms beside it."""
    key = output_key(address.internal_key, commitment(address.terms))
    return script_pubkey(key) == address.script_pubkey


def seal_root(round_: WindowRound, leaves: Sequence[Leaf]) -> bytes:
    """The root over what takes part in a round's draw, in the game's order, and what was promised for it."""
    promised = None if round_.round_terms is None else promise.commitment(round_.round_terms)
    return root(round_.round_number.to_bytes(4, "big"), leaves, promised)


def recomputed_root(game: WindowGame[RoundT, OrderT, PaymentT, ResultT], number: int) -> bytes:
    """The root as the tables give it now; equal to the published one, or something was changed."""
    round_ = db.session.get_one(game.round, number)
    return seal_root(round_, game.seal.leaves(number))


def seal_differs(
    game: WindowGame[RoundT, OrderT, PaymentT, ResultT], round_: RoundT, sealed: Details | None = None
) -> list[str]:
    """How a sealed round's root contradicts the tables, or what the audit says was published."""
    differences = noted_seal_differs(game, round_, sealed)
    if round_.seal_root is not None and recomputed_root(game, round_.round_number) != round_.seal_root:
        differences.append("the seal does not hold: the tables give another root")
    return differences


def noted_seal_differs(game: AnyTables, round_: WindowRound, sealed: Details | None = None) -> list[str]:
    """The same without a look at what was sealed: cheap, however much was sold."""
    stored = round_.seal_root.hex() if round_.seal_root is not None else None
    sealed = noted(game, round_, SEALED) if sealed is None else sealed
    told_roots = [root_ for detail in sealed if (root_ := detail.get("sealRoot"))]
    if stored is not None and not told_roots:
        return ["the audit has no entry of its seal"]
    return [f"the seal's root is {stored}, the audit says {told}" for told in told_roots if told != stored]


def mark_seal(game: AnyTables, round_: WindowRound) -> None:
    """Mark a round's root as fixed by us; whoever writes another one, and the audit's entry of it, cannot."""
    round_.seal_mark = mark(_SEAL, _sealed(game, round_))


def seal_not_ours(game: AnyTables, round_: WindowRound) -> list[str]:
    """Whether a root stands there that no process of ours fixed, or none that knew the secret of today."""
    if round_.seal_root is None or is_ours(round_.seal_mark, _SEAL, _sealed(game, round_)):
        return []
    return ["the seal bears no mark of ours: if `flask rounds replay` finds no difference, it makes one"]


def _sealed(game: AnyTables, round_: WindowRound) -> list[Any]:
    root_ = round_.seal_root.hex() if round_.seal_root is not None else None
    return [game.name, round_.round_number, promise.commitment_of(round_), root_, round_.sealed_at_height]


def draw_differs(game: WindowGame[RoundT, OrderT, PaymentT, ResultT], round_: RoundT, draw: Draw) -> list[str]:
    """How a draw was made otherwise than its round promised."""
    algorithm = game.draw.algorithms.get(round_.winner_algorithm)
    if algorithm is None:
        return [f"nothing draws by {round_.winner_algorithm}"]
    made, promised = (draw.algorithm, draw.parameters), (algorithm.id, algorithm.parameters_of(round_))
    return [] if made == promised else [f"it was drawn by {made}, promised was {promised}"]


def differences(game: WindowGame[RoundT, OrderT, PaymentT, ResultT], round_: RoundT) -> list[str]:
    """All of it, for a round that is sealed: what stands in the way of drawing, settling and paying it."""
    return [*promise_differs(game, round_), *orders_differ(game, round_), *seal_differs(game, round_)]


def void_reason(game: AnyTables, round_: WindowRound) -> str | None:
    """Why a void round is void, as the audit noted it; who decided it is nobody else's business."""
    reason = voided_for(game, round_)
    if reason is None or reason in _BY_RULE:
        return reason and _BY_RULE[reason]
    return f"decided by a person after it was halted: {reason}"


def voided_for(game: AnyTables, round_: WindowRound) -> str | None:
    """The reason itself: a code of the rules, or a person's words."""
    query = select(AuditEntry.reason).where(
        AuditEntry.subject == game.subject(round_.round_number), AuditEntry.action == "round.voided"
    )
    return db.session.scalar(query.order_by(AuditEntry.id.desc()).limit(1))
