"""JSON-RPC as a client of bitcoind meets it."""

from __future__ import annotations

import base64
import http.client
import time

import pytest

from dev.node.process import NodeError, NodeProcess

GENESIS = "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"
NOWHERE = "ab" * 32


def refused(node, method, *params, **named):
    with pytest.raises(NodeError) as caught:
        node.call(method, *params, **named)
    return caught.value.code, caught.value.message


def raw_request(node, body, headers=None, verb="POST", path="/"):
    connection = http.client.HTTPConnection("127.0.0.1", node.rpc_port, timeout=10)
    connection.request(verb, path, body, headers or {})
    response = connection.getresponse()
    answer = response.status, response.headers, response.read()
    connection.close()
    return answer


def authorised(node):
    return {"Authorization": f"Basic {node._token}"}


def test_chain_info_names_regtest_and_its_tip(node):
    info = node.call("getblockchaininfo")
    assert info["chain"] == "regtest"
    assert info["bestblockhash"] == node.call("getbestblockhash")
    assert info["blocks"] == info["headers"] == node.call("getblockcount")
    assert (info["initialblockdownload"], info["pruned"], info["warnings"]) == (False, False, [])
    assert node.call("getblockhash", 0) == GENESIS


def test_headers_and_blocks_at_every_verbosity(node):
    name = node.call("getblockhash", 100)
    raw = node.call("getblockheader", name, False)
    header = node.call("getblockheader", name)
    assert len(raw) == 160
    assert header["previousblockhash"] == node.call("getblockhash", 99)
    assert header["nextblockhash"] == node.call("getblockhash", 101)
    assert header["confirmations"] == node.call("getblockcount") - 99
    whole, ids, full = (node.call("getblock", name, verbosity) for verbosity in (0, 1, 2))
    assert whole.startswith(raw)
    assert ids["tx"] == [tx["txid"] for tx in full["tx"]]
    assert ids["size"] == len(whole) // 2
    assert full["tx"][0]["vin"][0]["coinbase"].startswith("0164")
    assert node.call("getblock", name, verbose=0) == whole


def test_genesis_block_can_be_read(node):
    block = node.call("getblock", GENESIS, 2)
    assert block["height"] == 0
    assert "previousblockhash" not in block
    assert block["tx"][0]["vout"][0]["scriptPubKey"]["type"] == "pubkey"
    assert refused(node, "getrawtransaction", block["merkleroot"])[0] == -5


@pytest.mark.parametrize(
    ("method", "params", "code", "message"),
    [
        ("getblockhash", [10**6], -8, "Block height out of range"),
        ("getblockhash", [-1], -8, "Block height out of range"),
        ("getblock", [NOWHERE], -5, "Block not found"),
        ("getblock", ["abc"], -8, "blockhash must be of length 64 (not 3, for 'abc')"),
        ("getblock", ["x" * 64], -8, f"blockhash must be hexadecimal string (not '{'x' * 64}')"),
        ("getblockheader", [NOWHERE], -5, "Block not found"),
        ("getmempoolentry", [NOWHERE], -5, "Transaction not in mempool"),
        ("sendrawtransaction", ["00"], -22, "TX decode failed. Make sure the tx has at least one input."),
        ("generatetoaddress", [1, "nonsense"], -5, "Error: Invalid address"),
        ("gettransaction", [NOWHERE], -5, "Invalid or non-wallet transaction id"),
        ("estimatesmartfee", [0], -8, "Invalid conf_target, must be between 1 and 1008"),
        ("gettxoutproof", [[NOWHERE]], -5, "Transaction not yet in block"),
        ("sendtoaddress", ["nonsense", 1], -5, "Invalid Bitcoin address: nonsense"),
        ("invalidateblock", [NOWHERE], -5, "Block not found"),
        ("nosuchmethod", [], -32601, "Method not found"),
        (
            "getrawtransaction",
            [NOWHERE],
            -5,
            "No such mempool or blockchain transaction. Use gettransaction for wallet transactions.",
        ),
    ],
)
def test_errors_carry_bitcoinds_codes_and_messages(node, method, params, code, message):
    assert refused(node, method, *params) == (code, message)


def test_arguments_by_position_and_by_name(node):
    assert node.call("getblockhash", height=0) == GENESIS
    assert refused(node, "getblockhash", height=0, colour=1) == (-8, "Unknown named parameter colour")
    code, message = refused(node, "getblockhash", 0, height=0)
    assert (code, "specified twice" in message) == (-8, True)
    assert refused(node, "getblockhash")[0] == -1
    assert refused(node, "getblockhash", 1, 2)[0] == -1
    code, message = refused(node, "getblockhash", "0")
    assert code == -3
    assert '"Position 1 (height)": "JSON value of type string is not of expected type number"' in message


@pytest.mark.parametrize(
    ("payload", "status", "code"),
    [
        (b"{nonsense", 500, -32700),
        (b"7", 500, -32700),
        ({"id": 1}, 400, -32600),
        ({"method": 5, "id": 1}, 400, -32600),
        ({"method": "getblockcount", "params": 5, "id": 1}, 400, -32600),
        ({"method": "nosuchmethod", "id": 1}, 404, -32601),
        ({"method": "getblockhash", "params": [-1], "id": 1}, 500, -8),
        ({"jsonrpc": "2.0", "method": "nosuchmethod", "id": 1}, 200, -32601),
        ({"jsonrpc": "3.0", "method": "getblockcount", "id": 1}, 400, -32600),
    ],
)
def test_http_status_follows_the_error(node, payload, status, code):
    answered, reply = node.request(payload)
    assert (answered, reply["error"]["code"]) == (status, code)


def test_envelopes_of_both_versions(node):
    status, old = node.request({"method": "getblockcount", "id": "a"})
    assert (status, old) == (200, {"result": old["result"], "error": None, "id": "a"})
    status, new = node.request({"jsonrpc": "2.0", "method": "getblockcount", "id": "b"})
    assert (status, new) == (200, {"jsonrpc": "2.0", "result": old["result"], "id": "b"})
    assert node.request({"jsonrpc": "2.0", "method": "getblockcount"}) == (204, None)


def test_batches_answer_each_request_in_order(node):
    batch = [
        {"method": "getblockcount", "id": 1},
        {"method": "nosuchmethod", "id": 2},
        {"jsonrpc": "2.0", "method": "getblockhash", "params": {"height": 0}, "id": 3},
        {"jsonrpc": "2.0", "method": "getblockcount"},
    ]
    status, replies = node.request(batch)
    assert status == 200
    assert [reply["id"] for reply in replies] == [1, 2, 3]
    assert replies[1]["error"]["code"] == -32601
    assert replies[2]["result"] == GENESIS
    assert node.request([]) == (200, [])
    assert node.request([batch[3]]) == (204, None)


def test_only_the_right_password_and_post_are_served(node):
    body = b'{"method":"getblockcount","id":1}'
    status, headers, _ = raw_request(node, body)
    assert (status, headers["WWW-Authenticate"]) == (401, 'Basic realm="jsonrpc"')
    wrong = {"Authorization": "Basic " + base64.b64encode(b"dev:wrong").decode()}
    assert raw_request(node, body, wrong)[0] == 401
    assert raw_request(node, None, authorised(node), verb="GET")[0] == 405
    assert raw_request(node, body, authorised(node), path="/elsewhere")[0] == 404
    assert raw_request(node, body, authorised(node))[0] == 200


def test_wallet_paths_know_their_names(node):
    status, reply = node.request({"method": "getbalance", "id": 1}, path="/wallet/nobody")
    assert (status, reply["error"]["code"]) == (500, -18)
    node.call("createwallet", "my shop")
    try:
        assert node.request({"method": "getbalance", "id": 1}, path="/wallet/my%20shop")[0] == 200
        assert node.request({"method": "getblockcount", "id": 1}, path="/wallet/my%20shop")[0] == 200
        status, reply = node.request({"method": "getbalance", "id": 1})
        assert (status, reply["error"]["code"]) == (500, -19), "one of two has to be named"
        assert node.request({"method": "getblockcount", "id": 1})[0] == 200
    finally:
        node.call("unloadwallet", "my shop")
    assert node.request({"method": "getbalance", "id": 1})[0] == 200


def test_amounts_are_plain_numbers_with_eight_decimals(node):
    body = b'{"method":"getmempoolinfo","id":1}'
    text = raw_request(node, body, authorised(node))[2]
    assert b'"minrelaytxfee":0.00000100' in text
    text = raw_request(node, b'{"method":"getblockchaininfo","id":1}', authorised(node))[2]
    assert b'"difficulty":4.656542373906925e-10' in text


def test_inclusion_proofs_verify_and_forgeries_do_not(node):
    address = node.call("getnewaddress")
    ids = [node.call("sendtoaddress", address, "0.1") for _ in range(5)]
    (name,) = node.call("generatetoaddress", 1, address)
    proof = node.call("gettxoutproof", ids[:2], name)
    assert proof == node.call("gettxoutproof", ids[:2])
    assert sorted(node.call("verifytxoutproof", proof)) == sorted(ids[:2])
    forged = proof[:200] + ("0" if proof[200] != "0" else "1") + proof[201:]
    status, reply = node.request({"method": "verifytxoutproof", "params": [forged], "id": 1})
    assert status == 500 or reply["result"] == []
    other = node.call("getblockhash", 1)
    assert refused(node, "gettxoutproof", [ids[0]], other)[0] == -5


def test_answers_of_the_remaining_information_methods(node):
    assert node.call("estimatesmartfee", 6) == {"errors": ["Insufficient data or no feerate found"], "blocks": 6}
    assert node.call("getindexinfo")["txindex"]["synced"] is True
    assert node.call("getnetworkinfo")["version"] == 300000
    assert node.call("uptime") >= 0
    assert "getblockhash height" in node.call("help")
    assert node.call("getchaintips")[0]["status"] == "active"
    assert node.call("validateaddress", "bcrt1qqqq")["isvalid"] is False
    mine = node.call("getnewaddress", "till", "bech32m")
    assert node.call("validateaddress", mine)["witness_version"] == 1
    assert node.call("getaddressinfo", mine)["labels"] == ["till"]


def test_small_calls_are_quick(node):
    start = time.perf_counter()
    for _ in range(200):
        node.call("getblockcount")
    assert (time.perf_counter() - start) / 200 < 0.02


def test_refuses_every_network_but_regtest(tmp_path, capsys):
    from dev.node.__main__ import main

    with pytest.raises(SystemExit):
        main(["--datadir", str(tmp_path), "--rpc-user", "u", "--rpc-password", "p", "--network", "mainnet"])
    assert "regtest only" in capsys.readouterr().err


def test_a_folder_has_one_owner(start_node, tmp_path, capfd):
    first = start_node(tmp_path)
    with pytest.raises(RuntimeError, match="status 1"):
        NodeProcess.start(tmp_path)
    assert f"a node with process id {first.pid} uses it" in capfd.readouterr().err
    first.stop()
    start_node(tmp_path).stop()
