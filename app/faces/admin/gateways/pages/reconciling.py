"""Gateways' own lists beside our books: the last comparisons, and what does not agree, until somebody explains it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from flask import Response, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response as AnyResponse

from app.core import clock
from app.core.database.session import transaction
from app.core.errors import DomainError
from app.core.text.amounts import written
from app.core.web.requests import render, wants_fragment
from app.core.wire.error_messages import message_for
from app.faces.admin.door import operator_name
from app.faces.admin.forms import ReasonForm, choice, chosen_ids, reason_of, refuse, whole_number
from app.faces.admin.wallets import asked
from app.money.gateways.clients.all_of_them import CLIENTS
from app.money.gateways.models import GatewayDifference
from app.money.gateways.operating import differences, payments, words
from app.money.gateways.operating.differences import SHOWN
from app.money.gateways.operating.payments import Filters
from app.money.gateways.pages.words import NAMES
from app.money.gateways.reconciling import soon
from app.money.gateways.refunds import unasked
from app.money.gateways.settings import PROVIDERS
from app.people.accounts.login.page_door import go
from app.record.audit import queries as audit

from .payments import bp as bp  # one blueprint, whole with the routes of this module

ENDPOINTS: Final = tuple(f"{bp.name}.{name}" for name in ("reconciliation", "explain", "compare"))
_PAGE: Final = 50
_PATIENCE_SECONDS: Final = 120
_PLACE: Final = "/admin/money/reconciliation"


@bp.get("/money/reconciliation")
def reconciliation() -> AnyResponse:
    """What differs now; what was explained, and what is gone, stands behind its own address. A page that waits for a
    comparison asks whether it has come, and is loaded again once it has."""
    if "waits" in request.args and wants_fragment():
        return Response(status=204) if _awaited() else go(_PLACE)
    return _list(ReasonForm())


@bp.post("/money/reconciliation")
def explain() -> ResponseReturnValue:
    """One reason for all that are ticked; one that has moved on keeps none of the others waiting."""
    form, ticked = ReasonForm(), request.form.getlist("difference")
    try:
        chosen, reason = chosen_ids("difference"), reason_of(form)
    except DomainError as error:
        refuse(form, error)
        return _list(form, 422, None if error.field == "reason" else error, ticked)
    done, failed = 0, ""
    for one in chosen:
        try:
            with transaction():
                differences.explain(one, reason, actor=operator_name())
            done += 1
        except DomainError as error:
            failed = str(message_for(error))
    if done:
        flash(ngettext("%(num)s difference is explained.", "%(num)s differences are explained.", done), "ok")
    if failed:
        flash(failed, "bad")
    return redirect(_back(), 303)


@bp.post("/money/reconciliation/compare")
def compare() -> ResponseReturnValue:
    """Ask a gateway for its list now, and not only at night."""
    provider = choice("gateway", *PROVIDERS)
    soon.compare_soon(provider)
    words_ = gettext(
        "%(gateway)s is asked for its list. What differs stands here in a minute.", gateway=NAMES[provider]
    )
    flash(words_, "ok")
    return redirect(f"{_PLACE}?waits={provider}&asked={_milliseconds(clock.now())}", 303)


def _awaited() -> bool:
    """Whether the page was opened by asking for a comparison, which has not come yet, and may still come."""
    provider, asked_at = choice("waits", "", *PROVIDERS), whole_number("asked", 2**53) or 0
    if not provider or _milliseconds(clock.now()) - asked_at > _PATIENCE_SECONDS * 1000:
        return False
    last = differences.last_of_each().get(provider)
    return last is None or _milliseconds(last.made_at) < asked_at


def _milliseconds(moment: datetime) -> int:
    """Since 1970: a comparison may be over within the second."""
    return int(moment.timestamp() * 1000)


def _list(
    form: ReasonForm, status: int = 200, error: DomainError | None = None, chosen: Collection[str] = ()
) -> Response:
    shown, provider = choice("show", *SHOWN), choice("gateway", "", *PROVIDERS)
    last = differences.last_of_each()
    found = differences.found(shown, provider, asked.place(), _PAGE + 1)
    return render(
        "faces/admin/gateways/reconciliation.html",
        "faces/admin/gateways/_differences.html",
        status,
        found=found[:_PAGE],
        shown=shown,
        provider=provider,
        payments=_payments_of(found),
        to_bear={one.provider_id for one, _ in unasked.waiting(provider)} if shown == "open" else set(),
        counts=differences.counts(provider),
        to_explain=differences.open_by_provider(),
        following=asked.following(found[_PAGE - 1].id) if len(found) > _PAGE else None,
        nights=differences.nights(provider),
        last=last,
        by_hand=differences.by_hand(),
        stale={name for name, night in last.items() if differences.moved_since(night)},
        waits=_awaited(),
        is_on=set(CLIENTS.get()),
        alarms={one.subject: one for one in audit.open_alarms() if one.code in _ALARMS},
        gateways=NAMES,
        kind_words=words.of_difference,
        written=written,
        form=form,
        error=error,
        chosen=chosen,
        here=request.full_path.rstrip("?"),
    )


def _payments_of(found: Sequence[GatewayDifference]) -> dict[UUID, payments.Line]:
    """The payments that these are of, by their ids."""
    ids = [one.payment_id for one in found if one.payment_id is not None]
    return {one.id: one for one in payments.found(Filters(ids=ids), None, len(ids))} if ids else {}


_ALARMS: Final = ("gateway_differs", "gateway_not_compared")


def _back() -> str:
    query = request.query_string.decode()
    return f"{_PLACE}?{query}" if query else _PLACE
