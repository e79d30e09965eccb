"""Pure: what a partner pastes into its own page. Document 001, "Embed contract", attribute for attribute."""

from __future__ import annotations


def snippet(base_url: str, name: str) -> str:
    """The iframe of the site `name`, with placeholders for the two player identifiers."""
    source = (
        f"{base_url}/embed?partner={name}"
        "&playerPublicIdentifier=PUBLIC_PLAYER_ID&playerPrivateIdentifier=PRIVATE_ACCOUNT_ID"
    )
    return (
        "<iframe\n"
        '  title="Partner Lotto"\n'
        f'  src="{source}"\n'
        '  style="width:100%;max-width:560px;height:760px;border:0;"\n'
        '  loading="lazy"\n'
        '  referrerpolicy="strict-origin-when-cross-origin"\n'
        "></iframe>"
    )


def resizer(base_url: str) -> str:
    """The script that lets every frame on the partner's page grow with its content."""
    return f'<script src="{base_url}/static/embed.js" defer></script>'
