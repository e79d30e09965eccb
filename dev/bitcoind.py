"""What the demo asks a Bitcoin node before anything relies on it, and what its refusals mean to whoever runs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests

_CLI = "bitcoin-cli -regtest"
NO_SUCH_WALLET, WHICH_WALLET, LOCKED, WARMING_UP = -18, -19, -13, -28
_ADVICE: Mapping[int, str] = {
    NO_SUCH_WALLET: f"load one ({_CLI} loadwallet NAME) or make one ({_CLI} createwallet NAME)",
    WHICH_WALLET: "name one at the end of BITCOIN_RPC_URL: http://user:password@host:port/wallet/NAME",
    LOCKED: f"unlock it for the time of the demo: {_CLI} walletpassphrase PASSPHRASE 86400",
    -12: f"unlock it, so that it can make new addresses: {_CLI} walletpassphrase PASSPHRASE 86400",
    -6: "its coins do not suffice: every block of the demo brings it some as long as the chain's rewards last; "
    "send it more, or begin a new chain",
    -4: "this wallet cannot do that; name one with private keys at the end of BITCOIN_RPC_URL: /wallet/NAME",
    -32601: "the node has no wallet: start it without disablewallet",
}
_PASSING = frozenset((WARMING_UP,))


class UnusableNode(RuntimeError):
    """The node cannot serve the demo; the message is one line for people.

    `is_final`: the node said so itself, and will say so again until somebody does something.
    """

    def __init__(self, text: str, *, code: int | None = None, is_final: bool = False) -> None:
        super().__init__(text)
        self.code, self.is_final = code, is_final


@dataclass(frozen=True)
class ExternalNode:
    """A regtest node of the user's own."""

    url: str
    chain_id: str
    """Tells one regtest chain from another: the end of its first block's hash."""


def call(url: str, method: str, *params: Any, timeout: float = 5) -> Any:
    """One JSON-RPC call, to the wallet that the address names, if it names one.

    Raises:
        UnusableNode: it does not answer, refuses the password, or reports an error.
    """
    where = f"the Bitcoin node at {urlsplit(url).hostname}:{urlsplit(url).port}"
    try:
        answer = requests.post(url, json={"id": 1, "method": method, "params": list(params)}, timeout=timeout)
    except requests.RequestException:
        raise UnusableNode(f"no Bitcoin node answers at {where.rpartition(' ')[2]}") from None
    if answer.status_code == 401:
        raise UnusableNode(f"{where} refuses this user and password", is_final=True)
    if answer.status_code == 403:
        raise UnusableNode(
            f"{where} refuses {method} to us: see rpcallowip, and rpcwhitelist, among its settings", is_final=True
        )
    try:
        body = answer.json()
        error, result = body.get("error"), body.get("result")
    except (ValueError, AttributeError):
        raise UnusableNode(f"what answers at {where.rpartition(' ')[2]} is no Bitcoin node") from None
    if error:
        raise _refusal(method, error)
    return result


def _refusal(method: str, error: Mapping[str, Any]) -> UnusableNode:
    code, message = int(error.get("code", 0)), str(error.get("message", "")).strip().splitlines()
    said = f"the Bitcoin node says to {method}: {message[0] if message else code}"
    advice = _ADVICE.get(code)
    return UnusableNode(f"{said} ({advice})" if advice else said, code=code, is_final=code not in _PASSING)


def ready(url: str) -> bool:
    try:
        call(url, "getblockchaininfo")
    except UnusableNode:
        return False
    return True


def examine(url: str) -> ExternalNode:
    """See that the node is on regtest, keeps its blocks and has a wallet that pays, and learn which chain it holds.

    Raises:
        UnusableNode
    """
    _check_address(url)
    chain = call(url, "getblockchaininfo")
    if chain["chain"] != "regtest":
        raise UnusableNode(
            f"the demo pays and mines by itself, so it needs a regtest node; this one is on {chain['chain']}"
        )
    if chain.get("pruned"):
        raise UnusableNode("the platform must be able to read old blocks again: start the node without prune")
    _check_wallet(url)
    if chain["blocks"] == 0:
        call(url, "generatetoaddress", 1, call(url, "getnewaddress"))
    return ExternalNode(url, call(url, "getblockhash", 1)[-8:])


def _check_address(url: str) -> None:
    form = "BITCOIN_RPC_URL must look like http://user:password@host:port or http://user:password@host:port/wallet/NAME"
    parts = urlsplit(url)
    try:
        complete = parts.scheme in ("http", "https") and parts.hostname and parts.port and parts.username
    except ValueError:
        complete = None
    if not complete or not (parts.path in ("", "/") or parts.path.startswith("/wallet/")):
        raise UnusableNode(form)


def _check_wallet(url: str) -> None:
    try:
        wallet = call(url, "getwalletinfo")
    except UnusableNode as error:
        loaded = call(url, "listwallets") if error.code in (NO_SUCH_WALLET, WHICH_WALLET) else []
        names = f"; loaded are {', '.join(repr(name) for name in loaded)}" if loaded else ""
        raise UnusableNode(f"the demo needs a wallet of the node: {error}{names}") from None
    if not wallet.get("private_keys_enabled", True):
        raise UnusableNode(f"the wallet {wallet['walletname']!r} has no private keys, so it cannot pay")
    if wallet.get("unlocked_until") == 0:
        raise UnusableNode(f"the wallet {wallet['walletname']!r} is locked: {_ADVICE[LOCKED]}")
