"""What the audit log is asked for: by the names that people read as well as by those that it keeps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from flask import request
from flask_babel import gettext
from sqlalchemy import SQLColumnExpression, select

from app.core.database.session import db
from app.faces.admin.forms import day, search_words
from app.faces.admin.watch import history, subjects
from app.people.accounts import queries as accounts
from app.people.accounts.models import User
from app.people.partners.models import PartnerSite
from app.record.audit.acts import ACTS
from app.record.audit.queries import Search

_ASKED: Final = ("actor", "action", "about", "subject", "words", "since", "until")
_NAMED: Final[dict[str, tuple[SQLColumnExpression[UUID], SQLColumnExpression[Any]]]] = {
    "site": (PartnerSite.id, PartnerSite.name),
    "user": (User.id, User.email),
}
"""What is kept by an id, and told by a name."""


def search() -> Search:
    """From the query. `about` says what `subject` is the number or the name of; without it that is a beginning."""
    words = {name: search_words(name, 200) for name in ("actor", "action", "subject", "words")}
    about, until = search_words("about", 40), day("until")
    if about:
        words["subject"] = _subject(about, words["subject"])
    words["actor"] = _actor(words["actor"])
    is_whole = bool(about) and ":" in words["subject"] and not words["subject"].endswith(":")
    return Search(**words, is_whole=is_whole, since=day("since"), until=until + timedelta(days=1) if until else None)


def form() -> dict[str, Any]:
    """What the form shows: the query as it was asked, and what may be chosen."""
    asked = {name: request.args[name] for name in _ASKED if request.args.get(name)}
    kinds = subjects.kinds()
    kind, _, rest = asked.get("subject", "").partition(":")
    if "about" not in asked and kind in kinds:  # a link that names it as it is kept
        asked |= {"about": kind, "subject": _name_of(kind, rest)}
    kind, _, rest = asked.get("actor", "").partition(":")
    if kind in ("operator", "user") and rest:
        asked["actor"] = _name_of(kind, rest)
    return {"wanted": asked, "kinds": kinds, "acts": list(_acts(asked.get("action", "")))}


def _subjects() -> dict[str, str]:
    """What acts are done to, by how their names begin: several beginnings may be of one subject."""
    money, people, machines = gettext("Payouts"), gettext("Accounts and sign-in"), gettext("Jobs and switches")
    return {
        "account": people,
        "operator": gettext("Operators at the door"),
        "player": gettext("People who play"),
        "partner": gettext("Partner sites"),
        "site": gettext("Partner sites"),
        "team": gettext("Teams of partners"),
        "key": gettext("API keys"),
        "webhook": gettext("Webhook endpoints"),
        **dict.fromkeys(("order", "orders", "payments", "note"), gettext("Orders and what was paid for them")),
        "gateway": gettext("Payments through gateways"),
        "house": gettext("Money of the house"),
        **dict.fromkeys(("exchange", "wallet", "withdrawal"), gettext("Wallets of players")),
        "round": gettext("Rounds and draws"),
        "draw": gettext("Rounds and draws"),
        "result": gettext("Official results"),
        "bet": gettext("Bets and their draws"),
        "bankroll": gettext("Bankrolls of games"),
        "content": gettext("Texts for readers"),
        "letter": gettext("Letters from people"),
        **dict.fromkeys(("dream", "tchala"), gettext("Dreams of the Tchala")),
        "payout": money,
        "spend": money,
        "chain": gettext("The chain"),
        "database": gettext("The database"),
        "alarm": gettext("Alarms"),
        "approval": gettext("Decisions of two people"),
        "audit": gettext("The audit log"),
        "log": gettext("The public log and its witnesses"),
        "witness": gettext("The public log and its witnesses"),
        "jobs": machines,
        **dict.fromkeys(("sales", "settlement", "writes"), machines),
    }


def _acts(asked: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """All acts in words, by what they are done to; and a beginning of some, where that is asked for."""
    known, subjects_ = ACTS.get(), _subjects()
    if asked and asked not in known:
        yield gettext("Begins with"), [(asked, asked)]
    groups = defaultdict[str, list[tuple[str, str]]](list)
    for name, act in known.items():
        beginning = name.partition(".")[0]
        groups[subjects_.get(beginning, beginning.replace("_", " ").capitalize())].append((name, act.words))
    for subject in sorted(groups):
        yield subject, sorted(groups[subject], key=lambda one: one[1])


def _actor(text: str) -> str:
    """Who is meant by "ada", a mail address or "Tiraj"."""
    if not text or ":" in text or text in history.NOBODY:
        return text
    for kept, words in history.NOBODY.items():
        if words.casefold() == text.casefold():
            return kept
    return f"user:{_id_of('user', text)}" if "@" in text else f"operator:{text}"


def _subject(about: str, text: str) -> str:
    """As it is kept; a kind alone is all of that kind, whether it has numbers or not."""
    if not text:
        return about
    return f"{about}:{_id_of(about, text) if about in _NAMED else text}"


def _id_of(kind: str, name: str) -> str:
    """The id of what is called so; what nobody is called stays, and finds nothing."""
    if kind == "user":
        found = accounts.find_by_email(name)
    else:
        id_, own = _NAMED[kind]
        found = db.session.scalar(select(id_).where(own == name.lower()))
    return str(found) if found is not None else name


def _name_of(kind: str, text: str) -> str:
    """What is called so by its id, to be read again."""
    try:
        id_, own = _NAMED[kind]
        found = db.session.scalar(select(own).where(id_ == UUID(text)))
    except (KeyError, ValueError):
        return text
    return str(found) if found is not None else text
