"""MonCash's prefunded transfers to people, for a client of their own."""

from __future__ import annotations

import json
import re
import secrets
from decimal import Decimal
from typing import Any, Final

from flask import Blueprint, Response

from dev.gateways.shelves import Object
from dev.gateways.wire import Gateway, acts, asks, gateway, said

from .tokens import body, check_token, now, refusal

bp = Blueprint("moncash-transfers", __name__)
START: Final = 500_000_00
"""Centimes of the prefunded account at first: what the demo has lent it (dev/world/purse.py)."""
_UNKNOWN: Final = 600
_DAY: Final = 86_400
_MOST: Final = 75_000_00
STRANGER: Final = "50900"
"""Numbers that begin so are nobody's."""


@bp.post("/Api/v1/Transfert")
@acts
def send() -> Response:
    check_token(prefunded=True)
    held, given = gateway(), body()
    amount, receiver = _centimes(given.get("amount")), str(given.get("receiver", ""))
    reference = str(given.get("reference") or "") or secrets.token_hex(8)
    if not re.fullmatch(r"509\d{8}", receiver) or receiver.startswith(STRANGER):
        raise refusal(404, "Account not found")
    if held.shelves["transfer"].get(reference) is not None:
        raise refusal(403, "The reference was used already")
    if amount > balance(held):
        raise refusal(400, "Insufficient prefunded balance")
    struck = held.misbehaviours.strike("payout")
    if struck == "payout_refused":
        raise refusal(403, "Maximum Account Balance")
    made: Object = {
        "reference": reference,
        "transaction_id": str(secrets.randbelow(9 * 10**9) + 10**9),
        "amount": amount,
        "receiver": receiver,
        "desc": str(given.get("desc", "")),
        "state": "hidden" if struck == "payout_unknown" else "successful",
    }
    held.shelves["transfer"].put(reference, made)
    held.shelves["balance"].add("gone", amount)
    if struck == "payout_returned":
        held.later(_DAY, lambda: come_back(held, reference))
    if struck == "payout_unknown":
        held.later(_UNKNOWN, lambda: _find(held, made))
        raise refusal(500, "No message available")
    transfer = {name: made[name] for name in ("transaction_id", "receiver", "desc")}
    told = {**transfer, "amount": amount / 100, "message": "successful"}
    return said({"path": "/Api/v1/Transfert", "transfer": told, "timestamp": now(), "status": 200})


@bp.post("/Api/v1/PrefundedTransactionStatus")
@asks
def status() -> Response:
    check_token(prefunded=True)
    found = gateway().shelves["transfer"].get(str(body().get("reference", "")))
    if found is None or found["state"] == "hidden":
        raise refusal(404, "Can't find this transaction")
    path = "/Api/v1/PrefundedTransactionStatus"
    return said({"path": path, "transStatus": found["state"], "timestamp": now(), "status": 200})


@bp.get("/Api/v1/PrefundedBalance")
@asks
def funds() -> Response:
    """A float with all its noise: `29814021.179999999701976776123046875`."""
    check_token(prefunded=True)
    answer = {
        "path": "/Api/v1/PrefundedBalance",
        "balance": {"balance": "@", "message": "successful"},
        "timestamp": now(),
        "status": 200,
    }
    noisy = format(Decimal(balance(gateway()) / 100), "f")
    return Response(json.dumps(answer).replace('"@"', noisy), content_type="application/json")


@bp.post("/Api/v1/CustomerStatus")
@asks
def customer() -> Response:
    check_token()
    account = str(body().get("account", ""))
    if not re.fullmatch(r"509\d{8}", account) or account.startswith(STRANGER):
        raise refusal(404, "Account not found")
    path = "/Api/v1/CustomerStatus"
    told = {"type": "fullkyc", "status": ["registered", "active"]}
    return said({"path": path, "customerStatus": told, "timestamp": now(), "status": 200})


def balance(held: Gateway) -> int:
    """Centimes that are left."""
    return START - held.shelves["balance"].add("gone", 0)


def come_back(held: Gateway, reference: str) -> bool:
    """The money is back in the prefunded account, and nobody is told."""
    made = held.shelves["transfer"].get(reference)
    if made is None or made["state"] != "successful":
        return False
    held.shelves["transfer"].put(reference, {**made, "state": "failed"})
    held.shelves["balance"].add("gone", -made["amount"])
    return True


def _find(held: Gateway, made: Object) -> None:
    made["state"] = "successful"
    held.shelves["transfer"].put(made["reference"], made)


def _centimes(amount: Any) -> int:
    if not isinstance(amount, int | float) or isinstance(amount, bool):
        raise refusal(400, "The amount is incorrect")
    found = round(amount * 100)
    if not 100 <= found <= _MOST:
        raise refusal(400, "The amount is incorrect")
    return found
