"""What a command of an operator is told beside what to do: who decides, and why. Both are kept in the audit log for
good, and read by others, so that they follow the rules of the console: a name as the settings may hold it, and words.
"""

from __future__ import annotations

import os
from functools import partial
from typing import Final

import click

from app.core.text.names import words

from .operators import is_name

LONGEST_REASON: Final = 500


def _operator(_context: click.Context, _parameter: click.Parameter, name: str) -> str:
    if not is_name(name):
        raise click.BadParameter("an operator's name has letters, digits and . _ @ - only, at most 64")
    return name


def _reason(_context: click.Context, parameter: click.Parameter, text: str) -> str:
    if not text.strip() and not parameter.required:
        return ""
    found = words(text, LONGEST_REASON)
    if not found:
        raise click.BadParameter(f"say why in words, at most {LONGEST_REASON} characters, all of them visible")
    return found


_why = partial(click.option, "--reason", required=True, callback=_reason)
_who = partial(click.option, "--operator", callback=_operator, help="Who decides; kept in the audit.")

operator_option = _who(required=True)
shell_user_option = _who(default=lambda: os.environ.get("USER", "shell"))
reason_option = _why(help="Why; kept in the audit.")
public_reason_option = _why(help="Why. Everybody may read it.")
owners_reason_option = _why(help="Why. The site's owner reads it.")
reason_if_any_option = _why(required=False, default="", help="Why; kept in the audit.")
