"""People who play, in the console: who they are, what they have handed in, and what operators decide about them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.core.database.session import transaction
from app.core.errors import DomainError, NotFound
from app.core.files.sending import send
from app.core.files.store import FileLost
from app.core.ids import parse_id
from app.core.text.amounts import written
from app.core.web.asking import Question
from app.core.web.requests import render
from app.faces.admin import questions_of_people as questions
from app.faces.admin.door import operator_name, page_blueprint
from app.faces.admin.forms import ReasonForm, choice, reason_of, refuse, search_words
from app.faces.admin.watch import history
from app.money.wallets import queries as wallets
from app.people.accounts.login import attempts
from app.people.accounts.rules import describe_agent
from app.people.players import queries as players
from app.people.players.matches import queries as matching
from app.people.players.matches.rules import Outcome
from app.people.players.operating import blocking, finding, looking
from app.people.players.profile import queries as profiles
from app.people.players.verification import deciding
from app.people.players.verification import queries as verification
from app.people.players.verification.proposed import MARKS
from app.people.players.verification.rules import OPEN, STATES
from app.record.audit import queries as audit
from app.record.audit.service import note

bp = page_blueprint("people")

_PAGE: Final = 50
_SHOWN: Final = re.compile(r"[0-9a-f]{16}")


@bp.get("/people")
def people() -> ResponseReturnValue:
    """The newest, of one state of verification or of any; or those of a name, a whole address or number, of whom a
    single one is opened at once."""
    state, words = choice("state", "", *STATES), search_words("q", 254)
    if words:
        own = parse_id(words)
        rows = [
            row for row in finding.called(words, [own] if own is not None else [], _PAGE) if state in ("", row.state)
        ]
        if len(rows) == 1:
            return redirect(f"/admin/people/{rows[0].id}", 303)
        if not rows and (unregistered := finding.find(words)) is not None and not state:
            return redirect(f"/admin/people/{unregistered}", 303)
    else:
        rows = list(finding.newest(state or None, _before(), _PAGE + 1))  # type: ignore[arg-type]
    return render(
        "faces/admin/people.html",
        "faces/admin/_people.html",
        people=rows[:_PAGE],
        following=rows[_PAGE - 1].registered_at.isoformat() if len(rows) > _PAGE else None,
        state=state,
        states=STATES,
        words=words,
    )


@bp.get("/people/<identifier>")
def person(identifier: str) -> Response:
    """One person: profile, verification, limits, breaks, sign-ins, history."""
    user_id = _person(identifier)
    waiting = deciding.waiting(user_id)
    context: dict[str, Any] = {
        "profile": profiles.profile_of(user_id),
        "verification": verification.verification_of(user_id),
        "unread": {one.opens for one in looking.unread_of(user_id, operator_name())},
        "documents": [] if verification.state_of(user_id) in OPEN else verification.documents_of(user_id),
        "shown": deciding.shown(user_id),
        "possible": deciding.possible(user_id) if waiting is None else (),
        "waiting": waiting,
        "matches": matching.matches_of(user_id),
        "undecided": {one.user_id for one in matching.undecided_of(user_id)},
        "marks": MARKS,
        "block": profiles.block_of(user_id),
        "limits": players.limits_of(user_id),
        "written": written,
        "wallets": wallets.wallets_of(user_id),
        "breaks": players.breaks_of(user_id),
        "attempts": [(one, *describe_agent(one.user_agent)) for one in attempts.of_user(user_id)],
        "entries": history.told(audit.entries(f"user:{user_id}"), f"user:{user_id}"),
    }
    return render("faces/admin/person.html", "faces/admin/person.html", 200, **context)


@bp.post("/people/<identifier>/documents/<document>")
def document(identifier: str, document: str) -> Response:
    """A document that was handed in, once it is written down who looks at it: so it is no link, which looking at a
    page might follow."""
    user_id, found = _person(identifier), parse_id(document)
    if found is None:
        raise NotFound
    if verification.state_of(user_id) in OPEN:
        raise DomainError("verification_state", status=409)
    try:
        told, content = verification.content_of(user_id, found)
    except FileLost:
        with transaction():
            note(operator_name(), "player.document_lost", f"user:{user_id}", document=str(found))
        raise DomainError("document_lost", status=404) from None
    with transaction():
        note(operator_name(), "player.document_seen", f"user:{user_id}", document=str(found))
    return send(told.media_type, f"{told.kind}-{found}", content)


Decide = Callable[[UUID, str], object]


def _of_papers(outcome: Outcome) -> Decide:
    """What a second operator confirms."""
    return lambda person, why: deciding.propose(
        person, outcome, why, actor=operator_name(), seen=_seen(), same_as=_other() if outcome == "same" else None
    )


_OF_PAPERS: Final[tuple[Outcome, ...]] = ("verify", "other", "same", "reject")
_DECISIONS: Final[dict[str, Decide]] = {
    **{outcome: _of_papers(outcome) for outcome in _OF_PAPERS},
    "block": lambda person, why: blocking.block(person, why, actor=operator_name()),
    "unblock": lambda person, why: blocking.unblock(person, why, actor=operator_name()),
}


@bp.get("/people/<identifier>/decide")
def ask_decision(identifier: str) -> Response:
    """Before somebody is verified, refused, shut out or let in: what will happen, and why it is done."""
    return _ask(choice("act", *_DECISIONS), _person(identifier), ReasonForm())


@bp.post("/people/<identifier>/decide")
def decide(identifier: str) -> ResponseReturnValue:
    """Propose to verify or refuse, which a second operator confirms; or shut out and let in, with a reason."""
    user_id, what, form = _person(identifier), choice("act", *_DECISIONS), ReasonForm()
    try:
        reason = reason_of(form)
        with transaction():
            done = _DECISIONS[what](user_id, reason)
    except DomainError as error:
        if error.status == 404:
            raise
        refuse(form, error)
        shown = None if error.field in form else error
        return _ask(what, user_id, form, error.status if shown else 422, shown)
    waits = what in _OF_PAPERS and done is not None
    proposed = gettext("Proposed: it waits for a second operator.")
    flash(proposed if waits else gettext("Decided, and told to the audit log."), "ok")
    return redirect(f"/admin/people/{user_id}", 303)


def _ask(what: str, user_id: UUID, form: ReasonForm, status: int = 200, error: DomainError | None = None) -> Response:
    """The question, below what this operator has not opened of the papers that it is about."""
    return render(
        "faces/admin/decide_person.html",
        "faces/admin/decide_person.html",
        status,
        question=_question(what, user_id),
        form=form,
        error=error,
        to_read=looking.unread_of(user_id, operator_name()) if what in _OF_PAPERS else (),
    )


def _question(what: str, user_id: UUID) -> Question:
    return questions.of_person(what, user_id, _seen(), _other() if what == "same" else None)


def _other() -> UUID | None:
    """The account whose person it is said to be."""
    return parse_id(request.args.get("of", ""))


def _seen() -> str:
    """What the person's page had shown, from which one comes here."""
    given = request.args.get("seen", "")
    return given if _SHOWN.fullmatch(given) else ""


def _person(identifier: str) -> UUID:
    found = parse_id(identifier)
    if found is None or not finding.exists(found):
        raise NotFound
    return found


def _before() -> datetime | None:
    try:
        found = datetime.fromisoformat(request.args.get("before", ""))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
