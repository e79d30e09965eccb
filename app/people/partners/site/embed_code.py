"""Pure: what a partner pastes into its own page and its server. Document 001, "Embed contract"."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Code:
    """Something to copy. `language` is what it is written in, a proper name."""

    language: str
    text: str


def snippet(base_url: str, name: str, title: str = "Partner Lotto") -> str:
    """The iframe of the site `name`, with placeholders for the two player identifiers. `title` is read out for it."""
    source = (
        f"{base_url}/embed?partner={name}"
        "&playerPublicIdentifier=PUBLIC_PLAYER_ID&playerPrivateIdentifier=PRIVATE_ACCOUNT_ID"
    )
    return (
        "<iframe\n"
        f'  title="{escape(title)}"\n'
        f'  src="{source}"\n'
        '  style="width:100%;max-width:560px;height:760px;border:0;"\n'
        '  loading="lazy"\n'
        '  allow="clipboard-write"\n'
        '  referrerpolicy="strict-origin-when-cross-origin"\n'
        "></iframe>"
    )


def element(base_url: str, name: str, title: str) -> str:
    """The same by our script, which makes the frame, lets it grow with its content and tells what happens in it."""
    return (
        "<div data-tiraj\n"
        f'  data-partner="{name}"\n'
        f'  data-title="{escape(title)}"\n'
        '  data-player-public-identifier="PUBLIC_PLAYER_ID"\n'
        '  data-player-private-identifier="PRIVATE_ACCOUNT_ID"></div>\n'
        f"{resizer(base_url)}"
    )


def resizer(base_url: str) -> str:
    """The script alone: it also lets frames grow that stand in the page as iframes."""
    return f'<script src="{base_url}/static/embed.js" defer></script>'


def server_code(base_url: str, name: str) -> tuple[Code, ...]:
    """An order for a player from the partner's own server, in three languages. The key comes from the environment."""
    fill = {"BASE": base_url, "NAME": name}
    return tuple(Code(language, _filled(text, fill)) for language, text in _SERVER.items())


def _filled(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
    return text.strip()


_SERVER = {
    "curl": """
# {NAME}: an order for one player. TIRAJ_KEY is the key of this site.
curl {BASE}/api/v1/orders \\
  -H "Authorization: Bearer $TIRAJ_KEY" \\
  -H "Idempotency-Key: $(uuidgen)" \\
  -H "Content-Type: application/json" \\
  -d '{"playerPublicIdentifier": "ada", "playerPrivateIdentifier": "account-1042"}'
""",
    "Python": """
# {NAME}: an order for one player. TIRAJ_KEY is the key of this site.
import json
import os
import urllib.request
import uuid

request = urllib.request.Request(
    "{BASE}/api/v1/orders",
    data=json.dumps({
        "playerPublicIdentifier": "ada",
        "playerPrivateIdentifier": "account-1042",
    }).encode(),
    headers={
        "Authorization": "Bearer " + os.environ["TIRAJ_KEY"],
        "Idempotency-Key": str(uuid.uuid4()),
        "Content-Type": "application/json",
    },
)
with urllib.request.urlopen(request, timeout=30) as answer:
    made = json.load(answer)
print("Pay to:", made["order"]["bip21"])
print("The player's page: {BASE}/slips/" + made["receiptSecret"])
""",
    "JavaScript": """
// {NAME}: an order for one player, on your server. TIRAJ_KEY is the key of this site.
const answer = await fetch("{BASE}/api/v1/orders", {
  method: "POST",
  headers: {
    Authorization: "Bearer " + process.env.TIRAJ_KEY,
    "Idempotency-Key": crypto.randomUUID(),
    "Content-Type": "application/json",
  },
  body: JSON.stringify({
    playerPublicIdentifier: "ada",
    playerPrivateIdentifier: "account-1042",
  }),
});
const made = await answer.json();
console.log("Pay to:", made.order.bip21);
console.log("The player's page: {BASE}/slips/" + made.receiptSecret);
""",
}
