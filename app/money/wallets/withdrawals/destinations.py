"""Money leaves for one's own accounts alone: how an account is known to be somebody's."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert

from app.core.database.session import db
from app.core.errors import DomainError
from app.core.ids import new_id
from app.core.sealing.columns import lookup, sealed
from app.money.wallets.models import DepositOrigin, Destination, kind_of_account
from app.money.wallets.rules import BY_PHONE, METHODS, Method, bank_account
from app.people.accounts.rules import normalise_email
from app.people.players.profile.queries import Profile, profile_of
from app.people.players.profile.settings import playing
from app.people.players.verification.queries import state_of
from app.record.notifications.channels import phones

_REFUSED: Final = "account_not_yours"


def own(user_id: UUID, method: Method, text: str) -> Destination:
    """The account that somebody means, if it is his; kept with how we know it.

    Raises:
        DomainError: 422 `account_invalid`; 409 `account_not_yours`; 403 `not_registered`, and `verification_needed`
            for a bank's account, whose holder two people compare with the verified name.
    """
    profile = profile_of(user_id)
    if not profile.is_registered:
        raise DomainError("not_registered", status=403)
    account = _account(method, text, profile)
    return _kept(user_id, method, account, _how(user_id, method, account, profile))


def _account(method: Method, text: str, profile: Profile) -> str:
    try:
        if method in BY_PHONE:
            return phones.parse(text, profile.jurisdiction or playing().default_jurisdiction).e164
        if method == "paypal":
            return normalise_email(text)
    except DomainError:
        raise DomainError("account_invalid", field="account") from None
    return bank_account(text)


def _how(user_id: UUID, method: Method, account: str, profile: Profile) -> str:
    if method == "bank":
        if state_of(user_id) != "verified":
            raise DomainError("verification_needed", status=403)
        return "person"
    if account in (profile.phone, profile.email):
        return "phone"
    paid_from = exists().where(
        DepositOrigin.user_id == user_id,
        DepositOrigin.provider == METHODS[method].provider,
        DepositOrigin.payer_hash == lookup(kind_of_account(account), account),
    )
    if db.session.scalar(select(paid_from)):
        return "payer"
    raise DomainError(_REFUSED, status=409, field="account")


def _kept(user_id: UUID, method: Method, account: str, how: str) -> Destination:
    row_id = new_id()
    hashed = lookup(kind_of_account(account), account)
    written = insert(Destination).values(
        id=row_id,
        user_id=user_id,
        method=method,
        verified_how=how,
        **sealed(Destination, row_id, account=account),
    )
    db.session.execute(written.on_conflict_do_nothing(index_elements=["user_id", "method", "account_hash"]))
    query = select(Destination).where(
        Destination.user_id == user_id, Destination.method == method, Destination.account_hash == hashed
    )
    return db.session.scalars(query).one()
