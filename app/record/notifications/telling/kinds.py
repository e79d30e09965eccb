"""What people are told of, in words: each slice tells its own kinds, and hands them over in its part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeAlias
from uuid import UUID

from flask_babel import LazyString

from app.core.ports import Port
from app.core.wire.error_messages import spelled

from .places import Place

Told: TypeAlias = Callable[[Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Words:
    """One notice in its reader's language: a line, a sentence or two, and the page of ours where to go on."""

    title: str
    text: str
    path: str


def everybody(_user_id: UUID) -> bool:
    """It may concern whoever has an account."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeKind:
    """One kind by its name, which is never changed. `called` is what its reader's choices call it.

    `title`, `text` and `path` have places for what is told with it, `%(browser)s`; `read` makes words of what is kept
    as codes. `places` are where it is told unless its reader chooses otherwise.

    `is_security`: nobody switches it off where he would miss it; with `is_everywhere` at no address of the account, for
    one of them may be in other hands. `is_marketing`: never to who is on a break.

    `concerns` says whether it can ever be told to somebody: of what cannot, his choices do not speak.
    """

    name: str
    called: LazyString
    title: LazyString | str
    text: LazyString | str
    path: str
    places: frozenset[Place] = frozenset({"app", "mail", "push"})
    is_security: bool = False
    is_everywhere: bool = False
    is_marketing: bool = False
    read: Told | None = None
    concerns: Callable[[UUID], bool] = everybody

    def words(self, params: Mapping[str, Any]) -> Words:
        """As the language of the moment says it."""
        given = spelled(params if self.read is None else {**params, **self.read(params)})
        return Words(str(self.title) % given, str(self.text) % given, self.page(params))

    def page(self, params: Mapping[str, Any]) -> str:
        """The page of ours where to go on. Raises KeyError: it was not told which."""
        return self.path % params


of_safety = partial(NoticeKind, is_security=True)
"""A kind that tells somebody of what may have been done to him."""

KINDS: Final = Port[Mapping[str, NoticeKind]]("kinds of notices", {})


def words_of(name: str, params: Mapping[str, Any]) -> Words | None:
    """A notice in words; None of a kind that nobody knows any more. One that was told otherwise then is only named."""
    kind = KINDS.get().get(name)
    if kind is None:
        return None
    try:
        return kind.words(params)
    except (KeyError, TypeError, ValueError):
        return Words(str(kind.called), "", kind.path.partition("/%(")[0])
