"""JSON for operators: payouts of rounds, of balances and sweeps, from the draft to its block."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response
from pydantic import BaseModel

from app.chain.node import rpc
from app.core.database.session import transaction
from app.core.errors import DomainError, InvalidInput, NotFound, Unavailable
from app.core.ids import parse_id
from app.core.wire.error_messages import add_messages, message_for
from app.core.wire.http import json_response, read_json
from app.faces.admin.door import decider, json_blueprint, operator_name
from app.money.payouts import queries, rules
from app.money.payouts.drafts import fees, generation, staleness, together
from app.money.payouts.messages import MESSAGES
from app.money.payouts.models import Obligation, Payout
from app.money.payouts.sent import broadcasting, replacing
from app.money.payouts.signed import upload
from app.record.answers import service as answers
from app.selling.windows.games import AnyGame, game_called, usual_game

from .schemas import (
    Bump,
    Decision,
    Generate,
    GenerateRounds,
    PayoutInputRecord,
    PayoutOfRounds,
    PayoutOutputRecord,
    PayoutRecord,
    PayoutsPage,
    PayoutStale,
    RoundLeftOut,
    Signed,
)

_MOST_BYTES = 500_000  # three hundred signed coins take a quarter of that

bp = json_blueprint("payouts")
ENDPOINTS = tuple(
    f"{bp.name}.{name}"
    for name in (
        "payouts",
        "payout",
        "round_payout",
        "generate_for_round",
        "generate_for_rounds",
        "sign_for_round",
        "generate_for_balances",
        "generate_sweep",
        "sign",
        "broadcast",
        "refresh",
        "bump",
        "cancel",
    )
)
bp.record_once(lambda state: add_messages(MESSAGES))


@bp.get("/payout-psbts")
def payouts() -> Response:
    """The newest payouts of all kinds."""
    with transaction():
        return json_response(PayoutsPage(payouts=[record(payout) for payout in queries.payouts_page()]))


@bp.get("/payout-psbts/<identifier>")
def payout(identifier: str) -> Response:
    """One payout."""
    with transaction():
        return json_response(record(queries.payout(_id(identifier))))


@bp.get("/rounds/<round_number:round_number>/payout-psbt")
@bp.get("/<game>/rounds/<round_number:round_number>/payout-psbt")
def round_payout(round_number: int, game: str | None = None) -> Response:
    """The living payout of a round."""
    with transaction():
        return json_response(record(_living(game, round_number)))


@bp.post("/rounds/<round_number:round_number>/payout-psbt")
@bp.post("/<game>/rounds/<round_number:round_number>/payout-psbt")
def generate_for_round(round_number: int, game: str | None = None) -> Response:
    """Generate the payout of what is owed for a round; while one lives, the same one comes back."""
    found = _game(game)
    wanted = read_json(Generate)
    actor = operator_name()

    def make(rate: int) -> tuple[Payout, bool]:
        return generation.for_round(
            found.name, str(round_number), rate, actor, wanted.reason, with_balances=wanted.include_balances
        )

    return _generated(wanted, make, fees.estimate())


@bp.post("/payout-psbts/rounds")
def generate_for_rounds() -> Response:
    """Generate one payout of what many rounds owe: as many as fit; what did not is said, and stays due."""
    wanted = read_json(GenerateRounds)
    rounds = [(_game(one.game).name, str(one.round)) for one in wanted.rounds]
    rate, tried = fees.estimate(), answers.attempt(_owner(), wanted)
    with transaction():
        if (repeated := answers.again(tried)) is not None:
            return repeated
        made = together.for_rounds(rounds, rate, operator_name(), wanted.reason, with_balances=wanted.include_balances)
        answer = PayoutOfRounds(
            **dict(record(made.payout)),
            left_out=[RoundLeftOut(game=game, source_id=source_id) for game, source_id in made.left_out],
            balances_left_out=made.balances_left,
            missing_sats=made.missing,
        )
        return answers.keeping(tried, answer, 201 if made.is_new else 200)


@bp.patch("/rounds/<round_number:round_number>/payout-psbt")
@bp.patch("/<game>/rounds/<round_number:round_number>/payout-psbt")
def sign_for_round(round_number: int, game: str | None = None) -> Response:
    """Take the signed PSBT of a round's living payout."""
    with transaction():
        identifier = _living(game, round_number).id
    return _signed(identifier)


@bp.post("/payout-psbts/balances")
def generate_for_balances() -> Response:
    """Generate the payout of every balance that is payable now."""
    wanted = read_json(Decision)
    actor = operator_name()
    return _generated(wanted, lambda rate: generation.for_balances(rate, actor, wanted.reason), fees.estimate())


@bp.post("/payout-psbts/sweep")
def generate_sweep() -> Response:
    """Gather small deposits into the reserve at the sweeps' fee rate."""
    wanted = read_json(Decision)
    actor = operator_name()
    return _generated(wanted, lambda rate: generation.sweep(rate, actor, wanted.reason), fees.sweep_rate())


@bp.patch("/payout-psbts/<identifier>")
def sign(identifier: str) -> Response:
    """Take the signed PSBT of a payout."""
    return _signed(_id(identifier))


@bp.post("/payout-psbts/<identifier>/broadcast")
def broadcast(identifier: str) -> Response:
    """Send a signed payout; one whose fate is unknown may be sent again."""
    wanted = read_json(Decision)
    broadcasting.broadcast(_id(identifier), operator_name(), wanted.reason)
    return payout(identifier)


@bp.post("/payout-psbts/<identifier>/refresh")
def refresh(identifier: str) -> Response:
    """Ask the node what became of a payout."""
    try:
        broadcasting.ask(_id(identifier))
    except rpc.NodeFailure:
        raise Unavailable("node_away") from None
    return payout(identifier)


@bp.post("/payout-psbts/<identifier>/bump")
def bump(identifier: str) -> Response:
    """Draft a version of the same payout with a higher fee."""
    wanted = read_json(Bump)

    def act() -> PayoutRecord:
        rate = rules.rate_from(wanted.fee_rate)
        return record(replacing.bump(_id(identifier), rate, operator_name(), wanted.reason))

    with transaction():
        return answers.once(_owner(), wanted, act, 201)


@bp.post("/payout-psbts/<identifier>/cancel")
def cancel(identifier: str) -> Response:
    """Give a payout up, where that is possible."""
    wanted = read_json(Decision)

    def act() -> PayoutRecord:
        return record(replacing.cancel(_id(identifier), operator_name(), wanted.reason))

    with transaction():
        return answers.once(_owner(), wanted, act)


def _generated(wanted: BaseModel, make: Callable[[int], tuple[Payout, bool]], rate: int) -> Response:
    tried = answers.attempt(_owner(), wanted)
    with transaction():
        if (repeated := answers.again(tried)) is not None:
            return repeated
        made, new = make(rate)
        return answers.keeping(tried, record(made), 201 if new else 200)


def _owner() -> answers.Owner:
    return answers.Owner.operator(decider().operator)


def _signed(identifier: UUID) -> Response:
    wanted = read_json(Signed, _MOST_BYTES)
    if not wanted.given:
        raise InvalidInput([DomainError("psbt_missing", field="psbt")])
    with transaction():
        differences = upload.attach(identifier, wanted.given, operator_name())
        answer = json_response(record(queries.payout(identifier)))
    if differences:
        raise InvalidInput(differences)
    return answer


def _game(name: str | None) -> AnyGame:
    """Whose round is meant: an address without a game means the leading one. Raises NotFound."""
    return usual_game() if name is None else game_called(name)


def _living(game: str | None, round_number: int) -> Payout:
    found = queries.live_payout(_game(game).name, str(round_number))
    if found is None:
        raise NotFound("payout_not_found")
    return found


def _id(text: str) -> UUID:
    found = parse_id(text)
    if found is None:
        raise NotFound("payout_not_found")
    return found


def record(payout: Payout) -> PayoutRecord:
    """A payout as operators see it. One that is not what we drafted has no PSBT: nobody may sign that."""
    confirmation = queries.confirmation_of(payout.id)
    debts: dict[UUID | None, Obligation] = {debt.id: debt for debt in queries.debts_of([payout.id]).get(payout.id, ())}
    return PayoutRecord(
        id=str(payout.id),
        root_id=str(payout.root_id),
        replaces=str(payout.replaces_id) if payout.replaces_id else None,
        kind=payout.kind,
        game=payout.game,
        source_id=payout.source_id,
        state=payout.state,
        txid=payout.txid[::-1].hex(),
        psbt="" if staleness.is_damaged(payout) else payout.psbt,
        signed_tx=payout.signed_tx.hex() if payout.signed_tx else None,
        vsize=payout.vsize,
        fee_sats=payout.fee_sats,
        fee_cap_sats=payout.fee_cap_sats,
        fee_rate=f"{payout.fee_rate // 1000}.{payout.fee_rate % 1000:03d}",
        created_by=payout.created_by,
        reason=payout.reason,
        state_changed_at=payout.state_changed_at,
        broadcast_at=payout.broadcast_at,
        block_height=confirmation.block_height if confirmation else None,
        inputs=[
            PayoutInputRecord(txid=row.txid[::-1].hex(), vout=row.vout, sats=row.sats, anchor=row.anchor)
            for row in queries.inputs_of(payout.id)
        ],
        outputs=[_output(row, debts.get(row.obligation_id)) for row in queries.outputs_of(payout.id)],
        stale=[PayoutStale(code=error.code, title=message_for(error)) for error in staleness.reasons(payout)],
        excluded_by_height=payout.excluded_height,
        refusal=payout.refusal,
    )


def _output(row: Any, debt: Obligation | None) -> PayoutOutputRecord:
    return PayoutOutputRecord(
        vout=row.vout,
        kind=row.kind,
        address=row.address,
        sats=row.sats,
        site_id=str(row.partner_site_id) if row.partner_site_id else None,
        obligation_id=str(row.obligation_id) if row.obligation_id else None,
        game=debt.source if debt else None,
        source_id=debt.source_id if debt else None,
    )
