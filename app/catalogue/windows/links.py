"""Addresses of public records. The same pages stand on the website and in a partner's frame; links stay there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from flask import request

from app.catalogue.frame.naming import FORMS, PREVIEW
from app.chain.models import DepositAddress
from app.core.money import Sats, btc_string
from app.core.web.surfaces import current_surface

# What an address of the frame says of partner and player, in any of its forms.
_CARRIED = (*(name for form in FORMS for name in form.names), PREVIEW)


@dataclass(frozen=True, slots=True)
class RecordLinks:
    """A game's addresses of public records: the website's path of each kind, with {} for which one it is.

    `rounds` lists all rounds, `round` is one by its number; the game names the others.
    """

    paths: Mapping[str, str]

    def __call__(self, kind: str, value: object = None, **query: object) -> str:
        """The address of a record on the surface of the request at hand. A query value of None is left out."""
        return on_surface(self.paths[kind].format(value), **query)

    def rule(self, kind: str) -> str:
        """The path as a route takes it."""
        return self.paths[kind].format("<round_number:number>" if kind == "round" else "<identifier>")


def on_surface(path: str, **query: object) -> str:
    """The website's `path` on the surface of the request at hand.

    In the frame the partner and the identifiers of the request go along. A query value of None is left out.
    """
    asked = {name: shown for name, shown in query.items() if shown is not None}
    if current_surface().is_framed:
        path = f"/embed{path}"
        asked = {name: request.args[name] for name in _CARRIED if name in request.args} | asked
    return f"{path}?{urlencode(asked)}" if asked else path


def tweak_url(address: DepositAddress) -> str:
    """The website's page that recomputes an order's address, filled in."""
    terms = {"network": json.loads(address.terms)["network"], "internalKey": address.internal_key.hex()}
    return f"/hash-tweak?{urlencode(terms | {'address': address.address, 'terms': address.terms})}"


def payment_request(address: str, amount: Sats, label: str) -> str:
    """A link of BIP 21: the amount in bitcoin with all eight places, and what a wallet may note the payment as."""
    return f"bitcoin:{address}?amount={btc_string(amount)}&label={quote(label, safe='')}"
