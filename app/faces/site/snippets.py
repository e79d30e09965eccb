"""Code that a reader may paste as it stands: files of docs/examples, with this server's address and a site's name."""

from __future__ import annotations

from pathlib import Path

from app.core.config import current_settings

_EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
_ADDRESS, _SITE = "https://tiraj.example", "your-site"


def base_url() -> str:
    """The address that people type."""
    return str(current_settings().base_url)


def site_name() -> str:
    """The demo's site where there is one, so that what is pasted works at once."""
    return current_settings().demo_partner_name or _SITE


def example(file: str) -> str:
    """A file of docs/examples, filled in."""
    text = (_EXAMPLES / file).read_text(encoding="utf-8").rstrip("\n")
    return text.replace(_ADDRESS, base_url()).replace(_SITE, site_name())
