"""The demo's coins: the wallet of the regtest node, by the few calls that every bitcoind with a wallet knows."""

from __future__ import annotations

from typing import Any

from app.core.money import btc_string
from dev import bitcoind

from .loops import say

MATURE_HEIGHT = 110
MATURITY = 101
FEE_RATE = 2  # sat per virtual byte: given, because a regtest bitcoind has no estimate of its own


class Wallet:
    """Pays, mines and asks. Every call raises dev.bitcoind.UnusableNode where the node is away or refuses."""

    def __init__(self, node_url: str) -> None:
        self._url = node_url
        self._mining_address: str | None = None

    def call(self, method: str, *params: object, timeout: float = 20) -> Any:
        return bitcoind.call(self._url, method, *params, timeout=timeout)

    def new_address(self) -> str:
        return str(self.call("getnewaddress"))

    def pay(self, address: str, sats: int) -> str:
        """Send exactly `sats`; the txid."""
        options = ("", "", False, True, None, "unset", None, FEE_RATE)
        return str(self.call("sendtoaddress", address, btc_string(sats), *options))

    def mine(self, blocks: int = 1) -> None:
        if self._mining_address is None:
            self._mining_address = self.new_address()
        self.call("generatetoaddress", blocks, self._mining_address, timeout=120)

    def tip(self) -> tuple[int, str]:
        """The newest block's height and hash."""
        chain = self.call("getblockchaininfo")
        return int(chain["blocks"]), str(chain["bestblockhash"])

    def is_asleep(self) -> bool:
        """Whether the node takes its chain for one that it has still to catch up with: nobody follows it until it has a
        fresh block."""
        return bool(self.call("getblockchaininfo").get("initialblockdownload"))

    def height(self) -> int:
        return int(self.call("getblockcount"))

    def spendable_sats(self) -> int:
        return round(float(self.call("getbalance")) * 100_000_000)

    def is_regtest(self) -> bool:
        return bool(self.call("getblockchaininfo")["chain"] == "regtest")

    def ensure_funds(self, sats: int) -> None:
        """See that there is something to spend: a new chain's first coins mature after a hundred blocks.

        For a chain that no round's window stands on yet: so many blocks at once would run past every window there is.
        """
        height = self.height()
        if height < MATURE_HEIGHT:
            say("miner", f"mining {MATURE_HEIGHT - height} blocks so that the first coins can be spent")
            self.mine(MATURE_HEIGHT - height)
        if self.spendable_sats() < sats:
            say("miner", f"the wallet is low on coins; mining {MATURITY} blocks for it")
            self.mine(MATURITY)
