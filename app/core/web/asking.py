"""Asking before what cannot be undone: a page of its own says what will happen, and its safe answer has the focus.

The page stands at the address that the deed is posted to: a link leads there, a refused form stays there, and loading
it again asks again. docs/patterns.md has an example.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Response
from flask_wtf import FlaskForm

from app.core.errors import DomainError
from app.core.web.requests import render


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and where each answer leads."""

    asks: str  # the heading: "Give this payout up?"
    then: tuple[str, ...]  # what will happen, a sentence each
    yes: str  # the button that does it, by its name: "Give it up"
    action: str  # where that button posts to
    back: str  # where the safe answer leads
    no: str = ""  # the safe answer, by its name: "Keep it"; otherwise the usual words
    fields: Mapping[str, str] = field(default_factory=dict)  # what the form sends along
    is_grave: bool = True  # it cannot be undone, or others feel it at once


def ask(
    question: Question, form: FlaskForm | None = None, status: int = 200, error: DomainError | None = None
) -> Response:
    """The question as a page in the chrome of its surface.

    `form` is what the deed needs beside a yes, such as a reason, with its errors; `error` why it was refused otherwise.
    """
    return render("shared/ask.html", "shared/_ask.html", status, question=question, form=form, error=error)
