"""What the demo world reads from the environment that the supervisor gives it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

from app.games.luckotto import rules as luckotto
from app.games.ticket_draw.rules import jackpot


@dataclass(frozen=True)
class WorldSettings:
    """Addresses, names and rhythms of the demo. `jackpot_sats` is what a round of each game promises, together;
    `results_url` is where the official lottery is simulated."""

    node_url: str
    base_url: str
    page_url: str
    partner_id: UUID
    partner_name: str
    block_seconds: float
    round_blocks: int
    jackpot_sats: int
    results_url: str = ""
    signing_key: Path | None = None

    @property
    def page_port(self) -> int:
        return urlsplit(self.page_url).port or 80

    @property
    def page_hosts(self) -> tuple[str, ...]:
        """Every `host:port` under which the partner's page is reached."""
        return f"localhost:{self.page_port}", f"127.0.0.1:{self.page_port}"

    @property
    def page_origins(self) -> tuple[str, ...]:
        return tuple(f"http://{host}" for host in self.page_hosts)


def read(environ: Mapping[str, str]) -> WorldSettings:
    """Raises KeyError, naming the variable, where one is missing."""
    supply = 10 ** int(environ.get("TICKET_DIGITS", "6"))
    price, fee = int(environ.get("BASE_TICKET_PRICE_SATS", "1000")), int(environ.get("HOUSE_FEE_PERCENT", "0"))
    pool = int(environ.get("LUCKOTTO_POOL_SIZE", "49"))
    combination = int(environ.get("LUCKOTTO_BASE_COMBINATION_PRICE_SATS", "100"))
    return WorldSettings(
        node_url=environ["BITCOIN_RPC_URL"],
        base_url=environ["BASE_URL"],
        page_url=environ["PARTNER_PAGE_URL"],
        partner_id=UUID(environ["DEMO_PARTNER_ID"]),
        partner_name=environ["DEMO_PARTNER_NAME"],
        block_seconds=float(environ.get("DEMO_BLOCK_SECONDS", "5")),
        round_blocks=int(environ.get("ROUND_LENGTH_BLOCKS", "144")),
        jackpot_sats=jackpot(supply, price, fee) + luckotto.jackpot(pool, combination),
        results_url=environ.get("RESULTS_SIMULATED_URL", ""),
        signing_key=Path(key) if (key := environ.get("DEMO_SIGNING_KEY")) else None,
    )
