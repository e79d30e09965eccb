"""What PayPal tells of all that moved, and of disputes: its reports, as lines and funds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import quote, urlencode

from app.money.gateways.states import DisputeState

from .interface import DisputeTold, Funds, Line, Unanswered
from .wire import Lost, Reply, inner, minor, text

NAME: Final = "paypal"
_LOST: Final = frozenset({"RESOLVED_BUYER_FAVOUR", "ACCEPTED"})
"""Outcomes of a dispute after which the money stays with the payer; after all others it is back."""
_PAGES: Final = 100


class Reports:
    """`get` asks for a path below `api`, and raises Lost."""

    def __init__(self, api: str, get: Callable[[str], Reply]) -> None:
        self._api, self._get = api, get

    def transactions(self, moment: datetime) -> list[Line]:
        """Raises Unanswered."""
        found: list[object] = []
        for page in range(1, _PAGES):
            asked = {
                "start_date": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
                "end_date": f"{datetime.now(UTC) + timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}",
                "fields": "transaction_info",
                "page_size": "100",
                "page": str(page),
            }
            try:
                reply = self._get(f"/v1/reporting/transactions?{urlencode(asked)}")
            except Lost as lost:
                raise Unanswered(lost.why) from None
            details = inner(reply.said, "transaction_details")
            if not reply.is_ok or not isinstance(details, list):
                raise Unanswered(why(reply))
            found += [inner(one, "transaction_info") for one in details]
            if page >= (inner(reply.said, "total_pages") or 1):
                break
        return _lines(found)

    def disputed_since(self, moment: datetime) -> list[Line]:
        """Raises Unanswered."""
        try:
            found = self._listed({"start_time": f"{moment:%Y-%m-%dT%H:%M:%S.000Z}"})
        except Lost as lost:
            raise Unanswered(lost.why) from None
        return [
            Line(
                "dispute",
                text(one, "dispute_id"),
                "",
                text(one, "dispute_amount", "currency_code"),
                minor(inner(one, "dispute_amount", "value")),
                text(one, "disputed_transactions", 0, "custom"),
            )
            for one in found
        ]

    def disputes(self, capture: str) -> tuple[DisputeTold, ...]:
        """Of one payment, each looked at by itself, for lists say no outcome. Raises Lost."""
        found = self._listed({"disputed_transaction_id": capture})
        return tuple(
            DisputeTold(
                text(one, "dispute_id"),
                amount,
                self._outcome(one),
                text(one, "reason"),
                answer_by=_moment(text(one, "seller_response_due_date")),
            )
            for one in found
            if (amount := minor(inner(one, "dispute_amount", "value"))) > 0
        )

    def funds(self) -> list[Funds]:
        asked = {"as_of_time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "currency_code": "ALL"}
        try:
            reply = self._get(f"/v1/reporting/balances?{urlencode(asked)}")
        except Lost as lost:
            raise Unanswered(lost.why) from None
        held = inner(reply.said, "balances")
        if not reply.is_ok or not isinstance(held, list):
            raise Unanswered(why(reply))
        return [Funds(NAME, text(one, "currency"), _signed(text(one, "total_balance", "value"))) for one in held]

    def _outcome(self, dispute: object) -> DisputeState:
        """Raises Lost."""
        if text(dispute, "status") != "RESOLVED":
            return "open"
        reply = self._get(f"/v1/customer/disputes/{quote(text(dispute, 'dispute_id'), safe='')}")
        outcome = text(reply.said, "dispute_outcome", "outcome_code")
        if not reply.is_ok or not outcome:
            raise Lost("no_outcome", left=False)
        return "lost" if outcome in _LOST else "won"

    def _listed(self, narrowed: Mapping[str, str]) -> list[object]:
        """Disputes that have taken money, page by page; who only inquires has none yet. Raises Lost."""
        found: list[object] = []
        path = f"/v1/customer/disputes?{urlencode({'page_size': '50', **narrowed})}"
        for _ in range(_PAGES):
            reply = self._get(path)
            items = inner(reply.said, "items")
            if not reply.is_ok or not isinstance(items, list):
                raise Lost(why(reply), left=False)
            found += [one for one in items if text(one, "dispute_life_cycle_stage") != "INQUIRY"]
            links = inner(reply.said, "links") or []
            further = next((text(one, "href") for one in links if text(one, "rel") == "next"), "")
            if not further.startswith(self._api):
                break
            path = further.removeprefix(self._api)
        return found


def _lines(report: Sequence[object]) -> list[Line]:
    """Payments (T00…) above zero, and refunds (T11…) below it. A refund above zero is one that has failed and come
    back: it takes its own away. Whose a refund is, is told; not which."""
    found: list[Line] = []
    for info in report:
        value, code = text(info, "transaction_amount", "value"), text(info, "transaction_event_code")[:3]
        amount, payment = minor(value.lstrip("-")), text(info, "custom_field")
        if text(info, "transaction_status") != "S" or amount < 1:
            continue
        currency, is_negative = text(info, "transaction_amount", "currency_code"), value.startswith("-")
        if code == "T00" and not is_negative:
            found.append(Line("payment", text(info, "transaction_id"), payment, currency, amount, payment))
        elif code == "T11" and is_negative:
            found.append(Line("refund", text(info, "transaction_id"), "", currency, amount, payment))
        elif code == "T11":
            went = (one for one in reversed(found) if one.kind == "refund")
            its = next((one for one in went if (one.payment, one.amount_minor) == (payment, amount)), None)
            found = [one for one in found if one is not its]
    return found


def _moment(said: str) -> datetime | None:
    """A moment as it writes them; None for what is none."""
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _signed(value: str) -> int:
    """An amount that may be below zero."""
    return -minor(value[1:]) if value.startswith("-") else minor(value)


def why(reply: Reply) -> str:
    return (text(reply.said, "details", 0, "issue") or text(reply.said, "name") or f"status_{reply.status}")[:200]
