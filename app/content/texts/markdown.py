"""Markdown as HTML that does nothing: `markdown-it-py` renders it and takes no HTML, `nh3` lets these elements pass and
no other. A text is one part of a page, so that all its headings are of the level that the page gives it."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import nh3
from flask_babel import gettext
from markdown_it import MarkdownIt
from markupsafe import Markup

_TAGS: Final = {
    *("p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li", "a"),
    *("h3", "h4", "h5"),
}
_ATTRIBUTES: Final[dict[str, set[str]]] = {"*": set(), "a": {"href"}, "ol": {"start"}}
_SCHEMES: Final = {"https", "http", "mailto", "tel"}
_KEPT: Final = 512
"""Texts whose HTML a process remembers: pages show the same ones again and again."""

_markdown: Final = MarkdownIt("commonmark", {"html": False}).enable("strikethrough").disable("image")


@lru_cache(maxsize=_KEPT)
def html_of(text: str, level: int = 3) -> Markup:
    """The HTML of a text whose headings are of that level, 3 to 5."""
    tokens = _markdown.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{level}"
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    return Markup(
        nh3.clean(
            html,
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            url_schemes=_SCHEMES,
            link_rel="noopener nofollow",
        )
    )


def in_new_windows(html: Markup) -> Markup:
    """The same, its links leading into windows of their own, and saying so."""
    says = Markup(' <span class="visually-hidden">{}</span></a>').format(gettext("(new window)"))
    return Markup(str(html).replace("<a ", '<a target="_blank" ').replace("</a>", says))
