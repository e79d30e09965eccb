"""Bitcoin Core's JSON-RPC, as one client: typed failures, exact amounts, and no credential in anything it shows."""

from __future__ import annotations

import itertools
import json
import os
import time
from base64 import b64encode
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError, ProtocolError, SSLError
from urllib3.exceptions import TimeoutError as NoAnswerInTime
from urllib3.response import BaseHTTPResponse
from urllib3.util import Timeout

from . import watched_http

WARMING_UP = -28
BUSY_PAUSES = (0.1, 0.4, 1.0)
GENESIS_HASHES: Mapping[str, str] = {
    "main": "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f",
    "test": "000000000933ea01ad0ee984209779baaec3ced90fa3f408719526f8d77f4943",
    "testnet4": "00000000da84f2bafbbc53dee25a72ae507ff4914b867c565be350b0da8bf043",
    "signet": "00000008819873e925422c1ff0f99f7cc9bbb232af63a077a480a3633bee1ef6",
    "regtest": "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206",
}
# Asked twice these change nothing, so they may be repeated when nobody knows whether the first question arrived.
# fmt: off
READS = frozenset((
    "decoderawtransaction", "decodescript", "estimatesmartfee", "getbalance", "getbalances", "getbestblockhash",
    "getblock", "getblockchaininfo", "getblockcount", "getblockhash", "getblockheader", "getchaintips",
    "getmempoolentry", "getmempoolinfo", "getnetworkinfo", "getrawmempool", "getrawtransaction", "gettransaction",
    "gettxout", "gettxoutproof", "listunspent", "testmempoolaccept", "uptime", "validateaddress", "verifytxoutproof",
))
# fmt: on
# A busy node may take long over these: whole blocks, whole mempools, strangers' scripts, and what must not be cut off.
LONG: frozenset[str] = frozenset(
    ("getblock", "getrawmempool", "gettxoutproof", "sendrawtransaction", "submitpackage", "testmempoolaccept")
)


class NodeFailure(Exception):
    """Something about the node keeps us from going on."""


class NodeUnavailable(NodeFailure):
    """No usable answer: network, server error, garbage, refused credentials.

    `maybe_done` tells whether the node may have carried the call out all the same, `again` whether asking once more
    at once could help.
    """

    def __init__(self, reason: str, *, maybe_done: bool = False, again: bool = True) -> None:
        super().__init__(reason)
        self.maybe_done = maybe_done
        self.again = again


class NodeStandsStill(NodeUnavailable):
    """No answer within the deadline."""


class NodeSyncing(NodeUnavailable):
    """The node is starting or still downloading the chain."""


class NodeError(NodeFailure):
    """The node answered with an error of its own: `code` and `message` are Bitcoin Core's."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class NodeWrongNetwork(NodeFailure):
    """The node is on another chain than the settings say."""


class NodePruned(NodeFailure):
    """The node has thrown away blocks that a restore would have to read again."""


class NodeClient:
    """A client for one node. `url` may carry user and password; `cookie_file` is re-read when the node restarts.

    `timeout` is (connect, read) in seconds, and no call takes longer than both; `long` is the second one for what may
    take long. Safe to share between threads, and across a fork.
    """

    def __init__(
        self,
        url: str,
        timeout: tuple[float, float] = (3.0, 30.0),
        *,
        long: float | None = None,
        cookie_file: str | Path | None = None,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("the node's address must be an http URL")
        self._credentials = (unquote(parts.username or ""), unquote(parts.password or ""))
        self._path = parts.path or "/"
        self._url = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], self._path, "", ""))
        self._timeout = timeout
        self._long = timeout[0], timeout[1] if long is None else max(long, timeout[1])
        self._cookie_file = Path(cookie_file) if cookie_file else None
        self._ids = itertools.count(1)
        self._pool: HTTPConnectionPool | None = None
        self._pool_pid = 0

    def __repr__(self) -> str:
        return f"NodeClient({urlsplit(self._url).netloc})"

    def call(self, method: str, *params: object) -> Any:
        """One call's result. Raises NodeError, NodeSyncing or NodeUnavailable."""
        request = self._request(method, params)
        answer = self._exchange(request, may_repeat=method in READS)
        if not isinstance(answer, dict):
            raise NodeUnavailable("the node's answer has the wrong shape", maybe_done=method not in READS)
        return _result(answer, request["id"], maybe_done=method not in READS)

    def batch(self, calls: Sequence[tuple[str, Sequence[object]]]) -> list[Any]:
        """The results of several calls in their order; a call that failed has its NodeError in its place."""
        if not calls:
            return []
        requests_ = [self._request(method, params) for method, params in calls]
        reads = all(method in READS for method, _ in calls)
        answers = self._exchange(requests_, may_repeat=reads)
        if isinstance(answers, dict):  # the node refused the batch as a whole
            _result(answers, answers.get("id"), maybe_done=not reads)
        if not isinstance(answers, list) or not all(isinstance(a, dict) for a in answers):
            raise NodeUnavailable("the node's answer has the wrong shape", maybe_done=not reads)
        by_id = {a["id"]: a for a in answers if isinstance(a.get("id"), int)}
        results: list[Any] = []
        for request in requests_:
            try:
                results.append(_result(by_id.get(request["id"], {}), request["id"], maybe_done=not reads))
            except NodeError as error:
                results.append(error)
        return results

    def close(self) -> None:
        """Let the kept connection go."""
        if self._pool is not None and self._pool_pid == os.getpid():
            self._pool.close()
        self._pool = None

    def _request(self, method: str, params: Sequence[object]) -> dict[str, Any]:
        return {"jsonrpc": "1.0", "id": next(self._ids), "method": method, "params": list(params)}

    def _exchange(self, payload: object, *, may_repeat: bool) -> Any:
        """Send until answered, as often as is harmless: a call that never reached the node may always be repeated."""
        body = json.dumps(payload, default=_amount).encode()
        is_long = not isinstance(payload, dict) or payload["method"] in LONG
        timeout = self._long if is_long else self._timeout
        for pause in BUSY_PAUSES:
            try:
                return self._post(body, timeout, keep_alive=may_repeat)
            except NodeUnavailable as error:
                if not error.again or (error.maybe_done and not may_repeat):
                    raise
            time.sleep(pause)
        return self._post(body, timeout, keep_alive=may_repeat)

    def _post(self, body: bytes, timeout: tuple[float, float], *, keep_alive: bool) -> Any:
        # A kept connection may have been closed by the node meanwhile, and then nobody knows whether the call arrived.
        # Calls that change something therefore get a connection of their own.
        pool = self._kept_pool() if keep_alive else watched_http.pool(self._url)
        headers = {"Content-Type": "application/json", "Authorization": self._auth()}
        waits = Timeout(connect=timeout[0], read=timeout[1])
        try:
            with watched_http.watched(sum(timeout)) as watchdog:
                response = pool.urlopen("POST", self._path, body, headers, retries=False, timeout=waits)
        except HTTPError as error:
            raise _failure(error, was_cut_off=watchdog.barked) from None
        finally:
            if not keep_alive:
                pool.close()
        if watchdog.barked:  # it may look like an answer's end
            raise NodeStandsStill("timeout", maybe_done=True, again=False)
        return _decode(response)

    def _kept_pool(self) -> HTTPConnectionPool:
        # A forked child must not talk on its parent's socket.
        if self._pool is None or self._pool_pid != os.getpid():
            self._pool, self._pool_pid = watched_http.pool(self._url), os.getpid()
        return self._pool

    def _auth(self) -> str:
        user, password = self._credentials
        if self._cookie_file is not None:
            try:
                user, _, password = self._cookie_file.read_text("ascii").strip().partition(":")
            except (OSError, ValueError):
                raise NodeUnavailable("the node's cookie file cannot be read") from None
        return "Basic " + b64encode(f"{user}:{password}".encode("latin1")).decode("ascii")


def _failure(error: HTTPError, *, was_cut_off: bool) -> NodeUnavailable:
    was_refused = isinstance(error, NewConnectionError)
    if was_cut_off or (isinstance(error, NoAnswerInTime) and not was_refused):  # the caller has waited long enough
        return NodeStandsStill("timeout", maybe_done=not isinstance(error, ConnectTimeoutError), again=False)
    if was_refused or isinstance(error, ProtocolError | SSLError):
        return NodeUnavailable("no connection", maybe_done=not was_refused)
    return NodeUnavailable(type(error).__name__, maybe_done=True)


def _amount(value: object) -> str:
    # Bitcoin Core reads amounts from strings as well, and a string keeps every digit.
    if isinstance(value, Decimal):
        return format(value, "f")
    raise TypeError(f"{type(value).__name__} is no JSON-RPC parameter")


def _decode(response: BaseHTTPResponse) -> Any:
    status = response.status
    if status in (401, 403):
        raise NodeUnavailable("refused", again=False)
    if status == 503:  # the work queue is full: refused before anything ran
        raise NodeUnavailable("the node is busy")
    try:
        answer = json.loads(response.data, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise NodeUnavailable(f"no JSON from the node (HTTP {status})", maybe_done=True) from None
    # Core gives its own errors HTTP status 4xx and 5xx, with the error in the body.
    if status != 200 and not (isinstance(answer, dict) and answer.get("error")):
        raise NodeUnavailable(f"HTTP {status} from the node", maybe_done=True)
    return answer


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _result(answer: Mapping[str, Any], expected_id: object, *, maybe_done: bool) -> Any:
    error = answer.get("error")
    if error is not None:
        if not isinstance(error, dict) or not isinstance(error.get("code"), int):
            raise NodeUnavailable("the node's error has the wrong shape", maybe_done=maybe_done)
        message = str(error.get("message", ""))
        if error["code"] == WARMING_UP:
            raise NodeSyncing(message)
        raise NodeError(error["code"], message)
    if answer.get("id") != expected_id or "result" not in answer:
        raise NodeUnavailable("the node answered another question", maybe_done=maybe_done)
    return answer["result"]


def sats(amount: Decimal | int) -> int:
    """An RPC amount in BTC as satoshis, exactly. Raises ValueError for a float or a fraction of a satoshi."""
    if isinstance(amount, bool) or not isinstance(amount, Decimal | int):
        raise ValueError("amounts are read as Decimal")
    scaled = Decimal(amount).scaleb(8)
    whole = int(scaled)
    if whole != scaled:
        raise ValueError("a fraction of a satoshi")
    return whole


def block_hash(client: NodeClient, height: int) -> str:
    """The hash, as explorers print it, of the best chain's block at `height`."""
    found = client.call("getblockhash", height)
    if not isinstance(found, str):
        raise NodeUnavailable("the node's answer has the wrong shape")
    return found


def raw_block(client: NodeClient, hash_hex: str) -> bytes:
    """A block's bytes, witnesses included."""
    try:
        return bytes.fromhex(client.call("getblock", hash_hex, 0))
    except (TypeError, ValueError):
        raise NodeUnavailable("the node's block is not hexadecimal") from None


def chain_info(client: NodeClient) -> dict[str, Any]:
    """`getblockchaininfo`, or NodeUnavailable if what came is no such thing."""
    info = client.call("getblockchaininfo")
    if not isinstance(info, dict) or "chain" not in info:
        raise NodeUnavailable("the node's answer has the wrong shape")
    return info


def integer(answer: object, name: str) -> int:
    """A whole number from a node's answer. Raises NodeUnavailable if it has none of that name."""
    value = answer.get(name) if isinstance(answer, dict) else None
    if type(value) is not int:
        raise NodeUnavailable(f"the node's answer has no {name}")
    return value


def tip(client: NodeClient) -> tuple[int, str]:
    """(height, hash) of the best chain's last block, taken from one answer so that they belong together."""
    info = chain_info(client)
    return integer(info, "blocks"), str(info.get("bestblockhash"))


def check_node(client: NodeClient, network: str, first_height: int = 0) -> None:
    """Refuse a node that is on another network, has pruned above `first_height`, or is still downloading.

    Raises NodeWrongNetwork, NodePruned or NodeSyncing, beside what any call raises.
    """
    info = chain_info(client)
    if info["chain"] != network:
        raise NodeWrongNetwork(f"the node is on {info['chain']}, the settings say {network}")
    if block_hash(client, 0) != GENESIS_HASHES.get(network):
        raise NodeWrongNetwork(f"the node's first block is not that of {network}")
    if info.get("pruned") and int(info.get("pruneheight", 0)) > first_height:
        raise NodePruned(f"the node has pruned below {info['pruneheight']}, we need {first_height}")
    if info.get("initialblockdownload"):
        raise NodeSyncing("initial block download")
