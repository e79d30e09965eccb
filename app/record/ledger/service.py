"""Moves money: the only writer of the ledger. Everything is set-wise, repeatable, and in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import cache
from typing import Any

import structlog
from psycopg.errors import CheckViolation, UniqueViolation
from sqlalchemy import Row, text
from sqlalchemy.exc import IntegrityError

from app.core.database.session import db
from app.core.errors import DomainError, NotFound
from app.core.ids import new_id

from . import statements
from .chart import kind_of
from .entries import AccountRef, Posting

log = structlog.get_logger()

_sql = cache(text)
"""A statement, looked through once."""
_OVERDRAFT = "ledger_accounts_not_overdrawn_check"
_MANY = 100  # postings that come together come for the first time: a block's


class LedgerConflict(DomainError):
    """The same key came again with other content, or a hold was used against its state. Nothing was written."""

    def __init__(self, what: str) -> None:
        super().__init__("ledger_conflict", status=409, key=what)


def post(postings: Sequence[Posting], *, savepoint: bool = True) -> int:
    """Write transfers and move both balances of each. Returns how many were new; a repeated one is a no-op.

    Accounts are made where missing and locked in the order of their ids until the transaction ends. An overdraft is
    judged on what the whole call does to an account. Without a `savepoint`, which costs two round trips, the caller's
    transaction is over once this raises.

    Raises:
        LedgerConflict: a posting's key is known with other content.
        DomainError: 409 `insufficient_funds`, an account that may not be negative would be.
        ValueError: an account is not in the chart.
    """
    unique = _without_repeats(postings)
    if not unique:
        return 0
    with _whole_or_nothing(savepoint=savepoint):
        ids = _lock_accounts({ref for posting in unique for ref in (posting.debit, posting.credit)})
        writing = statements.TRANSFERS[any(kind_of(ref).is_personal for ref in ids)]
        return _insert(writing, _columns(unique, ids), len(unique))


def mirror(source: str, source_ids: Sequence[str], kinds: Mapping[str, str]) -> int:
    """Take back what was posted under these keys: the same transfers with their sides swapped. `kinds`: which of the
    sources' postings, each kind with its mirror's. Returns how many were new; a repeated one is a no-op.

    Nothing of it passes through this process, whatever the number of transfers.

    Raises:
        LedgerConflict: a mirror's key is known with other content.
        DomainError: 409 `insufficient_funds`, an account that may not be negative would be.
    """
    if not source_ids:
        return 0
    values = {"source": source, "ids": list(source_ids), "kinds": list(kinds), "mirrors": list(kinds.values())}
    with _whole_or_nothing():
        locked = db.session.execute(_sql(statements.LOCK_ACCOUNTS_OF), values).all()
        writing = statements.MIRRORED[any(row.is_personal for row in locked)]
        return _insert(writing, values, len(source_ids))


def hold(ref: AccountRef, amount: int, source: str, source_id: str) -> bool:
    """Set `amount` aside in an account until it is posted or voided. Returns whether this call did it.

    Raises:
        LedgerConflict: the key is known for another account or amount.
        DomainError: 409 `insufficient_funds`.
    """
    with _whole_or_nothing():
        account = _lock_accounts([ref])[ref]
        values = {"id": new_id(), "account": account, "amount": amount, "source": source, "source_id": source_id}
        if db.session.execute(_sql(statements.INSERT_HOLD), values).first():
            _change_held(account, amount)
            return True
        known = _locked_hold(source, source_id)
        if (known.account_id, known.amount) != (account, amount):
            raise LedgerConflict(f"{source}/{source_id}")
    return False


def post_hold(source: str, source_id: str, postings: Sequence[Posting]) -> int:
    """Release a hold and write `postings` in one step; they may use less than was held. Returns how many were new.

    Raises:
        NotFound: there is no such hold.
        LedgerConflict: it was voided, or the postings take more out of its account than was held.
        DomainError: 409 `insufficient_funds`.
    """
    with _whole_or_nothing():
        known = _locked_hold(source, source_id)
        held = AccountRef(known.kind, known.owner, known.currency)
        outward = sum(posting.amount * _takes(posting, held) for posting in postings)
        if known.state == "voided" or outward > known.amount:
            raise LedgerConflict(f"{source}/{source_id}")
        _lock_accounts({held} | {ref for posting in postings for ref in (posting.debit, posting.credit)})
        if known.state == "reserved":
            _finish_hold(known.id, "posted")
            _change_held(known.account_id, -known.amount)
        return post(postings)


def void_hold(source: str, source_id: str) -> bool:
    """Give a held amount back to its account. Returns whether this call did it.

    Raises:
        NotFound: there is no such hold.
        LedgerConflict: it was posted.
    """
    with _whole_or_nothing():
        known = _locked_hold(source, source_id)
        if known.state == "posted":
            raise LedgerConflict(f"{source}/{source_id}")
        if known.state == "voided":
            return False
        _finish_hold(known.id, "voided")
        _change_held(known.account_id, -known.amount)
    return True


def resize_hold(ref: AccountRef, amount: int, source: str, source_id: str) -> int:
    """Set `amount` aside in an account instead of what was set aside under this key: makes a hold, raises, lowers it,
    and voids it at 0, from where it may be raised again. Returns by how much more is set aside than before.

    The account is locked before the hold, so that two who resize what neither has made yet wait for each other.

    Raises:
        LedgerConflict: the key is known for another account, or was posted.
        DomainError: 409 `insufficient_funds`.
        ValueError: less than nothing.
    """
    if amount < 0:
        raise ValueError(f"not an amount: {amount!r}")
    with _whole_or_nothing():
        account = _lock_accounts([ref])[ref]
        values = {"id": new_id(), "account": account, "amount": amount, "source": source, "source_id": source_id}
        known = db.session.execute(_sql(statements.LOCK_HOLD), values).first()
        if known is not None and (known.account_id != account or known.state == "posted"):
            raise LedgerConflict(f"{source}/{source_id}")
        before = known.amount if known is not None and known.state == "reserved" else 0
        if amount != before:
            db.session.execute(
                _sql(statements.RESIZE_HOLD if amount else statements.EMPTY_HOLD), {"id": new_id(), **values}
            )
            _change_held(account, amount - before)
    return amount - before


@contextmanager
def _whole_or_nothing(*, savepoint: bool = True) -> Iterator[None]:
    """A savepoint: whoever catches a refusal still has a usable transaction, without half of what was refused."""
    try:
        with db.session.begin_nested() if savepoint else nullcontext():
            yield
    except IntegrityError as error:
        cause = error.orig
        if isinstance(cause, CheckViolation) and cause.diag.constraint_name == _OVERDRAFT:
            log.warning("ledger_overdraft_refused", row=cause.diag.message_detail)
            raise DomainError("insufficient_funds", status=409) from None
        raise


def _without_repeats(postings: Sequence[Posting]) -> list[Posting]:
    """In the order of their keys, so that two transactions with the same keys meet at the same first one."""
    by_key: dict[tuple[str, str, str, int], Posting] = {}
    for posting in postings:
        if by_key.setdefault(posting.key, posting) != posting:
            raise LedgerConflict(_name(posting.key))
    return [by_key[key] for key in sorted(by_key)]


def _name(key: Iterable[object]) -> str:
    return "/".join(map(str, key))


def _lock_accounts(refs: Iterable[AccountRef]) -> dict[AccountRef, int]:
    """The accounts' ids, each locked, in the order of the ids; those that are missing are made first."""
    wanted = sorted(set(refs))
    names = _names(wanted)
    rows = db.session.execute(_sql(statements.LOCK_KNOWN_ACCOUNTS), {**names, "wanted": len(wanted)}).all()
    if not rows:
        kinds = [kind_of(ref) for ref in wanted]
        made = {
            "sides": [kind.normal_side for kind in kinds],
            "negatives": [kind.may_be_negative for kind in kinds],
            "personal": [kind.is_personal for kind in kinds],
        }
        db.session.execute(_sql(statements.MAKE_ACCOUNTS), {**names, **made})
        rows = db.session.execute(_sql(statements.LOCK_ACCOUNTS), names).all()
    return {AccountRef(kind, owner, currency): account for account, kind, owner, currency in rows}


def _names(refs: Sequence[AccountRef]) -> dict[str, list[str]]:
    return {
        "kinds": [ref.kind for ref in refs],
        "owners": [ref.owner for ref in refs],
        "currencies": [ref.currency for ref in refs],
    }


def _columns(postings: Sequence[Posting], ids: dict[AccountRef, int]) -> dict[str, list[Any]]:
    debits, credits, amounts, sources, source_ids, kinds, lines = zip(*postings, strict=True)
    return {
        "debits": [ids[ref] for ref in debits],
        "credits": [ids[ref] for ref in credits],
        "currencies": [ref.currency for ref in debits],
        "amounts": list(amounts),
        "sources": list(sources),
        "source_ids": list(source_ids),
        "kinds": list(kinds),
        "lines": list(lines),
    }


def _insert(writing: statements.Writing, values: Mapping[str, Any], about: int) -> int:
    """Write transfers, `about` so many; what is known already is left out.

    That costs a third more than to write what is new. So many are written as if all were, and again if they were not.
    """
    found = _insert_new(writing.quick, values) if about >= _MANY else None
    found = found or db.session.execute(_sql(writing.careful), values).one()
    if found.written < found.wanted:
        other = db.session.execute(_sql(writing.differs), values).first()
        if other:
            raise LedgerConflict(_name(other))
    return int(found.written)


def _insert_new(statement: str, values: Mapping[str, Any]) -> Row[Any] | None:
    """Write transfers of which none is known; None, and nothing written, if one is."""
    try:
        with db.session.begin_nested():
            return db.session.execute(_sql(statement), values).one()
    except IntegrityError as error:
        cause = error.orig
        if isinstance(cause, UniqueViolation) and cause.diag.constraint_name == statements.KEY:
            return None
        raise


def _takes(posting: Posting, ref: AccountRef) -> int:
    """1 if the posting lowers the account's balance, -1 if it raises it, 0 if it leaves it alone."""
    if ref not in (posting.debit, posting.credit):
        return 0
    side = "debit" if posting.debit == ref else "credit"
    return -1 if side == kind_of(ref).normal_side else 1


def _locked_hold(source: str, source_id: str) -> Row[Any]:
    known = db.session.execute(_sql(statements.LOCK_HOLD), {"source": source, "source_id": source_id}).first()
    if known is None:
        raise NotFound("hold_not_found")
    return known


def _finish_hold(identifier: object, state: str) -> None:
    db.session.execute(_sql(statements.FINISH_HOLD), {"id": identifier, "state": state})


def _change_held(account: int, amount: int) -> None:
    db.session.execute(_sql(statements.CHANGE_HELD), {"account": account, "amount": amount})
