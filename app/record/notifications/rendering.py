"""A message's words, in its recipient's language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import current_app, render_template
from flask_babel import force_locale
from jinja2 import TemplateNotFound

from app.core.web.languages import SOURCE

from .quoting import quoted

TRANSLATED: Final = frozenset(
    {
        "account_erased",
        "email_change",
        "email_change_asked",
        "email_changed",
        "joining_code",
        "letter_answered",
        "letter_received",
        "login_code",
        "magic_link",
        "mail_change_code",
        "mail_change_waits",
        "marketing",
        "notice",
        "password_code",
        "proof_code",
        "way_code",
    }
)
"""Templates whose words are in translations/*.po, or are brought in the recipient's language; a test asks babel.cfg."""

_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")


@dataclass(frozen=True, slots=True)
class Rendered:
    """What is sent. `subject` is empty and `html` None where there is no such block or template, as in an SMS."""

    subject: str
    text: str
    html: str | None


def render(channel: str, template: str, locale: str, params: Mapping[str, Any]) -> Rendered:
    """Render templates/<channel>/<template>.txt, its block `subject` (one line) and .html if present.

    What others have written stands in it so that no mail program makes a link of it. A template that has no words in
    other languages is English as a whole, and says so.
    """
    name, params = f"{channel}/{template}", quoted(params)
    with force_locale(locale if template in TRANSLATED else SOURCE):
        subject = _block(f"{name}.txt", "subject", params)
        body = render_template(f"{name}.txt", **params).strip() + "\n"
        try:
            html = render_template(f"{name}.html", **params)
        except TemplateNotFound as missing:
            if missing.name != f"{name}.html":
                raise
            html = None
    return Rendered(" ".join(subject.split()), body, html)


def linked(body: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is a link."""
    pieces: list[tuple[str, bool]] = []
    end = 0
    for match in _LINK.finditer(body):
        pieces += [(body[end : match.start()], False), (match.group(), True)]
        end = match.end()
    return [*pieces, (body[end:], False)]


def _block(template: str, block: str, params: Mapping[str, Any]) -> str:
    """One block of a template. The base of a text message shows no subject, so it is asked for by name."""
    found = current_app.jinja_env.get_template(template)
    if block not in found.blocks:
        return ""
    context: dict[str, Any] = dict(params)
    current_app.update_template_context(context)
    return "".join(found.blocks[block](found.new_context(context)))
