"""The sentence for each error code, translated. Services raise codes; only edges speak."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask_babel import format_decimal, gettext, lazy_gettext

from app.core.errors import DomainError
from app.core.text.amounts import written

_MESSAGES: dict[str, object] = {
    # Requests
    "not_found": lazy_gettext("There is nothing here."),
    "invalid_input": lazy_gettext("Some values were not accepted."),
    "json_invalid": lazy_gettext("The body is not valid JSON."),
    "body_too_large": lazy_gettext("The body is too large."),
    "content_type_not_json": lazy_gettext("Send the body as application/json."),
    "method_not_allowed": lazy_gettext("This address does not take that method."),
    "too_many_requests": lazy_gettext("Too many requests. Wait a moment and try again."),
    "origin_hidden": lazy_gettext(
        "Nothing was ordered: the site you are on has put the game into a frame whose sandbox lacks allow-same-origin."
    ),
    "origin_refused": lazy_gettext("This request must come from our own page."),
    "form_expired": lazy_gettext("This form has expired. Load the page again."),
    "bad_request": lazy_gettext("The request could not be understood."),
    "parameter_twice": lazy_gettext("Give this parameter once."),
    "unexpected": lazy_gettext("Something went wrong on our side. Nothing was changed."),
    "database_away": lazy_gettext("We cannot reach our records right now. Try again in a moment."),
    "not_ready": lazy_gettext("Something this service needs does not answer."),
    "not_signed_in": lazy_gettext("Sign in first."),
    # What operators have stopped
    "sales_stopped": lazy_gettext("Sales are stopped for the moment. Orders that exist stay valid. Try again later."),
    "settlement_stopped": lazy_gettext("Settlement is stopped for the moment."),
    "writes_stopped": lazy_gettext(
        "Nothing can be changed for the moment: we are working on it. Try again in a few minutes."
    ),
    # Inputs, by pydantic's names
    "input_missing": lazy_gettext("This is required."),
    "input_string_type": lazy_gettext("This must be text."),
    "input_int_type": lazy_gettext("This must be a whole number."),
    "input_bool_type": lazy_gettext("This must be true or false."),
    "input_extra_forbidden": lazy_gettext("This is not a known field."),
    "input_greater_than_equal": lazy_gettext("This is too small."),
    "input_less_than_equal": lazy_gettext("This is too large."),
    "input_model_type": lazy_gettext("This must be an object."),
    # Chain
    "node_away": lazy_gettext("The Bitcoin node cannot be reached right now. Try again in a moment."),
    "node_syncing": lazy_gettext("The Bitcoin node is catching up. Try again in a moment."),
    "scanner_behind": lazy_gettext("We are catching up with the chain. Try again in a moment."),
    "address_invalid": lazy_gettext(
        "This is not a Bitcoin address; if it looks right, one of its characters is wrong or missing."
    ),
    "address_wrong_network": lazy_gettext("This address belongs to another Bitcoin network."),
    "address_is_a_deposit_address": lazy_gettext("This is one of our own deposit addresses. Use one of yours."),
}


def message_for(error: DomainError) -> str:
    """What to tell a person. Unknown codes are spelled out rather than hidden."""
    template = _MESSAGES.get(error.code)
    if template is None:
        return str(gettext("Not accepted: %(code)s.", code=error.code.replace("_", " ")))
    return str(template) % spelled(error.params) if error.params and "%(" in str(template) else str(template)


def spelled(params: Mapping[str, object]) -> dict[str, object]:
    """Amounts as the reader's language writes them, and moments without their letters; everything else as it is.

    `…Sats` are satoshis, `…Minor` amounts of the currency that is told beside them, `…At` moments of RFC 3339.
    """
    told: dict[str, object] = dict(params)
    for name, value in params.items():
        if isinstance(value, int) and name.endswith("Sats"):
            told[name] = format_decimal(value)
        elif isinstance(value, int) and name.endswith("Minor"):
            told[name] = written(value, str(params["currency"]))
        elif isinstance(value, str) and name.endswith("At"):
            told[name] = _moment(value)
    return told


def _moment(text: str) -> str:
    """A moment of RFC 3339 as pages write it."""
    from app.core.web.templating import utc  # which itself says what errors say

    return utc(datetime.fromisoformat(text))


def add_messages(messages: Mapping[str, object]) -> None:
    """Slices add the sentences for their own codes when the application is assembled."""
    _MESSAGES.update(messages)
