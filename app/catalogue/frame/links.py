"""Addresses of public records. The same pages stand on the website and in a partner's frame; links stay there."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from flask import request

from app.chain.models import DepositAddress
from app.core.web.surfaces import current_surface

from .naming import FORMS, PREVIEW

# What an address of the frame says of partner and player, in any of its forms.
_CARRIED = (*(name for form in FORMS for name in form.names), PREVIEW)


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
