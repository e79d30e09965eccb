"""What Stripe shows: one object, a page of a list, and objects unfolded within others."""

from __future__ import annotations

import re
from typing import Any, Final

from flask import Blueprint, Response, request

from dev.gateways.shelves import Object
from dev.gateways.wire import Gateway, asks, gateway, public, said

from .money import balance
from .wording import check_key, given, missing, refusal, text, whole

bp = Blueprint("stripe-lists", __name__)
SHELF_OF: Final = {
    "pi": "intent",
    "ch": "charge",
    "re": "refund",
    "dp": "dispute",
    "cs": "session",
    "txn": "txn",
    "pm": "method",
    "evt": "event",
}
_BY_PATH: Final = {
    "charges": ("charge", "charge"),
    "balance_transactions": ("txn", "balance transaction"),
    "payment_methods": ("method", "PaymentMethod"),
    "events": ("event", "event"),
}
_TERM: Final = re.compile(r"(?P<name>\w+)(?:\[['\"](?P<key>[^'\"]+)['\"]\])?:['\"](?P<value>[^'\"]*)['\"]")
_OF_ALL: Final = {"limit", "starting_after", "ending_before", "created", "expand"}
_NARROWED: Final = {
    "intent": {"customer"},
    "charge": {"payment_intent", "customer"},
    "refund": {"payment_intent", "charge"},
    "dispute": {"payment_intent", "charge"},
    "session": {"payment_intent", "status", "customer"},
    "txn": {"type", "currency", "source"},
    "event": {"type", "types", "delivery_success"},
}
"""What each list can be narrowed by; `created` all of them."""


@bp.get("/v1/<any(charges, balance_transactions, payment_methods, events):path>/<number>")
@asks
def one(path: str, number: str) -> Response:
    check_key()
    shelf, what = _BY_PATH[path]
    found = gateway().shelves[shelf].get(number)
    if found is None:
        raise missing(what, number)
    return told(found)


@bp.get("/v1/<any(charges, balance_transactions, events):path>")
@asks
def many(path: str) -> Response:
    check_key()
    return listed(_BY_PATH[path][0])


@bp.get("/v1/payment_intents/search")
@asks
def search() -> Response:
    """`metadata['order']:'17' AND status:'succeeded'`, which is all that is understood of Stripe's language."""
    check_key()
    query = text(given(), "query") or ""
    terms = [_TERM.fullmatch(part.strip()) for part in re.split(r"\s+AND\s+", query)]
    if not all(terms):
        raise refusal("We were unable to parse your search query.", param="query")

    def fits(row: Object) -> bool:
        return all(
            (row["metadata"].get(term["key"]) if term["key"] else row.get(term["name"])) == term["value"]
            for term in terms
            if term
        )

    rows = [public(row) for row in gateway().shelves["intent"].newest() if fits(row)]
    body = {"object": "search_result", "data": rows[:100], "has_more": False, "next_page": None, "url": request.path}
    return said(body)


@bp.get("/v1/balance")
@asks
def funds() -> Response:
    check_key()
    return said(balance(gateway()))


def told(value: Object, status: int = 200) -> Response:
    """The object, with what `expand[]` asked for in the place of its number."""
    shown = public(value)
    for path in given().get("expand") or []:
        _unfold(gateway(), shown, str(path).split("."))
    return said(shown, status)


def listed(shelf: str) -> Response:
    """A page, the newest first."""
    form = given()
    for name in form:
        if name not in _OF_ALL | _NARROWED[shelf]:
            raise refusal(f"Received unknown parameter: {name}", param=name, code="parameter_unknown")
    size = whole(form, "limit")
    size = 10 if size is None else size
    if not 1 <= size <= 100:
        raise refusal("limit is 1 to 100", param="limit")
    rows = [row for row in gateway().shelves[shelf].newest() if _fits(row, form, _NARROWED[shelf])]
    numbers = [row["id"] for row in rows]
    after, before = text(form, "starting_after"), text(form, "ending_before")
    begin, end = 0, len(rows)
    if after is not None:
        begin = numbers.index(after) + 1 if after in numbers else end
    if before is not None:
        end = numbers.index(before) if before in numbers else 0
        begin = max(begin, end - size)
    page = rows[begin:end][:size]
    body = {
        "object": "list",
        "data": public(page),
        "has_more": begin > 0 if before is not None else begin + len(page) < end,
        "url": request.path,
    }
    for path in form.get("expand") or []:
        _unfold(gateway(), body, str(path).split("."))
    return said(body)


def _fits(row: Object, form: dict[str, Any], narrowed: set[str]) -> bool:
    for name in narrowed - {"types", "delivery_success"}:
        if name in form and row.get(name) != form[name]:
            return False
    types = form.get("types")
    if types is not None and row.get("type") not in types:
        return False
    if "delivery_success" in form and (row.get("pending_webhooks") == 0) != (form["delivery_success"] == "true"):
        return False
    created = form.get("created")
    bounds = created if isinstance(created, dict) else {} if created is None else {"gte": created, "lte": created}
    at = row["created"]
    ways = {"gt": at.__gt__, "gte": at.__ge__, "lt": at.__lt__, "lte": at.__le__}
    try:
        return all(ways[way](int(bound)) for way, bound in bounds.items())
    except (KeyError, ValueError):
        raise refusal("Invalid created", param="created") from None


def _unfold(held: Gateway, value: Any, path: list[str]) -> None:
    if isinstance(value, list):
        for one in value:
            _unfold(held, one, path)
        return
    if not path or not isinstance(value, dict) or value.get(path[0]) is None:
        return
    inner = value[path[0]]
    if isinstance(inner, str):
        shelf = SHELF_OF.get(inner.partition("_")[0])
        found = held.shelves[shelf].get(inner) if shelf else None
        if found is None:
            return
        inner = value[path[0]] = public(found)
    _unfold(held, inner, path[1:])
