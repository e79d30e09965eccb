"""What the demo asks a Bitcoin node before anything relies on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests


class UnusableNode(RuntimeError):
    """The node cannot serve the demo; the message is one line for people."""


@dataclass(frozen=True)
class ExternalNode:
    """A regtest node of the user's own."""

    url: str
    chain_id: str
    """Tells one regtest chain from another: the end of its first block's hash."""


def call(url: str, method: str, *params: Any, timeout: float = 5) -> Any:
    """One JSON-RPC call.

    Raises:
        UnusableNode: it does not answer, refuses the password, or reports an error.
    """
    where = urlsplit(url).hostname, urlsplit(url).port
    try:
        answer = requests.post(url, json={"id": 1, "method": method, "params": list(params)}, timeout=timeout)
    except requests.RequestException:
        raise UnusableNode(f"no Bitcoin node answers at {where[0]}:{where[1]}") from None
    if answer.status_code in (401, 403):
        raise UnusableNode(f"the Bitcoin node at {where[0]}:{where[1]} refuses this user and password")
    try:
        body = answer.json()
    except ValueError:
        raise UnusableNode(f"what answers at {where[0]}:{where[1]} is no Bitcoin node") from None
    if body.get("error"):
        raise UnusableNode(f"the Bitcoin node says to {method}: {body['error'].get('message')}")
    return body["result"]


def ready(url: str) -> bool:
    try:
        call(url, "getblockchaininfo")
    except UnusableNode:
        return False
    return True


def examine(url: str) -> ExternalNode:
    """See that the node is on regtest and has a wallet, and learn which chain it holds.

    Raises:
        UnusableNode
    """
    parts = urlsplit(url)
    try:
        complete = parts.scheme in ("http", "https") and parts.hostname and parts.port and parts.username
    except ValueError:
        complete = None
    if not complete:
        raise UnusableNode("BITCOIN_RPC_URL must look like http://user:password@host:port")
    network = call(url, "getblockchaininfo")["chain"]
    if network != "regtest":
        raise UnusableNode(f"the demo pays and mines by itself, so it needs a regtest node; this one is on {network}")
    try:
        address = call(url, "getnewaddress")
    except UnusableNode as error:
        raise UnusableNode(f"the node needs a loaded wallet (bitcoin-cli createwallet demo): {error}") from None
    if call(url, "getblockcount") == 0:
        call(url, "generatetoaddress", 1, address)
    return ExternalNode(url, call(url, "getblockhash", 1)[-8:])
