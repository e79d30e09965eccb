"""Links by which a site's people see its frame as it is, or would be. A frame reads no cookie, so the link says so."""

from __future__ import annotations

from dataclasses import dataclass

from itsdangerous import BadData, URLSafeTimedSerializer

from app.core.config import current_settings
from app.people.partners.models import PartnerSite

MAX_AGE_SECONDS = 3600
_SALT = "tiraj/preview/2"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a link shows instead of what is kept: a title, an accent as `#rrggbb`. None: as kept."""

    title: str | None = None
    accent: str | None = None


def token(name: str, shown: Preview | None = None) -> str:
    """What opens the preview of the site `name` for an hour. Made only for those who may see its dashboard.

    The looks stand inside the signature: nobody else can make our pages say what they like.
    """
    looks = shown or Preview()
    return str(_serializer().dumps([name, looks.title, looks.accent]))


def frame_url(site: PartnerSite, shown: Preview | None = None, *, always: bool = False) -> str:
    """The frame of a site for its people: a draft, and looks that are tried, by a link that opens them."""
    needs_token = always or shown is not None or site.status == "draft"
    return f"/embed?partner={site.name}" + (f"&preview={token(site.name, shown)}" if needs_token else "")


def read(text: str, name: str) -> Preview | None:
    """What an unexpired token of the site `name` shows; None for anything else."""
    if not text:
        return None
    try:
        found = _serializer().loads(text, max_age=MAX_AGE_SECONDS)
    except BadData:
        return None
    return Preview(found[1], found[2]) if isinstance(found, list) and found[:1] == [name] else None


def opens(text: str, name: str) -> bool:
    """Whether `text` is an unexpired token of the site `name`."""
    return read(text, name) is not None


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_settings().secret_key.get_secret_value(), salt=_SALT)
