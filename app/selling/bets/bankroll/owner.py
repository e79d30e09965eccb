"""A game's owner puts money into its bankroll and takes money out, as two people read it off a bank's statement.

Out goes only what no draw has and nobody has a claim on: the ledger keeps what draws hold, and what is free has to
carry them afterwards.
"""

from __future__ import annotations

from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.core.errors import DomainError
from app.core.money import MOST_MINOR
from app.core.text.amounts import written
from app.core.text.names import words
from app.core.wire.error_messages import message_for
from app.money.wallets.operating.banking import place
from app.people.approvals import service as approvals
from app.people.approvals.models import Approval
from app.record.audit.approving import Agreed, ApprovalKind, Described, Payload
from app.record.audit.service import note
from app.record.ledger import queries as ledger_queries
from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef

from .. import postings
from ..games import BetGame, game_named
from . import capacity

MODULE: Final = "wallets"
FUND: Final = "bankroll.fund"
WITHDRAW: Final = "bankroll.withdraw"
_LONGEST_REFERENCE: Final = 120


def propose_fund(
    game: str, amount: int, why: str, *, actor: str, bank: str = "bank:main", reference: str = ""
) -> Approval | None:
    """Ask a second operator to enter that the owner has put so much (minor units) into the bankroll, by an account at a
    bank; None where one is enough. `reference` is the bank's own.

    Raises:
        NotFound: `game_not_found`.
        DomainError: 422 `amount_out_of_range`, `place_unknown`; as `approvals.propose`.
    """
    return _propose(FUND, game_named(game), amount, bank, reference, why, actor)


def propose_withdraw(
    game: str, amount: int, why: str, *, actor: str, bank: str = "bank:main", reference: str = ""
) -> Approval | None:
    """Ask a second operator to enter that the owner has taken so much out.

    Raises as `propose_fund`, and DomainError 409 `bankroll_needed`: draws have it, or others have a claim on it;
    `bank_has_less`: it does not lie at that account (`balanceMinor` does).
    """
    return _propose(WITHDRAW, game_named(game), amount, bank, reference, why, actor)


def free_to_leave(game: BetGame) -> int:
    """How much the owner could take out now: what no draw has of the bankroll, as far as it is free. Minor units."""
    return min(
        ledger_queries.available(postings.bankroll(game.name, game.currency)),
        max(0, capacity.unallotted(game.currency)),
    )


def banks(game: BetGame) -> list[tuple[str, int]]:
    """The accounts at banks that the game's currency lies at, as `place` reads them, with what is there (minor units);
    the fullest first."""
    found = ledger_queries.available_balances("bank", game.currency)
    return sorted(((f"bank:{name}", amount) for name, amount in found.items()), key=lambda one: (-one[1], one[0]))


def _propose(kind: str, game: BetGame, amount: int, bank: str, reference: str, why: str, actor: str) -> Approval | None:
    if not 0 < amount <= MOST_MINOR:
        raise DomainError("amount_out_of_range", field="amountMinor")
    _bank(bank, game.currency)
    payload: Payload = {
        "game": game.name,
        "currency": game.currency,
        "amountMinor": amount,
        "bank": bank,
        "reference": words(reference, _LONGEST_REFERENCE) if reference else "",
    }
    if kind == WITHDRAW:
        _check_there(game, amount, bank)
    return approvals.propose_or_do(kind, f"bankroll:{game.name}", payload, why, actor=actor)


def _bank(text: str, currency: str) -> AccountRef:
    found = place(text, currency, "bank")
    if found.kind != "bank":
        raise DomainError("place_unknown", field="bank")
    return found


def _check_there(game: BetGame, amount: int, bank: str) -> None:
    """Raises DomainError 409 `bankroll_needed`, `bank_has_less`."""
    if free_to_leave(game) < amount:
        raise DomainError("bankroll_needed", status=409, field="amountMinor")
    there = ledger_queries.available(_bank(bank, game.currency))
    if there < amount:
        told: dict[str, str | int] = {"bank": bank, "currency": game.currency, "balanceMinor": there}
        raise DomainError("bank_has_less", status=409, field="bank", **told)


def _fund(payload: Payload, agreed: Agreed) -> None:
    game = game_named(payload["game"])
    bank, amount = _bank(payload["bank"], game.currency), payload["amountMinor"]
    capacity.count_in(game.currency)  # its lock first, as everywhere
    ledger.post(postings.funded(agreed.id, game.name, bank, amount))
    capacity.count_in(game.currency)
    note(agreed.actor, "bankroll.funded", f"bankroll:{game.name}", agreed.why, **_told(payload))


def _withdraw(payload: Payload, agreed: Agreed) -> None:
    """Raises DomainError 409 `bankroll_needed`, `bank_has_less`."""
    game = game_named(payload["game"])
    bank, amount = _bank(payload["bank"], game.currency), payload["amountMinor"]
    capacity.count_in(game.currency)  # its lock first: nobody takes what is about to leave
    _check_there(game, amount, payload["bank"])
    ledger.post(postings.withdrawn(agreed.id, game.name, bank, amount))
    capacity.count_in(game.currency)
    note(agreed.actor, "bankroll.withdrawn", f"bankroll:{game.name}", agreed.why, **_told(payload))


def _told(payload: Payload) -> dict[str, Any]:
    own = {name: payload[name] for name in ("currency", "bank", "reference")}
    return {"amount_minor": payload["amountMinor"], **own}


def _rows(payload: Payload) -> tuple[tuple[str, str], ...]:
    game = game_named(payload["game"])
    return (
        (gettext("Account at a bank"), payload["bank"]),
        (gettext("Reference"), payload["reference"] or "–"),
        (gettext("Could leave the bankroll"), written(free_to_leave(game), game.currency)),
    )


def _describe_fund(payload: Payload) -> Described:
    amount, game = written(payload["amountMinor"], payload["currency"]), game_named(payload["game"]).title
    sentence = gettext("%(amount)s are put into the bankroll of %(game)s.", amount=amount, game=game)
    return Described(sentence, (*_rows(payload), *_if_new(payload)))


def _if_new(payload: Payload) -> tuple[tuple[str, str], ...]:
    """That an account begins with this is said before: a name that was mistyped would be one."""
    if payload["bank"] in dict(banks(game_named(payload["game"]))):
        return ()
    return ((gettext("New"), gettext("Our books have no account of that name yet: it begins with this.")),)


def _describe_withdraw(payload: Payload) -> Described:
    amount, game = written(payload["amountMinor"], payload["currency"]), game_named(payload["game"]).title
    sentence = gettext("%(amount)s are taken out of the bankroll of %(game)s.", amount=amount, game=game)
    return Described(sentence, _rows(payload))


def _still_valid(payload: Payload) -> str | None:
    try:
        _check_there(game_named(payload["game"]), payload["amountMinor"], payload["bank"])
    except DomainError as error:
        return str(message_for(error))
    return None


KINDS: Final = (
    ApprovalKind(name=FUND, module=MODULE, title=_l("Money into a bankroll"), describe=_describe_fund, execute=_fund),
    ApprovalKind(
        name=WITHDRAW,
        module=MODULE,
        title=_l("Money out of a bankroll"),
        describe=_describe_withdraw,
        execute=_withdraw,
        still_valid=_still_valid,
    ),
)
