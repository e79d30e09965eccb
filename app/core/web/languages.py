"""The languages in which players read: which one a page is in, where its words come from, and what keeps the choice.

A page's language is what its address asks for (`?lang=ht`), which is what this browser chose, else that of the account
that is signed in, else what the browser prefers, else English. No cookie remembers it: frames have none. Words come
from translations/*.po as they stand; nothing has to be compiled.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlencode, urlsplit

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, Response, current_app, has_request_context, request
from flask_babel import Babel, Domain, force_locale, format_decimal, get_locale, gettext
from jinja2 import Undefined, pass_context
from jinja2.runtime import Context
from markupsafe import escape
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from app.core.config import current_settings
from app.core.ports import Port

from .surfaces import SURFACES, Surface, current_surface

QUERY = "lang"
SOURCE = "en"
LANGUAGES = {SOURCE: "English", "fr": "Français", "ht": "Kreyòl", "fil": "Filipino"}
DRAFTS: Final = frozenset({"fil"})
"""Languages that only some pages have words in, which nobody has read a second time; elsewhere these are English."""
_DRAFTED_PLACE: Final = "/play/"
"""Where all pages have words in the drafts."""
CATALOGUES = Path(__file__).resolve().parents[3] / "translations"

_PLAYERS = (Surface.EMBED, Surface.SHARED_EMBED, Surface.SHARED_WEBSITE)
_OF_ACCOUNTS = (Surface.WEBSITE, Surface.SHARED_WEBSITE)


TRANSLATED_ENDPOINTS: Final = Port[frozenset[str]]("pages of the website that players read", frozenset())
DRAFTED_ENDPOINTS: Final = Port[frozenset[str]]("pages that have words in the drafts too", frozenset())
OF_ACCOUNT: Final = Port[Callable[[], str | None]]("the language of whoever is signed in", lambda: None)


class _Catalogues(Domain):
    """Flask-Babel's source of words, without compiled files."""

    def get_translations(self) -> NullTranslations:
        locale = get_locale()
        return translations(locale.language if locale else SOURCE)


class _Babel(Babel):
    @property
    def domain_instance(self) -> Domain:
        return _Catalogues()


@lru_cache(maxsize=len(LANGUAGES))
def translations(language: str) -> NullTranslations:
    """The words of a language; what a catalogue lacks stays English."""
    file = CATALOGUES / f"{language}.po"
    if not file.is_file():
        return NullTranslations()
    compiled = io.BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def init_app(app: Flask) -> None:
    """Give requests their language."""
    _Babel(app, default_locale=SOURCE, locale_selector=_locale)
    app.jinja_env.globals["ngettext"] = _counted(cast(Callable[..., str], app.jinja_env.globals["ngettext"]))
    app.after_request(_keep)


def _counted(words: Callable[..., str]) -> Callable[..., str]:
    """The templates' `ngettext`, whose number is written as the language writes it."""

    @pass_context
    def ngettext(context: Context, singular: str, plural: str, num: int, /, **values: Any) -> str:
        return words(context, singular, plural, num, **({"num": format_decimal(num)} | values))

    return ngettext


def language() -> str:
    """The language of the answer at hand. The API, the dashboard, the console and the documentation are in English."""
    if not has_request_context() or not is_translated():
        return SOURCE
    wanted = asked()
    if wanted is not None:
        return wanted if _is_offered(wanted) else SOURCE
    return _preferred() or SOURCE


def _is_offered(tag: str) -> bool:
    """Whether the page at hand has words in a language."""
    if request.endpoint is None:  # nothing of ours: it keeps the language of the pages beside it
        return tag not in DRAFTS or request.path.startswith(_DRAFTED_PLACE)
    return tag not in DRAFTS or request.endpoint in DRAFTED_ENDPOINTS.get()


def is_draft() -> bool:
    """Whether the page at hand is shown in a language that is a draft."""
    return language() in DRAFTS


def _locale() -> Locale:
    return _locale_of(language())


@lru_cache(maxsize=len(LANGUAGES))
def _locale_of(tag: str) -> Locale:
    """Read once: Babel looks for its file each time."""
    return Locale.parse(tag)


def asked() -> str | None:
    """The language that the address asks for; None if it asks for none that there is."""
    found = _primary(request.args.get(QUERY, ""))
    return found if found in LANGUAGES else None


def readers() -> str:
    """The language of whoever asks, for what is sent to them later, whatever the answer at hand is in: messages have
    words in the drafts too."""
    return asked() or _of_account() or best_known()


def best_known() -> str:
    """What whoever asks reads best of our languages, whether or not the page at hand has words in it."""
    wanted = (_primary(tag) for tag, quality in request.accept_languages if quality > 0)
    return asked() or next((tag for tag in wanted if tag in LANGUAGES), SOURCE)


def _preferred() -> str | None:
    """The account's language, else the browser's first choice that there is; `ht-HT` is Creole, and before a French
    that comes after it. The API says what its caller prefers, and nobody is signed in within a frame."""
    theirs = _of_account()
    if theirs is not None and _is_offered(theirs):
        return theirs
    wanted = (_primary(tag) for tag, quality in request.accept_languages if quality > 0)
    return next((tag for tag in wanted if tag in LANGUAGES and _is_offered(tag)), None)


def _of_account() -> str | None:
    theirs = OF_ACCOUNT.get()() if current_surface() in _OF_ACCOUNTS else None
    return theirs if theirs in LANGUAGES else None


def _primary(tag: str) -> str:
    return tag.lower().partition("-")[0]


def choices(query: Mapping[str, str] | Undefined | None = None) -> list[tuple[str, str, str, bool]]:
    """Tag, name, address and "is shown" of the languages that the page at hand, or its menu, can be read in.

    Addresses have the page's own query, or `query` in its place.
    """
    if not has_request_context() or not (is_translated() or current_surface() is Surface.WEBSITE):
        return []
    given = request.args.items(multi=True) if not isinstance(query, Mapping) else query.items()
    rest = [(name, value) for name, value in given if name != QUERY]
    shown = reader()
    return [
        (tag, name, f"{request.path}?{urlencode([*rest, (QUERY, tag)])}", tag == shown)
        for tag, name in LANGUAGES.items()
        if _is_offered(tag)
    ]


def reader() -> str:
    """The language of the menu and the foot of the page at hand. On the website it is the reader's where the page is
    in English alone too: who came from a page in his language finds the way back."""
    if not has_request_context() or is_translated() or current_surface() is not Surface.WEBSITE:
        return language()
    wanted = asked()
    return wanted if wanted and _is_offered(wanted) else _preferred() or SOURCE


def spoken(tag: str, caller: Callable[[], str]) -> str:
    """What stands in a template's call, in the words of a language."""
    if tag == language():
        return caller()
    with force_locale(tag):
        return caller()


def colon(text: str) -> str:
    """A label and its colon, before which French has a space that no line breaks at."""
    return text + ("\u00a0:" if getattr(get_locale(), "language", SOURCE) == "fr" else ":")


def english_only() -> tuple[str, str] | None:
    """For a reader of another language on a page that there is in English alone: the reader's language, and a sentence
    in it that says so."""
    wanted = (asked() or _preferred() or SOURCE) if has_request_context() else SOURCE
    wanted = SOURCE if wanted in DRAFTS else wanted
    if wanted == SOURCE or is_translated():
        return None
    with force_locale(wanted):
        return wanted, str(gettext("This page is in English only."))


def is_only_english(path: str) -> bool:
    """Whether a page of ours is in English alone, for whoever is spoken to in another language."""
    path = urlsplit(path).path
    if not path.startswith("/") or not has_request_context() or getattr(get_locale(), "language", SOURCE) == SOURCE:
        return False
    addresses = current_app.create_url_adapter(request)
    if addresses is None:
        return False
    try:
        endpoint, _ = addresses.match(path, method="GET")
    except (NotFound, MethodNotAllowed, RequestRedirect):
        return False
    return SURFACES.get().get(endpoint) not in _PLAYERS and endpoint not in TRANSLATED_ENDPOINTS.get()


def is_translated() -> bool:
    """Whether the page at hand is there in every language."""
    if request.endpoint is None:  # nothing of ours: an error page
        return current_surface() in (Surface.WEBSITE, Surface.EMBED)
    others = TRANSLATED_ENDPOINTS.get()
    return current_surface() in _PLAYERS or request.endpoint in others


# Double quotes within attributes, and "<" within texts, are escaped by the templates: a tag ends where it seems to.
_LINK = re.compile(r'(<(?:a|form)\b[^>]*?\s(?:href|action)="|\shx-(?:get|post)=")([^"]*)"')
_GET_FORM = re.compile(r'<form\b[^>]*\smethod="get"[^>]*>')
_NOT_PAGES = ("/static/", "/api/")


def _keep(response: Response) -> Response:
    """Where the address chose the language, the answer's own links and forms choose it too."""
    if response.mimetype != "text/html":
        return response
    response.vary.add("Accept-Language")
    if current_surface() in _OF_ACCOUNTS:
        response.vary.add("Cookie")
    chosen = asked() if current_surface() is not Surface.ADMIN else None
    if chosen is None:
        return response
    for name in ("Location", "HX-Redirect"):
        if name in response.headers:
            response.headers[name] = in_language(response.headers[name], chosen)
    if not response.direct_passthrough and not response.is_streamed:
        response.set_data(_keep_in(response.get_data(as_text=True), chosen))
    return response


def _keep_in(html: str, chosen: str) -> str:
    def link(found: re.Match[str]) -> str:
        return f'{found[1]}{in_language(found[2], chosen, joint="&amp;")}"'

    def form(found: re.Match[str]) -> str:
        return f'{found[0]}<input type="hidden" name="{QUERY}" value="{escape(chosen)}">'

    # The frame's own forms carry its whole query, this word included.
    return _LINK.sub(link, html if current_surface().is_framed else _GET_FORM.sub(form, html))


def in_language(url: str, chosen: str, joint: str = "&") -> str:
    """The address with the language in its query, if it is a page of ours that does not choose one already."""
    base: Any = current_settings().base_url
    path = url.removeprefix(base)
    if not path.startswith("/") or path.startswith(("//", *_NOT_PAGES)):
        return url
    address, hash_, fragment = url.partition("#")
    query = urlsplit(address).query
    if re.search(rf"(^|[&;]){QUERY}=", query):
        return url
    return f"{address}{joint if query else '?'}{QUERY}={chosen}{hash_}{fragment}"
