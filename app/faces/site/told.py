"""What games tell on the pages of the documentation: each at places that the page has for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from html.parser import HTMLParser
from typing import Any

from flask import render_template
from markupsafe import Markup

from app.catalogue.fronts import GameFront

Heading = tuple[str, str]
"""An anchor and its words."""


class Told:
    """What the games tell on one page, rendered, by the place there: the page's name, or `page/place`."""

    def __init__(self, page: str, fronts: Iterable[GameFront], context: Mapping[str, Any]) -> None:
        self._parts: dict[str, Markup] = {}
        for front in fronts:
            own = {place: part for place, part in front.docs.items() if place.partition("/")[0] == page}
            examples = front.examples() if own else {}
            for place, template in own.items():
                part = Markup(render_template(template, **context, **examples))
                self._parts[place] = self._parts.get(place, Markup()) + part

    def at(self, place: str) -> Markup:
        """What all games tell there, in the catalogue's order."""
        return self._parts.get(place, Markup())

    def headings(self, place: str) -> tuple[Heading, ...]:
        """What stands there, for the list of what is on the page: its headings of the second rank."""
        reader = _Headings()
        reader.feed(self.at(place))
        reader.close()
        return tuple((anchor, words.strip()) for anchor, words in reader.found)

    @property
    def for_pages(self) -> dict[str, Callable[[str], Any]]:
        """What a page asks by."""
        return {"told": self.at, "headings_of": self.headings}


class _Headings(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Heading] = []
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        anchor = dict(attrs).get("id")
        if tag == "h2" and anchor:
            self.found.append((anchor, ""))
            self._is_inside = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "h2":
            self._is_inside = False

    def handle_data(self, data: str) -> None:
        if self._is_inside:
            anchor, words = self.found[-1]
            self.found[-1] = (anchor, words + data)
