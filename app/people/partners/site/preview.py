"""Links by which a site's people see its frame as it is, or would be. A frame reads no cookie, so the link says so."""

from __future__ import annotations

from dataclasses import dataclass, replace

from itsdangerous import BadData, URLSafeTimedSerializer

from app.core.config import current_settings
from app.people.partners.models import PartnerSite

MAX_AGE_SECONDS = 3600
_SALT = "tiraj/preview/2"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a link shows instead of what is kept: a title, an accent as `#rrggbb`. None: as kept.

    `back` is the path of the page that the link stands on, where whoever looks goes back to.
    """

    title: str | None = None
    accent: str | None = None
    back: str | None = None


def token(name: str, shown: Preview | None = None) -> str:
    """What opens the preview of the site `name` for an hour. Made only for those who may see its dashboard.

    Looks and way back stand inside the signature: nobody else can make our pages say what they like, or lead elsewhere.
    """
    looks = shown or Preview()
    return str(_serializer().dumps([name, looks.title, looks.accent, looks.back]))


def frame_url(site: PartnerSite, shown: Preview | None = None, *, always: bool = False, back: str | None = None) -> str:
    """The frame of a site for its people: a draft, and looks that are tried, by a link that opens them.

    `back`: the page that such a link stands on; a frame that stands on a page itself needs none.
    """
    if not (always or shown is not None or site.status == "draft"):
        return f"/embed?partner={site.name}"
    return f"/embed?partner={site.name}&preview={token(site.name, replace(shown or Preview(), back=back))}"


def read(text: str, name: str) -> Preview | None:
    """What an unexpired token of the site `name` shows; None for anything else."""
    if not text:
        return None
    try:
        found = _serializer().loads(text, max_age=MAX_AGE_SECONDS)
    except BadData:
        return None
    return Preview(*found[1:4]) if isinstance(found, list) and found[:1] == [name] else None


def opens(text: str, name: str) -> bool:
    """Whether `text` is an unexpired token of the site `name`."""
    return read(text, name) is not None


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_settings().secret_key.get_secret_value(), salt=_SALT)
