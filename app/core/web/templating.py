"""How values are written on pages: filters and globals for every template, and nothing that decides anything."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import segno
from babel.numbers import format_percent, get_decimal_symbol
from flask import Flask, current_app, g, url_for
from flask_babel import format_datetime, format_decimal, get_locale, gettext, ngettext
from markupsafe import Markup

from app.core.text import clocks
from app.core.text.isolation import bdi, isolated
from app.core.wire.error_messages import message_for

from . import languages
from .surfaces import current_layout, current_surface

SATS_PER_BTC = 100_000_000
# The Unicode locale data have no Creole names: they would be French.
_MONTHS = {
    "ht": (
        "janvye",
        "fevriye",
        "mas",
        "avril",
        "me",
        "jen",
        "jiyè",
        "out",
        "septanm",
        "oktòb",
        "novanm",
        "desanm",
    )
}
_asset_versions: dict[str, tuple[int, int, str]] = {}


def register(app: Flask) -> None:
    """Give the application's templates their filters and globals (Flask-Babel must be initialised too)."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        sats=sats,
        btc=btc,
        btc_read=btc_read,
        colon=languages.colon,
        groups4=groups4,
        short_hash=short_hash,
        ticket=ticket,
        share=share,
        percent=percent,
        utc=utc,
        there=there,
        minutes_ahead=clocks.minutes_ahead,
        iso=iso,
        duration=duration,
        message=message_for,
        bdi=bdi,
        isolated=isolated,
    )
    app.jinja_env.globals.update(
        asset_url=asset_url,
        page_language=page_language,
        language_choices=languages.choices,
        is_draft_language=languages.is_draft,
        english_only=languages.english_only,
        is_only_english=languages.is_only_english,
        reader_language=languages.reader,
        spoken=languages.spoken,
        is_translated=languages.is_translated,
        qr_svg=qr_svg,
        takes_focus=takes_focus,
    )
    app.context_processor(_surface)


def takes_focus() -> bool:
    """Whether the field at hand is the first of its answer that asks for the cursor: a page has one."""
    is_first = not g.get("has_focus", False)
    g.has_focus = True
    return is_first


def sats(amount: int) -> str:
    """A whole number with the reader's thousands separators and no unit; never scientific notation."""
    return str(format_decimal(amount))


def btc(amount: int) -> str:
    """Satoshis as bitcoin with all eight places and a point, as a BIP 21 link writes them."""
    sign = "-" if amount < 0 else ""
    whole, rest = divmod(abs(amount), SATS_PER_BTC)
    return f"{sign}{whole}.{rest:08d}"


def btc_read(amount: int) -> str:
    """The same for reading alone, with the reader's decimal sign. What is copied or typed elsewhere has a point."""
    return btc(amount).replace(".", get_decimal_symbol(get_locale() or languages.SOURCE))


def groups4(text: str) -> list[str]:
    """The text in groups of four characters; joined without anything between, they are the text again."""
    return [text[start : start + 4] for start in range(0, len(text), 4)]


def short_hash(text: str, head: int = 8, tail: int = 8) -> str:
    """Both ends of a long text, for lists that link to the whole of it."""
    return text if len(text) <= head + tail + 1 else f"{text[:head]}…{text[-tail:]}"


def ticket(number: int, digits: int) -> str:
    """A ticket's number with its leading zeros, as it is drawn."""
    return f"{number:0{digits}d}"


def share(part: int, whole: int) -> str:
    """A part of a whole as an SVG length in percent; within 0 and 100 whatever the numbers are."""
    if whole <= 0:
        return "0%"
    millionths = max(0, min(part, whole)) * 100_000_000 // whole
    return f"{millionths // 1_000_000}.{millionths % 1_000_000:06d}".rstrip("0").rstrip(".") + "%"


def percent(rate: float, places: int = 0) -> str:
    """A rate (0.1 is ten percent) in the reader's way of writing it, with up to the given places."""
    exact = round(Decimal(str(rate)), places + 2).normalize()
    return format_percent(exact, locale=get_locale() or languages.SOURCE, decimal_quantization=False)


def utc(moment: datetime, *, seconds: bool = False) -> str:
    """A moment for people, in UTC and saying so."""
    at = _in_utc(moment)
    months = _MONTHS.get(page_language())
    month = months[at.month - 1] if months else format_datetime(at.replace(tzinfo=None), "MMM", rebase=False)
    clock = at.strftime("%H:%M:%S" if seconds else "%H:%M")
    return f"{at.day} {month} {at.year}, {clock} UTC"


def there(moment: datetime, currency: str) -> str:
    """A moment for people, by the clock of where a currency is used and saying so; in UTC where that is many places."""
    place = clocks.PLACES.get(currency)
    if place is None:
        return utc(moment)
    shown = utc(moment.astimezone(place.zone).replace(tzinfo=UTC)).removesuffix(" UTC")
    return str(place.words) % {"time": shown}


def iso(moment: datetime) -> str:
    """A moment for machines: RFC 3339, whole seconds, UTC."""
    return _in_utc(moment).strftime("%Y-%m-%dT%H:%M:%SZ")


def duration(seconds: float) -> str:
    """A length of time in its largest fitting unit, such as "20 minutes"; for what is only likely."""
    if seconds < 45:
        return str(gettext("less than a minute"))
    for length, words in _LENGTHS:
        count = round(seconds / length)
        if seconds >= length * 1.2 or length == 60:
            return str(words(max(count, 1)))
    raise AssertionError


def _weeks(count: int) -> str:
    return str(ngettext("%(num)s week", "%(num)s weeks", count))


def _days(count: int) -> str:
    return str(ngettext("%(num)s day", "%(num)s days", count))


def _hours(count: int) -> str:
    return str(ngettext("%(num)s hour", "%(num)s hours", count))


def _minutes(count: int) -> str:
    return str(ngettext("%(num)s minute", "%(num)s minutes", count))


_LENGTHS: tuple[tuple[int, Callable[[int], str]], ...] = (
    (7 * 86400, _weeks),
    (86400, _days),
    (3600, _hours),
    (60, _minutes),
)


def asset_url(path: str) -> str:
    """The address of a file under static/, with its content's hash, so that it may be cached for ever.

    A file that is missing (nothing was installed yet) keeps its plain address, and the page its fallback.
    """
    version = asset_version(path)
    return url_for("static", filename=path, v=version) if version else url_for("static", filename=path)


def page_language() -> str:
    """The page's language tag for <html lang>."""
    locale = get_locale()
    return str(locale).replace("_", "-") if locale else "en"


def qr_svg(text: str) -> Markup:
    """The text as a QR code: an inline SVG without any style, black on white, quiet zone included.

    It is shown on screens, which nothing smears: the coarser picture is read more easily than the better guarded one.
    Upper-case bech32 links stay in the alphanumeric mode and so make a coarser, easier code.
    """
    out = io.BytesIO()
    code = segno.make(text, error="l", micro=False)
    code.save(out, kind="svg", border=4, omitsize=True, xmldecl=False, svgclass="qr-code", lineclass=None, light="#fff")
    return Markup(out.getvalue().decode().strip().replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))


def accent_ink(accent: str) -> str:
    """Black or white, whichever reads better on the accent (`rrggbb`): 4.58:1 at the worst (WCAG 2 contrast).

    Raises:
        ValueError: not six hexadecimal digits.
    """
    if len(accent) != 6:
        raise ValueError("an accent is six hexadecimal digits")
    red, green, blue = (_linear(byte / 255) for byte in bytes.fromhex(accent))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#ffffff" if 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 else "#000000"


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _surface() -> dict[str, str]:
    """The chrome a page wears; a view may pass `surface` itself."""
    return {"surface": current_surface().value, "layout": current_layout()}


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def asset_version(path: str) -> str:
    """The beginning of a static file's hash; empty where there is no such file.

    A page asks for a dozen: texts, for a `Path` is longer in the making than the file is looked at.
    """
    file = os.path.join(str(current_app.static_folder), path)
    try:
        stat = os.stat(file)
    except OSError:
        return ""
    known = _asset_versions.get(file)
    if known is None or known[:2] != (stat.st_mtime_ns, stat.st_size):
        known = (stat.st_mtime_ns, stat.st_size, hashlib.sha256(Path(file).read_bytes()).hexdigest()[:12])
        _asset_versions[file] = known
    return known[2]
