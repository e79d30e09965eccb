"""The answer that hands tokens over."""

from __future__ import annotations

from flask import Response

from app.core.wire.http import json_response

from . import carrying
from .schemas import TokensIssued
from .service import Tokens


def answer(tokens: Tokens, *, in_cookies: bool, status: int = 200) -> Response:
    """Both tokens, in the body or in cookies, and whether the person has a profile."""
    told = TokensIssued(
        access_token=None if in_cookies else tokens.access,
        refresh_token=None if in_cookies else tokens.refresh,
        is_registered=tokens.is_registered,
    )
    response = json_response(told, status)
    if in_cookies:
        carrying.carry(response, tokens)
    return response
