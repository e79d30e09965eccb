"""Limits that players set themselves: what holds, what waits for a second yes, and the form for another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask import Blueprint, flash, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.core.database.session import transaction
from app.core.errors import DomainError, NotFound
from app.core.text.amounts import plain
from app.core.web.asking import Question, ask
from app.core.web.requests import render
from app.core.web.templating import utc
from app.core.wire.error_messages import message_for
from app.faces.play.forms import ButtonForm, Key, LimitForm
from app.money.wallets.rules import WALLET_CURRENCIES
from app.people.accounts.login.page_door import go, login_required
from app.people.players import queries, service
from app.people.players.profile.queries import profile_of
from app.people.players.profile.settings import playing
from app.people.players.queries import Limit
from app.people.players.rules import Standing
from app.people.players.telling.words import KINDS, amount_of, name_of

bp = Blueprint("play_limits", __name__, url_prefix="/play/limits")
_VIEWS: Final = (
    *("index", "set_limit", "ask_raise", "confirm", "withdraw"),
    *("ask_removal", "remove", "ask_only", "only"),
)
ENDPOINTS: Final = tuple(f"play_limits.{name}" for name in _VIEWS)


@bp.get("")
@login_required
def index() -> Response:
    """What holds, and a form, which an address may fill in with a limit that holds."""
    currency = profile_of(current_user.id).currency or playing().default_currency
    form = LimitForm(formdata=None, kind="deposit", period="week", currency=currency)
    if "kind" in request.args:
        _fill(form, Key.read(request.args))
    return _page(form)


@bp.post("")
@login_required
def set_limit() -> Response:
    """Set a limit: lower it at once, or begin to raise it."""
    form = LimitForm()
    if form.validate_on_submit():
        key = form.key()
        try:
            wanted = form.amount_minor()
            with transaction():
                after = service.set_limit(current_user.id, key.currency, key.kind, key.period, wanted)
        except DomainError as error:
            form.amount.errors = [message_for(error)]
        else:
            flash(_said(key, after), "ok")
            return go(url_for("play_limits.index"))
    return _page(form, 422)


@bp.get("/raise")
@login_required
def ask_raise() -> Response:
    """Ask once more before a limit is raised or taken away."""
    key = Key.read(request.args)
    limit = queries.limit_of(current_user.id, key.currency, key.kind, key.period)
    if limit is None or limit.wish is None or limit.wish.opens_at > queries.read_now():
        return go(url_for("play_limits.index"))
    return ask(_raising(key, limit))


@bp.post("/raise")
@login_required
def confirm() -> Response:
    """The second yes, to exactly the amount that was shown."""
    key, amount = Key.read(request.form), request.form.get("amount", "")
    if ButtonForm().validate_on_submit():
        try:
            with transaction():
                wanted = _wished(amount)
                after = service.confirm_raise(current_user.id, key.currency, key.kind, key.period, wanted)
        except DomainError as error:
            flash(str(message_for(error)), "bad")
        else:
            flash(_said(key, after), "ok")
    return go(url_for("play_limits.index"))


@bp.post("/withdraw")
@login_required
def withdraw() -> Response:
    """Leave a limit as it is after all."""
    key = Key.read(request.form)
    if ButtonForm().validate_on_submit():
        with transaction():
            service.withdraw_raise(current_user.id, key.currency, key.kind, key.period)
        flash(gettext("The limit stays as it is."), "ok")
    return go(url_for("play_limits.index"))


@bp.get("/remove")
@login_required
def ask_removal() -> Response:
    """Ask before the time runs after which a limit may be taken away."""
    return _ask_removal(Key.read(request.args))


@bp.post("/remove")
@login_required
def remove() -> Response:
    """Begin to take a limit away."""
    key = Key.read(request.form)
    if not ButtonForm().validate_on_submit():
        return _ask_removal(key, 422)
    try:
        with transaction():
            after = service.set_limit(current_user.id, key.currency, key.kind, key.period, None)
    except DomainError as error:
        return _ask_removal(key, error.status, error)
    flash(_said(key, after), "ok")
    return go(url_for("play_limits.index"))


@bp.get("/only")
@login_required
def ask_only() -> Response:
    """Ask before all other currencies are closed to a kind of spending."""
    return _ask_only(Key.read(request.args))


@bp.post("/only")
@login_required
def only() -> Response:
    """Let nothing through in the currencies that a limit does not count and that have none of their own."""
    key = Key.read(request.form)
    if not ButtonForm().validate_on_submit():
        return _ask_only(key, 422)
    with transaction():
        for one in _unlimited(key):
            service.set_limit(current_user.id, one, key.kind, key.period, 0)
    flash(gettext("From now on nothing goes through in the other currencies."), "ok")
    return go(url_for("play_limits.index"))


def _page(form: LimitForm, status: int = 200) -> Response:
    limits, now = queries.limits_of(current_user.id), queries.read_now()
    context = {"limits": limits, "now": now, "form": form, "button": ButtonForm(formdata=None)}
    context |= {"name_of": name_of, "amount_of": amount_of, "uncounted": _uncounted(limits), "kinds": KINDS}
    return render("faces/play/limits.html", "faces/play/_limits.html", status, **context)


def _fill(form: LimitForm, key: Key) -> None:
    """Put a limit that holds into the form, to be changed."""
    form.kind.data, form.period.data, form.currency.data = key.kind, key.period, key.currency
    limit = queries.limit_of(current_user.id, key.currency, key.kind, key.period)
    if limit is not None:
        form.amount.data = plain(limit.amount, key.currency)


def _said(key: Key, after: Standing) -> str:
    """What became of a wish."""
    name, wish = name_of(key.kind, key.period), after.wish
    said = gettext("%(name)s: from now on %(amount)s.", name=name, amount=amount_of(after.amount, key.currency))
    if wish is not None:
        said = gettext(
            "%(name)s: nothing has changed yet. Say yes a second time between %(opens)s and %(lapses)s.",
            name=name,
            opens=utc(wish.opens_at),
            lapses=utc(wish.lapses_at),
        )
    return str(said)


def _wished(text: str) -> int | None:
    """The amount that the question was about. Raises NotFound for what it never asks."""
    if text == "":
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 16):
        raise NotFound
    return int(text)


def _raising(key: Key, limit: Limit) -> Question:
    assert limit.wish is not None
    now_, then = amount_of(limit.amount, key.currency), amount_of(limit.wish.amount, key.currency)
    is_all = limit.wish.amount is None
    return Question(
        asks=gettext("Take this limit away?") if is_all else gettext("Raise this limit?"),
        then=(
            gettext("%(name)s: %(then)s instead of %(now)s.", name=name_of(key.kind, key.period), then=then, now=now_),
            gettext("That holds at once. You can lower it again at any time."),
        ),
        yes=gettext("Take it away") if is_all else gettext("Raise it"),
        no=gettext("Keep %(amount)s", amount=now_),
        action=key.address("play_limits.confirm"),
        back=url_for("play_limits.index"),
        fields={**key.fields, "amount": "" if is_all else str(limit.wish.amount)},
    )


def _ask_removal(key: Key, status: int = 200, error: DomainError | None = None) -> Response:
    limit = queries.limit_of(current_user.id, key.currency, key.kind, key.period)
    if limit is None:
        return go(url_for("play_limits.index"))
    amount = amount_of(limit.amount, key.currency)
    question = Question(
        asks=gettext("Take this limit away?"),
        then=(
            gettext("%(name)s: %(amount)s holds for 24 hours more.", name=name_of(key.kind, key.period), amount=amount),
            gettext("Then you have two days to say yes a second time. If you do not, the limit stays."),
        ),
        yes=gettext("Ask for it"),
        no=gettext("Keep %(amount)s", amount=amount),
        action=key.address("play_limits.remove"),
        back=url_for("play_limits.index"),
        fields=key.fields,
    )
    return ask(question, status=status, error=error)


def _uncounted(limits: Sequence[Limit]) -> list[tuple[Limit, list[str]]]:
    """The first limit of each kind, with the currencies in which he has none of that kind: it does not count them."""
    found = []
    for kind in dict.fromkeys(one.kind for one in limits):
        own = [one for one in limits if one.kind == kind]
        missing: list[str] = [one for one in WALLET_CURRENCIES if one not in {limit.currency for limit in own}]
        if missing:
            found.append((own[0], missing))
    return found


def _unlimited(key: Key) -> list[str]:
    """The currencies of wallets in which he has no limit of a kind, beside that of the limit that is named."""
    limited = {one.currency for one in queries.limits_of(current_user.id) if one.kind == key.kind}
    return [one for one in WALLET_CURRENCIES if one != key.currency and one not in limited]


def _ask_only(key: Key, status: int = 200) -> Response:
    others = _unlimited(key)
    if not others:
        return go(url_for("play_limits.index"))
    question = Question(
        asks=gettext("Let nothing through in %(others)s?", others=", ".join(others)),
        then=(
            gettext("%(name)s: zero in each of these, at once.", name=name_of(key.kind, key.period)),
            gettext("Your other limits stay as they are. A zero is raised like every limit: a day later."),
        ),
        yes=gettext("Let nothing through"),
        no=gettext("Leave it"),
        action=key.address("play_limits.only"),
        back=url_for("play_limits.index"),
        fields=key.fields,
        is_grave=False,
    )
    return ask(question, status=status)
