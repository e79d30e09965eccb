"""What kinds and states of texts are called, for operators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "announcement": ("Announcements", "Announcement"),
    "question": ("Questions", "Question"),
    "banner": ("Banners", "Banner"),
    "page": ("Pages", "Addition to a page"),
}
"""By kind what many are called, and one."""

STATES: Final[Mapping[str, tuple[str, str]]] = {
    "draft": ("mute", "Draft"),
    "waiting": ("live", "Scheduled"),
    "shown": ("ok", "Published"),
    "over": ("mute", "Over"),
}
"""By state the tone and the words of its badge."""
