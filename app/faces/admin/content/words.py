"""What kinds and states of texts are called, for operators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

KINDS: Final[Mapping[str, tuple[str, str, str]]] = {
    "announcement": ("Announcements", "Announcement", "Write an announcement…"),
    "question": ("Questions", "Question with its answer", "Write a question…"),
    "banner": ("Banners", "Banner", "Write a banner…"),
    "page": ("Pages", "Addition to a page", "Add to a page…"),
}
"""By kind what many are called, and one, and what begins one."""

STATES: Final[Mapping[str, tuple[str, str]]] = {
    "draft": ("mute", "Draft"),
    "waiting": ("live", "Scheduled"),
    "shown": ("ok", "Published"),
    "over": ("mute", "Over"),
}
"""By state the tone and the words of its badge."""
