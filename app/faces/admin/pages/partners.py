"""Partners in the console: who they are, what they may do, what they are owed, and what operators decide about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import or_, select

from app.core.database.session import db, transaction
from app.core.errors import DomainError, NotFound
from app.core.web.asking import Question, ask
from app.core.web.requests import render
from app.faces.admin import questions
from app.faces.admin.approving.proposing import by_two, id_of, waits
from app.faces.admin.door import operator_name, page_blueprint
from app.faces.admin.forms import LimitForm, ReasonForm, choice, reason_of, refuse, search_words
from app.faces.admin.watch import history
from app.people.accounts import queries as accounts
from app.people.approvals.models import Approval
from app.people.partners import queries as partners
from app.people.partners.confirmed import verifying
from app.people.partners.models import PartnerSite
from app.people.partners.site import stopping, verification
from app.record.audit import queries as audit
from app.record.ledger import queries as ledger
from app.record.ledger.entries import AccountRef
from app.webhooks import queries as webhooks

bp = page_blueprint("partners")

_PAGE: Final = 50
_WAITING: Final = "waiting"
_STANDINGS: Final = ("unverified", "verified", "rejected", _WAITING)


@bp.get("/partners")
def sites() -> Response:
    """Sites by name; `standing` and words narrow them."""
    standing = choice("standing", "", *_STANDINGS)
    words = search_words("q", 100)
    after = request.args.get("after", "").replace("\0", "")
    query = select(PartnerSite).order_by(PartnerSite.name).limit(_PAGE + 1)
    if standing == _WAITING:
        query = query.where(verification.waits())
    elif standing:
        query = query.where(PartnerSite.verification_status == standing)
    if words:
        query = query.where(
            or_(
                PartnerSite.name.contains(words.lower(), autoescape=True),
                PartnerSite.display_name.icontains(words, autoescape=True),
                PartnerSite.owner_user_id == accounts.find_by_email(words),
            )
        )
    if after:
        query = query.where(PartnerSite.name > after)
    found = db.session.scalars(query).all()
    following = found[_PAGE - 1].name if len(found) > _PAGE else None
    return render(
        "faces/admin/partners.html",
        "faces/admin/_partners.html",
        sites=found[:_PAGE],
        waiting=verification.waiting([one.id for one in found[:_PAGE]]),
        standing=standing,
        standings=_STANDINGS,
        words=words,
        following=following,
        balances=ledger.balances("partner"),
    )


@bp.get("/partners/<name>/limit")
@bp.get("/partners/<name>")
def site(name: str) -> Response:
    """One site: standing, limits, money, history."""
    return _page(_site(name))


Decide = Callable[[PartnerSite, str, str], Any]

_DECISIONS: Final[dict[str, Decide]] = {
    "verify": lambda site, reason, actor: verifying.verify(site, actor=actor, reason=reason),
    "reject": lambda site, reason, actor: verification.reject(site, reason, actor=actor),
    "stop": lambda site, reason, actor: stopping.stop(site, reason, actor=actor),
    "release": lambda site, reason, actor: stopping.release(site, reason, actor=actor),
}


@bp.get("/partners/<name>/decide")
def ask_decision(name: str) -> Response:
    """Before a site is verified, refused, stopped or released: what will happen, and why it is done."""
    return ask(_question(choice("act", *_DECISIONS), _site(name)), ReasonForm())


@bp.post("/partners/<name>/decide")
def decide(name: str) -> ResponseReturnValue:
    """Verify, reject, stop or release a site, with a reason."""
    what, form = choice("act", *_DECISIONS), ReasonForm()
    act = _DECISIONS[what]
    return _change(
        _site(name),
        form,
        lambda site, reason: act(site, reason, operator_name()),
        lambda site: ask(_question(what, site), form, 422),
    )


@bp.post("/partners/<name>/limit")
def limit(name: str) -> ResponseReturnValue:
    """Give a site a limit of unpaid orders of its own, or the usual one again."""
    form = LimitForm()
    return _change(
        _site(name),
        form,
        lambda site, reason: stopping.limit_open_orders(site, form.number(), reason, actor=operator_name()),
        lambda site: _page(site, form, 422),
    )


def _change(
    found: PartnerSite,
    form: ReasonForm,
    act: Callable[[PartnerSite, str], Any],
    refused: Callable[[PartnerSite], Response],
) -> ResponseReturnValue:
    name = found.name
    try:
        reason = reason_of(form)
        with transaction():
            waiting = id_of(made) if isinstance(made := act(found, reason), Approval) else None
    except DomainError as error:
        if error.field is None or error.status == 404:
            raise
        refuse(form, error)
        return refused(_site(name))
    if waiting is not None:
        return waits(waiting)
    flash(gettext("Decided, and told to the audit log."), "ok")
    return redirect(f"/admin/partners/{name}", 303)


def _question(act: str, found: PartnerSite) -> Question:
    question = questions.of_site(act, found)
    return by_two(question) if act == "verify" else question


def _page(found: PartnerSite, form: LimitForm | None = None, status: int = 200) -> Response:
    account = AccountRef("partner", str(found.id))
    return render(
        "faces/admin/partner.html",
        "faces/admin/partner.html",
        status,
        site=found,
        owner=accounts.emails_of([found.owner_user_id]).get(found.owner_user_id, "–"),
        form=form,
        balance=ledger.balance(account),
        lines=ledger.lines(account, limit=20),
        entries=history.told(audit.entries(f"site:{found.id}"), f"site:{found.id}"),
        endpoints=webhooks.endpoints_of(found.id),
    )


def _site(name: str) -> PartnerSite:
    found = partners.site_by_name(name)
    if found is None:
        raise NotFound
    return found
