"""What came of each attempt to sign in, kept for the person whose account it was: when, how, from about where.

Of an address that nobody has an account with nothing is kept, and no answer takes longer or shorter for it: whose
attempt it was is found by the statement that keeps it. Networks are kept as coarse as they tell their owner something.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, CursorResult, Select, bindparam, delete, insert, select

from app.core import clock
from app.core.database.session import db
from app.core.ids import created_at, earliest_id, new_id
from app.people.accounts.models import EmailMagicLink, Login, User
from app.people.accounts.rules import clean_agent, describe_agent

from . import telling

KEPT_FOR: Final = timedelta(days=90)
_LOOKED_AT: Final = 200

Method = Literal["link", "code", "sms", "mail_code", "password"]
"""`code` is the one that stands in the mail with the link, for the browser that waits for it."""


@dataclass(frozen=True, slots=True)
class Asks:
    """Who asks, as far as a request says: what the browser calls itself, and about which network it is in."""

    agent: str
    network: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt as the person sees it."""

    at: datetime
    method: str
    is_in: bool
    network: str
    user_agent: str


def came_in(user_id: UUID, method: Method, asks: Asks) -> None:
    """Keep that somebody signed in to this account, and tell its person if nobody ever did from there or with that."""
    if _is_strange(user_id, asks):
        telling.signed_in_from_elsewhere(user_id, asks.agent, asks.network)
    db.session.add(Login(id=new_id(), user_id=user_id, method=method, outcome="signed_in", **_from(asks)))
    db.session.flush()


def was_refused(link: ColumnElement[bool], method: Method, asks: Asks) -> None:
    """Keep that somebody was refused who used this link, or its code, for the account it leads to, if there is one."""
    _keep_refused(
        method, asks, lambda whose: whose.join(EmailMagicLink, EmailMagicLink.email_hash == User.email_hash).where(link)
    )


def was_refused_as(user: ColumnElement[bool], method: Method, asks: Asks) -> None:
    """Keep that somebody was refused who gave this address or number, for whose account it is, if there is one."""
    _keep_refused(method, asks, lambda whose: whose.where(user))


def _keep_refused(method: Method, asks: Asks, of: Callable[[Select[Any]], Select[Any]]) -> None:
    values = {"id": new_id(), "method": method, "outcome": "refused", **_from(asks)}
    columns = [bindparam(None, value, Login.__table__.c[name].type) for name, value in values.items()]
    db.session.execute(insert(Login).from_select([*values, "user_id"], of(select(*columns, User.id))))


def of_user(user_id: UUID, limit: int = 20) -> Sequence[Attempt]:
    """The newest that came in and the newest that were refused, so many of each, newest first: whoever is refused often
    enough pushes nobody off the list who came in."""
    newest = [select(Login).where(Login.user_id == user_id, Login.outcome == one) for one in ("signed_in", "refused")]
    found = [row for query in newest for row in db.session.scalars(query.order_by(Login.id.desc()).limit(limit))]
    return [
        Attempt(created_at(row.id), row.method, row.outcome == "signed_in", row.network, row.user_agent)
        for row in sorted(found, key=lambda one: one.id, reverse=True)
    ]


def purge() -> int:
    """Forget attempts of long ago; how many. Repeats safely."""
    result = db.session.execute(delete(Login).where(Login.id < earliest_id(clock.now() - KEPT_FOR)))
    return result.rowcount if isinstance(result, CursorResult) else 0


def _is_strange(user_id: UUID, asks: Asks) -> bool:
    """Whether the network or the browser is new to this account. Its first time is not: there is nothing to compare."""
    query = select(Login.network, Login.user_agent).where(Login.user_id == user_id, Login.outcome == "signed_in")
    known = db.session.execute(query.order_by(Login.id.desc()).limit(_LOOKED_AT)).all()
    if not known:
        return False
    networks = {network for network, _ in known}
    browsers = {describe_agent(agent) for _, agent in known}
    return asks.network not in networks or describe_agent(clean_agent(asks.agent)) not in browsers


def _from(asks: Asks) -> dict[str, str]:
    return {"network": asks.network, "user_agent": clean_agent(asks.agent)}
