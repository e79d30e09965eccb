"""One payout in the console: what it pays from what, its whole history, and every step an operator takes."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final
from uuid import UUID

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.chain import queries as chain
from app.chain.node import rpc
from app.chain.scan import spends
from app.core.config import current_settings
from app.core.database.session import transaction
from app.core.errors import DomainError, NotFound, Unavailable
from app.core.ids import parse_id
from app.core.web.asking import Question, ask
from app.core.web.requests import render, status_of, unchanged
from app.core.wire.error_messages import message_for
from app.faces.admin import questions
from app.faces.admin.door import operator_name, page_blueprint
from app.faces.admin.forms import ReasonForm, SignedForm, choice, reason_of, refuse
from app.faces.admin.watch import history
from app.money.payouts import messages, queries, rules
from app.money.payouts.drafts import staleness
from app.money.payouts.sent import broadcasting, impossible, replacing
from app.money.payouts.signed import upload
from app.people.partners import queries as partners

from . import differing, following

bp = page_blueprint("payouts")

_RATE: Final = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?")
_LARGEST: Final = 500_000


@bp.get("/payouts/<identifier>/sign")
@bp.get("/payouts/<identifier>/refresh")
@bp.get("/payouts/<identifier>")
def payout(identifier: str) -> Response:
    """One payout: what it pays from what, its versions, and all that was done about it; nothing, to a page that has
    said it all."""
    found = queries.payout(payout_id_of(identifier))
    versions = queries.versions_of(found.root_id)
    mark = following.mark_of(found, versions)
    return unchanged(mark) or _one(found.id, ReasonForm(), status_of(following.is_over(found, versions)))


@bp.get("/payouts/<identifier>/psbt")
def download(identifier: str) -> Response:
    """The unsigned PSBT as a file, for the signer; not of a payout that must not be signed."""
    found = queries.payout(payout_id_of(identifier))
    staleness.refuse_if_stale(found)
    response = Response(base64.b64decode(found.psbt), mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = f"attachment; filename=payout-{found.id}.psbt"
    return response


@bp.post("/payouts/<identifier>/sign")
def sign(identifier: str) -> ResponseReturnValue:
    """Take the signed PSBT, pasted or as a file, and compare it with what was meant."""
    payout_id = payout_id_of(identifier)
    try:
        given = _given()
        with transaction():
            differences = upload.attach(payout_id, given, operator_name())
    except DomainError as error:
        if error.status == 404:
            raise
        differences = [error]
    if differences:
        return _one(payout_id, ReasonForm(), 422, "sign", differences)
    flash(gettext("Signed: it is what was meant. It can be broadcast now."), "ok")
    return _to(payout_id)


@bp.post("/payouts/<identifier>/refresh")
def refresh(identifier: str) -> ResponseReturnValue:
    """Ask the node what became of it. Nothing is sent."""
    try:
        state = broadcasting.ask(payout_id_of(identifier))
    except rpc.NodeFailure:
        raise Unavailable("node_away") from None
    flash(gettext("The node was asked; the payout is: %(state)s.", state=state), "info")
    return _to(payout_id_of(identifier))


@bp.get("/payouts/<identifier>/act")
def ask_about(identifier: str) -> ResponseReturnValue:
    """Before it is broadcast or given up: what will happen, and why it is done."""
    payout_id, what = payout_id_of(identifier), request.args.get("act", "")
    if what not in questions.ASKED_OF_PAYOUTS:
        return _one(payout_id, ReasonForm())
    if what == "cancel" and queries.confirmation_of(payout_id) is not None:
        return _one(payout_id, ReasonForm(), 409, what, [DomainError("payout_in_a_block", status=409)])
    return ask(_question(payout_id, what), ReasonForm())


def _question(payout_id: UUID, what: str) -> Question:
    return questions.of_payout(what, queries.payout(payout_id), queries.outputs_of(payout_id))


@bp.post("/payouts/<identifier>/act")
def act(identifier: str) -> ResponseReturnValue:
    """Broadcast, bump or cancel, with a reason."""
    payout_id, form = payout_id_of(identifier), ReasonForm()
    what = choice("act", "broadcast", "bump", "cancel")
    try:
        after = _ACTS[what](payout_id, reason_of(form))
    except DomainError as error:
        if error.status == 404:
            raise
        refuse(form, error)
        if error.field == "reason" and what in questions.ASKED_OF_PAYOUTS:
            return ask(_question(payout_id, what), form, 422)
        return _one(payout_id, form, 422, what, [] if error.field == "reason" else [error])
    flash(gettext("Done, and told to the audit log."), "ok")
    return _to(after)


def _broadcast(payout_id: UUID, reason: str) -> UUID:
    broadcasting.broadcast(payout_id, operator_name(), reason)
    return payout_id


def _bump(payout_id: UUID, reason: str) -> UUID:
    text = request.form.get("rate", "").strip()
    if not _RATE.fullmatch(text):
        raise DomainError("fee_rate_invalid", field="rate")
    with transaction():
        return replacing.bump(payout_id, rules.rate_from(Decimal(text)), operator_name(), reason).id


def _cancel(payout_id: UUID, reason: str) -> UUID:
    with transaction():
        replacing.cancel(payout_id, operator_name(), reason)
    return payout_id


_ACTS: Final[dict[str, Callable[[UUID, str], UUID]]] = {"broadcast": _broadcast, "bump": _bump, "cancel": _cancel}


def _given() -> str | bytes:
    """What was pasted, or the file's bytes. Raises DomainError."""
    file = request.files.get("file")
    if file is not None and file.filename:
        content = file.stream.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise DomainError("body_too_large", status=413)
        return content
    text = request.form.get("psbt", "")
    if not text.strip():
        raise DomainError("psbt_missing", field="psbt")
    return text


def names_of(site_ids: Iterable[UUID | None]) -> Callable[[UUID], str]:
    """What a page calls these sites: asked once, before it is written."""
    wanted = {site_id for site_id in site_ids if site_id is not None}
    found = partners.names_of(wanted)
    return lambda site_id: found.get(site_id, str(site_id))


def _one(
    payout_id: UUID, form: ReasonForm, status: int = 200, what: str = "", errors: list[DomainError] | None = None
) -> Response:
    found = queries.payout(payout_id)
    versions = queries.versions_of(found.root_id)
    outputs = queries.outputs_of(payout_id)
    debts = queries.debts_of([payout_id]).get(payout_id, [])
    allowed = {verb for verb, states in rules.ALLOWED_FROM.items() if found.state in states}
    about_it = errors or [] if what == "sign" else []
    return render(
        "faces/admin/payout.html",
        "faces/admin/_payout.html",
        status,
        payout=found,
        inputs=queries.inputs_of(payout_id),
        outputs=outputs,
        rules=rules,
        debts={debt.id: debt for debt in debts},
        network=current_settings().bitcoin_network,
        confirmation=queries.confirmation_of(payout_id),
        tip=chain.tip_height(),
        depth=current_settings().settlement_depth,
        versions=versions,
        said=following.mark_of(found, versions),
        is_over=following.is_over(found, versions),
        entries=history.told(queries.history(found.root_id)[::-1], f"payout:{payout_id}"),
        allowed=allowed,
        form=form,
        what=what,
        errors=[message_for(error) for error in errors or ()] if what != "sign" else [],
        signed=_signed(about_it),
        differences=[differing.told(error) for error in about_it] if differing.is_listed(about_it) else [],
        names=names_of(one.partner_site_id for one in outputs),
        is_moving=found.state in ("broadcasting", "unknown", "broadcast"),
        frozen=bool(spends.unexplained()),
        stale=[message_for(error) for error in staleness.reasons(found)],
        lost=bool(impossible.lost_coins(payout_id)),
        refusal=gettext("The node said: %(reason)s (%(why)s).", **messages.in_words(found.refusal or "")),
    )


def _signed(errors: list[DomainError]) -> SignedForm:
    """The field of the signed PSBT, with what was wrong with what was given, or that a list of it follows."""
    form = SignedForm()
    listed = differing.is_listed(errors)
    form.psbt.errors = [gettext("It is not what was meant:")] if listed else [message_for(error) for error in errors]
    if any(error.code in ("psbt_secret", "psbt_unreadable") for error in errors):
        form.psbt.data = ""  # what is no PSBT may be a secret, told or not: it is not sent back
    return form


def _to(payout_id: UUID) -> ResponseReturnValue:
    return redirect(f"/admin/payouts/{payout_id}", 303)


def payout_id_of(text: str) -> UUID:
    found = parse_id(text)
    if found is None:
        raise NotFound("payout_not_found")
    return found
