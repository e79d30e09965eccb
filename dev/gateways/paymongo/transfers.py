"""PayMongo's wallet and transfers out of it, by InstaPay or PESONet; GCash is one of those who receive."""

from __future__ import annotations

import re
from typing import Any, Final

from flask import Blueprint, Response, request

from dev.gateways.shelves import Object
from dev.gateways.wire import Gateway, acts, asks, gateway, new_id, public, said

from .wording import attributes, centavos, check_key, emit, missing, refusal

bp = Blueprint("paymongo-transfers", __name__)
START: Final = 1_000_000_00
"""Centavos in the wallet at first."""
FEE: Final = 10_00
_INSTAPAY: Final = 50_000_00
_SECONDS, _UNKNOWN, _DAY = 10, 600, 86_400
INSTITUTIONS: Final = {
    "GXCHPHM2XXX": "GCash",
    "PAPHPHM1XXX": "Maya",
    "BOPIPHMMXXX": "Bank of the Philippine Islands",
    "BNORPHMMXXX": "BDO Unibank",
    "TLBPPHMMXXX": "Land Bank of the Philippines",
}
_NUMBER: Final = "demo00000001"
_BIC: Final = "PAEYPHM2XXX"


@bp.get("/v2/wallets")
@asks
def wallets() -> Response:
    check_key()
    account = {"number": _NUMBER, "name": "Tiraj", "bic": _BIC}
    wallet = {"id": "wallet_demo", "status": "activated", "currency": "PHP", "source_account": account}
    return said({"data": [{**wallet, "available_balance": balance(gateway())}]})


@bp.get("/v2/transfers/receiving_institutions")
@asks
def institutions() -> Response:
    check_key()
    provider = request.args.get("provider", "instapay")
    return said({"data": [{"bic": bic, "name": name, "provider": provider} for bic, name in INSTITUTIONS.items()]})


@bp.post("/v2/batch_transfers")
@acts
def send() -> Response:
    """One or more, all or none. Nothing makes the same one twice: there is no key for that."""
    check_key()
    held, given = gateway(), attributes().get("transfers")
    if not isinstance(given, list) or not given or not all(isinstance(one, dict) for one in given):
        raise refusal(400, "parameter_required", "transfers is required.", "transfers")
    for one in given:
        _check(one)
    if sum(one["amount"] + FEE for one in given) > balance(held):
        raise refusal(400, "insufficient_balance", "The wallet's balance is not enough.", "amount")
    struck = held.misbehaviours.strike("payout")
    if struck == "payout_refused":
        raise refusal(400, "receiving_institution_refused", "The receiving institution refused the transfer.")
    batch, transfers = new_id("batch_tr_"), [_made(one) for one in given]
    for made in transfers:
        made |= {"batch_id": batch, "_hidden": struck == "payout_unknown"}
        held.shelves["transfer"].put(made["id"], made)
        held.shelves["balance"].add("gone", made["amount"] + FEE)
        _follow(held, made["id"], struck)
    if struck == "payout_unknown":
        raise refusal(500, "internal_server_error", "The request could not be served.")
    return said({"data": {"id": batch, "transfers": public(transfers)}})


@bp.get("/v2/transfers/<number>")
@asks
def one(number: str) -> Response:
    check_key()
    found = gateway().shelves["transfer"].get(number)
    if found is None or found["_hidden"]:
        raise missing(number)
    return said({"data": public(found)})


@bp.get("/v2/transfers")
@asks
def many() -> Response:
    """The newest first; with `reference_number` those of that reference."""
    check_key()
    reference = request.args.get("reference_number")
    rows = [
        public(row)
        for row in gateway().shelves["transfer"].newest()
        if not row["_hidden"] and reference in (None, row["reference_number"])
    ]
    return said({"has_more": len(rows) > 100, "data": rows[:100]})


def balance(held: Gateway) -> int:
    """Centavos that are left."""
    return START - held.shelves["balance"].add("gone", 0)


def come_back(held: Gateway, number: str) -> bool:
    """The receiver's bank returned it: the money is in the wallet again, less nothing."""
    made = held.shelves["transfer"].get(number)
    if made is None or made["status"] != "succeeded":
        return False
    _become(held, number, "returned")
    held.shelves["balance"].add("gone", -made["amount"] - FEE)
    return True


def _check(given: dict[str, Any]) -> None:
    amount, provider = centavos(given, 1_00), given.get("provider")
    if provider not in ("instapay", "pesonet"):
        raise refusal(400, "parameter_invalid", "provider should be instapay or pesonet.", "provider")
    if provider == "instapay" and amount > _INSTAPAY:
        raise refusal(400, "parameter_above_maximum", "InstaPay takes up to 50,000 pesos.", "amount")
    to, source = given.get("destination_account"), given.get("source_account")
    if not isinstance(source, dict) or source.get("number") != _NUMBER:
        raise refusal(400, "parameter_invalid", "source_account should be the wallet's.", "source_account.number")
    if not isinstance(to, dict) or to.get("bic") not in INSTITUTIONS:
        raise refusal(400, "parameter_invalid", "bic is of no receiving institution.", "destination_account.bic")
    if not re.fullmatch(r"\d{6,20}", str(to.get("number", ""))) or not to.get("name"):
        raise refusal(400, "parameter_invalid", "number and name are required.", "destination_account.number")


def _made(given: dict[str, Any]) -> Object:
    to = given["destination_account"]
    return {
        "id": new_id("tr_"),
        "livemode": False,
        "merchant_id": "org_demo",
        "source_account": {"number": _NUMBER, "name": "Tiraj", "bic": _BIC, "bank_name": "PayMongo"},
        "destination_account": {
            **{name: str(to[name]) for name in ("number", "name", "bic")},
            "bank_name": INSTITUTIONS[to["bic"]],
        },
        "amount": given["amount"],
        "fee": FEE,
        "currency": "PHP",
        "provider": given["provider"],
        "provider_reference_number": new_id("ref-"),
        "reference_number": str(given.get("reference_number") or new_id("")),
        "purpose": str(given.get("purpose") or ""),
        "status": "pending",
        "failure_reason": None,
    }


def _follow(held: Gateway, number: str, struck: str) -> None:
    held.later(_UNKNOWN if struck == "payout_unknown" else _SECONDS, lambda: _become(held, number, "succeeded"))
    if struck == "payout_returned":
        held.later(_DAY, lambda: come_back(held, number))


def _become(held: Gateway, number: str, status: str) -> None:
    made = held.shelves["transfer"].get(number)
    if made is not None:
        made |= {"status": status, "_hidden": False}
        held.shelves["transfer"].put(number, made)
        emit(held, f"transfer.{status}", made)
