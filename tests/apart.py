"""Names that run from right to left, and where a page leaves one loose among words that run the other way."""

from __future__ import annotations

import re
from html import unescape

SHOP_NAME = "חנות המזל 12"
PLAYER_NAME = "عَلِيّ 7"
_SHOWN_IN_TAG = re.compile(r'\b(?:aria-label|title|alt|placeholder|data-label|content)="[^"]*$')


def shown(pages: list[str], name: str) -> int:
    """On how many of the pages it stands."""
    return sum(name in unescape(page) for page in pages)


def loose(page: str, *names: str) -> list[str]:
    """What stands in front of each name that may turn what stands behind it."""
    page = unescape(page)
    found = []
    for name in names:
        for match in re.finditer(re.escape(name), page):
            before = page[: match.start()]
            in_tag = before.rfind("<") > before.rfind(">")
            kept = before.endswith(("<bdi>", "\u2068")) or (in_tag and not _SHOWN_IN_TAG.search(before))
            if not kept and not re.search(r"<(?:pre|code|textarea)\b[^<]*$", before):
                found.append(before[-60:])
    return found
