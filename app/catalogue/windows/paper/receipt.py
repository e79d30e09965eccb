"""What a game tells for an order's receipt on paper, and the document as an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response

from app.money.payouts.sent.debts import Debt
from app.selling.windows.proof.receipts import LogPart
from app.selling.windows.queries import PaymentView


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment, and what its fate means in words."""

    payment: PaymentView
    words: str


@dataclass(frozen=True, slots=True)
class Paper:
    """What a game tells of an order. `facts`: what is called how, and what it is; `held`: the same of what it brought;
    `win`: what is owed for it, or was paid; `address`: where it is paid, `payout_address`: where a win of it goes;
    `url`: its public record; `file`: the receipt's file, by its name; `is_private`: it names its holder's account."""

    order: str
    title: str
    state: str
    facts: Sequence[tuple[str, Sequence[str]]]
    held: tuple[str, Sequence[str]]
    paid: Sequence[Paid]
    win: Debt | None
    address: str
    payout_address: str
    terms: str
    log: LogPart | None
    url: str
    file: tuple[str, bytes]
    is_private: bool


def answer(paper: Paper) -> Response:
    """The document as an answer, called like the file in it."""
    # Its library is read when the first one is asked for: it would make every process start a third of a second later.
    from .drawn import pdf

    response = Response(pdf(paper), mimetype="application/pdf")
    name = paper.file[0].removesuffix(".json")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
