"""Payouts in the console: what is due and whether we can pay it, drafts of it, and every payout there was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from app.chain import queries as chain
from app.chain.scan import spends
from app.core.config import current_settings
from app.core.database.session import transaction
from app.core.errors import DomainError, NotFound
from app.core.web.requests import render
from app.core.web.templating import sats
from app.faces.admin.approving.proposing import id_of, waits
from app.faces.admin.door import operator_name
from app.faces.admin.forms import ReasonForm, choice, chosen_rounds, number_of, reason_of, refuse, whole_number
from app.faces.admin.watch import standing
from app.faces.admin.watch.money import paying
from app.money.payouts import queries, rules
from app.money.payouts.confirmed import explaining
from app.money.payouts.drafts import fees, generation, staleness, together, under_way
from app.money.payouts.drafts.together import Together
from app.money.payouts.models import Payout
from app.selling.windows.games import game_called, window_games

from . import wins as wins
from .one import bp as bp  # one blueprint, whole with the routes of this module and of that of wins
from .one import names_of, payout_id_of

_PAGE: Final = 50


@bp.get("/payouts/spends/<identifier>/explain")
@bp.get("/payouts")
def payouts(identifier: str = "") -> Response:
    """What is due and whether we can pay it; then every payout, the newest first."""
    return _list(ReasonForm())


@bp.post("/payouts")
def generate() -> ResponseReturnValue:
    """Draft a payout of rounds, of balances, or a sweep. What lives already comes back as it is."""
    form, chosen = ReasonForm(), list[queries.Source]()
    kind = choice("kind", "round", "rounds", "balances", "sweep", "log")
    try:
        if kind == "rounds":
            chosen = [(game.name, str(number)) for game, number in chosen_rounds()]
        reason = reason_of(form)
        rate = fees.sweep_rate() if kind in ("sweep", "log") else fees.estimate()
        with transaction():
            made = _maker(kind, reason, chosen)(rate)
            address = f"/admin/payouts/{made.payout.id}"
    except DomainError as error:
        if error.status == 404:
            raise
        refuse(form, error)
        return _list(form, 422, error, kind, chosen)
    flash(gettext("The payout is drafted.") if made.is_new else gettext("This payout exists already."), "ok")
    _say_what_is_left(made)
    return redirect(address, 303)


def _maker(kind: str, reason: str, chosen: Sequence[queries.Source]) -> Callable[[int], Together]:
    actor, with_balances = operator_name(), request.form.get("balances") == "yes"
    if kind == "balances":
        return lambda rate: Together(*generation.for_balances(rate, actor, reason))
    if kind == "sweep":
        return lambda rate: Together(*generation.sweep(rate, actor, reason))
    if kind == "log":
        return lambda rate: Together(*generation.anchor(rate, actor, reason))
    if kind == "rounds":
        return lambda rate: together.for_rounds(chosen, rate, actor, reason, with_balances=with_balances)
    source = game_called(request.form.get("game", "")).name, str(number_of(request.form.get("round", ""), "round"))
    return lambda rate: Together(*generation.for_round(*source, rate, actor, reason, with_balances=with_balances))


def _say_what_is_left(made: Together) -> None:
    if made.left_out:
        names = ", ".join(
            gettext("%(game)s, round %(n)s", game=game_called(game).title, n=number)
            for game, number in made.left_out[:20]
        )
        short = ngettext(
            "The coins do not suffice for %(num)s round; it stays due: %(names)s. %(missing)s sats are missing.",
            "The coins do not suffice for %(num)s rounds; they stay due: %(names)s. %(missing)s sats are missing.",
            len(made.left_out),
            names=names,
            missing=sats(made.missing),
        )
        words = ngettext(
            "One transaction had no room for %(num)s round; it stays due: %(names)s",
            "One transaction had no room for %(num)s rounds; they stay due: %(names)s",
            len(made.left_out),
            names=names,
        )
        flash(short if made.missing else words, "warn")
    if made.balances_left:
        words = ngettext(
            "There was no room for %(num)s balance; the next payout of balances pays it.",
            "There was no room for %(num)s balances; the next payout of balances pays them.",
            made.balances_left,
        )
        flash(words, "warn")


@bp.post("/payouts/spends/<identifier>/explain")
def explain(identifier: str) -> ResponseReturnValue:
    """Say what a spend that nobody planned was; payouts are frozen until then."""
    form, spend_id = ReasonForm(), payout_id_of(identifier)
    try:
        reason = reason_of(form)
        with transaction():
            made = id_of(explaining.explain(spend_id, actor=operator_name(), reason=reason))
    except NotFound:
        raise
    except DomainError as error:
        refuse(form, error)
        return _list(form, 422, error, "explain")
    if made is not None:
        return waits(made)
    flash(gettext("Explained. If no other spend waits, payouts are free again."), "ok")
    return redirect("/admin/payouts", 303)


def _list(
    form: ReasonForm,
    status: int = 200,
    error: DomainError | None = None,
    what: str = "",
    chosen: Sequence[queries.Source] = (),
) -> Response:
    state, found = _asked()
    due = queries.due_rounds(_place("due_before"), _PAGE + 1)
    shown = due[:_PAGE]
    return render(
        "faces/admin/payouts.html",
        "faces/admin/_payouts.html",
        status,
        payouts=found[:_PAGE],
        debts=queries.debts_of([payout.id for payout in found[:_PAGE]]),
        pays=queries.paid_by([payout.id for payout in found[:_PAGE]]),
        blocks=queries.blocks_of([payout.id for payout in found[:_PAGE]]),
        tip=chain.tip_height(),
        depth=current_settings().settlement_depth,
        state=state,
        states=rules.STATES,
        following=_next("before", found[_PAGE - 1].id) if len(found) > _PAGE else None,
        totals=queries.totals(),
        **_on_its_way(),
        by_state=standing.payouts_by_state(),
        due=shown,
        due_following=_next("due_before", shown[-1].last_id) if len(due) > _PAGE else None,
        away=staleness.away_of([one.source for one in shown]),
        chosen=set(chosen),
        balances=queries.balances(),
        money=standing.money(),
        unexplained=spends.unexplained(),
        games=window_games(),
        form=form,
        error=error,
        what=what,
        names=names_of(site_id for one in shown for site_id in one.site_ids),
        stale=staleness.stale_ids(found[:_PAGE]),
    )


def _on_its_way() -> dict[str, object]:
    """Payouts that are not final, in words; and what is owed and lies in those that no block has."""
    found = under_way.under_way()
    drafted = sum(one.owed for one in found if one.height is None)
    return {"under_way": found, "drafted": drafted, "standing": paying.standing, "for_whom": paying.for_whom}


def _asked() -> tuple[str, Sequence[Payout]]:
    """The state that is asked for, and the payouts of it, one more than a page has; or those of one round."""
    state = request.args.get("state", "")
    if state and state not in rules.STATES:
        raise DomainError("choice_unknown", field="state")
    game, number = request.args.get("game", ""), whole_number("round")
    if game and number is not None:
        return state, list(reversed(queries.payouts_of(game_called(game).name, str(number))))
    return state, queries.payouts_page(state or None, _place("before"), _PAGE + 1)


def _place(name: str) -> UUID | None:
    text = request.args.get(name, "")
    return payout_id_of(text) if text else None


def _next(name: str, place: UUID) -> str:
    """The next page of one of both lists; the other one stays where it is."""
    return f"{url_for('admin_payouts.payouts')}?{urlencode({**request.args.to_dict(), name: str(place)})}"
