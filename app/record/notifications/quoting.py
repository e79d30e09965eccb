"""What others have written, as it stands in a mail: no program that shows the mail makes an address of it.

A site's title, a mail address or a webhook's address is chosen by somebody else than the reader, and mail programs turn
whatever looks like an address into a link, in text and in HTML. So every sign that holds an address together gets a
space behind it: `evil.com/pay` is read as `evil. com/ pay` and leads nowhere. Nothing is lost that a person reads.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any, Final

import regex

from app.core.text.isolation import isolated

OURS: Final = frozenset(
    {"link", "code", "subject", "days", "hours", "minutes", "manages", "is_yours", "because", "moment"}
    | {"kind", "told", "choices"}
)
"""Parameters of messages whose values we make ourselves; every other text is somebody's."""
PEOPLE: Final = frozenset({"inviter", "receiver", "giver", "address"})
"""Parameters that say who somebody is by a mail address that was shown to be theirs, or is the reader's to judge."""

_UNSEEN: Final = regex.compile(r"[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\p{Cc}]")
_JOINTS: Final = frozenset(".@:/\\\u3002\u06d4\u0589\u0701\u0702")  # with full stops that some take for a dot
_MAILBOX: Final = regex.compile(r"[a-z0-9+_-]+(?:\.[a-z0-9+_-]+)*@(?:[a-z0-9-]+\.)+[a-z0-9-]+")


def quoted(params: Mapping[str, Any]) -> dict[str, Any]:
    """A message's parameters as its templates may show them."""
    return {
        name: value if name in OURS else person(value) if name in PEOPLE else _quoted(value)
        for name, value in params.items()
    }


def person(text: str) -> str:
    """A plain mail address stays as it is: it says who somebody is, and opens nothing but a letter to them."""
    is_one = _MAILBOX.fullmatch(text) and not text.startswith("www.")
    return text if is_one else isolated(unlinked(text))


def unlinked(text: str) -> str:
    """`text` without anything that could be taken for an address."""
    seen = _UNSEEN.sub("", text)
    apart = "".join(f"{char} " if _is_joint(char) else char for char in seen)
    return " ".join(apart.split())


def _quoted(value: Any) -> Any:
    if isinstance(value, str):
        return isolated(unlinked(value))
    if isinstance(value, Mapping):
        return {unlinked(str(name)): _quoted(part) for name, part in value.items()}
    return [_quoted(part) for part in value] if isinstance(value, list) else value


def _is_joint(char: str) -> bool:
    """Also in its full-width, small and other forms, which names of hosts are read with."""
    return any(part in _JOINTS for part in unicodedata.normalize("NFKC", char))
