"""The verbs of a withdrawal, each a conditional step from one state to the next. In the caller's transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from app.core.database.session import db
from app.core.errors import DomainError, NotFound
from app.core.ids import new_id
from app.money.wallets import postings, queries
from app.money.wallets.models import Withdrawal
from app.money.wallets.origins import service as origins
from app.money.wallets.origins.rules import Target
from app.money.wallets.rules import METHODS, check_amount, check_currency, check_method
from app.money.wallets.settings import wallet_settings
from app.money.wallets.ways import WAYS, PayoutAnswer
from app.people.players.queries import read_now
from app.people.players.rules import WINDOWS, fits
from app.people.players.spending import hold
from app.people.players.verification.rules import parse_limits
from app.record.audit.service import note, raise_alarm
from app.record.ledger import queries as ledger_queries
from app.record.ledger import service as ledger
from app.record.ledger.entries import AccountRef

from . import asked_back, destinations, telling
from .states import ENDED, LEFT, Move, as_state, effect, move_of, moved

SOURCE: Final = postings.WITHDRAWAL
TAKEN_BACK: Final = "taken_back"
"""The reason of what its owner has refused himself."""
_ASK_AGAIN: Final = timedelta(seconds=30)
_COMES_BACK_WITHIN: Final = tuple(timedelta(hours=hours) for hours in (6, 30, 4 * 24, 10 * 24))
"""So long after it was paid a provider is asked once more, whether it is still there."""


def ask(user_id: UUID, currency: str, amount: int, method: str, account: str) -> Withdrawal:
    """Set so much of a wallet aside, for one's own account. Who is on a break is paid all the same.

    Raises:
        DomainError: 422 `currency_unknown`, `amount_out_of_range`, `method_unknown`, about the amount as the way's own
            `check`, about the account as `destinations.own`; 409 `withdrawal_limit_reached`, `insufficient_funds`, and
            as `asked_back.check`; 409 `money_leaves_elsewhere`: so much may leave only where it came from
            (`leavableMinor` may); 409 `winnings_not_final`. Of several it is the one that lets the least through.
    """
    check_currency(currency)
    check_amount(amount)
    way = check_method(method, currency)
    if (pays := WAYS.get().get(way)) is not None:
        pays.check(currency, amount)
    hold(user_id)
    destination = destinations.own(user_id, way, account)
    target = Target(METHODS[way].provider, destination.account_hash or b"")
    _check_may_leave(user_id, currency, amount, target)
    withdrawal_id = new_id()
    withdrawal = Withdrawal(
        id=withdrawal_id,
        user_id=user_id,
        currency=currency,
        amount_minor=amount,
        method=way,
        destination_id=destination.id,
        reference=f"tiraj-{withdrawal_id.hex}",
        state="held",
    )
    db.session.add(withdrawal)
    db.session.flush()
    ledger.hold(postings.wallet(user_id, currency), amount, SOURCE, str(withdrawal_id))
    origins.draw(withdrawal_id, user_id, currency, target, amount)
    note(f"user:{user_id}", "withdrawal.asked", _name(withdrawal), "", **_detail(withdrawal))
    return withdrawal


def locked(withdrawal_id: UUID) -> Withdrawal:
    """A withdrawal that nobody else changes until the transaction ends. Raises NotFound `withdrawal_not_found`."""
    user_id = db.session.scalar(select(Withdrawal.user_id).where(Withdrawal.id == withdrawal_id))
    if user_id is None:
        raise NotFound("withdrawal_not_found")
    hold(user_id)
    query = select(Withdrawal).where(Withdrawal.id == withdrawal_id).with_for_update(key_share=True)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def approve(withdrawal_id: UUID, *, actor: str, reason: str) -> None:
    """Let it leave. Raises DomainError 409 `withdrawal_state`, and as `asked_back.check`."""
    withdrawal = locked(withdrawal_id)
    asked_back.check(withdrawal.user_id)
    _move(withdrawal, "approve")
    note(actor, "withdrawal.approved", _name(withdrawal), reason, **_detail(withdrawal))


def refuse(withdrawal_id: UUID, *, actor: str, reason: str) -> None:
    """Give it back to the wallet, before it was approved. Raises DomainError 409 `withdrawal_state`."""
    withdrawal = locked(withdrawal_id)
    withdrawal.reason = reason
    _move(withdrawal, "refuse")
    note(actor, "withdrawal.refused", _name(withdrawal), reason, **_detail(withdrawal))


def take_back(withdrawal_id: UUID, user_id: UUID) -> None:
    """Its owner has it in the wallet again, before it was approved. Raises DomainError 409 `withdrawal_state`."""
    withdrawal = locked(withdrawal_id)
    withdrawal.reason = TAKEN_BACK
    _move(withdrawal, "refuse")
    note(f"user:{user_id}", "withdrawal.taken_back", _name(withdrawal), "", **_detail(withdrawal))


def begin_sending(withdrawal: Withdrawal, paid_from: AccountRef) -> None:
    """It is about to be sent; whoever finds it like this later does not know whether it was."""
    withdrawal.paid_from = str(paid_from)
    withdrawal.sent_at = read_now()
    _move(withdrawal, "send")


def apply(withdrawal: Withdrawal, answer: PayoutAnswer, *, was_seen: bool = True) -> None:
    """What a provider said of it, once: the state, the money, and when it is asked again. What was not seen somebody
    has entered, whose own note says so."""
    now, before = read_now(), as_state(withdrawal.state)
    is_late = withdrawal.sent_at is not None and now >= withdrawal.sent_at + wallet_settings().grace
    move = move_of(before, answer.state, is_late=is_late)
    withdrawal.provider_id = answer.provider_id or withdrawal.provider_id
    if move is None:
        _when_next(withdrawal, now)
        return
    withdrawal.reason = answer.reason[:200] or ("not_found" if answer.state == "not_found" else "")
    _move(withdrawal, move)
    if withdrawal.state in LEFT and answer.fee_minor and not withdrawal.fee_minor:
        withdrawal.fee_minor = answer.fee_minor
        ledger.post(postings.fee(withdrawal.id, out_of(withdrawal), answer.fee_minor))
    if was_seen and (withdrawal.state in ENDED or withdrawal.state == "unknown"):
        note("system", f"withdrawal.{withdrawal.state}", _name(withdrawal), "", **_detail(withdrawal))
    _watch(withdrawal, answer)
    _when_next(withdrawal, now)


def _when_next(withdrawal: Withdrawal, now: datetime) -> None:
    """When it is asked about again: every half minute until it has an end, and what was paid a few times more, for it
    may come back."""
    if withdrawal.state == "paid" and withdrawal.ended_at is not None:
        moments = [withdrawal.ended_at + pause for pause in _COMES_BACK_WITHIN]
        withdrawal.next_ask_at = next((moment for moment in moments if moment > now), None)
    else:
        withdrawal.next_ask_at = None if withdrawal.state in ENDED else now + _ASK_AGAIN
    db.session.flush()


def out_of(withdrawal: Withdrawal) -> AccountRef:
    """The account that it is paid from."""
    kind, _, owner = withdrawal.paid_from.partition(":")
    return AccountRef(kind, owner, withdrawal.currency)


def _limit_in_the_way(user_id: UUID, currency: str, amount: int) -> tuple[int, DomainError] | None:
    """What a limit still lets through, and its refusal; the shorter period's before the other."""
    settings, now = wallet_settings(), read_now()
    for period, text in (("day", settings.withdrawal_day_limits), ("month", settings.withdrawal_month_limits)):
        limit = parse_limits(text).get(currency)
        if limit is None:
            continue
        drawn = drawn_since(user_id, currency, now - WINDOWS["day" if period == "day" else "month"])
        if not fits(limit, drawn, amount):
            told: dict[str, str | int] = {"currency": currency, "period": period, "limitMinor": limit}
            left = told["leftMinor"] = max(limit - drawn, 0)
            return left, DomainError("withdrawal_limit_reached", status=409, field="amountMinor", **told)
    return None


def drawn_since(user_id: UUID, currency: str, since: datetime) -> int:
    """What was asked for after a moment and has not come back, in minor units."""
    query = select(func.coalesce(func.sum(Withdrawal.amount_minor), 0)).where(
        Withdrawal.user_id == user_id,
        Withdrawal.currency == currency,
        Withdrawal.asked_at > since,
        Withdrawal.state.not_in(("refused", "returned")),
    )
    return int(db.session.execute(query).scalar_one())


def _check_may_leave(user_id: UUID, currency: str, amount: int, target: Target) -> None:
    """Nobody is told of a limit that lets more through than may leave: he would be refused again."""
    asked_back.check(user_id)
    spendable = queries.wallet_of(user_id, check_currency(currency)).spendable
    limit = _limit_in_the_way(user_id, currency, amount)
    if limit is not None and limit[0] < origins.leavable(user_id, currency, spendable, target):
        raise limit[1]
    if spendable < amount:
        raise DomainError("insufficient_funds", status=409, field="amountMinor")
    origins.check_leavable(user_id, currency, spendable, amount, target)


def _move(withdrawal: Withdrawal, move: Move) -> None:
    """The next state, and the money that goes with it."""
    before = as_state(withdrawal.state)
    after = moved(before, move)
    now = read_now()
    withdrawal.state = after
    if after in ENDED:
        withdrawal.ended_at = withdrawal.ended_at or now
    own, key = postings.wallet(withdrawal.user_id, withdrawal.currency), str(withdrawal.id)
    done = effect(before, after)
    if done == "leave":
        ledger.post_hold(SOURCE, key, postings.sent(key, own, out_of(withdrawal), withdrawal.amount_minor))
    elif done == "free":
        ledger.void_hold(SOURCE, key)
    elif done == "come_back":
        ledger.post(postings.returned(key, own, out_of(withdrawal), withdrawal.amount_minor))
    if done in ("free", "come_back"):
        origins.undraw(withdrawal.id)
    db.session.flush()
    telling.moved(withdrawal)


def _watch(withdrawal: Withdrawal, answer: PayoutAnswer) -> None:
    """What an operator has to look at."""
    subject = f"withdrawal:{withdrawal.id}"
    if answer.state == "not_found" and withdrawal.state == "refused":
        raise_alarm("withdrawal_not_found", subject)
    if withdrawal.state == "returned":
        raise_alarm("withdrawal_returned", subject, why=withdrawal.reason)
    out = out_of(withdrawal)
    if withdrawal.state in LEFT and ledger_queries.balance(out) < 0:
        raise_alarm("clearing_below_zero", f"clearing:{out.owner}:{out.currency}")


def _name(withdrawal: Withdrawal) -> str:
    return f"withdrawal:{withdrawal.id}"


def _detail(withdrawal: Withdrawal) -> dict[str, str | int]:
    return {"amount_minor": withdrawal.amount_minor, "currency": withdrawal.currency, "method": withdrawal.method}
